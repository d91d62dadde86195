/** Answers for a person to choose between, and what is asked of the worker that writes them. Plain data for both threads. */
import { checkArray, checkFields, checkNumber, checkString } from "../bounds.ts";
import { PLAIN_TYPES } from "../scorers/spec.ts";
import type { Measures } from "./differences.ts";

/** Measures of every answer that need no model; those of the heads come after them. */
export const TEXT_MEASURES = PLAIN_TYPES;

export interface AnswersAsk {
  /** The visitor's own; they come first. */
  readonly ownPrompts: readonly string[];
  /** How many of the prompts that come along are answered, in an order mixed by the seed, and how many were before. */
  readonly listed: number;
  readonly from: number;
  /** Files of heads. They steer some of the answers, up and down, and measure all of them. */
  readonly heads: readonly unknown[];
  readonly seed: number;
}

export const ANSWERS_LIMITS = {
  ownPrompts: 60,
  promptCharacters: 2000,
  listed: { min: 0, max: 60 },
  from: { min: 0, max: 100_000 },
  heads: 8,
} as const;

export interface WrittenAnswer {
  readonly prompt: string;
  readonly text: string;
  /** It had reached its length and would have gone on. */
  readonly isCut: boolean;
  /** First `TEXT_MEASURES`, each as its scorer has it, then the heads in the order of the ask: mean reward a token, or V. */
  readonly measures: Measures;
}

export type AnswersNews =
  | { readonly type: "progress"; readonly done: number; readonly total: number }
  /** Some answers to one prompt, no two alike, and how many prompts of the ask are answered whole by now. */
  | { readonly type: "answers"; readonly answers: readonly WrittenAnswer[]; readonly prompts: number };

/**
 * An ask from another thread; the heads are checked by `readHead`.
 * @throws RunError "invalid-request" naming the place, the value and the bound
 */
export function checkAnswersAsk(value: unknown): AnswersAsk {
  const fields = checkFields(value, "ask", ["ownPrompts", "listed", "from", "heads", "seed"]);
  const whole = (key: "listed" | "from"): number =>
    checkNumber(fields[key], `ask.${key}`, { ...ANSWERS_LIMITS[key], isInteger: true, hint: "ask for other prompts" });
  const own = checkArray(fields.ownPrompts, "ask.ownPrompts", 0, ANSWERS_LIMITS.ownPrompts);
  const seed = { min: 0, max: 2 ** 32 - 1, isInteger: true, hint: "choose another seed" };
  return {
    ownPrompts: own.map((each, i) => checkString(each, `ask.ownPrompts[${i}]`, ANSWERS_LIMITS.promptCharacters)),
    listed: whole("listed"),
    from: whole("from"),
    heads: checkArray(fields.heads, "ask.heads", 0, ANSWERS_LIMITS.heads),
    seed: checkNumber(fields.seed, "ask.seed", seed),
  };
}
