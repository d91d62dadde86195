import { describe, expect, it } from "vitest";
import { ValueFit, VALUE_DEFAULTS, type StateScores } from "../../../src/core/heads/fit-value.ts";
import { valueOf } from "../../../src/core/heads/head.ts";
import { NormalEquations } from "../../../src/core/heads/ridge.ts";
import { numbers } from "./small-policy.ts";

const HIDDEN = 4;
const STATES = 90;

/** Features far off centre and of unequal size, and a score that is linear in them but for a wave. */
function makeScores(wave: number): StateScores {
  const states = new Float32Array(STATES * 2 * HIDDEN);
  const scores = new Float32Array(STATES);
  for (let s = 0; s < STATES; s++) {
    const x = numbers(2 * HIDDEN, s);
    for (let i = 0; i < 2 * HIDDEN; i++) states[s * 2 * HIDDEN + i] = 20 * i + (i + 1) * x[i]!;
    scores[s] = 0.3 + x[0]! - 0.5 * x[5]! + wave * Math.sin(40 * x[1]!);
  }
  const prompts = Int32Array.from({ length: STATES }, (_, s) => s % 15);
  return { features: ["last", "layer-2-mean"], hidden: HIDDEN, states, prompts, scores };
}

function fitAll(fit: ValueFit): void {
  while (!fit.isDone) fit.step();
}

function featuresOf({ states }: StateScores, s: number): ReadonlyMap<"last" | "layer-2-mean", Float32Array> {
  const row = states.subarray(s * 2 * HIDDEN, (s + 1) * 2 * HIDDEN);
  return new Map([
    ["last", row.subarray(0, HIDDEN)],
    ["layer-2-mean", row.subarray(HIDDEN)],
  ]);
}

describe("fitting a value head", () => {
  it("is ridge regression on standardised features with a free intercept", () => {
    const data = makeScores(0.4);
    const fit = new ValueFit(data, { ridge: 0.2, heldOut: 0, seed: 1 });
    fitAll(fit);
    const { weights, mean, scale, intercept } = fit.head();
    const size = 2 * HIDDEN;
    const centre = Float64Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (let s = 0; s < STATES; s++) sum += (data.states[s * size + i]! - mean[i]!) / scale[i]!;
      return sum / STATES;
    });
    const meanScore = data.scores.reduce((sum, y) => sum + y, 0) / STATES;
    const equations = new NormalEquations(size);
    for (let s = 0; s < STATES; s++) {
      const x = centre.map((c, i) => (data.states[s * size + i]! - mean[i]!) / scale[i]! - c);
      equations.add(x, data.scores[s]! - meanScore);
    }
    const expected = equations.solve(0.2 * STATES);
    for (let i = 0; i < size; i++) expect(weights[i]).toBeCloseTo(expected[i]!, 5);
    expect(intercept).toBeCloseTo(meanScore - expected.reduce((sum, w, i) => sum + w * centre[i]!, 0), 5);
  });

  it("foresees a score that its features hold, and says how much of it on held-out prompts", () => {
    const data = makeScores(0);
    const fit = new ValueFit(data, { ridge: 1e-6, heldOut: 0.3, seed: 2 });
    fitAll(fit);
    const head = fit.head();
    for (const s of fit.heldOut) expect(valueOf(head, featuresOf(data, s))).toBeCloseTo(data.scores[s]!, 3);
    expect(fit.measure().value).toBeGreaterThan(0.9999);
    const noisy = new ValueFit(makeScores(0.6), { ...VALUE_DEFAULTS, heldOut: 0.3 });
    fitAll(noisy);
    const { value, n, ci95 } = noisy.measure();
    expect(value).toBeGreaterThan(0.05);
    expect(value).toBeLessThan(0.9);
    expect(n).toBeGreaterThan(1);
    expect(ci95![0]).toBeLessThan(ci95![1]);
  });

  it("can be left between iterations, each of which comes closer", () => {
    const fit = new ValueFit(makeScores(0.2), VALUE_DEFAULTS);
    const residuals = Array.from({ length: 3 }, () => fit.step().residual);
    expect(residuals[2]).toBeLessThan(residuals[0]!);
    expect(fit.head().weights.every(Number.isFinite)).toBe(true);
  });

  it("refuses numbers that are not finite and an empty list", () => {
    const data = makeScores(0);
    const scores = data.scores.with(3, NaN);
    expect(() => new ValueFit({ ...data, scores }, VALUE_DEFAULTS)).toThrow("score of state 3 is NaN");
    const states = data.states.with(5, Infinity);
    expect(() => new ValueFit({ ...data, states }, VALUE_DEFAULTS)).toThrow("Number 5 of the states is Infinity");
    const none = { ...data, states: new Float32Array(0), prompts: new Int32Array(0), scores: new Float32Array(0) };
    expect(() => new ValueFit(none, VALUE_DEFAULTS)).toThrow("no state to learn from");
  });
});
