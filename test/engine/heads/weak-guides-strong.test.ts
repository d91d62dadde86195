/** A head over a small model guides a larger policy of the same tokenizer: every distribution from the states of both. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import type { FeatureName } from "../../../src/core/heads/features.ts";
import type { HeadCard } from "../../../src/core/heads/head-card.ts";
import { pushOf, type LowRankHead, type ValueHead } from "../../../src/core/heads/head.ts";
import { meanRow, type Unembedding } from "../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { LaneChange, LaneRequest, RowStep, RunEvent, RunRequest, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../src/engine/heads/loaded-head.ts";
import { folderFiles } from "../../../src/engine/hub/folder-files.ts";
import { modelsOfLineup } from "../../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../../src/engine/hub/lineup.ts";
import type { CausalModel, Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { fakeControl, hashed } from "../../fakes.ts";
import { offlineFetching } from "../../offline-fetching.ts";
import { randomModel, type RandomShape } from "../../random-model.ts";

const SMALL: RandomShape = {
  layers: 1,
  hidden: 32,
  heads: 2,
  kvHeads: 1,
  intermediate: 64,
  vocabulary: 320,
  context: 128,
  seed: 3,
};
const LARGE: RandomShape = { ...SMALL, layers: 2, hidden: 64, heads: 4, kvHeads: 2, seed: 4 };

let runtime: Runtime;
let bare: Models;
let small: CausalModel;
let rows: Unembedding;
let card: HeadCard;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  const repos = [LARGE, SMALL].map((shape, i) => folderFiles(["large", "small"][i]!, randomModel(shape)));
  const lineup = await openLineup(
    repos.map((repo) => ({ repo, dtype: "q4" })),
    {
      runtime,
      limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
      plan: { rows: 2, tokens: 64, promptTokens: 32 },
      fetching: offlineFetching(),
      onProgress: () => undefined,
      startReference: null,
    },
  );
  const { backend, adapter, isSoftware, threads } = runtime;
  bare = await modelsOfLineup(lineup, { backend, adapter, isSoftware, threads, fallbackReason: null });
  small = bare.readers.get("small")!;
  const place = bare.siblings!.get("small")!;
  rows = await place.unembedding();
  card = {
    id: "weak",
    name: "Weak",
    policy: await place.identity(),
    teacher: { kind: "clicks", clicks: 1 },
    sliderEnd: 3,
    explained: null,
    training: { samples: 0, prompts: 0, seed: 1, command: "none" },
    metrics: {},
  };
});
afterAll(() => runtime.dispose());

const INPUTS = 2 * SMALL.hidden;
const numbers = (salt: number, count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => size * hashed(salt, i));
const HEAD: LowRankHead = {
  kind: "low-rank",
  hidden: SMALL.hidden,
  features: ["last", "last-mean"],
  rank: 3,
  mean: numbers(1, INPUTS, 0.1),
  scale: numbers(2, INPUTS, 0.2).map((each) => 1 + each),
  a: numbers(3, 3 * INPUTS, 0.4),
  b: numbers(4, 3 * SMALL.hidden, 0.9),
  c: numbers(5, SMALL.hidden, 0.3),
  unit: 0.6,
};
const VALUE: ValueHead = {
  kind: "value",
  hidden: SMALL.hidden,
  features: ["last"],
  mean: numbers(1, SMALL.hidden, 0.1),
  scale: numbers(2, SMALL.hidden, 0.2).map((each) => 1 + each),
  weights: numbers(6, SMALL.hidden, 1),
  intercept: 0,
};

const SAMPLING = { plausible: 0.05, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const genarm = (name: string, weight: number): LaneRequest => ({
  name,
  strategy: { id: "genarm", beta: 0.5, weights: { s1: weight } },
  sampling: SAMPLING,
});

async function run(lanes: readonly LaneRequest[], changes: readonly LaneChange[] = []): Promise<readonly RunEvent[]> {
  const models = await withHeads(bare, [{ card, head: HEAD }]);
  const asked: RunRequest = {
    version: 1,
    kind: "advice",
    prompt: "Why is it so?",
    seed: 3,
    maxTokens: 6,
    suppressEnd: true,
    sources: [{ id: "s1", name: "Weak", type: "head", head: "weak" }],
    lanes,
  };
  let polled = 0;
  const takeChanges = () => {
    const change = changes[polled++];
    return change === undefined ? [] : [{ lane: 0, change }];
  };
  const events: RunEvent[] = [];
  for await (const event of decode("weak", asked, models, { ...fakeControl(), takeChanges })) events.push(event);
  const end = events.at(-1);
  if (end?.type === "failed") throw new Error(end.error.message);
  return events;
}

const stepsOf = (events: readonly RunEvent[], index: number): readonly RowStep[] =>
  events.flatMap((event) => (event.type === "step" ? event.rows.filter((row) => row.lane === index) : []));

/** r of the next token, from the small model's states of the whole answer. */
async function rewardsAfter(prompt: readonly TokenId[], said: readonly TokenId[]): Promise<Float64Array> {
  const states = (await small.readStates?.([...prompt, ...said], said.length + 1)) ?? [];
  const mean = Float64Array.from({ length: SMALL.hidden }, (_, i) => {
    return states.reduce((sum, { hidden }) => sum + hidden[i]!, 0) / states.length;
  });
  const features = new Map<FeatureName, ArrayLike<number>>([
    ["last", states.at(-1)!.hidden],
    ["last-mean", mean],
  ]);
  const push = pushOf(HEAD, features);
  const [centre, row] = [meanRow(rows), new Float64Array(SMALL.hidden)];
  return Float64Array.from({ length: small.vocabSize }, (_, v) => {
    rows.rowOf(v, row);
    return row.reduce((sum, each, i) => sum + (each - centre[i]!) * push[i]!, 0) / HEAD.unit;
  });
}

