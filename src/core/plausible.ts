/**
 * Plausible candidates: the tokens that the base model itself finds likely enough, kept before any reward is added.
 *
 *   V_a(s) = { v : pi_ref(v|s) >= a max_u pi_ref(u|s) }
 *
 * Li et al., "Contrastive decoding", arXiv:2210.15097, equation 2. A reward knows good from bad among tokens that fit; far
 * out in the tail of the base its numbers are noise, and a strong weight would pick from that noise. The set depends on the
 * base distribution alone, so plain sampling under the same settings has the same set.
 */
import { argmax } from "./logprobs.ts";

/**
 * Writes log pi_ref of the plausible tokens and -Infinity for the others; nothing is normalised anew.
 * @param ref       `[V]` nats
 * @param plausible a, from 0 to 1; 0 keeps every token, 1 the likeliest alone (and those that tie with it)
 * @param out       `[V]`; not `ref`
 * @returns         `out`, or `ref` itself where nothing leaves
 */
export function plausibleOnly(ref: Float64Array, plausible: number, out: Float64Array): Float64Array {
  if (plausible === 0) return ref;
  const bound = ref[argmax(ref)]! + Math.log(plausible);
  for (let v = 0; v < out.length; v++) out[v] = ref[v]! < bound ? -Infinity : ref[v]!;
  return out;
}
