/** Tells from a graph's inputs and outputs what it is and how it wants to be asked. No list of model names. */
import { RunError } from "../../core/errors.ts";
import type { CacheShape, ExtraInput, FloatType, GraphSpec } from "../onnx/runtime.ts";
import type { Graph, Port } from "./graph.ts";

export interface Architecture {
  /** A causal model gives logits for every position, a classifier once for each text. */
  readonly kind: "causal" | "classifier";
  readonly memory: "shared" | "growing" | "none";
  readonly cache: CacheShape | null;
  readonly spec: GraphSpec;
  /** Columns of the output: the vocabulary with its padding, or the labels. */
  readonly columns: number;
}

const PAST = /^past_key_values\.(\d+)\.(key|value)$/;
const EXTRAS: readonly ExtraInput[] = ["position_ids", "token_type_ids", "num_logits_to_keep"];
const SHARING = "GroupQueryAttention";
/** Marks two graphs in one file, with and without a cache; a switch at run time chooses. */
const MERGED = "use_cache_branch";

/**
 * @param sizes for graphs that leave the size of their output open: vocabulary and labels as `config.json` has them
 * @throws RunError "model-unsupported" that names the input or output that does not fit
 */
export function architectureOf(
  id: string,
  graph: Graph,
  sizes: { readonly vocabulary: number | null; readonly labels: number | null },
): Architecture {
  const logits = graph.outputs.find(({ name }) => name === "logits");
  if (logits === undefined) throw foreign(id, `it has no output "logits", only ${names(graph.outputs)}`);
  if (!graph.inputs.some(({ name }) => name === "input_ids")) throw foreign(id, 'it has no input "input_ids"');
  if (!graph.inputs.some(({ name }) => name === "attention_mask"))
    throw foreign(id, 'it has no input "attention_mask"');
  const past = graph.inputs.filter(({ name }) => PAST.test(name));
  const extras = EXTRAS.filter((name) => graph.inputs.some((port) => port.name === name));
  const known = new Set(["input_ids", "attention_mask", ...extras, ...past.map(({ name }) => name)]);
  const other = graph.inputs.find(({ name }) => !known.has(name));
  if (other?.name === MERGED) throw mergedDecoder(id, `its graph has the input "${MERGED}"`);
  if (other !== undefined) throw foreign(id, `it asks for an input "${other.name}", which Tiller cannot give`);
  const kind = logits.dims.length === 3 ? "causal" : "classifier";
  if (kind === "classifier" && (logits.dims.length !== 2 || past.length > 0)) {
    throw foreign(id, `its logits have ${logits.dims.length} axes, which fits neither a causal model nor a classifier`);
  }
  const cache = past.length === 0 ? null : cacheOf(id, graph, past);
  const last = logits.dims.at(-1);
  const open = kind === "causal" ? sizes.vocabulary : sizes.labels;
  const columns = typeof last === "number" ? last : open;
  if (columns === null) throw foreign(id, "neither the graph nor config.json says how many logits it gives");
  if (cache?.grows === true && !extras.includes("position_ids")) {
    throw foreign(id, "its cache grows with every call, but it has no input for the positions of uneven texts");
  }
  return {
    kind,
    cache,
    columns,
    memory: cache === null ? "none" : cache.grows === true ? "growing" : "shared",
    spec: {
      output: "logits",
      each: kind === "causal" ? "position" : "row",
      cache,
      extras,
      outputType: floatOf(id, logits),
      outputShape: [columns],
    },
  };
}

function cacheOf(id: string, graph: Graph, past: readonly Port[]): CacheShape {
  const first = past[0];
  const [, kvHeads, , headDim] = first?.dims ?? [];
  if (first === undefined || typeof kvHeads !== "number" || typeof headDim !== "number") {
    throw foreign(
      id,
      `its cache ${first?.name ?? ""} is [${first?.dims.join(", ") ?? ""}], not [rows, heads, length, size]`,
    );
  }
  const layers = past.length / 2;
  const odd = past.find(({ dims, type }) => dims[1] !== kvHeads || dims[3] !== headDim || type !== first.type);
  if (odd !== undefined) throw foreign(id, `its layers have caches of different sizes (${odd.name})`);
  for (let layer = 0; layer < layers; layer += 1) {
    for (const name of [`${layer}.key`, `${layer}.value`]) {
      const isThere =
        past.some((port) => port.name === `past_key_values.${name}`) &&
        graph.outputs.some((port) => port.name === `present.${name}`);
      if (!isThere) throw foreign(id, `${name} of its cache is not both an input and an output`);
    }
  }
  // Only this operator can write new keys into the block that holds the old ones. Every other graph joins them.
  const shares = past.every(({ name }) => {
    const readers = graph.readers.get(name) ?? new Set();
    return readers.size === 1 && readers.has(SHARING);
  });
  return { layers, kvHeads, headDim, grows: !shares, type: floatOf(id, first) };
}

function floatOf(id: string, { name, type }: Port): FloatType {
  if (type === "float32" || type === "float16") return type;
  throw foreign(id, `${name} has numbers of type ${type}, not float32 or float16`);
}

function names(ports: readonly Port[]): string {
  return ports
    .slice(0, 4)
    .map(({ name }) => `"${name}"`)
    .join(", ");
}

function foreign(id: string, reason: string): RunError {
  const message = `The graph of ${id} is of a kind that Tiller cannot run: ${reason}. Choose a causal model or a text classifier exported for transformers.js.`;
  return new RunError("model-unsupported", message, { id, reason });
}

/**
 * Exports for transformers.js 2. Their branches lie inside one operator, where a cache cannot be shared with the graph.
 * @param sign how it was told
 */
export function mergedDecoder(id: string, sign: string): RunError {
  const message = `${id} is a merged decoder (${sign}), an older form with two graphs in one file, which Tiller does not run. Use onnx/model.onnx, or model_q4.onnx, of a repository exported for transformers.js 3 or later, such as one of onnx-community.`;
  return new RunError("model-unsupported", message, { id, reason: "merged-decoder" });
}
