/** Tables of the rotary position embedding (arXiv 2104.09864). */
import type { ModelFacts } from "./model-facts.ts";

/**
 * @param divisors one for each frequency, as Llama 3.1 and later stretch their positions; null for none
 * @returns `[context, headDim / 2]` each
 */
export function rotaryTables(
  { headDim, context, ropeBase, ropeFactor }: Pick<ModelFacts, "headDim" | "context" | "ropeBase" | "ropeFactor">,
  divisors: Float32Array | null,
): { readonly cosines: Float32Array; readonly sines: Float32Array } {
  const half = headDim / 2;
  // Rounded where PyTorch rounds: a difference in a frequency grows with the position.
  const frequencies = Float32Array.from(
    { length: half },
    (_, i) => Math.fround(1 / ropeBase ** ((2 * i) / headDim)) / (divisors?.[i] ?? 1) / ropeFactor,
  );
  const cosines = new Float32Array(context * half);
  const sines = new Float32Array(context * half);
  for (let position = 0; position < context; position += 1) {
    for (let i = 0; i < half; i += 1) {
      const angle = Math.fround(position * frequencies[i]!);
      cosines[position * half + i] = Math.cos(angle);
      sines[position * half + i] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}
