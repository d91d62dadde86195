/** Starts the real worker and speaks its protocol; the only file of the page that knows comlink. */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
// oxlint-disable-next-line import/default -- Vite gives the address of the built worker as the default export
import workerUrl from "../../../workers/tiller.worker.ts?worker&url";
import type { HubApi, TillerApi, WorkerApi, WorkNotice } from "../../../workers/protocol.ts";
import type { ErrorData } from "../../core/errors.ts";
import type { Link } from "./supervisor.ts";

/** @param mirrors origins that the worker may ask for models, beside the Hub */
export function connect(mirrors: readonly string[]): Link {
  const url = new URL(workerUrl, import.meta.url);
  for (const mirror of mirrors) url.searchParams.append("connect", mirror);
  const worker = new Worker(url, { type: "module" });
  const remote = wrap<WorkerApi>(worker);
  const died = new Promise<ErrorData>((resolve) => {
    const report = (event: Event): void => {
      const message = event instanceof ErrorEvent && event.message !== "" ? event.message : "the worker stopped";
      resolve({ code: "worker-crashed", message, details: {} });
    };
    worker.addEventListener("error", report);
    worker.addEventListener("messageerror", report);
  });
  const api: TillerApi = {
    load: (options, onProgress) => remote.load(options, proxy(onProgress)),
    cancelLoad: () => remote.cancelLoad(),
    unload: (id) => remote.unload(id),
    run: (runId, request, emit) => remote.run(runId, request, proxy(emit)),
    sweep: (sweepId, requests, emit) => remote.sweep(sweepId, requests, proxy(emit)),
    readPools: (pools, readings) => remote.readPools(pools, readings),
    change: (runId, lane, change) => remote.change(runId, lane, change),
    cancel: (runId) => remote.cancel(runId),
    reweigh: (ask, emit) => remote.reweigh(ask, proxy(emit)),
    remember: (run) => remote.remember(run),
    probeSource: (request, id) => remote.probeSource(request, id),
    probeEnd: (request, id, start) => remote.probeEnd(request, id, start),
    useHeads: (files) => remote.useHeads(files),
    teach: (lesson, onProgress) => remote.teach(lesson, proxy(onProgress)),
    cancelTeach: () => remote.cancelTeach(),
    answersToJudge: (ask, emit) => remote.answersToJudge(ask, proxy(emit)),
    cancelAnswers: () => remote.cancelAnswers(),
    readTexts: (ask, emit) => remote.readTexts(ask, proxy(emit)),
    cancelReading: () => remote.cancelReading(),
    judge: (kind, texts) => remote.judge(kind, texts),
    promptStates: (of) => remote.promptStates(of),
    compare: (question, onProgress) => remote.compare(question, proxy(onProgress)),
    explain: (question, onText) => remote.explain(question, proxy(onText)),
    probeRewards: (ask, emit) => remote.probeRewards(ask, proxy(emit)),
    cancelJudging: () => remote.cancelJudging(),
    memory: () => remote.memory(),
    ping: () => remote.ping(),
  };
  // A path into the remote object; comlink's types know such paths of marked objects alone.
  const desk = remote.hub as unknown as Remote<HubApi>;
  const hub: HubApi = {
    lookUp: (address, backend) => desk.lookUp(address, backend),
    prepare: (wish, backend, onProgress) => desk.prepare(wish, backend, proxy(onProgress)),
    cancelPrepare: () => desk.cancelPrepare(),
    keptModels: () => desk.keptModels(),
    forgetModel: (id, mirror, dtype) => desk.forgetModel(id, mirror, dtype),
    forgetAllModels: () => desk.forgetAllModels(),
  };
  return {
    api,
    hub,
    died,
    onWork: (listener) =>
      worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isNotice(data)) listener(data.isBusy);
      }),
    close: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}

/** Messages of comlink come the same way and have no such field. */
function isNotice(data: unknown): data is WorkNotice {
  return typeof data === "object" && data !== null && "tiller" in data && data.tiller === "work";
}
