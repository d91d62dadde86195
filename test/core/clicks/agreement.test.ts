import { describe, expect, it } from "vitest";
import { agreement, type ShownClick } from "../../../src/core/clicks/agreement.ts";
import { nextPair } from "../../../src/core/clicks/next-pair.ts";
import { fitTaste, predict, product } from "../../../src/core/clicks/taste.ts";
import { hashed } from "../../fakes.ts";

const difference = (seed: number, measures: number): Float64Array =>
  Float64Array.from({ length: measures }, (_, i) => 2 * hashed(seed, i));

/** Clicks of a person who likes five measures, slips in 15 % of clicks, and is asked the pairs that teach most. */
function simulate(
  seed: number,
  measures: number,
): { readonly clicks: readonly ShownClick[]; readonly isRight: (x: Float64Array) => boolean } {
  let draws = 0;
  const draw = (): number => (hashed(seed, 77, draws++) + 1) / 2;
  const normal = (): number => Math.sqrt(-2 * Math.log(draw() || 1e-9)) * Math.cos(2 * Math.PI * draw());
  const wish = Float64Array.from({ length: measures }, (_, i) =>
    i < 5 ? (draw() < 0.5 ? -1 : 1) * (0.4 + 0.6 * draw()) : 0,
  );
  const pair = (): Float64Array => Float64Array.from({ length: measures }, () => Math.SQRT2 * normal());
  const isRight = (x: Float64Array): boolean => product(wish, x) > 0;
  const clicks: ShownClick[] = [];
  while (clicks.length < 50) {
    const pairs = Array.from({ length: 60 }, pair);
    const next = nextPair(fitTaste(clicks, measures), pairs, clicks.length, seed)!;
    const x = pairs[next.index]!;
    const says = draw() < 0.15 ? !isRight(x) : isRight(x);
    clicks.push({ difference: x, choice: says ? "left" : "right", isRandom: next.isRandom });
  }
  return { clicks, isRight };
}

/** Share of 1,000 other pairs whose better answer the taste names, and of clicks on them that slip in 15 %. */
function heldOut(seed: number, measures: number): { readonly wishes: number; readonly clicks: number } {
  const { clicks, isRight } = simulate(seed, measures);
  const taste = fitTaste(clicks, measures);
  let [wishes, agreed] = [0, 0];
  for (let n = 0; n < 1000; n++) {
    const x = difference(9000 + n, measures);
    const isNamed = predict(taste, x) > 0.5 === isRight(x);
    const hasSlipped = (hashed(seed, 78, n) + 1) / 2 < 0.15;
    wishes += Number(isNamed);
    agreed += Number(isNamed !== hasSlipped);
  }
  return { wishes: wishes / 1000, clicks: agreed / 1000 };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[9]! + sorted[10]!) / 2;
}

describe("a simulated person with a hidden taste over five measures and 15 % slips, after 50 clicks", () => {
  const SEEDS = Array.from({ length: 20 }, (_, seed) => seed + 1);

  it("is foreseen in at least 75 % of held-out clicks, of which 85 % can be foreseen at all", () => {
    const shares = SEEDS.map((seed) => heldOut(seed, 5));
    expect(median(shares.map(({ clicks }) => clicks))).toBeGreaterThanOrEqual(0.75);
    expect(median(shares.map(({ wishes }) => wishes))).toBeGreaterThanOrEqual(0.9);
  });

  it("is foreseen in at least 75 % of what it wants where seven more measures mean nothing to it", () => {
    const shares = SEEDS.map((seed) => heldOut(seed, 12));
    expect(median(shares.map(({ wishes }) => wishes))).toBeGreaterThanOrEqual(0.75);
    expect(median(shares.map(({ clicks }) => clicks))).toBeGreaterThanOrEqual(0.7);
  });

  it("has its agreement estimated on the random pairs alone, close to the truth on average", () => {
    const gaps = SEEDS.map((seed) => agreement(simulate(seed, 5).clicks, 5)!.value - heldOut(seed, 5).clicks);
    expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / 20)).toBeLessThan(0.06);
  });
});

describe("agreement", () => {
  const shown = (seed: number, isRandom: boolean, choice: ShownClick["choice"] = "left"): ShownClick => ({
    difference: difference(seed, 3),
    choice,
    isRandom,
  });

  it("judges random pairs that were decided, each by the other clicks", () => {
    const x = Float64Array.of(1);
    const clicks: ShownClick[] = [
      { difference: x, choice: "left", isRandom: true },
      { difference: x, choice: "left", isRandom: false },
      { difference: x, choice: "left", isRandom: false },
      { difference: x, choice: "right", isRandom: true },
      { difference: x, choice: "same", isRandom: true },
    ];
    const { value, n, ci95 } = agreement(clicks, 1)!;
    expect([value, n]).toEqual([0.5, 2]);
    // Wilson's interval of 1 in 2.
    expect(ci95[0]).toBeCloseTo(0.0945, 3);
    expect(ci95[1]).toBeCloseTo(0.9055, 3);
  });

  it("is half right where there is nothing to go by, and null where nothing can be judged", () => {
    expect(agreement([shown(1, true)], 3)!.value).toBe(0.5);
    expect(agreement([shown(1, false), shown(2, true, "same")], 3)).toBeNull();
  });
});
