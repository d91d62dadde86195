/** Milliseconds of one step, all rows together: policy, all sources, and the arithmetic after them. */
export interface StepMs {
  readonly policy: number;
  readonly rewards: number;
  readonly tail: number;
  /** The same by model id; absent in older traces. */
  readonly models?: Readonly<Record<string, number>>;
}
