import { describe, expect, it } from "vitest";
import { genarmDistribution } from "../../../src/core/genarm.ts";
import {
  LOW_RANK_DEFAULTS,
  LowRankFit,
  type FitProgress,
  type LowRankOptions,
} from "../../../src/core/heads/fit-low-rank.ts";
import { pushOf, rewardsOf, shiftOf, silu, type LowRankHead } from "../../../src/core/heads/head.ts";
import { measureHead } from "../../../src/core/heads/measures.ts";
import { meanRow } from "../../../src/core/heads/unembedding.ts";
import { klDivergence, logSoftmax } from "../../../src/core/logprobs.ts";
import { HIDDEN, lmHead, makeData, makeUnembedding, numbers, VOCABULARY } from "./small-policy.ts";

const unembedding = makeUnembedding(1);
const mean = meanRow(unembedding);
const OPTIONS: LowRankOptions = {
  ...LOW_RANK_DEFAULTS,
  rank: 2,
  epochs: 80,
  batch: 32,
  rate: 0.03,
  decay: 0,
  heldOut: 0.25,
  seed: 4,
};
const all = Int32Array.from({ length: VOCABULARY }, (_, token) => token);

const truth = Float64Array.from(numbers(HIDDEN, 90));
/** Additive over tokens: the same in every state. */
const additive = (token: number): number => rewardsOf(truth, [token], unembedding, mean)[0]!;
/** A push that turns with the state. */
function turning(token: number, state: Float32Array): number {
  const unit = silu(state.reduce((sum, x, i) => sum + 0.4 * x * truth[(i + 2) % HIDDEN]!, 0));
  const push = Float64Array.from(truth, (c, i) => c + unit * truth[(i + 3) % HIDDEN]!);
  return rewardsOf(push, [token], unembedding, mean)[0]!;
}

function fitAll(fit: LowRankFit): ReturnType<LowRankFit["head"]> {
  while (!fit.isDone) fit.step();
  return fit.head();
}

function lastOf(data: { readonly states: Float32Array }, state: number): Float32Array {
  return data.states.subarray(state * HIDDEN, (state + 1) * HIDDEN);
}

