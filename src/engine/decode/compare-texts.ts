/** A loaded model compares two texts (`core/comparison.ts`): asked in both orders, two rows of one batch. */
import { checkString, refuse } from "../../core/bounds.ts";
import { RunError } from "../../core/errors.ts";
import { argmax } from "../../core/logprobs.ts";
import {
  comparisonPrompt,
  parseAnswer,
  verdictOf,
  type ComparisonAnswer,
  type ComparisonQuestion,
} from "../../core/comparison.ts";
import { SOURCE_LIMITS } from "../../core/sources/spec.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Models } from "../interfaces.ts";
import { readerOf } from "./binding.ts";

/** A letter, or a short word before it: what follows is a reason that nobody reads. */
const REPLY_TOKENS = 12;
const TEXT_CHARACTERS = 20_000;

/**
 * The likeliest reply, token by token: a judge does not throw dice.
 * @param question untrusted; it is checked here
 * @throws RunError "invalid-request", "model-missing", "context-overflow"
 */
export async function compareTexts(question: ComparisonQuestion, models: Models): Promise<ComparisonAnswer> {
  const rubric = checkString(question.rubric, "rubric", SOURCE_LIMITS.textCharacters).trim();
  if (rubric === "") throw refuse("rubric", "a text that is not empty", "", "write what makes one text better");
  const [task, first, second] = (["task", "first", "second"] as const).map((key) =>
    checkString(question[key], key, TEXT_CHARACTERS),
  ) as [string, string, string];
  const model = readerOf(models, checkString(question.model, "model", SOURCE_LIMITS.modelCharacters), "Judge");
  const prompts = [comparisonPrompt(rubric, task, first, second), comparisonPrompt(rubric, task, second, first)].map(
    (prompt) => models.promptIds(model.id, { kind: "advice", prompt, instruction: null, system: "", turns: [] }),
  );
  checkRoom(model, prompts);
  const { replies, forwards } = await likeliest(model, prompts, models.tokenizer.endIds);
  const [straight = "", swapped = ""] = replies.map((ids) => models.tokenizer.decode(ids).trim());
  return { verdict: verdictOf(parseAnswer(straight), parseAnswer(swapped)), replies: [straight, swapped], forwards };
}

function checkRoom({ id, context }: CausalModel, prompts: readonly (readonly TokenId[])[]): void {
  const longest = Math.max(...prompts.map((prompt) => prompt.length));
  if (longest + REPLY_TOKENS <= context) return;
  const wanted = `The rubric, the task and both texts have ${longest} tokens, and the reply needs ${REPLY_TOKENS} more`;
  const message = `${wanted}. ${id} reads at most ${context} tokens. Shorten the texts or the rubric.`;
  throw new RunError("context-overflow", message, { model: id, tokens: longest, context });
}

async function likeliest(
  model: CausalModel,
  prompts: readonly (readonly TokenId[])[],
  endIds: readonly TokenId[],
): Promise<{ readonly replies: readonly (readonly TokenId[])[]; readonly forwards: number }> {
  const replies = prompts.map((): TokenId[] => []);
  const ended = new Set<number>();
  const batch = await model.open(prompts);
  let forwards = 1;
  try {
    for (let step = 0; step < REPLY_TOKENS; step++) {
      const next = prompts.map((_, row) => argmax(batch.logits(row)));
      for (const [row, token] of next.entries()) {
        if (endIds.includes(token)) ended.add(row);
        if (!ended.has(row)) replies[row]?.push(token);
      }
      if (ended.size === prompts.length || step + 1 === REPLY_TOKENS) break;
      await batch.step(next);
      forwards++;
    }
  } finally {
    batch.dispose();
  }
  return { replies, forwards };
}
