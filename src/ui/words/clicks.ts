/** Words of “My taste”: two answers side by side, and what a person's clicks say. */
import type { Agreement } from "../../core/clicks/agreement.ts";
import type { Like } from "../../core/clicks/likes.ts";
import type { WrittenAnswer } from "../../core/clicks/answers.ts";
import type { WriteState } from "../../state/clicks/clicks.svelte.ts";
import type { Measure } from "../../state/clicks/session.ts";
import type { WeightsSet } from "../../state/clicks/set-weights.ts";
import { count, fixed, plural, seconds, signed } from "./format.ts";
import { localized } from "./language.ts";

export const tasteChip = localized("clicks.tasteChip", "My taste …");

export const clicks = localized("clicks.clicks", {
  title: "My taste",
  intro:
    "The model on this device writes answers. You see two at a time and choose the one that you like better. From this the page learns what you like, and sets the sliders of learned rewards by it. Fifty choices are a good start. What you choose stays on this device.",
  prompts: "Your own prompts",
  promptsHint: "One a line. They are answered first, then some of the prompts that come with the page.",
  start: "Write answers",
  more: "Write more answers",
  cancel: "Stop writing",
  loading: "The model has to come first.",
  barLabel: "Answers being written",
  busy: "The model serves nothing else meanwhile. You can choose between the answers that are there.",
  waiting: "The first pair comes in a moment.",
  question: "Which answer do you like better?",
  prompt: "Prompt",
  left: "Left",
  right: "Right",
  same: "Same",
  undo: "Undo",
  keys: "Keys: ← left, → right, ↓ same, Backspace undo.",
  none: "You have seen all pairs that are here. Have more answers written, or wait for them.",
  export: "Export choices (JSONL)",
  startOver: "Start over",
  surely: "Delete all choices and answers?",
  delete: "Delete them",
  keep: "Keep them",
  answerLabel: (side: string) => `${side} answer`,
  count: (clicked: number, left: number) => `${plural(clicked, "choice")} · ${plural(left, "fresh pair")} left`,
  /** Spoken when a new pair is there. */
  announce: (number: number, left: WrittenAnswer, right: WrittenAnswer) =>
    `Pair ${count(number)}. ${clicks.prompt}: ${left.prompt} ${clicks.left}: ${shownText(left)} ${clicks.right}: ${shownText(right)}`,
  otherModel: (policy: string) =>
    `The answers here are by ${policy}, and another model is loaded. Load ${policy} to get more of them, or start over.`,
  notKept: (why: string) =>
    `Your choices could not be kept on this device (${why}). They last as long as this page is open. Export them, or free some space.`,
});

/** A text that had reached its length goes on in dots. */
export function shownText({ text, isCut }: WrittenAnswer): string {
  return isCut ? `${text} …` : text;
}

export const writingText = localized(
  "clicks.writingText",
  ({ done, secondsLeft }: WriteState & { readonly status: "writing" }): string => {
    const said = `Writing answers: ${percent(done)}`;
    return secondsLeft === null ? said : `${said} · about ${seconds(secondsLeft)} left`;
  },
);

type Wish = readonly [more: string, less: string];
const TEXT_WISHES: Readonly<Record<Extract<Measure, { type: "text" }>["scorer"], Wish>> = {
  sentiment: ["cheerful answers", "sober answers"],
  "simple-words": ["short, simple words", "long words"],
  flesch: ["answers that are easy to read", "answers that are hard to read"],
  brevity: ["shorter answers", "longer answers"],
  formality: ["formal answers", "casual answers"],
};
const TEXT_NAMES: Readonly<Record<keyof typeof TEXT_WISHES, string>> = {
  sentiment: "Cheerful (VADER)",
  "simple-words": "Simple words",
  flesch: "Reading ease (Flesch)",
  brevity: "Brevity",
  formality: "Formality (F)",
};

/** Below this a like is called unsure and is told in the table alone. */
const SURE = 0.8;
/** As sentences; with more of them nobody reads any. */
const TOLD = 5;

/** Those that are told as sentences. */
export function surest(all: readonly Like[]): Like[] {
  return all.filter((like) => like.certainty >= SURE).slice(0, TOLD);
}

export const likes = localized("clicks.likes", {
  title: "What you seem to like",
  unsure: (clicked: number) =>
    clicked === 0 ? "Nothing is known yet." : `After ${plural(clicked, "choice")} nothing is sure yet. Go on choosing.`,
  sentence: (like: Like, measure: Measure) =>
    `You seem to like ${wishOf(like, measure)} (${certainty(like.certainty)} sure).`,
  agreement: (found: Agreement | null) =>
    found === null
      ? "Every fourth pair is drawn at random. On these the page measures how often it foresees your choice. There is none yet."
      : `On ${plural(found.n, "random pair")}, each left out of the learning, it foresaw ${percent(found.value)} of your choices (95 % interval: ${percent(found.ci95[0])} to ${percent(found.ci95[1])}). Half is chance.`,
  all: "All measures",
  measure: "Measure",
  weight: "Weight",
  interval: "95 % interval",
  sure: "Sure",
  hint: "A weight is in log-odds for one standard deviation more of the measure: above 0 you like more of it, below 0 less.",
  name: (measure: Measure) => (measure.type === "head" ? `“${measure.name}”` : TEXT_NAMES[measure.scorer]),
  value: ({ weight }: Like) => signed(weight, 2),
  range: ({ weight, deviation }: Like) =>
    `${signed(weight - HALF_WIDTH * deviation, 2)} to ${signed(weight + HALF_WIDTH * deviation, 2)}`,
  certainty: (like: Like) => certainty(like.certainty),
});
const HALF_WIDTH = 1.96;

export const weights = localized("clicks.weights", {
  set: "Set the weights",
  hint: "Sets the sliders of learned rewards by your taste. Together they then spread the tokens by one nat, as one reward does that you add by hand.",
  noHeads:
    "None of the measures is a learned reward that can steer, so there is no slider to set. Teach a reward, then have more answers written.",
  done: ({ set, full }: WeightsSet) => {
    const parts = [
      ...(set.length === 0
        ? []
        : [`Set: ${set.map(({ name, weight }) => `${name} ${signed(weight, 2)}`).join(", ")}.`]),
      ...(full.length === 0 ? [] : [`No room for: ${full.join(", ")}. Remove a source first.`]),
    ];
    return parts.length === 0 ? "Your choices ask for no learned reward yet, so no slider was moved." : parts.join(" ");
  },
});

function wishOf({ weight }: Like, measure: Measure): string {
  if (measure.type === "head") return `${weight > 0 ? "more" : "less"} of “${measure.name}”`;
  return TEXT_WISHES[measure.scorer][weight > 0 ? 0 : 1];
}

function certainty(share: number): string {
  return share >= 0.995 ? "over 99 %" : percent(share);
}

function percent(share: number): string {
  return `${fixed(100 * share, 0)} %`;
}
