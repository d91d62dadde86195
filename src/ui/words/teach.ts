/** Words of reward heads: the chips in the rail, the dialog that teaches one, and the card of what was learned. */
import type { Metric } from "../../core/heads/head-card.ts";
import {
  LESSON_PROMPTS,
  type HeadTrial,
  type Lesson,
  type LessonPhase,
  type LessonTeacher,
} from "../../core/heads/lesson.ts";
import type { HeadEntry } from "../../state/heads/head-entry.ts";
import { LESSON_SIZES, type LessonSize } from "../../state/heads/lesson-draft.ts";
import type { TeachState } from "../../state/heads/teaching.svelte.ts";
import { SCORER_NAMES } from "./scorers.ts";
import { bytes, count, fixed, plural, seconds, signed } from "./format.ts";
import { localized } from "./language.ts";

export const headChips = localized("teach.headChips", {
  label: "Learned rewards",
  hint: "A learned reward steers every token and needs no extra forward:",
  laboratory: "Heads that were distilled from the reward models: they steer without a model of their own.",
  teach: "Teach a reward …",
  cutOff: (name: string) => `The lesson “${name}” was cut off.`,
  goOn: "Go on with it …",
  others: "The learned rewards that come with the page belong to another model. Teach your own on this one.",
});

export const teach = localized("teach.teach", {
  title: "Teach a reward",
  intro:
    "Say what to reward. The model on this device answers many prompts and reads its answers again, and from this the page learns which words to favour. You get a slider that steers every token and costs no extra forward. Nothing you write leaves this device.",
  kind: "What teaches",
  scorerHint:
    "A scorer gives each answer one number. A reward learned from it is coarser than one learned from two instructions, and it needs more answers. You also get a value reward, which judges unfinished texts and guides VAS lanes.",
  better: "Reward answers like this",
  betterExample: "You answer like a pirate.",
  worse: "Rather than like this",
  worseExample: "You answer plainly.",
  tried: "Two instructions that were tried",
  name: "Name",
  nameExample: "Pirate",
  size: "Size of the lesson",
  prompts: "Your own prompts",
  promptsHint: `One a line. They are added to the ${LESSON_PROMPTS} that come with the page.`,
  start: "Teach",
  cancel: "Cancel",
  again: "Teach another",
  goOn: ({ perPrompt, ownPrompts }: Lesson) =>
    `Keep learning (${count(perPrompt * (LESSON_PROMPTS + ownPrompts.length))} more answers)`,
  cutOff: (name: string) => `The lesson “${name}” was cut off. The answers that it wrote and read are kept.`,
  goOnCutOff: "Go on with it",
  forgetCutOff: "Forget it",
  tryIt: "Close and try it",
  loading: "The model has to come first.",
  busy: "The model serves nothing else meanwhile. You can close this window.",
  barLabel: "The lesson",
  noStates:
    "The model that is loaded does not give its states, so no reward can be taught on it. Load another model, for example a GGUF file.",
});

export const TEACHER_NAMES: Readonly<Record<LessonTeacher["kind"], string>> = localized("teach.TEACHER_NAMES", {
  contrast: "Two instructions",
  scorer: "A score of texts",
});

/** @param answers of the whole lesson */
export const sizeName = localized("teach.sizeName", (size: LessonSize, answers: number): string => {
  const names = { quick: "Quick", usual: "Usual", thorough: "Thorough" } satisfies Record<LessonSize, string>;
  return `${names[size]}, ${count(answers)} answers`;
});

export function sizeNames(kind: LessonTeacher["kind"]): Readonly<Record<LessonSize, string>> {
  const named = (size: LessonSize): string => sizeName(size, LESSON_SIZES[kind][size] * LESSON_PROMPTS);
  return { quick: named("quick"), usual: named("usual"), thorough: named("thorough") };
}

/** What is missing before a lesson can begin. */
export const DRAFT_PROBLEMS = localized("teach.DRAFT_PROBLEMS", {
  better: "Write what to reward.",
  worse: "Write what the answers should not be like.",
  same: "The two instructions are the same. Write two that differ.",
});

