/** Rows of the head of the vocabulary, W_U, unpacked one by one from the blocks that the file stores. */
import type { Unembedding } from "../../core/heads/unembedding.ts";
import { dequantise } from "./dequantise.ts";
import type { ModelFacts } from "./model-facts.ts";
import type { Weights } from "./stored-weights.ts";

/** A copy of one matrix: the file, which is larger, can be let go. @throws RunError "model-corrupt" */
export function unembeddingOf(
  { vocabulary, hidden, isTied }: Pick<ModelFacts, "vocabulary" | "hidden" | "isTied">,
  weights: Weights,
): Unembedding {
  const { type, data } = weights.get(isTied ? "token_embd.weight" : "output.weight", vocabulary, hidden);
  const stored = data.slice();
  const rowBytes = stored.byteLength / vocabulary;
  return {
    vocabulary,
    hidden,
    rowOf: (token, out) => out.set(dequantise(type, stored.subarray(token * rowBytes, (token + 1) * rowBytes))),
  };
}
