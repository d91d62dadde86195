/**
 * A loaded model compares two texts (`core/comparison.ts`): asked in both orders, and for a score of each text by itself.
 * Four rows of one batched forward: the answers are probabilities of the first token, so nothing is generated or parsed.
 */
import { checkString, refuse } from "../../core/bounds.ts";
import {
  comparisonPrompt,
  ratingPrompt,
  replyOf,
  SCORE_MARKS,
  verdictOf,
  type ComparisonAnswer,
  type ComparisonQuestion,
  type ComparisonReply,
} from "../../core/comparison.ts";
import { expectedScore, judgeBothOrders, shareOfA, type MarkLogits } from "../../core/compare/both-orders.ts";
import { RunError } from "../../core/errors.ts";
import { logSumExp } from "../../core/logprobs.ts";
import { SOURCE_LIMITS } from "../../core/sources/spec.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Logits, Models, Tokenizer } from "../interfaces.ts";
import { readerOf } from "./binding.ts";

const TEXT_CHARACTERS = 20_000;
/**
 * How the reply is made to begin, so that the next token is a letter. Of SmolLM2-135M's probability 7 % are on the letters
 * without it and 96 % with it (docs/compare.md).
 */
const REPLY_BEGINS = "Text";

/**
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
  const asked = (prompt: string): TokenId[] =>
    models.promptIds(model.id, { kind: "advice", prompt, instruction: null, system: "", turns: [] });
  const begun = models.tokenizer.encode(REPLY_BEGINS);
  const prompts = [
    [...asked(comparisonPrompt(rubric, task, first, second)), ...begun],
    [...asked(comparisonPrompt(rubric, task, second, first)), ...begun],
    asked(ratingPrompt(rubric, task, first)),
    asked(ratingPrompt(rubric, task, second)),
  ];
  checkRoom(model, prompts);
  const letters = marksOf(models.tokenizer, ["A", "B"]);
  const numbers = marksOf(models.tokenizer, SCORE_MARKS);
  if (letters === null || numbers === null) return unreadable(0);
  const batch = await model.open(prompts);
  try {
    const [straight, swapped] = [0, 1].map((row) => markLogits(batch.logits(row), letters)) as [Read, Read];
    const [own, other] = [2, 3].map((row) => markLogits(batch.logits(row), numbers)) as [Read, Read];
    const marks = [straight, swapped].map(({ logits: [a = 0, b = 0] }): MarkLogits => [a, b]) as [
      MarkLogits,
      MarkLogits,
    ];
    const replies: [ComparisonReply, ComparisonReply] = [
      replyOf(shareOfA(marks[0]), straight.mass),
      replyOf(shareOfA(marks[1]), swapped.mass),
    ];
    const reading = {
      ...judgeBothOrders(...marks),
      onMarks: Math.min(straight.mass, swapped.mass),
      scores: [expectedScore(own.logits), expectedScore(other.logits)],
    } as const;
    const verdict = verdictOf(...replies);
    return { verdict, replies, forwards: 1, ...(verdict.type !== "unparsable" && { reading }) };
  } finally {
    batch.dispose();
  }
}

function unreadable(forwards: number): ComparisonAnswer {
  return { verdict: { type: "unparsable" }, replies: ["", ""], forwards };
}

function checkRoom({ id, context }: CausalModel, prompts: readonly (readonly TokenId[])[]): void {
  const longest = Math.max(...prompts.map((prompt) => prompt.length));
  if (longest <= context) return;
  const wanted = `The rubric, the task and both texts have ${longest} tokens`;
  const message = `${wanted}. ${id} reads at most ${context} tokens. Shorten the texts or the rubric.`;
  throw new RunError("context-overflow", message, { model: id, tokens: longest, context });
}

/** For each mark the tokens that stand for it: with a space before it and without. null where one has no token. */
function marksOf(tokenizer: Tokenizer, marks: readonly string[]): readonly (readonly TokenId[])[] | null {
  const tokens = marks.map((mark) => [
    ...new Set(
      [mark, ` ${mark}`].map((each) => tokenizer.encode(each)).flatMap((ids) => (ids.length === 1 ? ids : [])),
    ),
  ]);
  return tokens.some((own) => own.length === 0) ? null : tokens;
}

interface Read {
  /** One a mark: log of the summed mass of its tokens, up to a constant. */
  readonly logits: readonly number[];
  /** Probability of all marks together. */
  readonly mass: number;
}

function markLogits(row: Logits, marks: readonly (readonly TokenId[])[]): Read {
  const logits = marks.map((tokens) => logSumExp(tokens.map((token) => row[token]!)));
  return { logits, mass: Math.exp(logSumExp(logits) - logSumExp(row)) };
}
