/** A question to a judge as it came, checked. */
import { checkArray, checkString, refuse } from "../../core/bounds.ts";
import { MAX_CHECKS, MAX_VOTES } from "../../core/compare/judge-prompts.ts";
import type { ComparisonQuestion } from "../../core/comparison.ts";
import { SOURCE_LIMITS } from "../../core/sources/spec.ts";
import type { TokenId } from "../../core/types.ts";
import { readerOf } from "../decode/binding.ts";
import type { CausalModel, Models } from "../interfaces.ts";

const TEXT_CHARACTERS = 20_000;

export interface CheckedQuestion {
  readonly model: CausalModel;
  readonly rubric: string;
  readonly task: string;
  readonly first: string;
  readonly second: string;
  readonly votes: number;
  readonly checks: readonly string[];
  /** Tokens that the model reads before its reply. */
  readonly asked: (prompt: string) => TokenId[];
}

/**
 * @param question untrusted
 * @throws RunError "invalid-request", "model-missing"
 */
export function checkQuestion(question: ComparisonQuestion, models: Models): CheckedQuestion {
  const rubric = checkString(question.rubric, "rubric", SOURCE_LIMITS.textCharacters).trim();
  if (rubric === "") throw refuse("rubric", "a text that is not empty", "", "write what makes one text better");
  const [task, first, second] = (["task", "first", "second"] as const).map((key) =>
    checkString(question[key], key, TEXT_CHARACTERS),
  ) as [string, string, string];
  const votes = question.votes ?? 1;
  if (!Number.isInteger(votes) || votes < 1 || votes > MAX_VOTES)
    throw refuse("votes", `a whole number from 1 to ${MAX_VOTES}`, votes, "ask in fewer wordings");
  const checks = checkArray(question.checks ?? [], "checks", 0, MAX_CHECKS).map((each, i) =>
    checkString(each, `checks[${i}]`, SOURCE_LIMITS.textCharacters),
  );
  const model = readerOf(models, checkString(question.model, "model", SOURCE_LIMITS.modelCharacters), "Judge");
  const asked = (prompt: string): TokenId[] =>
    models.promptIds(model.id, { kind: "advice", prompt, instruction: null, system: "", turns: [] });
  return { model, rubric, task, first, second, votes, checks, asked };
}
