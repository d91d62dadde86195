/** The worker's API in this thread over table-backed models: real decoding, a judge of three or five members. */
import type { SweepEvent } from "../../../src/core/sweep.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { OBJECTIVE_IDS } from "../../../src/core/types.ts";
import { createApi } from "../../../workers/api.ts";
import type { LoadReport, TillerApi } from "../../../workers/protocol.ts";
import { fakeModels, hashed } from "../../fakes.ts";
import { tableReward } from "../../table-models.ts";

/** Members that agree on a part of the score and differ in another, as an ensemble does. */
export function modelsWithJudge(members: number, mark = "0"): Models {
  const judge = tableReward("judge", { objectives: OBJECTIVE_IDS, members, context: 256 }, (sequence) =>
    OBJECTIVE_IDS.map((_, i) =>
      Float64Array.from(
        { length: members },
        (_, m) => hashed(30, i, ...sequence) + 0.7 * hashed(31, i, m, ...sequence),
      ),
    ),
  );
  const { models } = fakeModels();
  return { ...models, judge, refs: models.refs.map((ref) => ({ ...ref, sha256: mark.repeat(64) })) };
}

export function tableApi(models: Models): TillerApi {
  const { device } = models;
  const report: LoadReport = {
    device,
    models: models.refs.map((ref) => ({ ...ref, kind: "policy", objectives: [], params: 1, bytes: 1 })),
    objectives: [],
    context: 256,
  };
  const memory = () => ({ heapBytes: null, tensors: 0, gpuBytes: null });
  return createApi({
    open: () => Promise.resolve({ models, report, memory, dispose: () => Promise.resolve() }),
    decode,
    sweep,
    now: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}

/** Lets the caller see and hold every event on its way to the page. */
export function watched(api: TillerApi, onEvent: (event: SweepEvent) => void | Promise<void>): TillerApi {
  const sweepOf: TillerApi["sweep"] = (id, requests, emit) =>
    api.sweep(id, requests, async (event) => {
      await onEvent(event);
      await emit(event);
    });
  return {
    load: (options, onProgress) => api.load(options, onProgress),
    cancelLoad: () => api.cancelLoad(),
    unload: (id) => api.unload(id),
    run: (runId, request, emit) => api.run(runId, request, emit),
    sweep: sweepOf,
    readPools: (pools, readings) => api.readPools(pools, readings),
    change: (runId, lane, change) => api.change(runId, lane, change),
    cancel: (runId) => api.cancel(runId),
    reweigh: (ask, emit) => api.reweigh(ask, emit),
    remember: (run) => api.remember(run),
    probeSource: (request, id) => api.probeSource(request, id),
    probeEnd: (request, id, start) => api.probeEnd(request, id, start),
    useHeads: (files) => api.useHeads(files),
    teach: (lesson, onProgress) => api.teach(lesson, onProgress),
    cancelTeach: () => api.cancelTeach(),
    answersToJudge: (ask, emit) => api.answersToJudge(ask, emit),
    cancelAnswers: () => api.cancelAnswers(),
    readTexts: (ask, emit) => api.readTexts(ask, emit),
    cancelReading: () => api.cancelReading(),
    judge: (kind, texts) => api.judge(kind, texts),
    promptStates: (of) => api.promptStates(of),
    compare: (question, onProgress) => api.compare(question, onProgress),
    explain: (question, onText) => api.explain(question, onText),
    probeRewards: (ask, emit) => api.probeRewards(ask, emit),
    cancelJudging: () => api.cancelJudging(),
    memory: () => api.memory(),
    ping: () => api.ping(),
  };
}
