/** Starts the real worker and speaks its protocol; the only file of the page that knows comlink. */
import { proxy, releaseProxy, wrap } from "comlink";
import type { TillerApi } from "../../workers/protocol.ts";
import type { ErrorData } from "../core/errors.ts";
import type { Link } from "./supervisor.ts";

export function connect(): Link {
  const worker = new Worker(new URL("../../workers/tiller.worker.ts", import.meta.url), { type: "module" });
  const remote = wrap<TillerApi>(worker);
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
    run: (runId, request, emit) => remote.run(runId, request, proxy(emit)),
    sweep: (sweepId, requests, emit) => remote.sweep(sweepId, requests, proxy(emit)),
    readPools: (pools, readings) => remote.readPools(pools, readings),
    change: (runId, lane, change) => remote.change(runId, lane, change),
    cancel: (runId) => remote.cancel(runId),
    reweigh: (ask, emit) => remote.reweigh(ask, proxy(emit)),
    remember: (run) => remote.remember(run),
    judge: (kind, texts) => remote.judge(kind, texts),
    memory: () => remote.memory(),
    ping: () => remote.ping(),
  };
  return {
    api,
    died,
    close: () => {
      remote[releaseProxy]();
      worker.terminate();
    },
  };
}
