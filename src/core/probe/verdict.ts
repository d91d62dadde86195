/** What a rater says of a pair. */

/** Of a model that is asked in both orders. */
export interface Orders {
  readonly isConsistent: boolean;
  readonly bias: number;
  readonly onMarks: number;
}

export interface Verdict {
  readonly rater: string;
  readonly category: string;
  readonly prompt: string;
  /** The better text: verdicts on one text belong together. */
  readonly chosen: string;
  /** 1 where the better text is ahead, 0.5 for a tie, 0 else; null where the rater says nothing. */
  readonly outcome: number | null;
  readonly orders?: Orders;
}
