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
  /** `[CUT_SIZE]`, most likely first, ties to the lowest id; none that is banned. */
  readonly ids: Int32Array;
  /** Of these tokens. */
  readonly logits: Float32Array;
  /** log of the sum of e^logit over the whole vocabulary but for banned tokens, nats. */
  readonly logZ: number;
}

/**
 * What a term needs of another model's row where a cut of the policy's is enough: its logits at the tokens of the cut, and of the
 * rest of the vocabulary two sums.
 */
export interface LogitsBeside {
  /** Of the cut. */
  readonly ids: Int32Array;
  /** Of these tokens, in their order. */
  readonly logits: Float32Array;
  /** log of the sum of e^logit over the whole vocabulary, nats. */
  readonly logZ: number;
  /** The mean of the logit under pi_ref, over the whole vocabulary but for banned tokens. */
  readonly mean: number;
}

/** Logits that lie on a device. Only the runtime that made it can read it. */
export interface HeldLogits {
  readonly heldBy: "webgpu" | "test";
}

/** A row to be read beside another model's, which has read the same answer. */
export interface BesideAsk {
  readonly row: number;
  /** The other batch's logits, and which row of them. */
  readonly held: HeldLogits;
  readonly heldRow: number;
  /** Of that other row. */
  readonly cut: CutLogits;
  /** Tokens of probability 0. */
  readonly banned: ReadonlySet<TokenId>;
}

export function isCut(scores: ArrayLike<number> | CutLogits): scores is CutLogits {
  return "ids" in scores;
}

export function isBeside(scores: ArrayLike<number> | LogitsBeside): scores is LogitsBeside {
  return "ids" in scores;
}

/** Logits by token, as a whole row gives them; there is nothing at other tokens. */
export function byToken({ ids, logits }: Pick<CutLogits, "ids" | "logits">): Readonly<Record<TokenId, number>> {
  return Object.fromEntries(Array.from(logits, (logit, i) => [ids[i]!, logit]));
}

/** Margin for rounding: a token at the very bound of plausibility must not be missing. */
const NEAR_BOUND = 1e-3;

/**
 * Whether a step needs nothing outside the cut.
 * @param plausible the lane's bound
 */
export function holdsDrawable({ logits }: CutLogits, plausible: number): boolean {
  return plausible > 0 && logits.at(-1)! < logits[0]! + Math.log(plausible) - NEAR_BOUND;
}

/** Ids in ascending order, as loops over tokens go. */
export function ascending({ ids }: Pick<CutLogits, "ids">): Int32Array {
  return ids.slice().sort();
}
