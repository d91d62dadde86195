/** Decoding in steps as plain data: a block of text at a time, several continuations, one goes on. */

import type { StepRewards } from "./step-rewards.ts";

/** A block ends with a sentence, or after so many tokens. */
export type BlockEnd = "sentence" | number;

/** A sentence that does not end is cut here, so that a list without a full stop does not wait for ever. */
export const SENTENCE_TOKENS = 64;

/** What reads the objectives of a text so far: the judge, which learned from whole texts, or the value model. */
export const BLOCK_READERS = ["judge", "value"] as const;
export type BlockReader = (typeof BLOCK_READERS)[number];

export interface BlockPlan {
  /** Continuations of a block; 1 is plain sampling. */
  readonly k: number;
  readonly block: BlockEnd;
  readonly by: BlockReader;
  /** How rewards of single sentences count; absent: the text up to the end of the block is scored. */
  readonly steps?: StepRewards;
}

/** Best-of-N that gives up on some of its texts before they are finished. */
export interface EarlyRejection {
  /** α: the share of the texts that is dropped, from 0 to below 1. */
  readonly share: number;
  /** Tokens after which texts are ranked as they stand; half of the answer's length where it is absent. */
  readonly at?: number;
  /** Writes the dropped texts to their end, only to measure what was lost. */
  readonly isStudy: boolean;
}

/** What early rejection did in a lane. */
export interface RejectionReport {
  readonly at: number;
  /** Score of each sample as it stood then, and at its end; null where it is not defined, or was never written. */
  readonly half: readonly (number | null)[];
  readonly end: readonly (number | null)[];
  /** Samples that were given up. */
  readonly dropped: readonly number[];
  readonly isStudy: boolean;
  /** Policy's rows that the dropped texts did not need: at most so many, and in a study what they took. */
  readonly savedTokens: number;
}

/** What a blockwise lane starts with. */
export const FIRST_PLAN: BlockPlan = { k: 4, block: "sentence", by: "value" };

/** One continuation of a block, the chosen one among them. */
export interface BlockCandidate {
  /** What the block adds to the text. */
  readonly text: string;
  /** Tokens of the block. */
  readonly tokens: number;
  /** What it was ranked by; null where that is not defined. */
  readonly score: number | null;
  /** Rewards of its sentences, where these are what counts. */
  readonly steps?: readonly (number | null)[];
}

/** The end of a block: what was written, and what goes on. */
export interface BlockChoice {
  readonly lane: number;
  /** Counts the lane's blocks from 0. */
  readonly block: number;
  /** Position of the block's first token. */
  readonly start: number;
  /** In the order of the rows' `sample`. */
  readonly candidates: readonly BlockCandidate[];
  readonly chosen: number;
}

/** Tokens that a block may have at the most. */
export function longestBlock(block: BlockEnd): number {
  return block === "sentence" ? SENTENCE_TOKENS : block;
}
