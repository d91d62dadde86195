/**
 * Pairs of texts of which it is known which one is better, made from plain samples, so that nobody has to label them:
 * contrast instructions after Shen et al., "The Trickle-down Impact of Reward (In-)consistency on RLHF", arXiv:2309.16155.
 *
 *   spoiled          a text against one for another prompt, and against itself padded, repeated, shuffled or cut
 *   in other words   a text against one for another prompt, where both are judged under the prompt in other words
 *   clear, close     two texts of one prompt that a label tells apart: clearly, or the first against the second place
 */
import { STREAMS, shuffle } from "../heads/seeded.ts";
import { OBJECTIVE_IDS, type Kind, type ObjectiveId, type Truth } from "../types.ts";

/** A plain text. */
export interface Sample {
  readonly kind: Kind;
  readonly prompt: string;
  readonly seed: number;
  readonly text: string;
  readonly truth: Truth;
  /** VADER's compound, -1 to 1; null for a text without words. */
  readonly sentiment: number | null;
  /** The prompt in other words, as often as it is known. */
  readonly wordings?: readonly string[];
}

export interface ProbePair {
  readonly category: string;
  readonly kind: Kind;
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  /** What a model that is asked is to judge by. */
  readonly rubric: string;
  /** Whose truth tells the texts apart; a judge of another objective has nothing to say of them. */
  readonly objective?: ObjectiveId;
  /** How far the label tells them apart, in its unit. */
  readonly margin?: number;
  /** The prompt that `prompt` says in other words: pairs of one origin are not independent. */
  readonly origin?: string;
  /** The prompt in other words: a score is then the mean over all of them. */
  readonly wordings?: readonly string[];
}

/** Categories that spoil a text, in the order of the table. */
export const SPOILED = ["other prompt", "padded", "repeated", "shuffled", "cut"] as const;
/** A text against all its spoiled forms at once (`accuracy.ts`). */
export const ONE_AGAINST_SEVERAL = "one against several";
/** The prompt in other words, each by itself, and the mean over all wordings. */
export const OTHER_WORDS = "in other words";
export const MEAN_WORDS = "mean over wordings";
export const SENTIMENT = "sentiment";
/** The best text of a prompt against the second best, by a label. */
export const CLOSE = "first or second";
export const GENERAL_RUBRIC = "how well it answers the task: relevant, clear and fluent";
const RUBRICS: Readonly<Record<ObjectiveId, string>> = {
  joy: "how joyful it is",
  adventure: "how adventurous it is",
  dialogue: "how much of it is spoken dialogue",
  detail: "how rich in detail it is",
  helpful: "how helpful it is",
  cautious: "how cautious it is",
};
const CHEERFUL_RUBRIC = "how cheerful and positive it is";
/** True objectives that are a standard deviation apart. */
const CLEAR_TRUTH = 1;
const CLEAR_SENTIMENT = 0.3;
const FILLER = "I hope that this helps. Please let me know if there is anything else. Thank you very much for reading.";
/** A text of so many words at least can be spoiled. */
const FEWEST_WORDS = 6;

/** @param others texts for other prompts where the samples have none, such as those that come with the page */
export function pairsFrom(samples: readonly Sample[], others: readonly Sample[] = []): ProbePair[] {
  return [
    ...samples.flatMap((sample, i) => spoiledPairs(sample, [...samples, ...others], i)),
    ...labelledPairs(samples),
    ...closePairs(samples),
  ];
}

function spoiledPairs(sample: Sample, samples: readonly Sample[], index: number): ProbePair[] {
  const { kind, prompt, text, wordings = [] } = sample;
  const words = text.split(/\s+/);
  if (words.length < FEWEST_WORDS) return [];
  const half = words.slice(0, Math.ceil(words.length / 2)).join(" ");
  const other = otherText(sample, samples, index);
  const spoiled: Readonly<Record<(typeof SPOILED)[number], string | undefined>> = {
    "other prompt": other,
    padded: `${text} ${FILLER}`,
    repeated: `${half} ${half}`,
    shuffled: shuffledWords(words, index),
    cut: half,
  };
  const own = { kind, chosen: text, rubric: GENERAL_RUBRIC };
  const reworded = other === undefined || other === text ? [] : wordings;
  return [
    ...SPOILED.flatMap((category): ProbePair[] => {
      const rejected = spoiled[category];
      return rejected === undefined || rejected === text ? [] : [{ ...own, category, prompt, rejected }];
    }),
    ...reworded.map((each): ProbePair => ({
      ...own,
      category: OTHER_WORDS,
      prompt: each,
      origin: prompt,
      rejected: other ?? "",
    })),
    ...(reworded.length === 0
      ? []
      : [{ ...own, category: MEAN_WORDS, prompt, rejected: other ?? "", wordings: reworded }]),
  ];
}

