/** Prefix scoring beside the ARM: with the value of beginnings it is exact, with a judge of whole texts it is not. */
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import { lane } from "../fakes.ts";
import {
  argsNext,
  distributionOf,
  divergence,
  expectation,
  largestGap,
  softValue,
  target,
  tokenwiseArm,
  type Reward,
} from "./closed-form.ts";
import { decodedDistribution, modelsOf } from "./decoder.ts";
import { makeWorld } from "./world.ts";

const EXACT = 1e-9;
const BETA = 0.7;
const WORLDS = [makeWorld(1, 4, 5), makeWorld(2, 5, 4), makeWorld(3, 6, 3)].map(
  (world) => [`${world.vocabSize} tokens, length ${world.maxLength}`, world] as const,
);
const args = (k: number) => lane({ id: "args", beta: BETA, weights: { joy: 1 }, k });

describe.each(WORLDS)("ARGS in the world of %s", (_, world) => {
  const reward: Reward = (text) => world.reward(text, 0);
  const best = target(world, reward, BETA);
  const soft = softValue(world, reward, BETA);

  it("is pi*, as VAS is, where the judge knows the soft value of beginnings", async () => {
    const models = modelsOf(world, { judged: [soft], values: [soft] });
    const distribution = await decodedDistribution(world, models, args(world.vocabSize));
    expect(largestGap(distribution, best)).toBeLessThan(EXACT);
    const vas = lane({ id: "vas", beta: BETA, weights: { joy: 1 }, k: world.vocabSize });
    expect(largestGap(distribution, await decodedDistribution(world, models, vas))).toBeLessThan(EXACT);
  });

  it("has the distribution of its formula with every k, and is not pi* by a judge of whole texts", async () => {
    const models = modelsOf(world, {});
    for (let k = 1; k <= world.vocabSize; k++) {
      const distribution = await decodedDistribution(world, models, args(k));
      expect(largestGap(distribution, distributionOf(world, argsNext(world, [reward], BETA, k)))).toBeLessThan(EXACT);
      expect(largestGap(distribution, best)).toBeGreaterThan(0.01);
    }
  });

  it("loses to the ARM by what the judge does not know of beginnings", async () => {
    const arm = modelsOf(world, { arms: [tokenwiseArm(world, reward, BETA, 1)] });
    const genarm = lane({ id: "genarm", beta: BETA, weights: { joy: 1 } });
    const byArm = await decodedDistribution(world, arm, genarm);
    const byJudge = await decodedDistribution(world, modelsOf(world, {}), args(world.vocabSize));
    expect(divergence(best, byArm)).toBeLessThan(EXACT);
    expect(divergence(best, byJudge)).toBeGreaterThan(0.05);
    // Reward less what it cost, which pi* makes largest.
    const ref = distributionOf(world, world.next);
    const gain = (p: typeof byArm): number => expectation(world, p, reward) - BETA * divergence(p, ref);
    expect(gain(byJudge)).toBeLessThan(gain(byArm));
  });

  it("takes the best candidate at temperature 0", async () => {
    const greedy = { ...args(2), sampling: { ...args(2).sampling, temperature: 0 } };
    const distribution = await decodedDistribution(world, modelsOf(world, {}), greedy);
    const next = argsNext(world, [reward], BETA, 2);
    const text: number[] = [];
    for (const [key, p] of distribution) if (p > 0.5) text.push(...key.split(" ").map(Number));
    for (const [t, token] of text.entries()) {
      const probabilities = next(text.slice(0, t));
      expect(probabilities[token]).toBe(Math.max(...probabilities));
    }
    expect(text.length).toBeGreaterThan(0);
  });

  it("reads rules and scorers of texts like a judge", async () => {
    const sources: readonly SourceSpec[] = [
      { id: "s1", name: "letter", type: "scorer", scorer: { type: "pattern", pattern: "d" } },
      { id: "s2", name: "short", type: "rule", rule: { type: "length", words: 1 } },
    ];
    const own = lane({ id: "args", beta: BETA, weights: { s1: 1, s2: 0.5 }, k: world.vocabSize });
    const models = { ...modelsOf(world, {}), judge: null };
    const spelt = (text: readonly number[]): string => models.tokenizer.decode([...text]).trim();
    const scored: Reward = (text) => {
      const words = spelt(text)
        .split(" ")
        .filter((word) => word !== "").length;
      return (spelt(text).includes("d") ? 1 : 0) - 0.5 * Math.abs(words - 1);
    };
    const expected = distributionOf(world, argsNext(world, [scored], BETA, world.vocabSize));
    expect(largestGap(await decodedDistribution(world, models, own, sources), expected)).toBeLessThan(EXACT);
  });
});