const PHASES: Readonly<Record<LessonPhase, (done: number, total: number) => string>> = {
  sample: (done, total) => `Writing answers: ${count(done)} of ${count(total)}`,
  read: (done, total) => `Reading them again: ${count(done)} of ${count(total)}`,
  fit: (done, total) => `Learning: step ${count(done)} of ${count(total)}`,
  try: (done, total) => `Trying it on new prompts: ${count(done)} of ${count(total)}`,
};

export const lessonText = localized(
  "teach.lessonText",
  ({ progress, secondsLeft }: TeachState & { readonly status: "teaching" }): string => {
    if (progress === null) return "Starting …";
    const said = PHASES[progress.phase](progress.done, progress.total);
    return secondsLeft === null ? said : `${said} · about ${seconds(secondsLeft)} left`;
  },
);

const UNITS: Readonly<Record<HeadTrial["unit"], string>> = {
  nats: "nats a token",
  sd: "standard deviations of plain answers",
};

export const taught = localized("teach.taught", {
  learned: (name: string) => `“${name}” is ready`,
  slider: "Its slider is in the list of rewards.",
  explained: (explained: number, metric: Metric | undefined) =>
    `It explains ${percent(explained)} of the token rewards on prompts that it did not learn from${interval(metric, percent)}.`,
  pairs: (pairs: Metric) =>
    `Of two answers to a prompt that it did not learn from, it tells the better one in ${percent(pairs.value)} of ${count(pairs.n)} pairs${interval(pairs, percent)}. Chance is 50 %.`,
  gain: ({ gain, unit, strength }: HeadTrial) =>
    `At weight ${fixed(strength, 1)} and strength 1 the score of its teacher rises by ${signed(gain.value, 2)} ${UNITS[unit]}${interval(gain, (value) => signed(value, 2))}.`,
  cost: ({ klSteer, perplexity }: HeadTrial) =>
    `An answer then costs ${fixed(klSteer.value, 1)} nats of KL, and the perplexity of the texts goes from ${fixed(perplexity.plain, 1)} to ${fixed(perplexity.steered, 1)}.`,
  end: ({ end }: HeadTrial) => {
    if (end === null) return null;
    return end.isBroken
      ? `Above weight ${fixed(end.weight, 1)} the text fell apart in a trial, so the slider ends there.`
      : `Up to weight ${fixed(end.weight, 1)} the text held.`;
  },
  weak: "It learned little. Try a larger lesson, or teach something that differs more from answer to answer.",
  texts: ({ strength }: HeadTrial) =>
    `The same prompts, plain and with the reward at weight ${fixed(strength, 1)} and strength 1`,
  prompt: "Prompt",
  plain: "Plain",
  steered: "With the reward",
});

/** The share below which a head is called weak, where its interval reaches down to it. */
const WEAK = 0.1;
export function isWeak({ card, kind }: HeadEntry): boolean {
  if (kind === "direction") return (card.metrics.pairAccuracy?.ci95?.[0] ?? 0) < 0.5;
  return (card.metrics.explained?.ci95?.[0] ?? card.explained ?? 0) < WEAK;
}

export const ownHeads = localized("teach.ownHeads", {
  title: "Your rewards",
  none: "Rewards that you teach are kept here, on this device.",
  use: "Use",
  show: "Show",
  export: "Export",
  remove: "Delete",
  import: "Import a reward from a file",
  named: (what: string, name: string) => `${what} ${name}`,
  about: ({ card, kind, bytes: size }: HeadEntry) =>
    [
      ...(card.teacher.kind === "contrast" ? [`“${card.teacher.better}” against “${card.teacher.worse}”`] : []),
      ...(card.teacher.kind === "scorer" ? [SCORER_NAMES[card.teacher.scorer.type]] : []),
      ...(kind === "value" ? ["guides VAS and ranks samples"] : []),
      ...(card.explained === null ? [] : [`explains ${percent(card.explained)}`]),
      plural(card.training.samples, "answer"),
      bytes(size),
    ].join(" · "),
  otherModel: "belongs to another model",
});

function percent(share: number): string {
  return `${fixed(100 * share, 0)} %`;
}

function interval(metric: Metric | undefined, show: (value: number) => string): string {
  const ends = metric?.ci95 ?? null;
  return ends === null ? "" : ` (95 % interval: ${show(ends[0])} to ${show(ends[1])})`;
}
