/** Speaks the protocol of a worker; the only file of the page that knows comlink. */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import type { HubApi, TillerApi, WorkerApi } from "../../../workers/protocol.ts";

interface RemoteWorker {
  readonly api: TillerApi;
  readonly hub: HubApi;
  readonly release: () => void;
}

export function remoteOf(worker: Worker): RemoteWorker {
  const remote = wrap<WorkerApi>(worker);
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
  return { api, hub, release: () => remote[releaseProxy]() };
}
