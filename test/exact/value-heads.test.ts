/** VAS by a value head over the policy's states, in worlds where the head is exact: the policy itself looks ahead. */
import { describe, expect, it } from "vitest";
import type { ValueHead } from "../../src/core/heads/head.ts";
import { valueOf } from "../../src/core/heads/head.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { hashed, lane } from "../fakes.ts";
import { tableCausal, Usage } from "../table-models.ts";
import { distributionOf, largestGap, softValue, target, valueDistribution, type Reward } from "./closed-form.ts";
import { decodedDistribution, END, modelsOf } from "./decoder.ts";
import { makeWorld, policyLogits, type World } from "./world.ts";

/** States are float32. */
const NEAR = 1e-5;
const BETA = 0.7;
const SOURCE: SourceSpec = { id: "s1", name: "Value", type: "head", head: "value", kind: "value" };

/** V = x + y + 2, of a state whose two numbers say nothing alone. */
const HEAD: ValueHead = {
  kind: "value",
  hidden: 2,
  features: ["last"],
  mean: Float32Array.of(0.5, -1),
  scale: Float32Array.of(2, 4),
  weights: Float32Array.of(2, 4),
  intercept: 1.5,
};

function modelsWith(world: World, value: Reward, endIds: readonly number[], usage = new Usage()): Models {
  const { vocabSize, prompt, seed } = world;
  const of = (prefix: readonly number[]) => {
    const [noise, start] = [5 * hashed(3, ...prefix), prefix.slice(prompt.length)];
    return { hidden: Float32Array.of(value(start) - noise - 2, noise), middle: new Float32Array(2) };
  };
  const states = { sizes: { hidden: 2, layer: 1 }, of };
  const logitsOf = (prefix: readonly number[]) => policyLogits(seed, vocabSize, prefix.slice(prompt.length));
  const models = modelsOf(world, {});
  return {
    ...models,
    tokenizer: { ...models.tokenizer, endIds },
    policy: tableCausal("policy", { vocabSize, states }, logitsOf, usage),
    heads: new Map([["value", { kind: "value", value: (features) => valueOf(HEAD, features) }]]),
  };
}

const vas = (k: number) => lane({ id: "vas", beta: BETA, weights: { s1: 1 }, k });
const WORLDS = [makeWorld(1, 4, 5), makeWorld(2, 5, 4)].map((world) => [`${world.vocabSize} tokens`, world] as const);

describe.each(WORLDS)("in the world of %s, VAS by an exact value head", (_, world) => {
  const reward: Reward = (text) => world.reward(text, 0);
  const exact = softValue(world, reward, BETA);

  it("has the distribution pi* over the whole vocabulary", async () => {
    const best = target(world, reward, BETA);
    const found = await decodedDistribution(world, modelsWith(world, exact, []), vas(world.vocabSize), [SOURCE]);
    expect(largestGap(found, best)).toBeLessThan(NEAR);
    expect(largestGap(distributionOf(world, world.next), best)).toBeGreaterThan(0.01);
  });

  it("has the distribution of its formula with every smaller k, where texts go on from tokens that it did not read", async () => {
    const usage = new Usage();
    const models = modelsWith(world, exact, [], usage);
    for (let k = 1; k < world.vocabSize; k++) {
      const found = await decodedDistribution(world, models, vas(k), [SOURCE]);
      const truth = distributionOf(world, valueDistribution(world, [exact], BETA, k));
      expect(largestGap(found, truth)).toBeLessThan(NEAR);
    }
    expect(usage.opened).toBe(usage.disposed);
  });

  it("takes the value of the text before it for an end token, whose state no head has read", async () => {
    const spoken: Reward = (text) => exact(text.at(-1) === END ? text.slice(0, -1) : text);
    const k = world.vocabSize;
    const found = await decodedDistribution(world, modelsWith(world, exact, [END]), vas(k), [SOURCE]);
    const truth = distributionOf(world, valueDistribution(world, [spoken], BETA, k));
    expect(largestGap(found, truth)).toBeLessThan(NEAR);
  });
});
