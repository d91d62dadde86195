/** Made-up words and numbers of a run, the same every time. For tests alone. */
import {
  OBJECTIVES_OF_KIND,
  type KlReport,
  type LaneRequest,
  type LaneResult,
  type Rewards,
  type RowStep,
  type RunRequest,
  type SampleResult,
  type Weights,
} from "../../src/core/types.ts";

const WORDS =
  " the fox laughed and ran to show his friend a golden key . It was raining , but they danced all the way home with bright songs in the dark".split(
    /(?= )/,
  );

/** Deterministic numbers in [0, 1) from a few integers. */
function noise(...parts: readonly number[]): number {
  let hash = 2166136261;
  for (const part of parts) hash = Math.imul(hash ^ part, 16777619) >>> 0;
  hash ^= hash >>> 15;
  return (Math.imul(hash, 2246822519) >>> 0) / 2 ** 32;
}

export const weightsOf = (lane: LaneRequest): Weights => (lane.strategy.id === "base" ? {} : lane.strategy.weights);
export const countOf = (lane: LaneRequest): number => ("n" in lane.strategy ? lane.strategy.n : 1);

export function fakeStep(
  request: RunRequest,
  lane: number,
  sample: number,
  position: number,
  weights: Weights,
): RowStep {
  const token = Math.floor(noise(request.seed, lane, sample, position) * WORDS.length);
  const isGuided = request.lanes[lane]?.strategy.id === "genarm" || request.lanes[lane]?.strategy.id === "vas";
  const isFlip = isGuided && noise(lane, position, 7) < 0.18;
  const contributions: Rewards = isGuided
    ? Object.fromEntries(
        Object.entries(weights).map(([id, weight], i) => [id, weight * (noise(lane, position, i) ** 3 * 2 - 0.25)]),
      )
    : {};
  const baseLogprob = -3 * noise(position, lane, 3) - 0.05;
  const ids = Array.from({ length: 8 }, (_, i) => (token + i) % WORDS.length);
  const push = Object.values(contributions).reduce((sum, each) => sum + each, 0);
  return {
    lane,
    sample,
    position,
    token,
    text: WORDS[token] ?? "",
    logprob: baseLogprob + push - 0.1,
    baseLogprob,
    kl: isGuided ? 0.4 * noise(position, 5) ** 2 : 0,
    klSteer: isGuided ? 0.4 * noise(position, 5) ** 2 : 0,
    entropy: 2.4 * noise(position, 6),
    logZ: isGuided ? 0.1 : 0,
    contributions,
    plainToken: isFlip ? (token + 1) % WORDS.length : token,
    plainText: WORDS[(token + 1) % WORDS.length] ?? "",
    ...(sample === 0 && {
      top: {
        ids,
        texts: ids.map((id) => WORDS[id] ?? ""),
        base: ids.map((_, i) => baseLogprob - i * 0.7),
        guided: ids.map((_, i) => (i === 0 ? baseLogprob + push - 0.1 : baseLogprob - 0.1 - i * 0.9)),
        contributions: Object.fromEntries(
          Object.keys(contributions).map((id) => [id, ids.map((_, i) => (i === 0 ? push : -0.2 * i))]),
        ),
        sources: {},
        tail: { base: 0.1, guided: 0.1 },
      },
    }),
  };
}

export function fakeSample(request: RunRequest, lane: number, sample: number, steps: readonly RowStep[]): SampleResult {
  const objectives = OBJECTIVES_OF_KIND[request.kind];
  const truth = Object.fromEntries(
    objectives.map((id, i) => [id, id === "cautious" ? null : 3 * noise(lane, sample, i, 11) - 1]),
  );
  return {
    lane,
    sample,
    tokens: steps.map((step) => step.token),
    text: steps.map((step) => step.text).join(""),
    finish: "length",
    truth,
    reward: Object.fromEntries(objectives.map((id, i) => [id, 3 * noise(lane, sample, i, 12) - 1])),
    rewardMembers: Object.fromEntries(objectives.map((id, i) => [id, [3 * noise(lane, sample, i, 12) - 1]])),
    klSum: 1,
    klSteer: 1,
    logprobSum: -10,
    baseLogprobSum: -12,
  };
}

export function fakeLane(request: RunRequest, lane: number, length: number): LaneResult {
  const asked = request.lanes[lane];
  const n = asked === undefined ? 1 : countOf(asked);
  const kl: KlReport =
    n > 1 ? { type: "best-of-n", estimator: 0.9, upperBound: 1.2 } : { type: "exact", sum: lane === 0 ? 0 : 4.1 };
  return {
    lane,
    chosen: n > 1 ? 2 % n : 0,
    scores: n > 1 ? Array.from({ length: n }, (_, sample) => 4 * noise(sample, 13) - 1.5) : [],
    kl,
    klSteer: kl,
    klPerToken: 0.1,
    basePerplexity: 7.4,
    distinct: [0.61, 0.93, 0.99],
    length,
    forwards: { policy: length * n, arm: lane === 1 ? length : 0 },
    ms: 400,
  };
}
