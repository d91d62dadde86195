/** The lab page with a stopwatch, and transformers.js in a worker of its own as the peer. */
import { wrap } from "comlink";
import type { RunEvent, RunRequest } from "../../src/core/types.ts";
import "./main.ts";
import type { PeerApi } from "./peer.worker.ts";

export interface TimedRun {
  /** From the call to the last token, as the page sees it: prefill, every step, and the way back to the page. */
  readonly ms: number;
  /** Forwards of all models up to the last token. */
  readonly forwards: number;
  readonly promptTokens: readonly number[];
}

export interface BenchPage {
  timeRun(request: RunRequest): Promise<TimedRun>;
  /** The bundled policy where no other model is named. */
  loadPeer(device: "wasm" | "webgpu", id?: string, dtype?: "fp32" | "q4"): Promise<void>;
  /** Milliseconds of one `generate()` inside its worker: prefill and `count` tokens. */
  timeGenerate(prompt: readonly number[], count: number): Promise<number>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

let peer: { readonly thread: Worker; readonly api: ReturnType<typeof wrap<PeerApi>> } | null = null;

window.bench = {
  async timeRun(request) {
    const started = performance.now();
    let last = { ms: 0, forwards: 0 };
    let promptTokens: readonly number[] = [];
    let failure: string | null = null;
    await window.lab.stream(request, (event: RunEvent) => {
      if (event.type === "started") promptTokens = event.promptTokens;
      if (event.type === "step") last = { ms: performance.now() - started, forwards: event.forwards };
      if (event.type === "failed") failure = event.error.message;
    });
    if (failure !== null) throw new Error(failure);
    return { ...last, promptTokens };
  },
  async loadPeer(device, id = "policy", dtype = "fp32") {
    peer?.thread.terminate();
    const thread = new Worker(new URL("./peer.worker.ts", import.meta.url), { type: "module", name: "peer" });
    peer = { thread, api: wrap<PeerApi>(thread) };
    await peer.api.load(document.baseURI, device, id, dtype);
  },
  async timeGenerate(prompt, count) {
    if (peer === null) throw new Error("the peer is not loaded");
    return peer.api.generate(prompt, count);
  },
};
