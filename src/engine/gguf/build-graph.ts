/**
 * An ONNX graph of our own from the weights of a GGUF file. It gives the logits of the picked positions alone, the state
 * after the final norm, and the state in the middle of the model.
 */
import { INPUTS } from "../onnx/graph-inputs.ts";
import type { ExternalFile, GraphSpec } from "../onnx/runtime.ts";
import { addAndNorm, attention, feedForward, LAST_POSITIONS, norm, ROTARY, type Layers } from "./graph-blocks.ts";
import { embed, unembed, type GraphForm } from "./graph-weights.ts";
import { GraphParts } from "./graph-parts.ts";
import type { ModelFacts } from "./model-facts.ts";
import { INT32 } from "./onnx-writer.ts";
import { rotaryTables } from "./rotary.ts";
import type { Weights } from "./stored-weights.ts";

export interface BuiltGraph {
  readonly graph: Uint8Array;
  readonly external: readonly ExternalFile[];
  readonly spec: GraphSpec;
  readonly weightBytes: number;
  readonly largestTensor: { readonly name: string; readonly bytes: number };
}

/** @throws RunError "model-corrupt" for weights that are missing or of other sizes than the fields say */
export function buildGraph(facts: ModelFacts, weights: Weights, form: GraphForm): BuiltGraph {
  const { hidden, vocabulary, kvHeads, headDim, layers } = facts;
  const parts = new GraphParts();
  const ids = parts.input(INPUTS.ids, INT32, ["batch", "columns"]);
  endRows(parts, parts.input(INPUTS.lengths, INT32, ["batch"]));
  parts.input(INPUTS.longest, INT32, [1]);
  parts.input("picks", INT32, ["count"]);
  turnPositions(parts, facts, weights);
  const table = weights.get("token_embd.weight", vocabulary, hidden);
  const residual = throughLayers({ parts, facts, weights, form }, embed(parts, ids, table, form));
  // The head is the largest product: it is asked for the picked positions alone.
  const last = pick(parts, residual, hidden, "last_picked");
  norm({ parts, facts, weights, form }, "output_norm", last, "hidden");
  const head = facts.isTied ? table : weights.get("output.weight", vocabulary, hidden);
  unembed(parts, "hidden", head, form, "logits");
  parts.output("logits", ["count", vocabulary]);
  parts.output("hidden", ["count", hidden]);
  parts.output("middle", ["count", hidden]);
  const spec: GraphSpec = {
    output: "logits",
    each: "pick",
    cache: { layers, kvHeads, headDim },
    extras: ["picks"],
    integers: "counted",
    outputShape: [vocabulary],
    states: { hidden, layer: middleLayer(layers) },
  };
  return { ...parts.finish(), spec, weightBytes: parts.weightBytes, largestTensor: parts.largestTensor };
}

/** @returns the residual stream behind the last layer */
function throughLayers(all: Layers, embedded: string): string {
  const { parts, facts } = all;
  const { hidden, layers } = facts;
  let residual = embedded;
  let state = norm(all, "blk.0.attn_norm", residual, "blk.0.attn_norm.state");
  for (let layer = 0; layer < layers; layer += 1) {
    if (layer === middleLayer(layers)) pick(parts, residual, hidden, "middle");
    const middle = addAndNorm(all, `blk.${layer}.ffn_norm`, residual, attention(all, layer, state));
    const fed = feedForward(all, layer, middle.state);
    if (layer === layers - 1) return parts.node("Add", [middle.residual, fed], "last");
    ({ state, residual } = addAndNorm(all, `blk.${layer + 1}.attn_norm`, middle.residual, fed));
  }
  return residual;
}

/** 21 of 30: there a state tells more of the text as a whole than the last one does. */
function middleLayer(layers: number): number {
  return Math.floor((7 * layers) / 10);
}

/** Attention wants the place of each row's last token. */
function endRows(parts: GraphParts, lengths: string): void {
  parts.node("Add", [lengths, parts.whole32("before", [-1])], LAST_POSITIONS);
}

function turnPositions(parts: GraphParts, facts: ModelFacts, weights: Weights): void {
  const half = facts.headDim / 2;
  const divisors = weights.has("rope_freqs.weight") ? weights.vector("rope_freqs.weight", half) : null;
  const dims = [facts.context, half];
  parts.weight(ROTARY.cosines, "float32", dims, () => rotaryTables(facts, divisors).cosines);
  parts.weight(ROTARY.sines, "float32", dims, () => rotaryTables(facts, divisors).sines);
}

/** The states at `picks`, which count through all positions of all rows. */
function pick(parts: GraphParts, state: string, width: number, output: string): string {
  const flat = parts.node("Reshape", [state, parts.whole(`flat_${width}`, [-1, width])], `${output}.flat`);
  return parts.node("Gather", [flat, "picks"], output, { ints: { axis: 0 } });
}
