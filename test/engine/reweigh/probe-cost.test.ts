/** The weight of a new source: found on a plain text, priced by an independent sum. */
import { describe, expect, test } from "vitest";
import { genarmDistribution } from "../../../src/core/genarm.ts";
import { klDivergence, logSoftmax } from "../../../src/core/logprobs.ts";
import { siblingRatio } from "../../../src/core/sources/sibling-ratio.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { TokenId } from "../../../src/core/types.ts";
import { probeCost, TARGET_NATS } from "../../../src/engine/reweigh/probe-cost.ts";
import { collect, eventsOf, fakeModels, hashed, lane, request } from "../../fakes.ts";
import { tableCausal } from "../../table-models.ts";

const BETA = 0.5;
const CONTRAST: SourceSpec = {
  id: "s1",
  name: "Contrast",
  type: "contrastive",
  model: "policy",
  better: "be kind",
  worse: "be rude",
};
const RATIO: SourceSpec = {
  id: "s1",
  name: "Ratio",
  type: "sibling-ratio",
  strong: "arm-joy",
  weak: "policy",
  criteria: "",
};
const SIBLING: SourceSpec = { id: "s1", name: "Sibling", type: "sibling", model: "arm-detail" };
const RULE: SourceSpec = { id: "s1", name: "Rule", type: "rule", rule: { type: "length", words: 9 } };

const wanted = (source: SourceSpec) =>
  request([lane({ id: "base" }), lane({ id: "genarm", beta: BETA, weights: {} })], {
    sources: [source],
    maxTokens: 20,
    suppressEnd: true,
  });
const control = { signal: new AbortController().signal, now: () => 0, turn: () => Promise.resolve() };

describe("a source that steers tokens", () => {
  test.each([CONTRAST, RATIO, SIBLING])(
    "$name starts at the weight that costs 3 nats on a plain text",
    async (source) => {
      const { models } = fakeModels();
      const asked = wanted(source);
      const found = await probeCost(asked, "s1", models, control);
      if (found === null) throw new Error("no weight was found");
      expect(found.tokens).toBe(20);
      expect(Math.abs(found.nats - TARGET_NATS)).toBeLessThan(0.07);

      const events = await collect(fakeModels(), { ...asked, lanes: asked.lanes.slice(0, 1) });
      const tokens = eventsOf(events, "sample")[0]!.result.tokens;
      const distributionOf = async (id: string, instruction: string | null, said: readonly TokenId[]) => {
        const model = models.readers.get(id)!;
        const { kind, prompt } = asked;
        const batch = await model.open([
          [...models.promptIds(id, { kind, prompt, instruction, system: "", turns: [] }), ...said],
        ]);
        return logSoftmax(batch.logits(0));
      };
      let nats = 0;
      for (const t of tokens.keys()) {
        const said = tokens.slice(0, t);
        const base = await distributionOf("policy", null, said);
        for (const end of models.tokenizer.endIds) base[end] = -Infinity;
        const own = logSoftmax(base);
        const reward =
          source.type === "contrastive"
            ? siblingRatio(
                await distributionOf("policy", "be kind", said),
                await distributionOf("policy", "be rude", said),
              )
            : source.type === "sibling-ratio"
              ? siblingRatio(await distributionOf("arm-joy", null, said), await distributionOf("policy", null, said))
              : await distributionOf("arm-detail", null, said);
        const guided = new Float64Array(own.length);
        genarmDistribution(own, [{ alpha: found.weight / BETA, logprobs: reward }], guided);
        nats += klDivergence(guided, own);
      }
      expect(nats).toBeCloseTo(found.nats, 6);
    },
  );

  test("is probed on a shorter text where the device is slow, and costs less there", async () => {
    const { models } = fakeModels();
    let time = 0;
    const slow = { ...control, now: () => (time += 200) };
    const found = await probeCost(wanted(CONTRAST), "s1", models, slow);
    expect(found!.tokens).toBeLessThan(20);
    expect(found!.nats / TARGET_NATS).toBeCloseTo(found!.tokens / 20, 1);
  });
});

test("a large vocabulary shortens the text, for its scores must be kept, and the cost with it", async () => {
  const vocabSize = 1_000_000;
  const { models } = fakeModels();
  const logitsOf = (prefix: readonly TokenId[]): Float32Array => {
    const logits = new Float32Array(vocabSize).fill(-1e9);
    for (let token = 0; token < 40; token += 1) logits[token] = hashed(token, ...prefix);
    return logits;
  };
  const policy = tableCausal("policy", { vocabSize }, logitsOf);
  const wide = { ...models, policy, readers: new Map([["policy", policy]]), arms: new Map(), value: null };
  const found = await probeCost(wanted(CONTRAST), "s1", wide, control);
  expect(found!.tokens).toBe(5);
  expect(found!.nats / TARGET_NATS).toBeCloseTo(5 / 20, 1);
});

test("a source that only ranks whole texts has no such weight", async () => {
  expect(await probeCost(wanted(RULE), "s1", fakeModels().models, control)).toBeNull();
});

test("a source whose model is not loaded is refused in words", async () => {
  const gone = { ...SIBLING, model: "nobody" };
  await expect(probeCost(wanted(gone), "s1", fakeModels().models, control)).rejects.toMatchObject({
    code: "model-missing",
  });
});
