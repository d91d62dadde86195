/** Answers to choose between, asked of the worker's API: the models serve nothing else, and a cancel frees them. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { wasmRuntime } from "../../scripts/node/runtimes.ts";
import type { AnswersAsk, AnswersNews } from "../../src/core/clicks/answers.ts";
import type { RunEvent } from "../../src/core/types.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import { sweep } from "../../src/engine/decode/sweep.ts";
import type { Runtime } from "../../src/engine/onnx/runtime.ts";
import { createApi, type Engine } from "../../workers/api.ts";
import type { TillerApi } from "../../workers/protocol.ts";
import { tinyModels } from "../engine/gguf/tiny-models.ts";
import { BASE, request } from "../fakes.ts";

const ASK: AnswersAsk = { ownPrompts: [], listed: 2, from: 0, heads: [], seed: 1 };

let runtime: Runtime;
let api: TillerApi;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  const models = await tinyModels(runtime);
  const engine: Engine = {
    models,
    report: { device: models.device, models: [], objectives: [], context: 64 },
    memory: () => ({ heapBytes: 1, tensors: 0, gpuBytes: null }),
    dispose: async () => undefined,
  };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  api = createApi({ open: async () => engine, decode, sweep, now: () => 0, sleep });
});
afterAll(() => runtime.dispose());

test("they need models, then come prompt by prompt, and nothing else runs meanwhile", async () => {
  expect(await api.answersToJudge(ASK, () => undefined)).toMatchObject({ ok: false, error: { code: "model-missing" } });
  await api.load({ baseUrl: "http://localhost/models/", backend: "auto" }, () => undefined);
  const news: AnswersNews[] = [];
  const refused: RunEvent[] = [];
  const settled = await api.answersToJudge(ASK, async (each) => {
    news.push(each);
    if (each.type !== "answers" || refused.length > 0) return;
    await api.run("a", request([BASE]), (event) => void refused.push(event));
    expect(await api.answersToJudge(ASK, () => undefined)).toMatchObject({
      error: { message: /^Answers to choose between are being written/ },
    });
  });
  expect(settled).toEqual({ ok: true, value: null });
  expect(refused).toMatchObject([{ type: "failed", error: { message: /^Answers to choose between/ } }]);
  expect(news.findLast((each) => each.type === "answers")).toMatchObject({ prompts: 2 });
  expect(news).toEqual(structuredClone(news));
}, 60_000);

test("a cancel ends them also while the page withholds its answer, and the models are free again", async () => {
  let taken = 0;
  const writing = api.answersToJudge(ASK, async (each) => {
    if (each.type !== "answers") return;
    taken += 1;
    void api.cancelAnswers();
    await new Promise(() => undefined);
  });
  expect(await writing).toMatchObject({ ok: false, error: { code: "aborted" } });
  expect(taken).toBe(1);
  expect(await api.answersToJudge({ ...ASK, listed: 61 }, () => undefined)).toMatchObject({
    error: { code: "invalid-request", message: /ask.listed/ },
  });
  expect(await api.answersToJudge({ ...ASK, listed: 1 }, () => undefined)).toEqual({ ok: true, value: null });
}, 60_000);
