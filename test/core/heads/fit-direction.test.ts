import { describe, expect, it } from "vitest";
import { genarmDistribution } from "../../../src/core/genarm.ts";
import {
  DIRECTION_DEFAULTS,
  DirectionFit,
  temporalDifferences,
  type Episodes,
} from "../../../src/core/heads/fit-direction.ts";
import { directionRewards, rewardsOf, shiftOf, type Direction } from "../../../src/core/heads/head.ts";
import { NormalEquations } from "../../../src/core/heads/ridge.ts";
import { TokenRewardsBuilder } from "../../../src/core/heads/token-rewards.ts";
import { meanRow } from "../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import { hashed } from "../../fakes.ts";
import { HIDDEN, lmHead, makeUnembedding, numbers, VOCABULARY } from "./small-policy.ts";

const unembedding = makeUnembedding(1);
const mean = meanRow(unembedding);
const truth = Float64Array.from(numbers(HIDDEN, 90));
const all = Array.from({ length: VOCABULARY }, (_, token) => token);
const reward = rewardsOf(truth, all, unembedding, mean);
const LENGTH = 5;

/** Texts of a policy that does not look back, whose true reward is the sum of its tokens': V is known. */
function makeEpisodes(texts: number): Episodes & { readonly refs: readonly Float64Array[] } {
  const refs = Array.from({ length: LENGTH }, (_, t) => logSoftmax(lmHead(unembedding, numbers(HIDDEN, 500 + t, 2))));
  const expected = refs.map((ref) => ref.reduce((sum, logp, v) => sum + Math.exp(logp) * reward[v]!, 0));
  const [chosen, values, rewards, tokens, logprobs]: [number[], number[], number[], number[], number[]] = [
    [],
    [],
    [],
    [],
    [],
  ];
  for (let e = 0; e < texts; e++) {
    let past = 0;
    for (let t = 0; t < LENGTH; t++) {
      const token = Math.floor(((hashed(7, e, t) + 1) / 2) * VOCABULARY) % VOCABULARY;
      chosen.push(token);
      values.push(past + expected.slice(t).reduce((sum, r) => sum + r, 0));
      tokens.push(...all);
      logprobs.push(...refs[t]!);
      past += reward[token]!;
    }
    rewards.push(past);
  }
  return {
    refs,
    starts: Int32Array.from({ length: texts + 1 }, (_, e) => e * LENGTH),
    chosen: Int32Array.from(chosen),
    values: Float32Array.from(values),
    rewards: Float32Array.from(rewards),
    width: VOCABULARY,
    tokens: Int32Array.from(tokens),
    logprobs: Float32Array.from(logprobs),
  };
}

function fitAll(fit: DirectionFit): Direction {
  while (!fit.isDone) fit.step();
  return fit.head();
}

