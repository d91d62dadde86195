import { describe, expect, it } from "vitest";
import { lane } from "../fakes.ts";
import {
  bradleyTerryArm,
  distributionOf,
  klOfTexts,
  largestGap,
  plausibleDistribution,
  productDistribution,
  softValue,
  valueDistribution,
} from "./closed-form.ts";
import { decodedDistribution, decodedTexts, modelsOf } from "./decoder.ts";
import { makeWorld } from "./world.ts";

const EXACT = 1e-9;
const BETA = 0.7;
const B = 0.4;
const sampling = { topK: 0, topP: 1, minP: 0 };

const WORLDS = [makeWorld(1, 4, 5), makeWorld(2, 5, 4), makeWorld(3, 6, 3)].map(
  (world) => [`${world.vocabSize} tokens`, world] as const,
);
const SETTINGS = [
  { plausible: 0.3, temperature: 1 },
  { plausible: 0.3, temperature: 0.7 },
  { plausible: 0.8, temperature: 1.5 },
];

describe.each(WORLDS)("in the world of %s, plausible candidates", (_, world) => {
  const reward = (text: readonly number[]) => world.reward(text, 0);
  const arm = bradleyTerryArm(world, reward, B);
  const product = productDistribution(world, [arm], B / BETA);
  const soft = softValue(world, reward, BETA);
  const byValue = valueDistribution(world, [soft], BETA, world.vocabSize);

  it.each(SETTINGS)("with $plausible at temperature $temperature leave their formula's distribution", async (own) => {
    const { plausible, temperature } = own;
    const drawn = { ...sampling, ...own };
    const plain = distributionOf(world, plausibleDistribution(world, world.next, plausible, temperature));
    expect([...plain.values()].some((p) => p === 0)).toBe(true);
    const cases = [
      [lane({ id: "base" }, drawn), modelsOf(world, {}), plain],
      [
        lane({ id: "genarm", beta: BETA, weights: { joy: 1 } }, drawn),
        modelsOf(world, { arms: [arm], b: B }),
        distributionOf(world, plausibleDistribution(world, product, plausible, temperature)),
      ],
      // Centred over the plausible candidates alone, which changes no distribution where all of them are candidates.
      [
        lane({ id: "vas", beta: BETA, weights: { joy: 1 }, k: world.vocabSize }, drawn),
        modelsOf(world, { values: [soft] }),
        distributionOf(world, plausibleDistribution(world, byValue, plausible, temperature)),
      ],
    ] as const;
    for (const [asked, models, expected] of cases) {
      expect(largestGap(await decodedDistribution(world, models, asked), expected)).toBeLessThan(EXACT);
      // By the chain rule, what the steps cost is on average the KL of whole texts to plain sampling.
      const texts = [...(await decodedTexts(world, models, asked)).values()].filter(
        ({ probability }) => probability > 0,
      );
      const spent = texts.reduce((sum, { probability, klSteer }) => sum + probability * klSteer!, 0);
      expect(Math.abs(spent - klOfTexts(expected, plain))).toBeLessThan(EXACT);
    }
  });

  it("cost nothing where nothing steers, though the base model would write otherwise", async () => {
    const asked = lane({ id: "base" }, { ...sampling, plausible: 0.3, temperature: 0.7 });
    const texts = await decodedTexts(world, modelsOf(world, {}), asked);
    for (const { klSteer } of texts.values()) expect(klSteer).toBe(0);
    const base = distributionOf(world, world.next);
    const plain = distributionOf(world, plausibleDistribution(world, world.next, 0.3, 0.7));
    expect(klOfTexts(plain, base)).toBeGreaterThan(0.1);
  });

  it("have a cost that is infinite, and so null, where top-p keeps what plain sampling leaves out", async () => {
    const strong = lane(
      { id: "genarm", beta: 0.02, weights: { joy: 1 } },
      { ...sampling, plausible: 0, temperature: 1, topP: 0.5 },
    );
    const texts = [...(await decodedTexts(world, modelsOf(world, { arms: [arm], b: B }), strong)).values()];
    const likely = texts.filter(({ probability }) => probability > 0);
    expect(likely.some(({ klSteer }) => klSteer === null)).toBe(true);
  });
});
