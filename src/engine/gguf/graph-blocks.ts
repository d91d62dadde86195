/** The parts of a layer: norms, attention and the gated feed-forward network, as Llama and Qwen2 have them. */
import { linear, type GraphForm } from "./graph-weights.ts";
import { MICROSOFT, type GraphParts } from "./graph-parts.ts";
import type { ModelFacts } from "./model-facts.ts";
import { FLOAT } from "./onnx-writer.ts";
import { INPUTS } from "../onnx/graph-inputs.ts";
import { project } from "./projections.ts";
import type { Weights } from "./stored-weights.ts";

/** What every part of a layer needs. */
export interface Layers {
  readonly parts: GraphParts;
  readonly facts: ModelFacts;
  readonly weights: Weights;
  readonly form: GraphForm;
}

/** Of each row, worked out in the graph from its length. */
export const LAST_POSITIONS = "last_positions";
export const ROTARY = { cosines: "cosines", sines: "sines" } as const;

export function norm({ parts, facts, weights }: Layers, name: string, input: string, output: string): string {
  const gain = parts.numbers(`${name}.weight`, weights.vector(`${name}.weight`, facts.hidden));
  const ints = { axis: -1, stash_type: 1 };
  return parts.node("SimplifiedLayerNormalization", [input, gain], output, {
    ints,
    floats: { epsilon: facts.epsilon },
  });
}

/** The norm of a sum, and the sum itself for the residual stream, in one operator. */
export function addAndNorm(
  { parts, facts, weights }: Layers,
  name: string,
  residual: string,
  added: string,
): { readonly state: string; readonly residual: string } {
  const gain = parts.numbers(`${name}.weight`, weights.vector(`${name}.weight`, facts.hidden));
  const found = { state: `${name}.state`, residual: `${name}.residual` };
  // Two outputs between are for training and stay unnamed.
  parts.node("SkipSimplifiedLayerNormalization", [added, residual, gain], [found.state, "", "", found.residual], {
    ...MICROSOFT,
    floats: { epsilon: facts.epsilon },
  });
  return found;
}

export function attention({ parts, facts, weights, form }: Layers, layer: number, state: string): string {
  const { hidden, heads, kvHeads, headDim } = facts;
  const block = `blk.${layer}`;
  const [queries = "", keys = "", values = ""] = project({ parts, weights, form }, state, hidden, `${block}.attn_qkv`, [
    { name: `${block}.attn_q`, rows: heads * headDim },
    { name: `${block}.attn_k`, rows: kvHeads * headDim },
    { name: `${block}.attn_v`, rows: kvHeads * headDim },
  ]);
  // Past and present are one block of memory, with room for more than the text has.
  const dims = ["batch", kvHeads, "capacity", headDim];
  const past = ["key", "value"].map((kind) => parts.input(`past_key_values.${layer}.${kind}`, FLOAT, dims));
  const present = ["key", "value"].map((kind) => `present.${layer}.${kind}`);
  for (const name of present) parts.output(name, dims);
  const inputs = [queries, keys, values, ...past, LAST_POSITIONS, INPUTS.longest, ROTARY.cosines, ROTARY.sines];
  parts.node("GroupQueryAttention", inputs, [`${block}.mixed`, ...present], {
    ...MICROSOFT,
    ints: { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: 0 },
    floats: { scale: 1 / Math.sqrt(headDim) },
  });
  const out = weights.get(`${block}.attn_output.weight`, hidden, heads * headDim);
  return linear(parts, `${block}.mixed`, out, form, `${block}.attended`);
}

export function feedForward({ parts, facts, weights, form }: Layers, layer: number, state: string): string {
  const { hidden, intermediate } = facts;
  const block = `blk.${layer}`;
  const [gate = "", up = ""] = project({ parts, weights, form }, state, hidden, `${block}.ffn_gate_up`, [
    { name: `${block}.ffn_gate`, rows: intermediate },
    { name: `${block}.ffn_up`, rows: intermediate },
  ]);
  // x * sigmoid(alpha x): with alpha 1 the gate of these models.
  const open = parts.node("QuickGelu", [gate], `${block}.silu`, { ...MICROSOFT, floats: { alpha: 1 } });
  const gated = parts.node("Mul", [open, up], `${block}.gated`);
  const down = weights.get(`${block}.ffn_down.weight`, hidden, intermediate);
  return linear(parts, gated, down, form, `${block}.fed`);
}
