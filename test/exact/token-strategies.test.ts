import { describe, expect, it } from "vitest";
import { lane } from "../fakes.ts";
import {
  bradleyTerryArm,
  conditional,
  cutMass,
  largestGap,
  distributionOf,
  meanValue,
  productDistribution,
  softValue,
  target,
  tokenwiseArm,
  valueDistribution,
} from "./closed-form.ts";
import { decodedDistribution, END, modelsOf } from "./decoder.ts";
import { makeWorld } from "./world.ts";

const EXACT = 1e-9;
const BETA = 0.7;
const B = 0.4;

const WORLDS = [makeWorld(1, 4, 5), makeWorld(2, 5, 4), makeWorld(3, 6, 3)].map(
  (world) => [`${world.vocabSize} tokens, length ${world.maxLength}, ${world.texts.length} texts`, world] as const,
);

const base = lane({ id: "base" });
const genarm = lane({ id: "genarm", beta: BETA, weights: { joy: 1 } });
const genarmBoth = lane({ id: "genarm", beta: BETA, weights: { joy: 1, adventure: 1 } });
const vas = (k: number) => lane({ id: "vas", beta: BETA, weights: { joy: 1 }, k });

describe.each(WORLDS)("in the world of %s, the real decoder", (_, world) => {
  const reward = (text: readonly number[]) => world.reward(text, 0);
  const other = (text: readonly number[]) => world.reward(text, 1);
  const best = target(world, reward, BETA);
  const softValues = [softValue(world, reward, BETA), softValue(world, other, BETA)];

  it("has the distribution of the base model without guidance, cut texts included", async () => {
    const ref = distributionOf(world, world.next);
    expect([...ref.values()].reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 12);
    expect(cutMass(world, ref, END)).toBeGreaterThan(0.05);
    expect(largestGap(await decodedDistribution(world, modelsOf(world, {}), base), ref)).toBeLessThan(EXACT);
  });

  it("has the distribution pi* under GenARM with the token-wise optimal ARM", async () => {
    const models = modelsOf(world, { arms: [tokenwiseArm(world, reward, BETA, B)], b: B });
    expect(largestGap(await decodedDistribution(world, models, genarm), best)).toBeLessThan(EXACT);
  });

  it("has the distribution pi* under VAS over the whole vocabulary with the soft value", async () => {
    const models = modelsOf(world, { values: softValues.slice(0, 1) });
    expect(largestGap(await decodedDistribution(world, models, vas(world.vocabSize)), best)).toBeLessThan(EXACT);
  });

  it("has the distribution of its formula under VAS with every smaller k, and none of them is pi*", async () => {
    const models = modelsOf(world, { values: softValues.slice(0, 1) });
    for (let k = 1; k < world.vocabSize; k++) {
      const distribution = await decodedDistribution(world, models, vas(k));
      expect(
        largestGap(distribution, distributionOf(world, valueDistribution(world, softValues.slice(0, 1), BETA, k))),
      ).toBeLessThan(EXACT);
      expect(largestGap(distribution, best)).toBeGreaterThan(1e-4);
    }
  });

  it("has the distribution of its formula with the Bradley–Terry ARM and with the mean value, which is not pi*", async () => {
    const arm = bradleyTerryArm(world, reward, B);
    const byArm = await decodedDistribution(world, modelsOf(world, { arms: [arm], b: B }), genarm);
    expect(largestGap(byArm, distributionOf(world, productDistribution(world, [arm], B / BETA)))).toBeLessThan(EXACT);
    const value = meanValue(world, reward);
    const byValue = await decodedDistribution(world, modelsOf(world, { values: [value] }), vas(world.vocabSize));
    expect(
      largestGap(byValue, distributionOf(world, valueDistribution(world, [value], BETA, world.vocabSize))),
    ).toBeLessThan(EXACT);
    for (const distribution of [byArm, byValue]) expect(largestGap(distribution, best)).toBeGreaterThan(1e-4);
  });

  it("has the distribution of its formula with two objectives and perfect parts, which is not pi* of their sum", async () => {
    const both = target(world, (text) => reward(text) + other(text), BETA);
    const arms = [tokenwiseArm(world, reward, BETA, B), tokenwiseArm(world, other, BETA, B)];
    const byArms = await decodedDistribution(world, modelsOf(world, { arms, b: B }), genarmBoth);
    expect(largestGap(byArms, distributionOf(world, productDistribution(world, arms, B / BETA)))).toBeLessThan(EXACT);
    const vasBoth = lane({ id: "vas", beta: BETA, weights: { joy: 1, adventure: 1 }, k: world.vocabSize });
    const byValues = await decodedDistribution(world, modelsOf(world, { values: softValues }), vasBoth);
    expect(
      largestGap(byValues, distributionOf(world, valueDistribution(world, softValues, BETA, world.vocabSize))),
    ).toBeLessThan(EXACT);
    // Both parts being perfect, the two routes are one and the same approximation.
    expect(largestGap(byArms, byValues)).toBeLessThan(EXACT);
    expect(largestGap(byArms, both)).toBeGreaterThan(1e-4);
  });

  it("has the distribution of a brute-force truncation after guidance", async () => {
    const sampling = { temperature: 0.6, topK: 3, topP: 0.8 };
    const models = modelsOf(world, { arms: [tokenwiseArm(world, reward, BETA, B)], b: B });
    const distribution = await decodedDistribution(world, models, {
      ...genarm,
      sampling: { ...genarm.sampling, ...sampling },
    });
    const guided = conditional(world, best);
    const truncated = distributionOf(world, (start) => {
      const sharp = guided(start).map((p) => p ** (1 / sampling.temperature));
      const ranked = sharp
        .map((_, v) => v)
        .sort((a, b) => sharp[b]! - sharp[a]!)
        .slice(0, sampling.topK);
      const total = ranked.reduce((sum, v) => sum + sharp[v]!, 0);
      const kept: number[] = [];
      for (let mass = 0; mass < sampling.topP * total; mass += sharp[kept.at(-1)!]!) kept.push(ranked[kept.length]!);
      const keptTotal = kept.reduce((sum, v) => sum + sharp[v]!, 0);
      return sharp.map((weight, v) => (kept.includes(v) ? weight / keptTotal : 0));
    });
    expect(largestGap(distribution, truncated)).toBeLessThan(EXACT);
  });
});
