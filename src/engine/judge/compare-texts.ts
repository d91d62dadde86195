/**
 * A loaded model compares two texts (`core/comparison.ts`): asked in both orders by one or more wordings, for a score of each
 * text by itself, and with questions of the person's own. Every answer is a probability of the next token, so nothing is
 * generated or parsed.
 */
import { checkPrompt, ratingPrompt, SCORE_MARKS, votePrompt } from "../../core/compare/judge-prompts.ts";
import {
  replyOf,
  verdictOf,
  type CheckReading,
  type ComparisonAnswer,
  type ComparisonQuestion,
  type ComparisonReply,
} from "../../core/comparison.ts";
import {
  expectedScore,
  meanOfVotes,
  sharesOf,
  voteOf,
  type MarkLogits,
  type Vote,
} from "../../core/compare/both-orders.ts";
import type { TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { CausalModel, Models } from "../interfaces.ts";
import { checkRoom, markLogits, marksOf, type Marks, type MarksRead } from "./marks.ts";
import { checkQuestion, type CheckedQuestion } from "./question.ts";

export interface JudgeControl {
  readonly signal: AbortSignal;
  /** Lets other work of the thread run. */
  readonly rest: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** Nobody waits for the progress, and nobody cancels. */
export const UNWATCHED: JudgeControl = {
  signal: new AbortController().signal,
  rest: () => Promise.resolve(),
  onProgress: () => undefined,
};

/**
 * How the reply is made to begin, so that the next token is a letter. Of SmolLM2-135M's probability 7 % are on the letters
 * without it and 96 % with it (docs/compare.md).
 */
export const REPLY_BEGINS = "Text";
const YES_AND_NO = [
  ["Yes", "yes", "YES"],
  ["No", "no", "NO"],
] as const;
/** Prompts that are read in one forward: one question in both orders and both scores. A cancel waits for one forward. */
const ROWS = 4;

/**
 * @param question untrusted; it is checked here
 * @throws RunError "invalid-request", "model-missing", "context-overflow", "aborted"
 */
export async function compareTexts(
  question: ComparisonQuestion,
  models: Models,
  control: JudgeControl = UNWATCHED,
): Promise<ComparisonAnswer> {
  const checked = checkQuestion(question, models);
  const { tokenizer } = models;
  const letters = marksOf(tokenizer, [["A"], ["B"]]);
  const numbers = marksOf(
    tokenizer,
    SCORE_MARKS.map((mark) => [mark]),
  );
  const replies = marksOf(tokenizer, YES_AND_NO);
  const begun = tokenizer.encode(REPLY_BEGINS);
  const plan = planOf(checked, { letters, numbers, replies }, begun);
  checkRoom(
    checked.model,
    plan.map(({ prompt }) => prompt),
  );
  if (letters === null || numbers === null) return unreadable(0);
  const reads = await readAll(checked.model, plan, control);
  const answer = answerOf(checked, reads, replies !== null);
  return { ...answer, forwards: Math.ceil(plan.length / ROWS) };
}

interface Asked {
  readonly prompt: readonly TokenId[];
  readonly marks: Marks;
}

interface AllMarks {
  readonly letters: Marks | null;
  readonly numbers: Marks | null;
  readonly replies: Marks | null;
}

/** The first question in both orders, the scores, the other wordings, and the questions of the person's own. */
function planOf(
  { asked, rubric, task, first, second, votes, checks }: CheckedQuestion,
  { letters, numbers, replies }: AllMarks,
  begun: readonly TokenId[],
): Asked[] {
  const compared = (vote: number): Asked[] =>
    [
      { rubric, task, a: first, b: second },
      { rubric, task, a: second, b: first },
    ].map((each) => ({ prompt: [...asked(votePrompt(vote, each)), ...begun], marks: letters ?? [] }));
  const both = (prompt: (text: string) => string, marks: Marks | null): Asked[] =>
    [first, second].map((text) => ({ prompt: asked(prompt(text)), marks: marks ?? [] }));
  return [
    ...compared(0),
    ...both((text) => ratingPrompt(rubric, task, text), numbers),
    ...Array.from({ length: votes - 1 }, (_, i) => compared(i + 1)).flat(),
    ...(replies === null ? [] : checks.flatMap((own) => both((text) => checkPrompt(own, task, text), replies))),
  ];
}

async function readAll(
  model: CausalModel,
  plan: readonly Asked[],
  { signal, rest, onProgress }: JudgeControl,
): Promise<MarksRead[]> {
  const reads: MarksRead[] = [];
  for (let at = 0; at < plan.length; at += ROWS) {
    if (at > 0) await rest();
    if (signal.aborted) throw aborted();
    const rows = plan.slice(at, at + ROWS);
    const batch = await model.open(rows.map(({ prompt }) => prompt));
    try {
      for (const [row, { marks }] of rows.entries()) reads.push(markLogits(batch.logits(row), marks));
    } finally {
      batch.dispose();
    }
    onProgress(Math.min(at + ROWS, plan.length), plan.length);
  }
  return reads;
}

/** @param reads in the order of the plan */
function answerOf(
  { votes: wanted, checks }: CheckedQuestion,
  reads: readonly MarksRead[],
  hasReplies: boolean,
): Omit<ComparisonAnswer, "forwards"> {
  const pairs = Array.from({ length: reads.length / 2 }, (_, i) => [reads[2 * i]!, reads[2 * i + 1]!] as const);
  const [firstVote, scores, ...others] = pairs as [Pair, Pair, ...Pair[]];
  const votes = [firstVote, ...others.slice(0, wanted - 1)].map(voteIn);
  const mean = meanOfVotes(votes);
  // The orders keep their own mass: one that cannot be read makes the whole unreadable.
  const replies: [ComparisonReply, ComparisonReply] = [
    replyOf(mean.sharesOfA[0], massOf(firstVote, others, wanted, 0)),
    replyOf(mean.sharesOfA[1], massOf(firstVote, others, wanted, 1)),
  ];
  const verdict = verdictOf(...replies);
  const [one, two] = scores;
  const reading = {
    ...mean,
    scores: [expectedScore(one.logits), expectedScore(two.logits)],
    scoreShares: [sharesOf(one.logits), sharesOf(two.logits)],
  } as const;
  const readings = others.slice(wanted - 1).map(([a, b], i): CheckReading => ({
    question: checks[i] ?? "",
    yes: [sharesOf(a.logits)[0]!, sharesOf(b.logits)[0]!],
    onMarks: Math.min(a.mass, b.mass),
  }));
  return {
    verdict,
    replies,
    ...(verdict.type !== "unparsable" && { reading, votes }),
    ...(hasReplies && readings.length > 0 && { checks: readings }),
  };
}

type Pair = readonly [MarksRead, MarksRead];

function voteIn([straight, swapped]: Pair): Vote {
  const logits = ({ logits: [a = 0, b = 0] }: MarksRead): MarkLogits => [a, b];
  return voteOf(logits(straight), logits(swapped), [straight.mass, swapped.mass]);
}

/** The lowest mass on the letters in one order, over all votes. */
function massOf(first: Pair, others: readonly Pair[], wanted: number, order: 0 | 1): number {
  return Math.min(...[first, ...others.slice(0, wanted - 1)].map((pair) => pair[order].mass));
}

function unreadable(forwards: number): ComparisonAnswer {
  return { verdict: { type: "unparsable" }, replies: ["", ""], forwards };
}
