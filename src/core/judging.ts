/**
 * What is asked of the worker about texts that are there: which of two is better, why, and how often rewards are right. Each
 * takes the models for itself, and gives way to a load.
 */
import type { ComparisonAnswer, ComparisonQuestion } from "./comparison.ts";
import type { ProbeAsk, ProbeNews } from "./probe/ask.ts";
import type { Settled } from "./settled.ts";

type Heard<T extends readonly unknown[]> = (...news: T) => void | Promise<void>;

export interface JudgingApi {
  /** A loaded model compares two texts by a rubric, in both orders. Progress is told in prompts that are read. */
  compare(
    question: ComparisonQuestion,
    onProgress: Heard<[done: number, total: number]>,
  ): Promise<Settled<ComparisonAnswer>>;
  /** One sentence of why the first text is better, which comes word by word. */
  explain(question: ComparisonQuestion, onText: Heard<[text: string]>): Promise<Settled<string>>;
  /** Every loaded reward and judge on pairs with a known answer; each pair's verdicts as they come. */
  probeRewards(ask: ProbeAsk, emit: Heard<[news: ProbeNews]>): Promise<Settled<null>>;
  /** What is under way of these then fails as "aborted", within a forward. */
  cancelJudging(): Promise<void>;
}
