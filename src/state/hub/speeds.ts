/** How fast models wrote on this device: measured at the end of each run, and kept. */
import { twoDigits } from "../../core/rounding.ts";
import type { KeptText } from "../settings/tab-storage.ts";

const KEY = "tiller speeds";
/** One thread of an ordinary laptop, over 32-bit weights: milliseconds of a step for each million parameters. */
const USUAL_MS = 0.24;
/** More would be a list of everything that was ever tried. */
const MOST = 30;

export type SpeedBackend = "wasm" | "webgpu";

/** Tokens a second of one lane. */
export interface Speed {
  readonly perSecond: number;
  readonly isMeasured: boolean;
}

export class Speeds {
  readonly #storage: KeptText | null;

  constructor(storage: KeptText | null) {
    this.#storage = storage;
  }

  /** @param id of the model as it was loaded */
  note(id: string, backend: SpeedBackend, perSecond: number): void {
    if (!Number.isFinite(perSecond) || perSecond <= 0) return;
    const others = [...this.#read()].filter(([key]) => key !== keyOf(id, backend)).slice(-MOST + 1);
    const kept = Object.fromEntries([...others, [keyOf(id, backend), twoDigits(perSecond)]]);
    this.#storage?.setItem(KEY, JSON.stringify(kept));
  }

  /**
   * Measured where the model ran here under one of the ids; else in proportion to the size of another that ran here, or
   * of a usual processor. Null where nothing is known of this device's graphics card.
   * @param known other models by their ids, with their parameters
   */
  of(
    ids: readonly string[],
    params: number,
    backend: SpeedBackend,
    known: readonly (readonly [id: string, params: number])[],
  ): Speed | null {
    const measured = this.#read();
    const find = (id: string): number | undefined => measured.get(keyOf(id, backend));
    const own = ids.map(find).find((each) => each !== undefined);
    if (own !== undefined) return { perSecond: own, isMeasured: true };
    for (const [id, others] of known) {
      const found = find(id);
      if (found !== undefined) return { perSecond: (found * others) / params, isMeasured: false };
    }
    return backend === "wasm" ? { perSecond: 1000 / ((USUAL_MS * params) / 1e6), isMeasured: false } : null;
  }

  /** Storage is untrusted: anything may have written there. */
  #read(): ReadonlyMap<string, number> {
    try {
      const parsed: unknown = JSON.parse(this.#storage?.getItem(KEY) ?? "{}");
      const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
      const isSpeed = (entry: [string, unknown]): entry is [string, number] =>
        typeof entry[1] === "number" && entry[1] > 0;
      return new Map(entries.filter(isSpeed));
    } catch {
      return new Map();
    }
  }
}

function keyOf(id: string, backend: SpeedBackend): string {
  return `${backend} ${id}`;
}
