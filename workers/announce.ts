/**
 * Tells the page when the worker is about to block. A forward on WebAssembly holds the worker's event loop until it ends,
 * on slow devices for many seconds, and a page that waits in vain for an answer must know that from death. A message that
 * is posted before the forward arrives while the forward blocks.
 */
import type { Starters } from "../src/engine/bundle/device.ts";
import type { Runtime, Session } from "../src/engine/onnx/runtime.ts";
import type { WorkNotice } from "./protocol.ts";

/** Forwards that end sooner than this need no notice: they are over before anybody asks. */
const SHORT_MS = 200;

export interface Announcer {
  readonly now: () => number;
  readonly post: (notice: WorkNotice) => void;
}

/** Starters whose runtimes announce what takes long in them. */
export function announcedStarters(starters: Starters, announcer: Announcer): Starters {
  const { wasm, webgpu } = starters;
  return {
    findAdapter: () => starters.findAdapter(),
    ...(wasm !== undefined && { wasm: async () => announced(await wasm(), announcer) }),
    ...(webgpu !== undefined && { webgpu: async (adapter) => announced(await webgpu(adapter), announcer) }),
  };
}

/** The same runtime; what takes long in it is announced. */
export function announced(runtime: Runtime, announcer: Announcer): Runtime {
  return {
    backend: runtime.backend,
    adapter: runtime.adapter,
    isSoftware: runtime.isSoftware,
    threads: runtime.threads,
    createSession: (...wanted) =>
      during(announcer, async () => watched(await runtime.createSession(...wanted), announcer)),
    memory: () => runtime.memory(),
    dispose: () => runtime.dispose(),
  };
}

function watched(session: Session, announcer: Announcer): Session {
  // Milliseconds a token of the session's latest forward; the first one is announced, whatever it will take.
  let pace = Infinity;
  return {
    inputs: session.inputs,
    outputs: session.outputs,
    shape: session.shape,
    dispose: () => session.dispose(),
    open: (rows, capacity) => {
      const opened = session.open(rows, capacity);
      return {
        get rows() {
          return opened.rows;
        },
        get capacity() {
          return opened.capacity;
        },
        forward: async (call) => {
          const tokens = call.rows * call.columns;
          const start = announcer.now();
          if (pace * tokens < SHORT_MS) await opened.forward(call);
          else await during(announcer, () => opened.forward(call));
          pace = (announcer.now() - start) / tokens;
        },
        ...(opened.onCard !== undefined && { onCard: opened.onCard }),
        keep: (kept, length, room) => opened.keep(kept, length, room),
        spread: (from, to, position) => opened.spread(from, to, position),
        dispose: () => opened.dispose(),
      };
    },
  };
}

async function during<T>({ post }: Announcer, work: () => Promise<T>): Promise<T> {
  post({ tiller: "work", isBusy: true });
  try {
    return await work();
  } finally {
    post({ tiller: "work", isBusy: false });
  }
}
