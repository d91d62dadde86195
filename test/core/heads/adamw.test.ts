import { describe, expect, it } from "vitest";
import { AdamW } from "../../../src/core/heads/adamw.ts";

describe("AdamW", () => {
  it("moves by the rate against the slope at first, whatever the slope's size, and decays beside it", () => {
    const [x, y] = [Float32Array.of(1, -2), Float32Array.of(4)];
    const adam = new AdamW([x, y], 0.5);
    adam.step([Float32Array.of(100, -1e-3), Float32Array.of(0)], 0.1);
    // 1 - .1 (1 + .5 * 1), -2 + .1 (1 + .5 * 2), 4 - .1 * .5 * 4
    expect([...x, ...y]).toEqual([0.85, -1.8, 3.8].map((each) => expect.closeTo(each, 4) as number));
  });

  it("follows its definition from step to step", () => {
    const x = Float32Array.of(1);
    const adam = new AdamW([x], 0.01);
    let [expected, m, s] = [1, 0, 0];
    for (const [t, d] of [0.5, -2, 0.25, 3].entries()) {
      adam.step([Float32Array.of(d)], 0.05);
      m = 0.9 * m + 0.1 * d;
      s = 0.999 * s + 0.001 * d * d;
      const [first, second] = [m / (1 - 0.9 ** (t + 1)), s / (1 - 0.999 ** (t + 1))];
      expected -= 0.05 * (first / (Math.sqrt(second) + 1e-8) + 0.01 * expected);
      expect(x[0]).toBeCloseTo(expected, 5);
    }
  });
});
