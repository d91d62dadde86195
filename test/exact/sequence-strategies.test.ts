import { describe, expect, it } from "vitest";
import type { LaneRequest, SampleResult } from "../../src/core/types.ts";
import { softChoiceDistribution } from "../../src/core/soft-best-of-n.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { selectSample } from "../../src/engine/decode/select-sample.ts";
import { BASE, bestOf, eventsOf, fakeControl, lane } from "../fakes.ts";
import type { RunEvent } from "../../src/core/types.ts";
import {
  bestOfNDistribution,
  largestGap,
  distributionOf,
  softBestOfNDistribution,
  softValue,
  target,
  tokenwiseArm,
  totalVariation,
} from "./closed-form.ts";
import { END, modelsOf, worldRequest } from "./decoder.ts";
import { goodnessOfFit } from "./goodness.ts";
import { keyOf, makeWorld } from "./world.ts";
import type { Probabilities, World } from "./world.ts";

const BETA = 0.7;
const WORLD = makeWorld(4, 4, 3);
const RUNS = 600;
/** Whole runs are many; a busy machine must not fail them. */
const PATIENCE_MS = 180_000;

function softOf(n: number): LaneRequest {
  return lane({ id: "soft-bon", n, beta: BETA, weights: { joy: 1 }, ensemble: "mean", lambda: 0 });
}

function reward(text: readonly number[]): number {
  return WORLD.reward(text, 0);
}

/** What the engine's judge says of every text, as the samples of a lane carry it. */
async function judged(world: World, models: Models): Promise<Pick<SampleResult, "rewardMembers" | "truth">[]> {
  const scores = await models.judge!.score(world.texts.map((text) => [...world.prompt, ...text]));
  return scores.map(([joy]) => ({ rewardMembers: { joy: [...joy!] }, truth: {} }));
}

/** Adds up, over all pairs of texts, the probability that each of the two is shown. */
async function pairDistribution(
  world: World,
  choose: (pair: readonly Pick<SampleResult, "rewardMembers" | "truth">[]) => readonly number[],
) {
  const ref = [...distributionOf(world, world.next).values()];
  const samples = await judged(world, modelsOf(world, {}));
  const mass = world.texts.map(() => 0);
  for (const [i, first] of samples.entries()) {
    for (const [j, second] of samples.entries()) {
      const [p, q] = choose([first, second]);
      mass[i]! += ref[i]! * ref[j]! * p!;
      mass[j]! += ref[i]! * ref[j]! * q!;
    }
  }
  return new Map(world.texts.map((text, i) => [keyOf(text), mass[i]!]));
}

describe("over all pairs of texts", () => {
  it("the choice of best-of-2 has exactly the distribution F^2 - F^-^2", async () => {
    const { strategy } = bestOf(2);
    const distribution = await pairDistribution(WORLD, (pair) =>
      selectSample(strategy, pair, 0).chosen === 0 ? [1, 0] : [0, 1],
    );
    expect(largestGap(distribution, bestOfNDistribution(WORLD, reward, 2))).toBeLessThan(1e-9);
  });

  it("equal rewards leave best-of-2 with the base distribution", async () => {
    const { strategy } = bestOf(2, { joy: 0 });
    const distribution = await pairDistribution(WORLD, (pair) =>
      selectSample(strategy, pair, 0).chosen === 0 ? [1, 0] : [0, 1],
    );
    expect(largestGap(distribution, distributionOf(WORLD, WORLD.next))).toBeLessThan(1e-9);
  });

  it("the choice of soft best-of-2 has exactly its closed form", async () => {
    const { strategy } = softOf(2);
    const distribution = await pairDistribution(WORLD, (pair) => {
      const scores = selectSample(strategy, pair, 0).scores;
      return [...softChoiceDistribution(scores, BETA)].map(Math.exp);
    });
    expect(largestGap(distribution, softBestOfNDistribution(WORLD, reward, BETA, 2))).toBeLessThan(1e-9);
  });
});

describe("soft best-of-N", () => {
  it("comes nearer to pi* with every sample, about as 1 / N", () => {
    const small = makeWorld(5, 4, 2);
    const joy = (text: readonly number[]) => small.reward(text, 0);
    const beta = 2;
    const best = target(small, joy, beta);
    const distances = [1, 2, 3, 4, 5].map((n) => totalVariation(softBestOfNDistribution(small, joy, beta, n), best));
    for (let n = 1; n < 5; n++) expect(distances[n]!).toBeLessThan(distances[n - 1]!);
    expect((distances[4]! * 5) / (distances[1]! * 2)).toBeGreaterThan(0.9);
    expect((distances[4]! * 5) / (distances[1]! * 2)).toBeLessThan(1.2);
  });
});

async function run(models: Models, lanes: readonly LaneRequest[], seed: number): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of decode("run", worldRequest(WORLD, lanes, seed), models, fakeControl())) events.push(event);
  return events;
}

describe(`over ${RUNS} seeds`, () => {
  it(
    "whole runs of every strategy show texts with the distribution of their closed form",
    { timeout: PATIENCE_MS },
    async () => {
      const models = modelsOf(WORLD, {
        arms: [tokenwiseArm(WORLD, reward, BETA, 1)],
        values: [softValue(WORLD, reward, BETA)],
      });
      const best = target(WORLD, reward, BETA);
      const plain = distributionOf(WORLD, WORLD.next);
      const cases: readonly (readonly [LaneRequest, Probabilities])[] = [
        [BASE, plain],
        [lane({ id: "genarm", beta: BETA, weights: { joy: 1 } }), best],
        [lane({ id: "vas", beta: BETA, weights: { joy: 1 }, k: WORLD.vocabSize }), best],
        [bestOf(4), bestOfNDistribution(WORLD, reward, 4)],
        [softOf(3), softBestOfNDistribution(WORLD, reward, BETA, 3)],
      ];
      const shown = cases.map((): string[] => []);
      for (let seed = 0; seed < RUNS; seed++) {
        const events = await run(
          models,
          cases.map(([own]) => own),
          seed,
        );
        const samples = eventsOf(events, "sample").map((event) => event.result);
        for (const { lane: index, chosen } of eventsOf(events, "finished")[0]!.lanes) {
          const sample = samples.find((own) => own.lane === index && own.sample === chosen)!;
          shown[index]!.push(keyOf(sample.tokens));
        }
      }
      for (const [index, [, distribution]] of cases.entries()) {
        const { statistic, limit } = goodnessOfFit(shown[index]!, distribution);
        expect(statistic).toBeLessThan(limit);
      }
      // The test has teeth: the plain texts do not have the distribution of the guided ones.
      const wrong = goodnessOfFit(shown[0]!, best);
      expect(wrong.statistic).toBeGreaterThan(wrong.limit);
    },
  );

  it("a text cut at the length is judged like any other", async () => {
    const events = await run(modelsOf(WORLD, {}), [bestOf(16)], 1);
    const cut = eventsOf(events, "sample").filter(({ result }) => result.tokens.at(-1) !== END);
    expect(cut.length).toBeGreaterThan(0);
    for (const { result } of cut) expect(result.reward.joy).toBe(WORLD.reward(result.tokens, 0));
  });
});
