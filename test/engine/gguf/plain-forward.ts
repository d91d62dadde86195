/**
 * Llama and Qwen2 in plain arithmetic, from the tensors as llama.cpp lays them out: the reference for the graph. Nothing is
 * shared with it but the numbers that blocks unpack to, which are checked against the package `gguf` by themselves.
 */
import { dequantise } from "../../../src/engine/gguf/dequantise.ts";
import { SIZES, tinyTensors, VOCABULARY, type TinyShape } from "./tiny-gguf.ts";

type Vector = Float64Array;

/** @param watch is told the residual stream of each position after each block, counted from 1 */
export function plainForward(
  shape: TinyShape,
  ropeFactor = 1,
  watch: (block: number, position: number, x: Vector) => void = () => undefined,
): (ids: readonly number[]) => Vector[] {
  const tensors = new Map(tinyTensors(shape).map((tensor) => [tensor.name, tensor]));
  const unpacked = new Map([...tensors].map(([name, { type, data }]) => [name, dequantise(type, data)]));
  const numbers = (name: string): Float32Array => {
    const found = unpacked.get(name);
    if (found === undefined) throw new Error(`no tensor ${name}`);
    return found;
  };
  const { layers, hidden, heads, kvHeads, headDim, epsilon } = SIZES;

  const times = (name: string, x: Vector, bias = unpacked.get(name.replace(/weight$/, "bias"))): Vector => {
    const matrix = numbers(name);
    const rows = matrix.length / x.length;
    return Float64Array.from({ length: rows }, (_, row) => {
      let sum = bias?.[row] ?? 0;
      for (let i = 0; i < x.length; i += 1) sum += (matrix[row * x.length + i] ?? 0) * (x[i] ?? 0);
      return sum;
    });
  };
  const norm = (name: string, x: Vector): Vector => {
    const gain = numbers(name);
    const mean = x.reduce((sum, each) => sum + each * each, 0) / x.length;
    return x.map((each, i) => (each / Math.sqrt(mean + epsilon)) * (gain[i] ?? 0));
  };
  const divisors = unpacked.get("rope_freqs.weight");
  /** Llama turns neighbours, Qwen2 halves. */
  const turn = (x: Vector, position: number): Vector => {
    const turned = x.slice();
    const half = headDim / 2;
    for (let head = 0; head < x.length / headDim; head += 1) {
      for (let i = 0; i < half; i += 1) {
        const [a, b] = shape.architecture === "llama" ? [2 * i, 2 * i + 1] : [i, i + half];
        const [first, second] = [head * headDim + a, head * headDim + b];
        const angle = position / SIZES.ropeBase ** ((2 * i) / headDim) / (divisors?.[i] ?? 1) / ropeFactor;
        const [u, v] = [x[first] ?? 0, x[second] ?? 0];
        turned[first] = u * Math.cos(angle) - v * Math.sin(angle);
        turned[second] = u * Math.sin(angle) + v * Math.cos(angle);
      }
    }
    return turned;
  };

  return (ids) => {
    const cache = Array.from({ length: layers }, () => ({ keys: [] as Vector[], values: [] as Vector[] }));
    const table = numbers("token_embd.weight");
    return ids.map((id, position) => {
      let x = Float64Array.from(table.subarray(id * hidden, (id + 1) * hidden));
      cache.forEach(({ keys, values }, layer) => {
        const at = (name: string): string => `blk.${layer}.${name}.weight`;
        const state = norm(at("attn_norm"), x);
        const query = turn(times(at("attn_q"), state), position);
        keys.push(turn(times(at("attn_k"), state), position));
        values.push(times(at("attn_v"), state));
        const mixed = new Float64Array(heads * headDim);
        for (let head = 0; head < heads; head += 1) {
          const shared = Math.floor(head / (heads / kvHeads)) * headDim;
          const scores = keys.map((key) => {
            let sum = 0;
            for (let i = 0; i < headDim; i += 1) sum += (query[head * headDim + i] ?? 0) * (key[shared + i] ?? 0);
            return Math.exp(sum / Math.sqrt(headDim));
          });
          const all = scores.reduce((sum, score) => sum + score, 0);
          values.forEach((value, past) => {
            for (let i = 0; i < headDim; i += 1) {
              mixed[head * headDim + i]! += ((scores[past] ?? 0) / all) * (value[shared + i] ?? 0);
            }
          });
        }
        const attended = times(at("attn_output"), mixed);
        x = x.map((each, i) => each + (attended[i] ?? 0));
        const inner = norm(at("ffn_norm"), x);
        const up = times(at("ffn_up"), inner);
        const gated = times(at("ffn_gate"), inner).map((gate, i) => (gate / (1 + Math.exp(-gate))) * (up[i] ?? 0));
        const fed = times(at("ffn_down"), gated);
        x = x.map((each, i) => each + (fed[i] ?? 0));
        watch(layer + 1, position, x);
      });
      const head = shape.isTied ? "token_embd.weight" : "output.weight";
      return times(head, norm("output_norm.weight", x)).slice(0, VOCABULARY.length);
    });
  };
}
