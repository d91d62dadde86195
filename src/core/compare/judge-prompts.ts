/**
 * What a model is asked as a judge. It answers with one mark (a letter, a number, yes or no), whose probability is read, so
 * nothing is parsed.
 *
 * A vote is one wording of the question, in both orders. The same wording asked again would give the same probabilities, for
 * they are read and not drawn; so votes differ in their words, as paraphrased contrast instructions do (arXiv:2309.16155).
 */

/** The marks of the scores, worst first. */
export const SCORE_MARKS = ["1", "2", "3", "4", "5"] as const;

export interface Compared {
  /** What counts, in the person's words. */
  readonly rubric: string;
  /** What both texts were to do. */
  readonly task: string;
  readonly a: string;
  readonly b: string;
}

type Wording = (asked: Compared) => readonly string[];

const WORDINGS: readonly Wording[] = [
  ({ rubric, task, a, b }) => [
    `Compare two texts by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Which text is better by the rubric? Reply with the letter A or B alone.",
  ],
  ({ rubric, task, a, b }) => [
    `Two people did this task: ${task}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    `What counts is this: ${rubric}`,
    "Which one did it better? Reply with A or B.",
  ],
  ({ rubric, task, a, b }) => [
    `You are a careful judge. Choose between two answers to “${task}”.`,
    `Your measure is: ${rubric}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Name the better text with one letter, A or B.",
  ],
  ({ rubric, task, a, b }) => [
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    `Both texts were written for: ${task}`,
    `Which one would a reader choose who asks for this: ${rubric} Reply with the letter A or B alone.`,
  ],
  ({ rubric, task, a, b }) => [
    `Task: ${task}`,
    `Rubric: ${rubric}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Read both texts. By the rubric, one of them deserves the prize. Which one? Reply with A or B.",
  ],
];

export const MAX_VOTES = WORDINGS.length;
/** Questions of one's own about each text. */
export const MAX_CHECKS = 5;

/** @param vote which wording, from 0 */
export function votePrompt(vote: number, asked: Compared): string {
  const wording = WORDINGS[vote];
  if (wording === undefined) throw new Error(`there are ${MAX_VOTES} wordings, and ${vote} was asked for`);
  return wording(asked).join("\n\n");
}

/** One text by itself. */
export function ratingPrompt(rubric: string, task: string, text: string): string {
  return [
    `Rate a text by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text:\n${text}`,
    "How good is the text by the rubric? Reply with one number from 1 (very bad) to 5 (very good).",
  ].join("\n\n");
}

/** One question of the person's own about one text. */
export function checkPrompt(question: string, task: string, text: string): string {
  return [
    `The task was: ${task}`,
    `Text:\n${text}`,
    `Answer a question about the text: ${question}`,
    "Reply with Yes or No alone.",
  ].join("\n\n");
}

/** Asks why the text that was preferred is better; A is that text. */
export function whyPrompt({ rubric, task, a, b }: Compared): string {
  return [
    `Two texts were compared by this rubric: ${rubric}`,
    `The task was: ${task}`,
    `Text A:\n${a}`,
    `Text B:\n${b}`,
    "Text A was found better. Say in one short sentence why.",
  ].join("\n\n");
}
