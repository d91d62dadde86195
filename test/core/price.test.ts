import { describe, expect, test } from "vitest";
import { LARGEST_WEIGHT, weightOfPrice } from "../../src/core/price.ts";

/** The search, and how often it looked. */
function search(klAt: (weight: number) => number, target = 3) {
  let looks = 0;
  const found = weightOfPrice((weight) => {
    looks += 1;
    return klAt(weight);
  }, target);
  return { ...found, looks };
}

/** KL(w) of an exponential family with a fair coin as its source, `steps` times, each push drawn from `pushes`. */
const coins = (pushes: readonly number[]) => (weight: number) =>
  pushes.reduce((sum, push) => {
    const t = Math.tanh(weight * push);
    return sum + weight * push * t - Math.log(Math.cosh(weight * push));
  }, 0);

describe("the weight of a price", () => {
  test.each([
    ["grows with the square", (w: number) => 0.5 * 8 * w * w, Math.sqrt(6 / 8)],
    ["grows straight", (w: number) => 40 * w, 3 / 40],
    ["explodes", (w: number) => Math.expm1(20 * w), Math.log(4) / 20],
    ["is very steep", (w: number) => 1e6 * w * w, Math.sqrt(3e-6)],
    ["is steeper still", (w: number) => 1e11 * w * w, Math.sqrt(3e-11)],
    ["is infinite soon", (w: number) => (w > 0.05 ? Infinity : 3e4 * w * w), 0.01],
  ])("is found in at most eight looks where KL %s", (_, klAt, expected) => {
    const { weight, nats, looks } = search(klAt);
    expect(Math.abs(nats - 3)).toBeLessThan(0.061);
    expect(nats).toBe(klAt(weight));
    expect(Math.abs(weight / expected - 1)).toBeLessThan(0.03);
    expect(looks).toBeLessThanOrEqual(8);
  });

  test.each([0.3, 1, 3, 10])("is found in at most seven looks on sums of real KL, for %d nats", (target) => {
    for (const scale of [0.5, 2, 10, 50]) {
      const pushes = Array.from({ length: 120 }, (_, t) => (scale * (1 + Math.sin(7 * t))) / (1 + (t % 5)));
      const klAt = coins(pushes);
      if (klAt(LARGEST_WEIGHT) < target) continue;
      const { nats, looks } = search(klAt, target);
      expect(Math.abs(nats - target)).toBeLessThanOrEqual(0.02 * target);
      expect(looks).toBeLessThanOrEqual(7);
    }
  });

  test("is the largest weight where nothing costs as much", () => {
    expect(search(() => 0)).toMatchObject({ weight: LARGEST_WEIGHT, nats: 0 });
    expect(search((w) => 2 * Math.tanh(w)).weight).toBe(LARGEST_WEIGHT);
    expect(search((w) => 2 * Math.tanh(w)).looks).toBeLessThanOrEqual(5);
  });

  test("is found across a step in KL, on its near side", () => {
    const { weight, nats, looks } = search((w) => (w < 0.25 ? 0 : 50));
    expect(weight).toBeGreaterThan(0.249);
    expect(weight).toBeLessThan(0.25);
    expect(nats).toBe(0);
    expect(looks).toBeLessThanOrEqual(20);
  });

  test("ends where KL is no number", () => {
    expect(search(() => NaN).looks).toBe(40);
  });
});
