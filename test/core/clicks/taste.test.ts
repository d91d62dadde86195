import { describe, expect, it } from "vitest";
import { fitTaste, predict, product, sigmoid, variance, type Click } from "../../../src/core/clicks/taste.ts";
import { hashed } from "../../fakes.ts";

const difference = (seed: number, measures: number): Float64Array =>
  Float64Array.from({ length: measures }, (_, i) => 2 * hashed(seed, i));
const click = (seed: number, choice: Click["choice"], measures = 3): Click => ({
  difference: difference(seed, measures),
  choice,
});

/** The loss of `taste.ts` by its definition. */
function lossOf(clicks: readonly Click[], w: Float64Array, prior: number, slip: number): number {
  const own = clicks.map(({ difference: x, choice }) => {
    const p = slip + (1 - 2 * slip) * sigmoid(product(w, x));
    const target = choice === "same" ? 0.5 : Number(choice === "left");
    return -(target * Math.log(p) + (1 - target) * Math.log(1 - p));
  });
  return own.reduce((sum, each) => sum + each, 0) + product(w, w) / (2 * prior ** 2);
}

describe("a taste", () => {
  const clicks = [1, 2, 3, 4, 5, 6, 7].map((seed) =>
    click(seed, seed % 3 === 0 ? "same" : seed % 2 === 0 ? "left" : "right"),
  );

  it("is where the loss is flat, with slips and without", () => {
    for (const slip of [0, 0.15]) {
      const { mean } = fitTaste(clicks, 3, { prior: 0.7, slip });
      for (let i = 0; i < 3; i++) {
        const at = (move: number): number =>
          lossOf(
            clicks,
            mean.map((w, k) => w + (k === i ? move : 0)),
            0.7,
            slip,
          );
        expect((at(1e-4) - at(-1e-4)) / 2e-4).toBeCloseTo(0, 5);
      }
    }
  });

  it("is the prior where nothing was clicked", () => {
    const { mean, covariance } = fitTaste([], 2, { prior: 0.5, slip: 0.1 });
    expect([...mean, ...covariance]).toEqual([0, 0, 0.25, 0, 0, 0.25]);
  });

  it("has the closed form of one click on one measure", () => {
    // sigmoid(w) = 1 - w / prior²: the derivative of the loss is 0.
    const { mean, covariance } = fitTaste([{ difference: Float64Array.of(1), choice: "left" }], 1, {
      prior: 2,
      slip: 0,
    });
    const [w] = mean;
    expect(1 - sigmoid(w!)).toBeCloseTo(w! / 4, 10);
    const q = sigmoid(w!);
    expect(covariance[0]).toBeCloseTo(1 / (q * (1 - q) + 1 / 4), 8);
  });

  it("takes “same” as half a click for each side", () => {
    const x = Float64Array.of(1.5);
    expect(fitTaste([{ difference: x, choice: "same" }], 1).mean[0]).toBeCloseTo(0, 12);
    const split = [
      { difference: x, choice: "left" },
      { difference: x, choice: "right" },
    ] as const;
    const doubled = fitTaste([...split], 1, { prior: 1, slip: 0 });
    const twice = fitTaste(
      [1, 2].map(() => ({ difference: x, choice: "same" as const })),
      1,
      { prior: 1, slip: 0 },
    );
    expect(doubled.mean[0]).toBeCloseTo(twice.mean[0]!, 10);
    expect(doubled.covariance[0]).toBeCloseTo(twice.covariance[0]!, 10);
  });

  it("grows surer with clicks, and predicts more boldly the surer it is", () => {
    const x = Float64Array.of(1);
    const left = (count: number): ReturnType<typeof fitTaste> =>
      fitTaste(
        Array.from({ length: count }, () => ({ difference: x, choice: "left" })),
        1,
      );
    const [few, many] = [left(2), left(20)];
    expect(variance(many, x)).toBeLessThan(variance(few, x));
    expect(predict(many, x)).toBeGreaterThan(predict(few, x));
    expect(predict(few, Float64Array.of(-1))).toBeCloseTo(1 - predict(few, x), 12);
  });

  it("stays finite for clicks of one kind on enormous differences", () => {
    const far = Array.from({ length: 30 }, () => ({ difference: Float64Array.of(1e4, -1e4), choice: "left" as const }));
    const { mean, covariance } = fitTaste(far, 2);
    expect([...mean, ...covariance].every(Number.isFinite)).toBe(true);
    expect(mean[0]).toBeGreaterThan(0);
  });
});
