/** The models that are offered by name, from a dated table: nothing is asked of the Hub to show it. */
import type { Dtype } from "../../core/hub.ts";
import type { KeptModels } from "../../../workers/protocol.ts";
import table from "./curated.json" with { type: "json" };

/** The one file of a chat model that its card loads. */
export interface GgufFile {
  readonly repo: string;
  readonly file: string;
  /** Its form as the loader names it. */
  readonly dtype: Dtype;
  /** As a public listing gives it; null where none was found. */
  readonly bytes: number | null;
  /** Name of the model's folder where a server has it. */
  readonly served: string | null;
  readonly params: number;
  readonly vocabulary: number;
  readonly hidden: number;
}

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
  readonly gguf: GgufFile | null;
  readonly note: string;
}

/** Day on which the table was last compared with its sources. */
export const CURATED_AS_OF: string = table.asOf;

export const CURATED: readonly CuratedModel[] = table.models.map(({ sizes, cache, role, gguf, ...rest }) => ({
  ...rest,
  role: role as CuratedModel["role"],
  sizes: new Map(Object.entries(sizes).map(([dtype, mb]) => [dtype as Dtype, mb === null ? null : mb * 1e6])),
  cacheBytesPerToken: cache === null ? 0 : 2 * 4 * cache.layers * cache.kvHeads * cache.headDim,
  gguf: gguf === null ? null : ggufOf(gguf),
}));

type GgufEntry = NonNullable<(typeof table.models)[number]["gguf"]>;

function ggufOf({ mb, params, dtype, ...rest }: GgufEntry): GgufFile {
  return { ...rest, dtype: dtype as Dtype, params: params * 1e6, bytes: mb === null ? null : Math.round(mb * 1e6) };
}

/** Most devices take these, the first that a model has. */
const USUAL: readonly Dtype[] = ["q4", "q8", "fp16", "fp32"];
const SUFFIXES = { fp32: "", fp16: "_fp16", q4: "_q4", q4f16: "_q4f16", q8: "_quantized" } as const;

/** The graph that most devices load of a model of the table. */
export function usualFile({ sizes }: Pick<CuratedModel, "sizes">): string {
  const dtype = USUAL.find((each) => sizes.has(each)) ?? "fp32";
  return `onnx/model${SUFFIXES[dtype]}.onnx`;
}

/** What the worker counts with: rows of all lanes, tokens of prompt and answer. */
const ROWS = 8;
const TOKENS = 768;
const PROMPT_TOKENS = 256;
/** Copies of the weights that lie in memory while a model loads: on the processor's heap, or on a card and on the way. */
const COPIES = { wasm: 3, webgpu: 2 } as const;

/** About how much memory a form takes at the most, in bytes; null where its size is not known. */
export function memoryOf(model: CuratedModel, dtype: Dtype, backend: "wasm" | "webgpu"): number | null {
  const bytes = model.sizes.get(dtype) ?? null;
  return bytes === null ? null : bytes * COPIES[backend] + model.cacheBytesPerToken * ROWS * TOKENS;
}

/**
 * The same for the GGUF file of a card, as the worker counts it: the file, the weights made of it, two copies of the
 * largest, caches and logits. The processor takes its weights in full precision, a card as they are in the file.
 */
export function ggufMemory(
  { bytes, params, vocabulary, hidden }: GgufFile,
  cacheBytesPerToken: number,
  backend: "wasm" | "webgpu",
): number {
  const file = bytes ?? (params * 5) / 8;
  const [weights, largest] =
    backend === "wasm" ? [4 * params, 4 * vocabulary * hidden] : [file, (file / params) * vocabulary * hidden];
  const cache = cacheBytesPerToken * ROWS * TOKENS;
  return file + weights + 2 * largest + cache + 4 * vocabulary * (ROWS + PROMPT_TOKENS);
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
