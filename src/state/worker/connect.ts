/** Starts the real worker. The code that speaks its protocol comes while the worker starts. */
// oxlint-disable-next-line import/default -- Vite gives the address of the built worker as the default export
import workerUrl from "../../../workers/tiller.worker.ts?worker&url";
import type { WorkNotice } from "../../../workers/protocol.ts";
import type { ErrorData } from "../../core/errors.ts";
import type { Link } from "./supervisor.ts";

/** @param mirrors origins that the worker may ask for models, beside the Hub */
export function connect(mirrors: readonly string[]): Link {
  const url = new URL(workerUrl, import.meta.url);
  for (const mirror of mirrors) url.searchParams.append("connect", mirror);
  const worker = new Worker(url, { type: "module" });
  const remote = import("./remote.ts").then(({ remoteOf }) => remoteOf(worker));
  // Whoever calls is told.
  remote.catch(() => undefined);
  const died = new Promise<ErrorData>((resolve) => {
    const report = (event: Event): void => {
      const message = event instanceof ErrorEvent && event.message !== "" ? event.message : "the worker stopped";
      resolve({ code: "worker-crashed", message, details: {} });
    };
    worker.addEventListener("error", report);
    worker.addEventListener("messageerror", report);
  });
  return {
    api: remote.then(({ api }) => api),
    hub: remote.then(({ hub }) => hub),
    died,
    onWork: (listener) =>
      worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
        if (isNotice(data)) listener(data.isBusy);
      }),
    close: () => {
      worker.terminate();
      void remote.then(
        ({ release }) => release(),
        () => undefined,
      );
    },
  };
}

/** Messages of comlink come the same way and have no such field. */
function isNotice(data: unknown): data is WorkNotice {
  return typeof data === "object" && data !== null && "tiller" in data && data.tiller === "work";
}