describe("fitting a low-rank head", () => {
  it("finds a reward that is additive over tokens, and guides as GenARM does with it", () => {
    const data = makeData(unembedding, 400, additive);
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, epochs: 200 });
    const { head, measured } = fitAll(fit);
    expect(measured.explained.value).toBeGreaterThan(0.999);
    const reward = Float64Array.from(all, (token) => additive(token));
    for (const state of fit.measuredStates) {
      const last = lastOf(data, state);
      const ref = logSoftmax(lmHead(unembedding, last));
      // The head in its own unit: weight = unit undoes it, so that both push by the true reward.
      const shift = shiftOf([head], [0.7 * head.unit], 0.5, new Map([["last", last]]));
      const guided = logSoftmax(
        lmHead(
          unembedding,
          Float64Array.from(last, (x, i) => x + shift[i]!),
        ),
      );
      const expected = new Float64Array(VOCABULARY);
      genarmDistribution(ref, [{ alpha: 0.7 / 0.5, logprobs: reward }], expected);
      expect(klDivergence(expected, guided)).toBeLessThan(2e-5);
    }
  });

  it("finds a push that turns with the state, which no direction could", () => {
    const data = makeData(unembedding, 600, turning);
    const flat = fitAll(new LowRankFit(data, unembedding, { ...OPTIONS, epochs: 1, rate: 1e-9 }));
    const { head, measured } = fitAll(new LowRankFit(data, unembedding, OPTIONS));
    expect(flat.measured.explained.value).toBeLessThan(0.05);
    expect(measured.explained.value).toBeGreaterThan(0.97);
    const [low, high] = measured.explained.ci95!;
    expect(low).toBeLessThanOrEqual(measured.explained.value);
    expect(high).toBeGreaterThanOrEqual(measured.explained.value);
    const again = measureHead(head, data, unembedding, Int32Array.of(1, 21, 41), 1);
    expect(again.explained.value).toBeGreaterThan(0.95);
    expect(again.explained.ci95).toBeNull();
  });

  it("gives a unit that makes weight 1 a spread of one nat under the policy", () => {
    const data = makeData(unembedding, 300, turning);
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, epochs: 20 });
    const { head } = fitAll(fit);
    let spread = 0;
    for (const state of fit.measuredStates) {
      const last = lastOf(data, state);
      const ref = logSoftmax(lmHead(unembedding, last));
      const rewards = rewardsOf(pushOf(head, new Map([["last", last]])), all, unembedding, mean);
      const centre = rewards.reduce((sum, r, v) => sum + Math.exp(ref[v]!) * r, 0);
      spread += Math.sqrt(rewards.reduce((sum, r, v) => sum + Math.exp(ref[v]!) * (r - centre) ** 2, 0)) / head.unit;
    }
    expect(spread / fit.measuredStates.length).toBeCloseTo(1, 4);
  });

  it("does not depend on the scale of rewards, states or rows", () => {
    const scaled = {
      ...unembedding,
      rowOf: (token: number, out: Float32Array | Float64Array) => {
        unembedding.rowOf(token, out);
        for (let i = 0; i < HIDDEN; i++) out[i]! *= 16;
      },
    };
    const data = makeData(unembedding, 300, turning);
    const wide = { ...data, rewards: data.rewards.map((r) => 8 * r), states: data.states.map((x) => 4 * x) };
    const options = { ...OPTIONS, epochs: 10 };
    const [one, other] = [
      fitAll(new LowRankFit(data, unembedding, options)),
      fitAll(new LowRankFit(wide, scaled, options)),
    ];
    expect(other.measured.explained.value).toBeCloseTo(one.measured.explained.value, 3);
    expect(other.head.c[0]).toBeCloseTo((one.head.c[0]! * 8) / 16, 3);
  });

  it("gives the same head for the same seed, whoever drives it", () => {
    const data = makeData(unembedding, 120, turning);
    const options = { ...OPTIONS, epochs: 3 };
    const [one, two] = [
      fitAll(new LowRankFit(data, unembedding, options)),
      fitAll(new LowRankFit(data, unembedding, options)),
    ];
    expect(two.head).toEqual(one.head);
    expect(fitAll(new LowRankFit(data, unembedding, { ...options, seed: 9 })).head).not.toEqual(one.head);
  });

  it("reports each step, may be left at any time, and keeps its best epoch", () => {
    const data = makeData(unembedding, 200, turning);
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, epochs: 4 });
    const first = fit.step();
    expect(first.loss).toBeCloseTo(1, 0.4);
    expect(first.measured).toBeNull();
    expect(fit.head().measured.explained.value).toBeGreaterThan(-1);
    let best = -Infinity;
    for (let progress = first; !fit.isDone; progress = fit.step())
      if (progress.measured !== null) best = Math.max(best, progress.measured.explained.value);
    best = Math.max(best, fit.step().measured!.explained.value);
    expect(fit.head().measured.explained.value).toBe(best);
    expect(fit.step().step).toBe(first.steps);
  });

  it("takes the states in another order each epoch, at a rate that falls in a line", () => {
    const data = makeData(unembedding, 96, turning);
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, batch: 8, epochs: 2, rate: 1e-12 });
    const steps: FitProgress[] = [];
    while (!fit.isDone) steps.push(fit.step());
    for (const { step, rate } of steps) expect(rate / 1e-12).toBeCloseTo(1 - (step - 1) / steps.length, 10);
    // At such a rate the head stays as it is, so only another batch has another loss.
    const losses = steps.map(({ loss }) => loss.toFixed(6));
    const [first, second] = [losses.slice(0, steps.length / 2), losses.slice(steps.length / 2)];
    expect(second.filter((loss) => first.includes(loss)).length).toBeLessThan(3);
  });

  it("ends after two epochs without a better head", () => {
    const data = makeData(unembedding, 100, (token, state) => Math.sin(token * 99 + state[0]! * 1e4));
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, rank: 6, epochs: 100, rate: 0.1 });
    let steps = 0;
    while (!fit.isDone) steps = fit.step().step;
    expect(steps).toBeLessThan(100);
  });

  it("goes on from a head with more samples", () => {
    const early = makeData(unembedding, 150, turning);
    const later = makeData(unembedding, 600, turning);
    const options = { ...OPTIONS, epochs: 15 };
    const { head: start } = fitAll(new LowRankFit(early, unembedding, options));
    const fit = new LowRankFit(later, unembedding, { ...options, epochs: 5 }, start);
    // Before any step it is the very head that it started from.
    const held = fit.measuredStates;
    const before = measureHead(start, later, unembedding, held, options.seed).explained.value;
    expect(fit.head().measured.explained.value).toBeCloseTo(before, 4);
    const fresh = fitAll(new LowRankFit(later, unembedding, { ...options, epochs: 5 }));
    const after = fitAll(fit);
    expect(after.measured.explained.value).toBeGreaterThan(before);
    expect(after.measured.explained.value).toBeGreaterThan(fresh.measured.explained.value);
    expect(after.head.mean).toEqual(start.mean);
    // Learning that only does harm gives the start back.
    const harmed = fitAll(new LowRankFit(later, unembedding, { ...options, epochs: 3, rate: 3 }, start));
    expect(harmed.measured.explained.value).toBeCloseTo(before, 4);
  });

  it("refuses to go on from a head of another shape, with both named", () => {
    const data = makeData(unembedding, 60, turning);
    const { head } = fitAll(new LowRankFit(data, unembedding, { ...OPTIONS, epochs: 1 }));
    const go = (start: LowRankHead) => () => new LowRankFit(data, unembedding, { ...OPTIONS, rank: 3 }, start);
    expect(go(head)).toThrow(/has rank 2 on last of 6 numbers.*have rank 3 on last of 6 numbers/);
  });

  it("says that the two sides make no difference, with the figures", () => {
    const data = makeData(unembedding, 60, (token) => 0.01 * additive(token));
    expect(() => new LowRankFit(data, unembedding, OPTIONS)).toThrow(
      /no difference to this model: their rewards spread by 0\.0\d\d nats.*needs 0\.1\./,
    );
    expect(() => new LowRankFit(makeData(unembedding, 0, additive), unembedding, OPTIONS)).toThrow("nothing to learn");
  });

  it("says that it lost its numbers, and the rate", () => {
    const data = makeData(unembedding, 60, turning);
    const fit = new LowRankFit(data, unembedding, { ...OPTIONS, rate: 1e30 });
    expect(() => fitAll(fit)).toThrow(/lost its numbers at step \d+ \(rate 1e\+30\).*smaller rate/);
  });
});
