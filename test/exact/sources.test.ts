import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import { Guide } from "../../src/engine/decode/guidance.ts";
import type { CausalModel, Models } from "../../src/engine/interfaces.ts";
import { Binding } from "../../src/engine/decode/binding.ts";
import { planLanes } from "../../src/engine/decode/lane.ts";
import { Lockstep } from "../../src/engine/decode/lockstep.ts";
import { Row } from "../../src/engine/decode/row.ts";
import { TextStream } from "../../src/engine/decode/text-stream.ts";
import { lane, request } from "../fakes.ts";
import { RATIO } from "../sample-sources.ts";
import { tableCausal } from "../table-models.ts";
import { largestGap, distributionOf, type NextDistribution } from "./closed-form.ts";
import { modelsOf } from "./decoder.ts";
import {
  isWhole,
  keyOf,
  makeWorld,
  policyLogits,
  softmax,
  type Probabilities,
  type Text,
  type World,
} from "./world.ts";

const EXACT = 1e-9;
const BETA = 0.8;
const CONTRAST: SourceSpec = {
  id: "s2",
  name: "Contrast",
  type: "contrastive",
  model: "strong",
  better: "b",
  worse: "w",
};
const SIBLING: SourceSpec = { id: "s3", name: "Sibling", type: "sibling", model: "strong" };
const SOURCES = [RATIO, CONTRAST, SIBLING];

const PROMPT_OF: Readonly<Record<string, number>> = { b: 3, w: 4 };

/** A policy of its own, enumerable like the world's; its distribution depends on the prompt's last token too. */
function siblingOf(id: string, world: World, seed: number): CausalModel {
  const { vocabSize, prompt } = world;
  return tableCausal(id, { vocabSize }, (prefix) =>
    policyLogits(seed + prefix[prompt.length - 1]!, vocabSize, prefix.slice(prompt.length)),
  );
}

function withSiblings(world: World): Models {
  const models = modelsOf(world, {});
  const siblings = [siblingOf("strong", world, 100), siblingOf("weak", world, 200)];
  return {
    ...models,
    readers: new Map(siblings.map((model) => [model.id, model])),
    promptIds: (_, { instruction }) => [
      ...world.prompt.slice(0, -1),
      PROMPT_OF[instruction ?? ""] ?? world.prompt.at(-1)!,
    ],
  };
}

async function decoded(world: World, models: Models, weights: Record<string, number>): Promise<Probabilities> {
  const { strategy, sampling } = lane({ id: "genarm", beta: BETA, weights });
  const asked = request([{ name: "", strategy, sampling }], { sources: SOURCES });
  const binding = new Binding(models, asked);
  const [own] = planLanes(asked, binding);
  const lockstep = new Lockstep(binding, () => 0, new Set(), 8);
  const guide = new Guide(world.vocabSize, new Set());
  const sums = new Map(
    world.texts.map((text) => [
      new Row(own!, 0, world.prompt, TextStream.after(models.tokenizer, world.prompt)),
      { text, sum: 0 },
    ]),
  );
  try {
    for (let live = [...sums.keys()]; live.length > 0;) {
      await lockstep.read(live);
      for (const reading of (await lockstep.weigh(live)).readings) {
        const path = sums.get(reading.row)!;
        const token = path.text[reading.row.tokens.length]!;
        const { sampled, base } = guide.distributions(reading, sampling);
        path.sum += sampled[token]!;
        reading.row.append({ token, kl: 0, klSteer: 0, logprob: sampled[token]!, baseLogprob: base[token]! });
      }
      live = live.filter((row) => !isWhole(row.tokens, world.maxLength));
    }
  } finally {
    lockstep.dispose();
  }
  return new Map([...sums.values()].map(({ text, sum }) => [keyOf(text), Math.exp(sum)]));
}

/** By hand, in probabilities: pi_ref times powers of other distributions. */
function powers(world: World, factors: readonly (readonly [NextDistribution, number])[]): Probabilities {
  return distributionOf(world, (start) => {
    const ref = world.next(start);
    const raw = ref.map((p, v) =>
      factors.reduce((product, [distribution, power]) => product * distribution(start)[v]! ** power, p),
    );
    const total = raw.reduce((sum, p) => sum + p, 0);
    return raw.map((p) => p / total);
  });
}

const WORLDS = [makeWorld(1, 4, 5), makeWorld(2, 5, 4), makeWorld(3, 6, 3)].map(
  (world) => [`${world.vocabSize} tokens, length ${world.maxLength}`, world] as const,
);

describe.each(WORLDS)("in the world of %s, the real decoder", (_, world) => {
  const models = withSiblings(world);
  const distributionAt = (seed: number, prompt: number) => (start: Text) =>
    softmax(policyLogits(seed + prompt, world.vocabSize, start));
  const plain = world.prompt.at(-1)!;
  const [strong, weak] = [distributionAt(100, plain), distributionAt(200, plain)];
  const [better, worse] = [distributionAt(100, PROMPT_OF["b"]!), distributionAt(100, PROMPT_OF["w"]!)];

  it.each([0.4, 1, -0.7])(
    "has the distribution pi_ref (pi_s / pi_w)^(w/beta) under a sibling ratio of weight %d",
    async (w) => {
      const distribution = powers(world, [
        [strong, w / BETA],
        [weak, -w / BETA],
      ]);
      expect(largestGap(await decoded(world, models, { s1: w }), distribution)).toBeLessThan(EXACT);
      expect(largestGap(distribution, distributionOf(world, world.next))).toBeGreaterThan(1e-4);
    },
  );

  it("has the distribution of its formula under contrastive prompts, and under all sources together", async () => {
    const contrast = [
      [better, 0.9 / BETA],
      [worse, -0.9 / BETA],
    ] as const;
    expect(largestGap(await decoded(world, models, { s2: 0.9 }), powers(world, contrast))).toBeLessThan(EXACT);
    const all = powers(world, [...contrast, [strong, 0.5 / BETA], [weak, -0.5 / BETA], [strong, 0.3 / BETA]]);
    expect(largestGap(await decoded(world, models, { s1: 0.5, s2: 0.9, s3: 0.3 }), all)).toBeLessThan(EXACT);
  });
});