/** log pi of the larger policy with (w / beta) r added, over its plausible tokens. */
async function guidedAfter(prompt: readonly TokenId[], said: readonly TokenId[], alpha: number): Promise<Float64Array> {
  const [logits] = await bare.policy.read([...prompt, ...said], 1);
  const ends = new Set(bare.tokenizer.endIds);
  const base = logSoftmax(Float64Array.from(logits!, (logit, v) => (ends.has(v) ? -Infinity : logit)));
  const bound = Math.max(...base) + Math.log(SAMPLING.plausible);
  const rewards = await rewardsAfter(prompt, said);
  return logSoftmax(base.map((logprob, v) => (logprob < bound ? -Infinity : logprob + alpha * rewards[v]!)));
}

async function expectGuided(events: readonly RunEvent[], alphas: readonly number[]): Promise<void> {
  const started = events.find((event) => event.type === "started");
  const prompt = started?.promptTokens ?? [];
  const said: TokenId[] = [];
  for (const [at, { token, logprob }] of stepsOf(events, 0).entries()) {
    expect(logprob).toBeCloseTo((await guidedAfter(prompt, said, alphas[at]!))[token]!, 3);
    said.push(token);
  }
  expect(said).toHaveLength(alphas.length);
}

describe("a head of a smaller model beside a larger policy", () => {
  it("adds the rewards of the small model's own states, at one forward of each a token", async () => {
    expect(bare.teaching).toBeDefined();
    const events = await run([genarm("weak", 0.8), { ...genarm("plain", 0), strategy: { id: "base" } }]);
    await expectGuided(
      events,
      Array.from({ length: 6 }, () => 1.6),
    );
    const finished = events.find((event) => event.type === "finished");
    expect(finished?.lanes.map(({ forwards }) => forwards)).toEqual([{ large: 6, small: 6 }, { large: 6 }]);
    const [strong, plain] = [0, 1].map((lane) => stepsOf(events, lane).map(({ token }) => token));
    expect(strong).not.toEqual(plain);
  });

  it("scores a text by the mean reward of its tokens", async () => {
    const events = await run([genarm("weak", 0.8)]);
    const prompt = events.find((event) => event.type === "started")?.promptTokens ?? [];
    const tokens = stepsOf(events, 0).map(({ token }) => token);
    let sum = 0;
    for (const [at, token] of tokens.entries()) sum += (await rewardsAfter(prompt, tokens.slice(0, at)))[token]!;
    const sample = events.find((event) => event.type === "sample");
    expect(sample?.result.sources?.s1).toBeCloseTo(sum / tokens.length, 3);
  });

  it("reads what its means lack where its weight comes back in mid-run", async () => {
    const at = (weight: number): LaneChange => ({ weights: { s1: weight } });
    const events = await run([genarm("weak", 0.8)], [at(0.8), at(0.8), at(0), at(0), at(0.6), at(0.6)]);
    await expectGuided(events, [1.6, 1.6, 0, 0, 1.2, 1.2]);
  });

  it("is refused in words where it values texts, and where it fits none of the models", async () => {
    await expect(withHeads(bare, [{ card, head: VALUE }])).rejects.toThrow(
      /“Weak” cannot be used: it values texts by the states of small, and only the policy looks ahead/,
    );
    const other = { card: { ...card, policy: { ...card.policy, hidden: 48 } }, head: HEAD };
    await expect(withHeads(bare, [other])).rejects.toMatchObject({ code: "vocab-mismatch" });
  });
});
