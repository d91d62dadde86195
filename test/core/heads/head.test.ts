import { describe, expect, it } from "vitest";
import { genarmDistribution } from "../../../src/core/genarm.ts";
import { RunningMean, rmsNormalise, type StateFeatures } from "../../../src/core/heads/features.ts";
import {
  directionRewards,
  foldedInput,
  pushOf,
  rewardsOf,
  shiftOf,
  silu,
  valueOf,
  type Direction,
  type LowRankHead,
  type PushHead,
} from "../../../src/core/heads/head.ts";
import { meanRow } from "../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import { HIDDEN, lmHead, makeUnembedding, numbers, VOCABULARY } from "./small-policy.ts";

const unembedding = makeUnembedding(1);
const mean = meanRow(unembedding);
const single = (size: number, seed: number, scale = 1): Float32Array => Float32Array.from(numbers(size, seed, scale));
const RANK = 3;
const INPUTS = 2 * HIDDEN;

const direction: Direction = { kind: "direction", hidden: HIDDEN, c: single(HIDDEN, 2), unit: 0.7 };
const lowRank: LowRankHead = {
  kind: "low-rank",
  hidden: HIDDEN,
  features: ["last", "last-mean"],
  rank: RANK,
  mean: single(INPUTS, 3),
  scale: single(INPUTS, 4).map((x) => 1 + Math.abs(x)),
  a: single(RANK * INPUTS, 5),
  b: single(RANK * HIDDEN, 6),
  c: single(HIDDEN, 7),
  unit: 1.3,
};
const state = single(HIDDEN, 8, 2);
const stateMean = single(HIDDEN, 9);
const features: StateFeatures = new Map([
  ["last", state],
  ["last-mean", stateMean],
] as const);
const all = Int32Array.from({ length: VOCABULARY }, (_, token) => token);

describe("heads", () => {
  it("guide as GenARM does with their rewards as ARMs, through one shift of the state", () => {
    const heads: PushHead[] = [direction, lowRank];
    const [weights, beta] = [[1.4, -0.8], 0.5];
    const shift = shiftOf(heads, weights, beta, features);
    const shifted = logSoftmax(
      lmHead(
        unembedding,
        Float64Array.from(state, (x, i) => x + shift[i]!),
      ),
    );
    const ref = logSoftmax(lmHead(unembedding, state));
    const arms = heads.map((head, i) => ({
      alpha: weights[i]! / beta,
      logprobs: rewardsOf(pushOf(head, features), all, unembedding, mean).map((r) => r / head.unit),
    }));
    const guided = new Float64Array(VOCABULARY);
    genarmDistribution(ref, arms, guided);
    for (const token of all) expect(shifted[token]).toBeCloseTo(guided[token]!, 12);
  });

  it("push by c and each unit's row times the unit's activation", () => {
    const raw = [...state, ...stateMean];
    const push = Float64Array.from(lowRank.c);
    for (let j = 0; j < RANK; j++) {
      const z = raw.reduce(
        (sum, x, i) => sum + (lowRank.a[j * INPUTS + i]! * (x - lowRank.mean[i]!)) / lowRank.scale[i]!,
        0,
      );
      for (let i = 0; i < HIDDEN; i++) push[i]! += (z / (1 + Math.exp(-z))) * lowRank.b[j * HIDDEN + i]!;
    }
    for (const [i, x] of pushOf(lowRank, features).entries()) expect(x).toBeCloseTo(push[i]!, 6);
  });

  it("leave the policy alone at weight 0 and at infinite beta", () => {
    expect([...shiftOf([direction, lowRank], [0, 0], 1, features)]).toEqual(Array.from({ length: HIDDEN }, () => 0));
    expect([...shiftOf([direction], [2], Infinity, features)]).toEqual(Array.from({ length: HIDDEN }, () => 0));
    expect(shiftOf([], [], 1, features)).toHaveLength(0);
  });

  it("have rewards of mean 0 over the vocabulary, in units", () => {
    const rewards = directionRewards(direction, unembedding, mean);
    expect(rewards.reduce((sum, r) => sum + r, 0)).toBeCloseTo(0, 10);
    const own = rewardsOf(direction.c, [3, 5], unembedding, mean);
    expect(rewards[3]).toBeCloseTo(own[0]! / 0.7, 12);
    expect(rewards[5]).toBeCloseTo(own[1]! / 0.7, 12);
  });

  it("fold the standardisation into the first layer", () => {
    const { matrix, bias } = foldedInput(lowRank);
    const raw = [...state, ...stateMean];
    const push = Float64Array.from(lowRank.c);
    for (let j = 0; j < RANK; j++) {
      const z = raw.reduce((sum, x, i) => sum + matrix[j * INPUTS + i]! * x, bias[j]!);
      for (let i = 0; i < HIDDEN; i++) push[i]! += silu(z) * lowRank.b[j * HIDDEN + i]!;
    }
    for (const [i, x] of pushOf(lowRank, features).entries()) expect(x).toBeCloseTo(push[i]!, 5);
  });

  it("read a value off standardised features", () => {
    const { mean: centre, scale } = lowRank;
    const weights = single(INPUTS, 11);
    const head = { kind: "value", hidden: HIDDEN, features: lowRank.features, mean: centre, scale, weights } as const;
    const raw = [...state, ...stateMean];
    const value = raw.reduce((sum, x, i) => sum + (weights[i]! * (x - centre[i]!)) / scale[i]!, 0.25);
    expect(valueOf({ ...head, intercept: 0.25 }, features)).toBeCloseTo(value, 5);
  });

  it("say which feature the policy did not hand over", () => {
    expect(() => pushOf(lowRank, new Map([["last", state]]))).toThrow("last-mean has 0 numbers, not 6");
  });
});

describe("features of a state", () => {
  it("have means over the answer, kept up to date state by state", () => {
    const states = [1, 2, 3, 4].map((seed) => numbers(HIDDEN, seed));
    const running = new RunningMean(HIDDEN);
    let fork = running.fork();
    for (const [t, each] of states.entries()) {
      running.add(each);
      if (t === 1) fork = running.fork();
    }
    fork.add(states[3]!);
    for (let i = 0; i < HIDDEN; i++) {
      expect(running.mean[i]).toBeCloseTo(states.reduce((sum, x) => sum + x[i]!, 0) / 4, 12);
      expect(fork.mean[i]).toBeCloseTo((states[0]![i]! + states[1]![i]! + states[3]![i]!) / 3, 12);
    }
    expect([running.count, fork.count]).toEqual([4, 3]);
  });

  it("are divided by their root mean square", () => {
    const out = rmsNormalise([3, -4, 0, 0], new Float32Array(4));
    expect([...out]).toEqual([1.2, -1.6, 0, 0].map((x) => expect.closeTo(x, 6) as number));
    expect([...rmsNormalise([0, 0], new Float32Array(2))]).toEqual([0, 0]);
  });
});
