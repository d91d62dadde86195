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

/** What the worker counts with: rows of the first four lanes, tokens of prompt and answer, positions read at once. */
const ROWS = 10;
const TOKENS = 256;
const POSITIONS = 128;
/** WebAssembly's code and what the runtime takes beside weights. */
const HEAP_BYTES = 40e6;
/** A processor unfolds 4 bits to 32, and halves too; not all of a file is weights of the form that names it. */
const UNFOLDED: Readonly<Record<Dtype, number>> = { fp32: 1, fp16: 2, q4: 4, q4f16: 4, q8: 1 };

/** About how much memory a form takes, in bytes; null where its size is not known. */
export function memoryOf(model: CuratedModel, dtype: Dtype, backend: "wasm" | "webgpu"): number | null {
  const bytes = model.sizes.get(dtype) ?? null;
  if (bytes === null) return null;
  const isUnfolded = UNFOLDED[dtype] > 1;
  const full = isUnfolded ? (model.sizes.get("fp32") ?? null) : null;
  return weightsIn(bytes, dtype, backend, full) + model.cacheBytesPerToken * ROWS * TOKENS;
}

/**
 * The same for the GGUF file of a card, as the worker counts it: weights, caches and logits. The processor takes its
 * weights in full precision, and the table of tokens once more as codes; a card takes them as they are in the file.
 */
export function ggufMemory(
  { bytes, params, vocabulary, hidden }: GgufFile,
  cacheBytesPerToken: number,
  backend: "wasm" | "webgpu",
): number {
  const file = bytes ?? (params * 5) / 8;
  const weights = backend === "wasm" ? HEAP_BYTES + 4 * params + vocabulary * hidden : file;
  return weights + cacheBytesPerToken * ROWS * TOKENS + 2 * 4 * vocabulary * (ROWS + POSITIONS);
}

/** The least that a form takes, where nothing is known of it but its size. */
export function leastMemory(bytes: number, dtype: Dtype, backend: "wasm" | "webgpu"): number {
  return weightsIn(bytes, dtype, backend, null);
}

function weightsIn(bytes: number, dtype: Dtype, backend: "wasm" | "webgpu", full: number | null): number {
  if (backend === "webgpu") return bytes;
  return HEAP_BYTES + (full ?? bytes * UNFOLDED[dtype]);
}

/** Forms of a model that are on this device. */
export function keptForms(id: string, mirror: string | null, kept: KeptModels | null): readonly Dtype[] {
  const own = kept?.models.filter((model) => model.id === id && model.mirror === mirror) ?? [];
  return own.map(({ dtype }) => dtype);
}
