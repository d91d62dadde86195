/**
 * Plausible candidates: the tokens that the base model itself finds likely enough, kept before any reward is added.
 *
 *   V_a(s) = { v : pi_ref(v|s) >= a max_u pi_ref(u|s) }
 *
 * Li et al., "Contrastive decoding", arXiv:2210.15097, equation 2. A reward knows good from bad among tokens that fit; far
 * out in the tail of the base its numbers are noise, and a strong weight would pick from that noise. The set depends on the
 * base distribution alone, so plain sampling under the same settings has the same set.
 */
import { maximum, type Tokens } from "./logprobs.ts";

/**
 * Writes log pi_ref of the plausible tokens and -Infinity for the others; nothing is normalised anew.
 * @param ref       `[V]` nats
 * @param plausible a, from 0 to 1; 0 keeps every token, 1 the likeliest alone (and those that tie with it)
 * @param out       `[V]`; not `ref`
 * @returns         `out`, or `ref` itself where nothing leaves
 */
export function plausibleOnly(ref: Float64Array, plausible: number, out: Float64Array): Float64Array {
  if (plausible === 0) return ref;
  const bound = maximum(ref) + Math.log(plausible);
  for (let v = 0; v < out.length; v++) out[v] = ref[v]! < bound ? -Infinity : ref[v]!;
  return out;
}

/**
 * V_a as a list, for loops that go over its tokens alone.
 * @param ref  `[V]` nats
 * @param max  the largest of them
 * @param into `[V]`, receives the ids
 * @param known the tokens that `ref` has numbers of, in ascending order
 * @returns    a view of `into`, ids in ascending order; null where every token is plausible, because `plausible` is 0
 */
export function plausibleTokens(
  ref: Float64Array,
  max: number,
  plausible: number,
  into: Int32Array,
  known: Tokens = null,
): Tokens {
  if (plausible === 0) return null;
  const bound = max + Math.log(plausible);
  let count = 0;
  const size = known?.length ?? ref.length;
  for (let i = 0; i < size; i++) {
    const v = known === null ? i : known[i]!;
    if (ref[v]! >= bound) into[count++] = v;
  }
  return into.subarray(0, count);
}
