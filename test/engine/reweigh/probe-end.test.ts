/** The end of a new source's slider: checked against texts that are written by themselves at weights on both sides of it. */
import { describe, expect, test } from "vitest";
import { fallsApart, type Passage } from "../../../src/core/coherence.ts";
import { LARGEST_WEIGHT } from "../../../src/core/price.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { TokenId } from "../../../src/core/types.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import { probeCost } from "../../../src/engine/reweigh/probe-cost.ts";
import { probeEnd } from "../../../src/engine/reweigh/probe-end.ts";
import { collect, eventsOf, fakeModels, hashed, isTidy, lane, request } from "../../fakes.ts";
import { tableCausal, Usage } from "../../table-models.ts";

const BETA = 0.5;
const CONTRAST: SourceSpec = {
  id: "s1",
  name: "Contrast",
  type: "contrastive",
  model: "policy",
  better: "be kind",
  worse: "be rude",
};
const SIBLING: SourceSpec = { id: "s1", name: "Sibling", type: "sibling", model: "arm-detail" };
const RULE: SourceSpec = { id: "s1", name: "Rule", type: "rule", rule: { type: "length", words: 9 } };
const wanted = (source: SourceSpec, maxTokens = 120) =>
  request([lane({ id: "base" }), lane({ id: "genarm", beta: BETA, weights: {} })], {
    sources: [source],
    maxTokens,
    suppressEnd: true,
  });
const control = { signal: new AbortController().signal, now: () => 0, turn: () => Promise.resolve() };

async function written(weight: number, models: Models): Promise<Passage> {
  const strategy =
    weight === 0 ? { id: "base" as const } : { id: "genarm" as const, beta: BETA, weights: { s1: weight } };
  const asked = { ...wanted(CONTRAST, 32), lanes: [lane(strategy)] };
  const [sample] = eventsOf(await collect({ ...fakeModels(), models }, asked), "sample");
  return { tokens: sample!.result.tokens, baseLogprobSum: sample!.result.baseLogprobSum };
}

type Favours = (token: TokenId, said: readonly TokenId[]) => boolean;
const oneWord: Favours = (token) => token === 9;
const strangeWord: Favours = (token, said) => hashed(token, ...said) < 0.3;
const noWord: Favours = () => false;

/** The fakes, with a policy that knows few words at each place. Told to be kind, it says what it favours more often. */
function narrowModels(favours: Favours, usage = new Usage()): Models {
  const { models } = fakeModels();
  const { vocabSize } = models.policy;
  const logitsOf = (prefix: readonly TokenId[]): Float32Array => {
    // The instruction makes the prefix longer; what was said is its end.
    const isKind = models.promptIds("policy", variant("be kind")).every((id, i) => prefix[i] === id);
    const said = prefix.slice(-2);
    return Float32Array.from({ length: vocabSize }, (_, token) => {
      const likely = hashed(token, ...said) > 0.6 ? 3 : -3;
      return likely + hashed(7, token, ...said) + (isKind && favours(token, said) ? 4 : 0);
    });
  };
  const policy = tableCausal("policy", { vocabSize, context: 512 }, logitsOf, usage);
  return { ...models, policy, readers: new Map([["policy", policy]]), arms: new Map(), value: null, judge: null };
}
const variant = (instruction: string) => {
  const { kind, prompt } = wanted(CONTRAST);
  return { kind, prompt, instruction, system: "", turns: [] };
};

describe("the end of a source's slider", () => {
  test.each([
    ["repeats one word", oneWord, 0.11],
    ["says words that do not fit", strangeWord, 0.13],
  ] as const)("is the last weight that holds, where a contrast %s", async (_, favours, start) => {
    const models = narrowModels(favours);
    const found = await probeEnd(wanted(CONTRAST), "s1", start, models, control);
    if (found === null) throw new Error("no end was found");
    expect(found.isBroken).toBe(true);
    expect(found.weight).toBeGreaterThanOrEqual(start);
    // Between two steps of the first round, so that the second one counts.
    expect(Math.log2(found.weight / start) % 1).toBeGreaterThan(0.1);
    const plain = await written(0, models);
    expect(fallsApart(await written(found.weight, models), plain)).toBe(false);
    expect(fallsApart(await written(found.weight * 2 ** 0.25, models), plain)).toBe(true);
  });

  test("is sixteen times the start, or the largest weight, where nothing breaks", async () => {
    const models = narrowModels(noWord);
    const harmless = (start: number) => probeEnd(wanted(CONTRAST), "s1", start, models, control);
    expect(await harmless(0.01)).toEqual({ weight: 0.16, isBroken: false });
    expect(await harmless(0.5)).toEqual({ weight: LARGEST_WEIGHT, isBroken: false });
    expect(await harmless(LARGEST_WEIGHT)).toEqual({ weight: LARGEST_WEIGHT, isBroken: false });
  });

  test("takes no more forwards than the search for the start, and no text is scored", async () => {
    const usage = new Usage();
    const models = narrowModels(oneWord, usage);
    const asked = wanted(CONTRAST);
    const cost = await probeCost(asked, "s1", models, control);
    const forStart = usage.forwards.length;
    // The policy's rows, and those of both instructions together.
    expect(forStart).toBe(2 * 120);
    const found = await probeEnd(asked, "s1", cost!.weight, models, control);
    expect(found).not.toBeNull();
    const forEnd = usage.forwards.length - forStart;
    expect(forEnd).toBeLessThanOrEqual(2 * 2 * 32);
    expect(forEnd).toBeLessThanOrEqual(forStart);
    expect(Math.max(...usage.forwards.slice(forStart))).toBeLessThanOrEqual(2 * 5);
  });

  test("is not told where the time ends before a text can be judged, nor after a cancel", async () => {
    const fakes = fakeModels();
    let time = 0;
    const slow = { ...control, now: () => (time += 600) };
    expect(await probeEnd(wanted(CONTRAST), "s1", 0.1, fakes.models, slow)).toBeNull();
    const stop = new AbortController();
    let turns = 0;
    const turn = async (): Promise<void> => void (++turns === 5 && stop.abort());
    expect(
      await probeEnd(wanted(CONTRAST), "s1", 0.1, fakes.models, { ...control, signal: stop.signal, turn }),
    ).toBeNull();
    expect(turns).toBeLessThan(8);
    expect(isTidy(fakes)).toBe(true);
  });

  test("is known to a factor of two where the time ends in the second round", async () => {
    const models = narrowModels(oneWord);
    const exact = (await probeEnd(wanted(CONTRAST), "s1", 0.2, models, control))!.weight;
    let turns = 0;
    // One turn a token: the second round gets eight.
    const now = (): number => (turns > 40 ? 7000 : 0);
    const turn = async (): Promise<void> => void turns++;
    const coarse = (await probeEnd(wanted(CONTRAST), "s1", 0.2, models, { ...control, now, turn }))!.weight;
    expect(Math.log2(coarse / 0.2) % 1).toBeCloseTo(0, 9);
    expect(coarse).toBeLessThanOrEqual(exact);
    expect(exact).toBeLessThan(2 * coarse);
  });

  test("does not exist for a source that only ranks whole texts, and a missing model is told in words", async () => {
    expect(await probeEnd(wanted(RULE), "s1", 0.1, fakeModels().models, control)).toBeNull();
    const gone = { ...SIBLING, model: "nobody" };
    await expect(probeEnd(wanted(gone), "s1", 0.1, fakeModels().models, control)).rejects.toMatchObject({
      code: "model-missing",
    });
  });
});
