/** A head that is taught on an export of the Hub, whose cache grows, and then steers it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { wasmRuntime } from "../../../../scripts/node/runtimes.ts";
import type { HeadCard } from "../../../../src/core/heads/head-card.ts";
import { pushOf } from "../../../../src/core/heads/head.ts";
import { meanRow } from "../../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../../src/core/logprobs.ts";
import type { RowStep, RunRequest } from "../../../../src/core/types.ts";
import { decode } from "../../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../../src/engine/heads/loaded-head.ts";
import { folderFiles } from "../../../../src/engine/hub/folder-files.ts";
import { modelsOfLineup } from "../../../../src/engine/hub/lineup-models.ts";
import { openLineup } from "../../../../src/engine/hub/lineup.ts";
import type { Models } from "../../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../../src/engine/onnx/runtime.ts";
import { teachContrast } from "../../../../src/engine/teach/teach-contrast.ts";
import { fakeControl } from "../../../fakes.ts";
import { offlineFetching } from "../../../offline-fetching.ts";
import { fixtureFolder } from "../hub-models.ts";

let runtime: Runtime;
let models: Models;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  const lineup = await openLineup([{ repo: folderFiles("llama", fixtureFolder("llama-instruct")), dtype: "q4" }], {
    runtime,
    limits: { backend: "wasm", maxBufferBytes: null, budgetBytes: null },
    plan: { rows: 16, tokens: 64, promptTokens: 32 },
    fetching: offlineFetching(),
    onProgress: () => undefined,
    startReference: null,
  });
  const { backend, adapter, isSoftware, threads } = runtime;
  models = await modelsOfLineup(lineup, { backend, adapter, isSoftware, threads, fallbackReason: null });
});
afterAll(() => runtime.dispose());

const PLAIN = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;

test("the head explains part of the contrast, and its lanes have the distribution of the formula", async () => {
  const identity = await models.teaching!.identity();
  expect(identity).toMatchObject({ hidden: 32, vocabulary: models.policy.vocabSize });
  const { head } = await teachContrast(
    models,
    {
      better: "Be brief and kind to the reader.",
      worse: "Go on and on!",
      prompts: Array.from({ length: 16 }, (_, i) => `Why ${i}?`),
      perPrompt: 3,
      maxTokens: 8,
      sampling: PLAIN,
      features: ["last"],
      seed: 1,
      fit: { rank: 4, epochs: 10, batch: 64, rate: 1e-2, decay: 0.05 },
    },
    { signal: new AbortController().signal, rows: 16, onProgress: () => undefined, rest: async () => undefined },
  );
  if (head.kind !== "low-rank") throw new Error("a contrast teaches a head of low rank");
  const card: HeadCard = {
    id: "kind",
    name: "Kind",
    policy: identity,
    teacher: { kind: "clicks", clicks: 1 },
    sliderEnd: 3,
    explained: null,
    training: { samples: 0, prompts: 0, seed: 1, command: "none" },
    metrics: {},
  };
  const weight = 1.5;
  const request: RunRequest = {
    version: 1,
    kind: "advice",
    prompt: "Why?",
    seed: 3,
    maxTokens: 5,
    suppressEnd: true,
    sources: [{ id: "s1", name: "Kind", type: "head", head: "kind" }],
    lanes: [
      { name: "steered", strategy: { id: "genarm", beta: 1, weights: { s1: weight } }, sampling: PLAIN },
      { name: "plain", strategy: { id: "base" }, sampling: PLAIN },
    ],
  };
  const steps: RowStep[] = [];
  for await (const event of decode("hub", request, await withHeads(models, [{ card, head }]), fakeControl())) {
    if (event.type === "failed") throw new Error(event.error.message);
    if (event.type === "step") steps.push(...event.rows.filter(({ lane }) => lane === 0));
    if (event.type === "finished") {
      const forwards = event.lanes.map((each) => each.forwards);
      expect(forwards[0]).toEqual(forwards[1]);
    }
  }
  expect(steps).toHaveLength(5);
  const unembedding = await models.teaching!.unembedding();
  const [mean, row] = [meanRow(unembedding), new Float64Array(32)];
  const ends = new Set(models.tokenizer.endIds);
  const text = models.promptIds(models.policy.id, {
    kind: "advice",
    prompt: "Why?",
    instruction: null,
    system: "",
    turns: [],
  });
  for (const { token, logprob } of steps) {
    const [state] = (await models.policy.readStates?.(text, 1)) ?? [];
    const push = pushOf(head, new Map([["last", state!.hidden]]));
    const guided = Float64Array.from(state!.logits, (logit, v) => {
      unembedding.rowOf(v, row);
      const reward = row.reduce((sum, each, i) => sum + (each - mean[i]!) * push[i]!, 0) / head.unit;
      return ends.has(v) ? -Infinity : logit + weight * reward;
    });
    expect(Math.abs(logSoftmax(guided)[token]! - logprob)).toBeLessThan(1e-3);
    text.push(token);
  }
});
