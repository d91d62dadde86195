/** A page without a screen: the product's worker, driven by a program. Browser tests, `bench` and `eval` use it. */
import { proxy, wrap } from "comlink";
import type { Backend, RunEvent, RunRequest } from "../../src/core/types.ts";
import type { LoadReport, ModelWish, Settled, TillerApi } from "../../workers/protocol.ts";

export interface LabPage {
  /** Without a line-up, the bundled models. */
  load(backend: Backend | "auto", lineup?: readonly ModelWish[]): Promise<Settled<LoadReport>>;
  /** Events without the steps, which are many; `withSteps` keeps them. */
  run(request: RunRequest, withSteps: boolean): Promise<readonly RunEvent[]>;
  /** Every event as it comes. */
  stream(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<void>;
  useHeads(files: readonly unknown[]): ReturnType<TillerApi["useHeads"]>;
  memory(): ReturnType<TillerApi["memory"]>;
  /** Ends the worker; the next load starts a fresh one. */
  restart(): void;
}

declare global {
  interface Window {
    lab: LabPage;
  }
}

let worker = start();
let runs = 0;

function start(): { readonly thread: Worker; readonly api: ReturnType<typeof wrap<TillerApi>> } {
  const thread = new Worker(new URL("./lab.worker.ts", import.meta.url), { type: "module", name: "engine" });
  return { thread, api: wrap<TillerApi>(thread) };
}

window.lab = {
  load: (backend, lineup) =>
    worker.api.load(
      { baseUrl: new URL("models/", document.baseURI).href, backend, ...(lineup && { lineup }) },
      proxy(() => undefined),
    ),
  async run(request, withSteps) {
    const events: RunEvent[] = [];
    await window.lab.stream(request, (event) => {
      if (withSteps || event.type !== "step") events.push(event);
    });
    return events;
  },
  stream(request, onEvent) {
    runs += 1;
    return worker.api.run(`run-${runs}`, request, proxy(onEvent));
  },
  useHeads: (files) => worker.api.useHeads(files),
  memory: () => worker.api.memory(),
  restart() {
    worker.thread.terminate();
    worker = start();
  },
};
