/** Several models together: by id, by folder and by mirror; refused pairs, and a card that computes wrongly. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent, RunRequest } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { folderFiles } from "../../../src/engine/hub/folder-files.ts";
import { hubFiles } from "../../../src/engine/hub/hub-files.ts";
import { openLineup, unloadFrom, type Lineup, type LineupProgress } from "../../../src/engine/hub/lineup.ts";
import { modelsOfLineup } from "../../../src/engine/hub/lineup-models.ts";
import { narrowed } from "../../../src/engine/hub/narrow.ts";
import { compareDistributions, compareScores, requireListening } from "../../../src/engine/hub/numeric-check.ts";
import type { CausalModel } from "../../../src/engine/interfaces.ts";
import type { RepoFiles } from "../../../src/engine/hub/repo.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { startHubServer, type HubServer } from "../../hub-server.ts";
import { offlineFetching } from "../../offline-fetching.ts";
import { fixtureFolder, HUB_MODELS } from "./hub-models.ts";
import { fakeControl } from "../../fakes.ts";

let server: HubServer;
let runtime: Runtime;
let progress: LineupProgress[];
beforeAll(async () => void (server = await startHubServer({ folder: HUB_MODELS })));
afterAll(() => server.close());
beforeEach(async () => {
  runtime = await wasmRuntime();
  progress = [];
});
afterEach(() => runtime.dispose());

function open(sources: readonly RepoFiles[], startReference: (() => Promise<Runtime>) | null = null): Promise<Lineup> {
  return openLineup(
    sources.map((repo) => ({ repo, dtype: null })),
    {
      runtime,
      limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
      plan: { rows: 2, tokens: 64, promptTokens: 32 },
      fetching: offlineFetching(),
      onProgress: (item) => progress.push(item),
      startReference,
    },
  );
}

const onHub = (name: string): RepoFiles => hubFiles(`test/${name}`, server.base);

test("policy, sibling and classifier load from a mirror and from a folder, side by side", async () => {
  const classifier = folderFiles("distilbert-sentiment", fixtureFolder("distilbert-sentiment"));
  const lineup = await open([onHub("llama-instruct"), onHub("llama-base"), classifier]);
  expect([...lineup.loaded.keys()]).toEqual(["test/llama-instruct", "test/llama-base", "distilbert-sentiment"]);
  expect(lineup.policy.id).toBe("test/llama-instruct");
  expect(lineup.pairs).toEqual([{ first: "test/llama-instruct", second: "test/llama-base", shared: 384, dropped: [] }]);
  expect(lineup.vocabSize).toBe(384);
  expect(lineup.checks.get("test/llama-base")).toEqual({ status: "unchecked", why: "runs-on-processor" });
  expect(progress.at(-1)).toMatchObject({ phase: "ready", modelsDone: 3, modelsTotal: 3 });
  expect(progress.filter(({ phase }) => phase === "fetch").length).toBeGreaterThan(3);
});

test("a sibling of another family is refused with the first id that differs", async () => {
  await expect(open([onHub("llama-instruct"), onHub("gpt2")])).rejects.toMatchObject({
    code: "vocab-mismatch",
    message: expect.stringMatching(/id 0 is "<\|endoftext\|>" in test\/llama-instruct and "!" in test\/gpt2/),
  });
});

test("a classifier cannot be the policy, and no model is loaded twice", async () => {
  await expect(open([onHub("bert-toxic")])).rejects.toMatchObject({ message: expect.stringMatching(/cannot write/) });
  await expect(open([onHub("gpt2"), onHub("gpt2")])).rejects.toMatchObject({ message: expect.stringMatching(/twice/) });
});

test("a model that rewards is unloaded: the others go on, its session is gone, and its memory serves the next", async () => {
  const whole = await open([onHub("llama-instruct"), onHub("llama-base"), onHub("distilbert-sentiment")]);
  const base = whole.loaded.get("test/llama-base");
  const rest = await unloadFrom(whole, "test/llama-base");
  expect([...rest.loaded.keys()]).toEqual(["test/llama-instruct", "test/distilbert-sentiment"]);
  expect([...rest.fetched.keys(), ...rest.checks.keys()]).toEqual([...rest.loaded.keys(), ...rest.loaded.keys()]);
  expect(rest.pairs).toEqual([]);
  const rows = await rest.policy.model.open([[1, 2]]);
  expect(runtime.memory().tensors).toBeGreaterThan(0);
  rows.dispose();
  expect(runtime.memory().tensors).toBe(0);
  if (base?.kind !== "causal") throw new Error("the base is a causal model");
  await expect(base.model.open([[1, 2]])).rejects.toMatchObject({ code: "model-missing" });
  // A call that fails gives its rows back too.
  expect(runtime.memory().tensors).toBe(0);

  // Ten models after another in the place of one: the heap stays as it was after the first.
  let heapBytes = 0;
  for (let turn = 0; turn < 10; turn += 1) {
    const next = await open([onHub("llama-instruct"), onHub("llama-base")]);
    const left = await unloadFrom(next, "test/llama-base");
    await left.policy.dispose();
    heapBytes ||= runtime.memory().heapBytes ?? 0;
  }
  expect(runtime.memory()).toMatchObject({ heapBytes, tensors: 0 });
});

test("the policy and what is not loaded cannot be unloaded; ids that only one model lacked come back", async () => {
  const lineup = await open([onHub("llama-instruct"), onHub("llama-base")]);
  await expect(unloadFrom(lineup, "test/llama-instruct")).rejects.toMatchObject({
    code: "invalid-request",
    message: expect.stringMatching(/test\/llama-instruct is the model that writes/),
  });
  await expect(unloadFrom(lineup, "test/none")).rejects.toMatchObject({
    code: "model-missing",
    message: expect.stringMatching(/Loaded are test\/llama-instruct, test\/llama-base/),
  });
  const narrow = { ...lineup, vocabSize: 300, pairs: lineup.pairs.map((pair) => ({ ...pair, shared: 300 })) };
  expect((await unloadFrom(narrow, "test/llama-base")).vocabSize).toBe(384);
});

test("a device is checked against the processor", async () => {
  const lineup = await open([onHub("qwen2-instruct"), onHub("bert-toxic")], () => wasmRuntime());
  for (const check of lineup.checks.values()) expect(check).toMatchObject({ status: "agrees", maxDifference: 0 });
});

describe("a comparison of numbers", () => {
  const distribution = Float64Array.of(-1, -2, -3, -4, -5, -5.001, -9);

  test("agrees within the tolerance, also where the fifth and sixth change places", () => {
    const close = Float64Array.of(-1.001, -2, -3, -4, -5.002, -5.0005, -9);
    expect(compareDistributions(distribution, close, 2e-3)).toMatchObject({ status: "agrees", hasSameTop: true });
  });

  test("differs where a likely token is off, another rises, or a number is none", () => {
    expect(
      compareDistributions(
        distribution,
        distribution.map((value, id) => (id === 2 ? -3.1 : value)),
        2e-3,
      ),
    ).toMatchObject({ status: "differs" });
    expect(
      compareDistributions(
        distribution,
        distribution.map((value, id) => (id === 6 ? -1.5 : value)),
        2e-3,
      ),
    ).toMatchObject({ status: "differs", hasSameTop: false });
    expect(
      compareDistributions(
        distribution,
        distribution.map((value, id) => (id === 0 ? Number.NaN : value)),
        2e-3,
      ),
    ).toMatchObject({ status: "differs", maxDifference: Infinity });
    expect(compareScores(Float64Array.of(1, 2), Float64Array.of(1, 2.5), 0.1)).toMatchObject({
      status: "differs",
      maxDifference: 0.5,
    });
  });
});

test("a model that answers the same after every word is refused, whatever it answers", async () => {
  const lineup = await open([onHub("gpt2")]);
  const { model } = lineup.policy;
  await expect(requireListening(model, [1, 2, 3])).resolves.toBeUndefined();
  const deaf = (fill: number): CausalModel => ({
    id: "test/deaf",
    vocabSize: 4,
    context: 8,
    open: () => Promise.reject(new Error("not asked")),
    read: async (_, count) => Array.from({ length: count }, () => new Float32Array(4).fill(fill)),
  });
  for (const fill of [0, -3.5]) {
    await expect(requireListening(deaf(fill), [1, 2, 3])).rejects.toMatchObject({
      code: "self-check-failed",
      message: expect.stringMatching(/test\/deaf answers the same after every word/),
    });
  }
});

test("a model is seen through the ids that all have", async () => {
  const lineup = await open([onHub("gpt2")]);
  const model = narrowed(lineup.policy.model, 300);
  const [whole, narrow] = [await lineup.policy.model.open([[1, 2]]), await model.open([[1, 2]])];
  expect(narrow.logits(0)).toEqual(whole.logits(0).subarray(0, 300));
  await narrow.step([3]);
  await narrow.select([0, 0]);
  expect(narrow.size).toBe(2);
  expect((await model.read([1, 2, 3], 1))[0]).toHaveLength(300);
  whole.dispose();
  narrow.dispose();
});

describe("a run over models of the Hub", () => {
  const device = { backend: "wasm", adapter: "", isSoftware: false, threads: 1, fallbackReason: null } as const;
  const sampling = { plausible: 0, temperature: 0, topK: 0, topP: 1, minP: 0 };
  const request = (lanes: RunRequest["lanes"], sources: RunRequest["sources"] = []): RunRequest => ({
    version: 1,
    kind: "advice",
    prompt: "How do I mend a kettle?",
    seed: 1,
    maxTokens: 5,
    suppressEnd: true,
    sources,
    lanes,
  });

  async function run(lineup: Lineup, asked: RunRequest): Promise<RunEvent[]> {
    const events: RunEvent[] = [];
    for await (const event of decode("r", asked, await modelsOfLineup(lineup, device), fakeControl()))
      events.push(event);
    return events;
  }

  test("reads the chat template's ids and writes without steering", async () => {
    const lineup = await open([onHub("llama-instruct")]);
    const events = await run(lineup, request([{ name: "plain", strategy: { id: "base" }, sampling }]));
    const started = events.find((event) => event.type === "started");
    expect(started?.promptTokens).toEqual(
      lineup.policy.text.chatIds([{ role: "user", content: "How do I mend a kettle?" }]),
    );
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "done" });
    expect(started?.models).toEqual([{ id: "test/llama-instruct", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
  });

  test("is steered by the ratio of two siblings, as their own numbers say", async () => {
    const lineup = await open([onHub("llama-instruct"), onHub("llama-base")]);
    const ratio = {
      id: "s1",
      name: "aligned",
      type: "sibling-ratio",
      strong: "test/llama-instruct",
      weak: "test/llama-base",
      criteria: "",
    } as const;
    const lanes = [
      { name: "plain", strategy: { id: "base" }, sampling },
      { name: "steered", strategy: { id: "genarm", beta: 0.5, weights: { s1: 1 } }, sampling },
    ] as const;
    const events = await run(lineup, request(lanes, [ratio]));
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "done" });
    const first = events.find((event) => event.type === "step");
    const steered = first?.rows.find((row) => row.lane === 1);
    expect(Number.isFinite(steered?.contributions.s1)).toBe(true);
    expect(steered?.contributions.s1).not.toBe(0);
  });
});
