/** The probability of marks (letters, numbers, yes and no) as the next token. */
import { RunError } from "../../core/errors.ts";
import { logSumExp } from "../../core/logprobs.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Logits, Tokenizer } from "../interfaces.ts";

/** For each mark the tokens that stand for it. */
export type Marks = readonly (readonly TokenId[])[];

/**
 * Tokens of each mark, with a space before it and without. null where one has no token.
 * @param spellings ways in which each mark may be written
 */
export function marksOf(tokenizer: Tokenizer, spellings: readonly (readonly string[])[]): Marks | null {
  const tokens = spellings.map((own) => [
    ...new Set(
      own
        .flatMap((each) => [each, ` ${each}`])
        .map((each) => tokenizer.encode(each))
        .flatMap((ids) => (ids.length === 1 ? ids : [])),
    ),
  ]);
  return tokens.some((own) => own.length === 0) ? null : tokens;
}

export interface MarksRead {
  /** One a mark: log of the summed mass of its tokens, up to a constant. */
  readonly logits: readonly number[];
  /** Probability of all marks together. */
  readonly mass: number;
}

export function markLogits(row: Logits, marks: Marks): MarksRead {
  const logits = marks.map((tokens) => logSumExp(tokens.map((token) => row[token]!)));
  return { logits, mass: Math.exp(logSumExp(logits) - logSumExp(row)) };
}

/** @throws RunError "context-overflow" */
export function checkRoom({ id, context }: CausalModel, prompts: readonly (readonly TokenId[])[], ahead = 0): void {
  const longest = Math.max(...prompts.map((prompt) => prompt.length)) + ahead;
  if (longest <= context) return;
  const wanted = `The rubric, the task and both texts have ${longest} tokens`;
  const message = `${wanted}. ${id} reads at most ${context} tokens. Shorten the texts or the rubric.`;
  throw new RunError("context-overflow", message, { model: id, tokens: longest, context });
}
