/**
 * The likeliest tokens of a next-token distribution, cut where the logits lie, so that the rest need not come back from there.
 *
 * Where `plausible` is above 0, no token outside the plausible ones has a part in a step (`plausible.ts`). The cut holds all of them
 * where its last token is not plausible itself. Then a step has from it what it has from the whole vocabulary, but for the
 * rounding of log Z.
 */
import type { TokenId } from "./types.ts";

/** Tokens of a cut. */
export const CUT_SIZE = 64;

export interface CutLogits {
  /** `[CUT_SIZE]`, most likely first, ties to the lowest id. */
  readonly ids: Int32Array;
  /** Of these tokens. */
  readonly logits: Float32Array;
  /** log of the sum of e^logit over the whole vocabulary, nats. */
  readonly logZ: number;
}

export function isCut(scores: ArrayLike<number> | CutLogits): scores is CutLogits {
  return "ids" in scores;
}

/** Margin for rounding: a token at the very bound of plausibility must not be missing. */
const NEAR_BOUND = 1e-3;
/** Most mass that a banned token outside the cut may have: so much is log Z of the others off. */
const UNSEEN_MASS = 5e-5;
/** Most mass of banned tokens: the rest is a difference, and loses digits. */
const BANNED_MASS = 0.5;

/**
 * Whether a step needs nothing outside the cut.
 * @param plausible the lane's bound
 * @param banned    tokens of probability 0
 */
export function holdsDrawable(cut: CutLogits, plausible: number, banned: ReadonlySet<TokenId>): boolean {
  if (plausible === 0) return false;
  const best = cut.ids.findIndex((id) => !banned.has(id));
  if (best < 0) return false;
  const last = cut.logits.at(-1)!;
  if (last >= cut.logits[best]! + Math.log(plausible) - NEAR_BOUND) return false;
  const seen = cut.ids.reduce((count, id) => count + (banned.has(id) ? 1 : 0), 0);
  const unseen = (banned.size - seen) * Math.exp(last - cut.logZ);
  return unseen <= UNSEEN_MASS && bannedMass(cut, banned) <= BANNED_MASS;
}

/** log Z of the tokens that are not banned. */
export function logZWithout(cut: CutLogits, banned: ReadonlySet<TokenId>): number {
  return banned.size === 0 ? cut.logZ : cut.logZ + Math.log1p(-bannedMass(cut, banned));
}

function bannedMass({ ids, logits, logZ }: CutLogits, banned: ReadonlySet<TokenId>): number {
  return ids.reduce((mass, id, i) => mass + (banned.has(id) ? Math.exp(logits[i]! - logZ) : 0), 0);
}

/** Ids in ascending order, as loops over tokens go. */
export function ascending({ ids }: Pick<CutLogits, "ids">): Int32Array {
  return ids.slice().sort();
}