/** Of another prompt of the same kind, of the same seed where there is one. */
function otherText({ kind, prompt, seed }: Sample, samples: readonly Sample[], index: number): string | undefined {
  const rest = [...samples.slice(index + 1), ...samples.slice(0, index)];
  const fitting = rest.filter((each) => each.kind === kind && each.prompt !== prompt);
  return (fitting.find((each) => each.seed === seed) ?? fitting[0])?.text;
}

interface Label {
  readonly category: string;
  readonly rubric: string;
  readonly objective?: ObjectiveId;
  readonly least: number;
  readonly read: (sample: Sample) => number | null;
}

const LABELS: readonly Label[] = [
  ...OBJECTIVE_IDS.map((objective): Label => ({
    category: truthOf(objective),
    rubric: RUBRICS[objective],
    objective,
    least: CLEAR_TRUTH,
    read: ({ truth }) => truth[objective] ?? null,
  })),
  { category: SENTIMENT, rubric: CHEERFUL_RUBRIC, least: CLEAR_SENTIMENT, read: ({ sentiment }) => sentiment },
];

/** Pairs of one prompt that the truth, or VADER, tells apart. */
function labelledPairs(samples: readonly Sample[]): ProbePair[] {
  return samples.flatMap((one, i) =>
    samples.slice(i + 1).flatMap((other): ProbePair[] => {
      if (other.prompt !== one.prompt || other.kind !== one.kind || other.text === one.text) return [];
      return LABELS.flatMap((label): ProbePair[] => {
        const [a, b] = [label.read(one), label.read(other)];
        if (a === null || b === null || Math.abs(a - b) < label.least) return [];
        return [labelled(label, label.category, a > b ? [one, other] : [other, one], Math.abs(a - b))];
      });
    }),
  );
}

/** Of each prompt the two best by a label, however close; the truths where there are any, else VADER. */
function closePairs(samples: readonly Sample[]): ProbePair[] {
  const prompts = new Set(samples.map(({ kind, prompt }) => JSON.stringify([kind, prompt])));
  return [...prompts].flatMap((key) => {
    const own = samples.filter(({ kind, prompt }) => JSON.stringify([kind, prompt]) === key);
    const hasTruth = own.some(({ truth }) => Object.values(truth).some((value) => value !== null));
    return LABELS.filter(({ objective }) => (objective !== undefined) === hasTruth).flatMap((label): ProbePair[] => {
      const known = own.flatMap((sample) => {
        const value = label.read(sample);
        return value === null ? [] : [{ sample, value }];
      });
      const [first, second] = known.toSorted((a, b) => b.value - a.value);
      if (first === undefined || second === undefined || first.value === second.value) return [];
      if (first.sample.text === second.sample.text) return [];
      return [labelled(label, CLOSE, [first.sample, second.sample], first.value - second.value)];
    });
  });
}

function labelled(
  { rubric, objective }: Label,
  category: string,
  [better, worse]: readonly [Sample, Sample],
  margin: number,
): ProbePair {
  const { kind, prompt } = better;
  const own = { category, kind, prompt, chosen: better.text, rejected: worse.text, rubric, margin };
  return { ...own, ...(objective !== undefined && { objective }) };
}

export function truthOf(objective: string): string {
  return `truth ${objective}`;
}

function shuffledWords(words: readonly string[], seed: number): string {
  const order = shuffle(
    Int32Array.from(words, (_, i) => i),
    seed,
    STREAMS.order,
  );
  return Array.from(order, (i) => words[i]).join(" ");
}
