/** `test/vectors/sources.json` once more, with the engine in between: models, prompts, rows and text scores. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import { FAKE_BOS, collect, eventsOf, fakeModels, lane, request } from "../../fakes.ts";
import { RATIO } from "../../sample-sources.ts";
import { tableCausal } from "../../table-models.ts";

describe("numbers of the vectors, through the engine", () => {
  const { vectors } = JSON.parse(readFileSync("test/vectors/sources.json", "utf8")) as {
    vectors: { id: string; inputs: Record<string, number[]>; expected: Record<string, unknown> }[];
  };
  const vector = (id: string) => vectors.find((each) => each.id === id)!;

  it("of whole texts and of tokens", async () => {
    const { inputs, expected } = vector("implicit_rewards");
    const said = [10, 11, 12, 13];
    const vocabSize = 40;
    /** Gives token t of the text log-probability logprobs[t]; the prompt's last token tells the variant. */
    const model = (id: string, distributions: Record<string, number[]>) =>
      tableCausal(id, { vocabSize }, (prefix) => {
        const start = prefix.findIndex((token) => token === 10);
        const position = start < 0 ? 0 : prefix.length - start;
        const prompt = prefix.slice(0, start < 0 ? undefined : start).at(-1)!;
        const logprob = distributions[String(prompt)]?.[position] ?? -1;
        const rest = Math.log((1 - Math.exp(logprob)) / (vocabSize - 1));
        return Float64Array.from({ length: vocabSize }, (_, v) => (v === said[position] ? logprob : rest));
      });
    const fakes = fakeModels();
    const strong = model("strong", {
      2: inputs["logp_strong"]!,
      3: inputs["logp_better_prompt"]!,
      4: inputs["logp_worse_prompt"]!,
    });
    const weak = model("weak", { 2: inputs["logp_weak"]! });
    const promptIds: Models["promptIds"] = (_, { instruction }) => [
      FAKE_BOS,
      { up: 3, down: 4 }[instruction ?? ""] ?? 2,
    ];
    const models = {
      ...fakes.models,
      promptIds,
      readers: new Map([
        ["strong", strong],
        ["weak", weak],
      ]),
    };
    const sources: SourceSpec[] = [
      RATIO,
      { id: "s2", name: "Contrast", type: "contrastive", model: "strong", better: "up", worse: "down" },
      { id: "s3", name: "Average", type: "average-logprob", model: "strong" },
    ];
    const opening = said;
    const lanes = [
      { ...lane({ id: "genarm", beta: 1, weights: { s1: 1, s2: 1 } }), opening },
      { ...lane({ id: "bon", n: 1, beta: 1, weights: { s3: 1 }, ensemble: "mean", lambda: 0 }), opening },
    ];
    const events = await collect({ ...fakes, models }, request(lanes, { sources, maxTokens: 4 }));
    expect(eventsOf(events, "failed")).toEqual([]);
    const steps = eventsOf(events, "step").flatMap(({ rows }) => rows.filter((row) => row.lane === 0));
    const own = (id: "s1" | "s2") => steps.map(({ top, token }) => top!.sources[id]![top!.ids.indexOf(token)]!);
    const token = expected["cdr_token"] as number[];
    for (const [t, nats] of own("s1").entries()) expect(nats).toBeCloseTo(token[t]!, 9);
    const credit = expected["treg_token"] as number[];
    for (const [t, nats] of own("s2").entries()) expect(1 / (1 + Math.exp(-nats)) - 0.5).toBeCloseTo(credit[t]!, 9);
    const result = eventsOf(events, "sample")[0]!.result;
    expect(result.sources!["s1"]).toBeCloseTo(expected["cdr_mean"] as number, 9);
    // SimPO's reward is its scale times the average.
    expect(2 * result.sources!["s3"]!).toBeCloseTo(expected["simpo_reward_strong"] as number, 9);
  });

  it("of the distribution that a ratio tunes", async () => {
    const { inputs, expected } = vector("logit_arithmetic_family");
    const vocabSize = inputs["base_logits"]!.length;
    const constant = (id: string) => tableCausal(id, { vocabSize }, () => Float64Array.from(inputs[`${id}_logits`]!));
    const fakes = fakeModels();
    const models: Models = {
      ...fakes.models,
      tokenizer: { ...fakes.models.tokenizer, endIds: [vocabSize] },
      policy: constant("base"),
      arms: new Map(),
      value: null,
      judge: null,
      readers: new Map([
        ["strong", constant("strong")],
        ["weak", constant("weak")],
      ]),
    };
    for (const { w, probs } of expected["proxy_tuning"] as { w: number; probs: number[] }[]) {
      if (w === 0) continue;
      const own = lane({ id: "genarm", beta: 1, weights: { s1: w } });
      const events = await collect({ ...fakes, models }, request([own], { sources: [RATIO], maxTokens: 1 }));
      const step = eventsOf(events, "step")[0]!.rows[0];
      for (const [i, id] of step!.top!.ids.entries())
        expect(Math.exp(step!.top!.guided[i]!)).toBeCloseTo(probs[id]!, 9);
    }
  });
});