describe("fitting a direction", () => {
  it("finds the reward of a world where it is additive over tokens, from whole texts alone", () => {
    const episodes = makeEpisodes(40);
    const head = fitAll(new DirectionFit(episodes, unembedding, mean, { ridge: 1e-6, softWeight: 0 }));
    for (let i = 0; i < HIDDEN; i++) expect(head.c[i]).toBeCloseTo(truth[i]!, 4);
    // In units: one nat of spread under the policy.
    const own = directionRewards(head, unembedding, mean);
    let spread = 0;
    for (const ref of episodes.refs) {
      const centre = own.reduce((sum, r, v) => sum + Math.exp(ref[v]!) * r, 0);
      spread += Math.sqrt(own.reduce((sum, r, v) => sum + Math.exp(ref[v]!) * (r - centre) ** 2, 0));
    }
    expect(spread / LENGTH).toBeCloseTo(1, 4);
  });

  it("guides by that as GenARM does by the true reward", () => {
    const episodes = makeEpisodes(40);
    const head = fitAll(new DirectionFit(episodes, unembedding, mean, { ridge: 1e-6, softWeight: 0 }));
    const state = numbers(HIDDEN, 500, 2);
    const shift = shiftOf([head], [0.7 * head.unit], 0.5, new Map());
    const guided = logSoftmax(
      lmHead(
        unembedding,
        state.map((x, i) => x + shift[i]!),
      ),
    );
    const expected = new Float64Array(VOCABULARY);
    genarmDistribution(episodes.refs[0]!, [{ alpha: 0.7 / 0.5, logprobs: reward }], expected);
    for (const token of all) expect(guided[token]).toBeCloseTo(expected[token]!, 4);
  });

  it("finds it from soft values alone as well", () => {
    const builder = new TokenRewardsBuilder(["last"], HIDDEN, Infinity);
    for (const [t, ref] of makeEpisodes(1).refs.entries())
      builder.add(
        t,
        new Float32Array(HIDDEN),
        all,
        ref,
        reward.map((r) => r + t),
      );
    const none = makeEpisodes(1);
    const empty = { ...none, starts: Int32Array.of(0, 0), rewards: Float32Array.of(0) };
    const options = { ridge: 1e-9, softWeight: 12 };
    const head = fitAll(new DirectionFit(empty, unembedding, mean, options, builder.data()));
    for (let i = 0; i < HIDDEN; i++) expect(head.c[i]).toBeCloseTo(truth[i]!, 3);
    expect(head.unit).toBe(1);
  });

  it("weighs soft values by the policy and by their number, beside the differences", () => {
    const builder = new TokenRewardsBuilder(["last"], HIDDEN, Infinity);
    const values = all.map((v) => hashed(5, v));
    const episodes = makeEpisodes(4);
    const ref = episodes.refs[0]!;
    builder.add(0, new Float32Array(HIDDEN), all, ref, values);
    const head = fitAll(
      new DirectionFit(episodes, unembedding, mean, DIRECTION_DEFAULTS.withSoftValues, builder.data()),
    );
    const [differences, soft] = [new NormalEquations(HIDDEN), new NormalEquations(HIDDEN)];
    const rows = all.map((v) => {
      const row = new Float64Array(HIDDEN);
      unembedding.rowOf(v, row);
      return row;
    });
    const expectation = (law: Float64Array, of: (v: number) => number): number =>
      law.reduce((sum, logp, v) => sum + Math.exp(logp) * of(v), 0);
    const centred = (law: Float64Array, v: number): Float64Array =>
      rows[v]!.map((entry, i) => entry - expectation(law, (u) => rows[u]![i]!));
    for (const v of all) {
      const y = values[v]! - expectation(ref, (u) => values[u]!);
      soft.add(centred(ref, v), y, 0.5 * Math.exp(ref[v]!) + 0.5 / VOCABULARY);
    }
    for (const [state, token] of episodes.chosen.entries()) {
      const t = state % LENGTH;
      const next = t + 1 < LENGTH ? episodes.values[state + 1]! : episodes.rewards[Math.floor(state / LENGTH)]!;
      differences.add(centred(episodes.refs[t]!, token), next - episodes.values[state]!);
    }
    const expected = differences.plus(soft, 12).solve(150);
    for (let i = 0; i < HIDDEN; i++) expect(head.c[i]).toBeCloseTo(expected[i]!, 6);
  });

  it("counts tokens that are not listed as the mean row", () => {
    const full = makeEpisodes(30);
    const width = 4;
    const likeliest = full.refs.map((ref) => [...all].sort((a, b) => ref[b]! - ref[a]!).slice(0, width));
    const steps = Array.from(full.chosen, (_, state) => state % LENGTH);
    const some: Episodes = {
      ...full,
      width,
      tokens: Int32Array.from(steps.flatMap((t) => likeliest[t]!)),
      logprobs: Float32Array.from(steps.flatMap((t) => likeliest[t]!.map((v) => full.refs[t]![v]!))),
    };
    const head = fitAll(new DirectionFit(some, unembedding, mean, { ridge: 0.1, softWeight: 0 }));
    const equations = new NormalEquations(HIDDEN);
    const row = new Float64Array(HIDDEN);
    for (const [state, t] of steps.entries()) {
      const x = new Float64Array(HIDDEN);
      const add = (token: number, factor: number): void => {
        unembedding.rowOf(token, row);
        for (let i = 0; i < HIDDEN; i++) x[i]! += factor * (row[i]! - mean[i]!);
      };
      add(full.chosen[state]!, 1);
      for (const v of likeliest[t]!) add(v, -Math.exp(full.refs[t]![v]!));
      const next = t + 1 < LENGTH ? full.values[state + 1]! : full.rewards[Math.floor(state / LENGTH)]!;
      equations.add(x, next - full.values[state]!);
    }
    const expected = equations.solve(0.1);
    for (let i = 0; i < HIDDEN; i++) expect(head.c[i]).toBeCloseTo(expected[i]!, 4);
  });

  it("reports texts as it takes them, and refuses a ridge of 0 where they leave a direction open", () => {
    const fit = new DirectionFit(makeEpisodes(3), unembedding, mean, DIRECTION_DEFAULTS.differences);
    expect(fit.step()).toEqual({ texts: 1, of: 3 });
    expect(fit.head().c.every(Number.isFinite)).toBe(true);
    const open = new DirectionFit(makeEpisodes(3), unembedding, mean, { ridge: 0, softWeight: 0 });
    expect(() => open.head()).toThrow("ridge of 0 does not decide it");
  });

  it("takes differences of values, and the reward at the end", () => {
    expect([...temporalDifferences([1, 4, 2], 7)]).toEqual([3, -2, 5]);
    expect([...temporalDifferences([1], 7)]).toEqual([6]);
  });
});
