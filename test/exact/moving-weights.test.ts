/**
 * Weights that move, in a world where the answer is known: every token has a reward of its own, a text is worth the mean of
 * its tokens, and the policy draws tokens alike. Steering by w gives tokens the law softmax(w r / β), so the weight that
 * meets a goal is the root of a monotone function.
 */
import { describe, expect, it } from "vitest";
import { MOVE_EVERY } from "../../src/core/combine/moving.ts";
import type { Combine } from "../../src/core/combine/way-types.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { ObjectiveId, Weights } from "../../src/core/types.ts";
import { collect, eventsOf, fakeModels, lane, request } from "../fakes.ts";
import { tableCausal, tableReward } from "../table-models.ts";

const OBJECTIVES: readonly ObjectiveId[] = ["joy", "adventure"];
/** Rewards of the tokens from id 2 on: the two objectives pull against each other. */
const TABLE = [
  [-1.2, -0.3, 0.1, 0.6, 1.4],
  [0.5, 0.6, -0.1, 0, -0.4],
] as const;
const BETA = 0.5;
const LENGTH = 400;
const SEEDS = [1, 2, 3, 4, 5, 6];

function rewardOf(text: readonly number[], objective: number): number {
  const spoken = text.slice(1 + PROMPT);
  return spoken.reduce((sum, token) => sum + TABLE[objective]![token - 2]!, 0) / Math.max(1, spoken.length);
}
const PROMPT = 1;

function models(): Models {
  const vocabSize = 7;
  const fakes = fakeModels({ context: 1024 }).models;
  const model = (id: string, logits: readonly number[]) =>
    tableCausal(id, { vocabSize, context: 1024 }, () => Float64Array.of(-60, -60, ...logits));
  const arms = OBJECTIVES.map((objective, i) => {
    return [objective, { objective, b: 1, model: model(`arm-${i}`, TABLE[i]!) }] as const;
  });
  const judge = tableReward("judge", { objectives: OBJECTIVES, members: 1, context: 1024 }, (sequence) =>
    OBJECTIVES.map((_, i) => Float64Array.of(rewardOf(sequence, i))),
  );
  const policy = model("policy", [0, 0, 0, 0, 0]);
  return {
    ...fakes,
    tokenizer: { ...fakes.tokenizer, vocabSize },
    promptIds: () => [0, 2],
    policy,
    arms: new Map(arms),
    readers: new Map([[policy.id, policy]]),
    value: null,
    judge,
  };
}

async function run(weights: Weights, combine: Combine, seed: number) {
  const strategy = { id: "genarm", beta: BETA, weights, combine } as const;
  const wanted = request([lane(strategy)], { maxTokens: LENGTH, suppressEnd: true, seed });
  const events = await collect({ models: models(), usage: new Map() }, wanted);
  const [sample] = eventsOf(events, "sample");
  return { reward: sample!.result.reward, moves: eventsOf(events, "moved").map(({ move }) => move) };
}

async function means(weights: Weights, combine: Combine) {
  const runs = await Promise.all(SEEDS.map((seed) => run(weights, combine, seed)));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    runs,
    joy: mean(runs.map(({ reward }) => reward.joy!)),
    adventure: mean(runs.map(({ reward }) => reward.adventure!)),
  };
}

/** E r of objective `read` under tokens drawn by softmax( (w_0 r_0 + w_1 r_1) / β ). */
function expected(weights: readonly [number, number], read: number): number {
  const law = TABLE[0].map((r, v) => Math.exp((weights[0] * r + weights[1] * TABLE[1][v]!) / BETA));
  const total = law.reduce((sum, p) => sum + p, 0);
  return law.reduce((sum, p, v) => sum + (p / total) * TABLE[read]![v]!, 0);
}

/** The weight of joy under which joy is expected to be `goal`, by bisection. */
function weightFor(goal: number): number {
  let [low, high] = [0, 50];
  for (let i = 0; i < 80; i++) {
    const middle = (low + high) / 2;
    if (expected([middle, 0], 0) < goal) low = middle;
    else high = middle;
  }
  return low;
}

const goals = (targets: Weights, most: Weights = {}): Combine => ({ type: "goals", targets, eta: 0.5, most });

describe("a goal", () => {
  it.each([0.4, 0.8])(
    "of %f that can be reached is reached on average, by about the weight of the closed form",
    async (goal) => {
      const { runs, joy } = await means({ joy: 0.05 }, goals({ joy: goal }));
      expect(joy).toBeCloseTo(goal, 1);
      // Without steering joy is 0.12 on average: the goal was not met by itself.
      expect(expected([0, 0], 0)).toBeCloseTo(0.12, 9);
      const late = runs.flatMap(({ moves }) => moves.slice(-20).map(({ weights }) => weights.joy!));
      const weight = late.reduce((sum, each) => sum + each, 0) / late.length;
      expect(Math.abs(weight - weightFor(goal))).toBeLessThan(0.25 * weightFor(goal) + 0.02);
    },
  );

  it("that is met without steering takes the weight to 0", async () => {
    const { runs } = await means({ joy: 1 }, goals({ joy: -1 }));
    for (const { moves } of runs) expect(moves.at(-1)!.weights.joy).toBe(0);
  });

  it("that cannot be reached leaves the weight at its bound", async () => {
    const { runs } = await means({ joy: 1 }, goals({ joy: 5 }, { joy: 3 }));
    for (const { moves } of runs) expect(moves.at(-1)!.weights.joy).toBe(3);
  });

  it("for two objectives at once reaches both", async () => {
    const { joy, adventure } = await means({ joy: 0.5, adventure: 0.5 }, goals({ joy: 0.1, adventure: 0.15 }));
    expect(joy).toBeGreaterThan(0.1 - 0.06);
    expect(adventure).toBeGreaterThan(0.15 - 0.06);
  });
});

describe("the worst of the wishes", () => {
  it("is brought level with the other one, and above where the sliders alone leave it", async () => {
    const weights = { joy: 1.5, adventure: 1.5 };
    const { joy, adventure, runs } = await means(weights, { type: "worst", eta: 0.5 });
    const fixed = [0, 1].map((read) => expected([1.5, 1.5], read));
    expect(Math.abs(joy - adventure)).toBeLessThan(Math.abs(fixed[0]! - fixed[1]!) / 3);
    expect(Math.min(joy, adventure)).toBeGreaterThan(Math.min(...fixed) + 0.02);
    for (const { moves } of runs) {
      expect(moves.map(({ token }) => token)).toEqual(
        Array.from({ length: LENGTH / MOVE_EVERY - 1 }, (_, i) => (i + 1) * MOVE_EVERY),
      );
      for (const move of moves) expect(move.weights.joy! + move.weights.adventure!).toBeCloseTo(3, 9);
    }
  });
});
