/** Every source on models of the Hub's kinds, by the engine, against PyTorch's log-probabilities of the fixtures. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { credit } from "../../../src/core/sources/contrastive.ts";
import type { SourceId, SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest, RowStep, SampleResult } from "../../../src/core/types.ts";
import type { HubModel } from "../../../src/engine/hub/hub-model.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { collect, eventsOf, fakeModels, lane, request } from "../../fakes.ts";
import { expected, openFixture } from "./hub-models.ts";

const { sources: wanted } = expected;
const CLOSE = 1e-4;
const model = "llama-instruct";
const SOURCES: readonly SourceSpec[] = [
  { id: "s1", name: "Ratio", type: "sibling-ratio", strong: model, weak: "llama-base", criteria: "" },
  { id: "s2", name: "Contrast", type: "contrastive", model, better: "better", worse: "worse" },
  { id: "s3", name: "Sibling", type: "sibling", model },
  { id: "s4", name: "Average", type: "average-logprob", model: "llama-base" },
  {
    id: "s5",
    name: "Follow-up",
    type: "follow-up",
    model,
    positive: wanted.followUps.positive.map(({ text }) => text),
    negative: wanted.followUps.negative.map(({ text }) => text),
  },
];

let runtime: Runtime;
const opened = new Map<string, HubModel>();
beforeAll(async () => {
  runtime = await wasmRuntime();
  for (const id of [model, "llama-base", "distilbert-sentiment", "bert-toxic"]) {
    opened.set(id, await openFixture(runtime, id));
  }
});
afterAll(() => runtime.dispose());

function causal(id: string): HubModel & { readonly kind: "causal" } {
  const found = opened.get(id);
  if (found?.kind !== "causal") throw new Error(`${id} is no causal model`);
  return found;
}

/** Prompts are the fixture's ids, so that templates are not what is tested here. */
function models(): Models {
  const [instruct, base] = [causal(model), causal("llama-base")];
  const promptIds: Models["promptIds"] = (_, { instruction }) => [
    ...(instruction === "better" ? wanted.better : instruction === "worse" ? wanted.worse : wanted.prompt),
  ];
  return {
    ...fakeModels().models,
    tokenizer: instruct.text.tokenizer,
    policy: base.model,
    arms: new Map(),
    readers: new Map([
      [model, instruct.model],
      ["llama-base", base.model],
    ]),
    value: null,
    judge: null,
    promptIds,
  };
}

async function run(own: LaneRequest): Promise<{ readonly steps: readonly RowStep[]; readonly sample: SampleResult }> {
  const forced = { ...own, opening: wanted.response };
  const whole = request([forced], { sources: SOURCES, maxTokens: wanted.response.length });
  const events = await collect({ models: models(), usage: new Map() }, whole);
  for (const { error } of eventsOf(events, "failed")) throw new Error(error.message);
  const steps = eventsOf(events, "step").flatMap(({ rows }) => rows);
  return { steps, sample: eventsOf(events, "sample")[0]!.result };
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0) / numbers.length;

test("tokens are pushed by PyTorch's ratios and contrasts, and shown with its credit", async () => {
  const { steps } = await run(lane({ id: "genarm", beta: 1, weights: { s1: 0.5, s2: 0.5, s3: 0.2 } }));
  const numbers = (id: SourceId): number[] =>
    steps.map(({ top, token }) => top!.sources[id]![top!.ids.indexOf(token)]!);
  const contrast = wanted.betterLogprobs.map((nats, t) => nats - wanted.worseLogprobs[t]!);
  for (const [id, all] of [
    ["s1", wanted.strong.map((nats, t) => nats - wanted.weak[t]!)],
    ["s2", contrast],
    ["s3", wanted.strong],
  ] as const) {
    for (const [t, nats] of numbers(id).entries()) expect(Math.abs(nats - all[t]!)).toBeLessThan(CLOSE);
  }
  const [first] = numbers("s2");
  expect(Math.abs(credit(first!) - (1 / (1 + Math.exp(-contrast[0]!)) - 0.5))).toBeLessThan(CLOSE);
  for (const [t, { baseLogprob }] of steps.entries())
    expect(Math.abs(baseLogprob - wanted.weak[t]!)).toBeLessThan(CLOSE);
});

test("whole texts are ranked by PyTorch's numbers", async () => {
  const weights = { s1: 1, s2: 1, s3: 1, s4: 1, s5: 1 };
  const { sample } = await run(lane({ id: "bon", n: 1, beta: 1, weights, ensemble: "mean", lambda: 0 }));
  const side = (all: readonly { readonly logprobs: readonly number[] }[]): number =>
    mean(all.map(({ logprobs }) => mean(logprobs)));
  const all: Record<string, number> = {
    s1: mean(wanted.strong) - mean(wanted.weak),
    s2: mean(wanted.betterLogprobs) - mean(wanted.worseLogprobs),
    s3: mean(wanted.strong),
    s4: mean(wanted.weak),
    s5: side(wanted.followUps.positive) - side(wanted.followUps.negative),
  };
  expect(Object.keys(sample.sources!)).toEqual(Object.keys(all));
  for (const [id, nats] of Object.entries(all)) {
    expect(Math.abs(sample.sources![id as SourceId]! - nats)).toBeLessThan(CLOSE);
  }
});

test.each(["distilbert-sentiment", "bert-toxic"])("%s gives PyTorch's logits for texts", async (id) => {
  const classifier = opened.get(id);
  if (classifier?.kind !== "classifier") throw new Error(`${id} is no classifier`);
  const { rows } = expected.classifiers[id]!;
  const scores = await classifier.model.score(rows.map(({ text }) => text));
  for (const [i, { logits }] of rows.entries()) {
    for (const [label, logit] of logits.entries()) expect(Math.abs(scores[i]![label]! - logit)).toBeLessThan(CLOSE);
  }
});
