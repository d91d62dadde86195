/** The models that are offered by name, from a dated table: nothing is asked of the Hub to show it. */
import type { Dtype } from "../../core/hub.ts";
import type { KeptModels } from "../../../workers/protocol.ts";
import table from "./curated.json" with { type: "json" };

export interface CuratedModel {
  readonly id: string;
  readonly name: string;
  /** "chat" answers, "base" continues, "classifier" judges. */
  readonly role: "chat" | "base" | "classifier";
  /** Bytes by form; null where no size was found. */
  readonly sizes: ReadonlyMap<Dtype, number | null>;
  /** As its repository states it; null where none was found. */
  readonly licence: string | null;
  /** A sibling with the same tokens that is worth comparing with. */
  readonly base: string | null;
  readonly cacheBytesPerToken: number;
  readonly note: string;
}

/** Day on which the table was last compared with its sources. */
export const CURATED_AS_OF: string = table.asOf;

export const CURATED: readonly CuratedModel[] = table.models.map(({ sizes, cache, role, ...rest }) => ({
  ...rest,
  role: role as CuratedModel["role"],
  sizes: new Map(Object.entries(sizes).map(([dtype, mb]) => [dtype as Dtype, mb === null ? null : mb * 1e6])),
  cacheBytesPerToken: cache === null ? 0 : 2 * 4 * cache.layers * cache.kvHeads * cache.headDim,
}));

/** What the worker counts with: rows of all lanes, tokens of prompt and answer. */
const ROWS = 8;
const TOKENS = 768;
/** Copies of the weights that lie in memory while a model loads: on the processor's heap, or on a card and on the way. */
const COPIES = { wasm: 3, webgpu: 2 } as const;

/** About how much memory a form takes at the most, in bytes; null where its size is not known. */
export function memoryOf(model: CuratedModel, dtype: Dtype, backend: "wasm" | "webgpu"): number | null {
  const bytes = model.sizes.get(dtype) ?? null;
  return bytes === null ? null : bytes * COPIES[backend] + model.cacheBytesPerToken * ROWS * TOKENS;
}

/** The least that a form takes, where nothing is known of it but its size: its weights while it loads. */
export function leastMemory(bytes: number, backend: "wasm" | "webgpu"): number {
  return bytes * COPIES[backend];
}

/** Forms of a model that are on this device. */
export function keptForms(id: string, mirror: string | null, kept: KeptModels | null): readonly Dtype[] {
  const own = kept?.models.filter((model) => model.id === id && model.mirror === mirror) ?? [];
  return own.map(({ dtype }) => dtype);
}
