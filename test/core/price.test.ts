import { describe, expect, test } from "vitest";
import { LARGEST_WEIGHT, weightOfPrice } from "../../src/core/price.ts";

describe("the weight of a price", () => {
  test.each([
    ["grows with the square", (w: number) => 0.5 * 8 * w * w, Math.sqrt(6 / 8)],
    ["grows straight", (w: number) => 40 * w, 3 / 40],
    ["explodes", (w: number) => Math.expm1(20 * w), Math.log(4) / 20],
    ["is very steep", (w: number) => 1e6 * w * w, Math.sqrt(3e-6)],
  ])("is found where KL %s", (_, klAt, expected) => {
    const { weight, nats } = weightOfPrice(klAt, 3);
    expect(Math.abs(nats - 3)).toBeLessThan(0.061);
    expect(nats).toBe(klAt(weight));
    expect(Math.abs(weight / expected - 1)).toBeLessThan(0.03);
  });

  test("is the largest weight where nothing costs as much", () => {
    expect(weightOfPrice(() => 0, 3)).toEqual({ weight: LARGEST_WEIGHT, nats: 0 });
    expect(weightOfPrice((w) => 2 * Math.tanh(w), 3).weight).toBe(LARGEST_WEIGHT);
  });

  test("is found across a step in KL, on its near side", () => {
    const { weight } = weightOfPrice((w) => (w < 0.25 ? 0 : 50), 3);
    expect(weight).toBeGreaterThan(0.24);
    expect(weight).toBeLessThan(0.26);
  });
});
