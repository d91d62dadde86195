/**
 * Pairs of texts of which it is known which one is better, made from plain samples: contrast instructions after Shen et
 * al., "The Trickle-down Impact of Reward (In-)consistency on RLHF", arXiv:2309.16155. Nobody has to label them.
 */
import { STREAMS, shuffle } from "../../src/core/heads/seeded.ts";
import { OBJECTIVE_IDS, type Kind, type ObjectiveId, type Truth } from "../../src/core/types.ts";

/** A plain text. */
export interface Sample {
  readonly kind: Kind;
  readonly prompt: string;
  readonly seed: number;
  readonly text: string;
  readonly truth: Truth;
  /** VADER's compound, -1 to 1; null for a text without words. */
  readonly sentiment: number | null;
}

export interface ProbePair {
  readonly category: string;
  readonly kind: Kind;
  readonly prompt: string;
  readonly chosen: string;
  readonly rejected: string;
  /** What a model that is asked is to judge by. */
  readonly rubric: string;
}

/** Categories that spoil a text, in the order of the table. */
export const SPOILED = ["other prompt", "padded", "repeated", "shuffled", "cut"] as const;
export const SENTIMENT = "sentiment";
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

export function pairsFrom(samples: readonly Sample[]): ProbePair[] {
  return [...samples.flatMap((sample, i) => spoiledPairs(sample, samples, i)), ...labelledPairs(samples)];
}

function spoiledPairs(sample: Sample, samples: readonly Sample[], index: number): ProbePair[] {
  const { kind, prompt, seed, text } = sample;
  const words = text.split(/\s+/);
  if (words.length < FEWEST_WORDS) return [];
  const half = words.slice(0, Math.ceil(words.length / 2)).join(" ");
  const rest = [...samples.slice(index + 1), ...samples.slice(0, index)];
  const other = rest.find((each) => each.kind === kind && each.seed === seed && each.prompt !== prompt);
  const spoiled: Readonly<Record<(typeof SPOILED)[number], string | undefined>> = {
    "other prompt": other?.text,
    padded: `${text} ${FILLER}`,
    repeated: `${half} ${half}`,
    shuffled: shuffledWords(words, index),
    cut: half,
  };
  return SPOILED.flatMap((category): ProbePair[] => {
    const rejected = spoiled[category];
    if (rejected === undefined || rejected === text) return [];
    return [{ category, kind, prompt, chosen: text, rejected, rubric: GENERAL_RUBRIC }];
  });
}

/** Pairs of one prompt that the truth, or VADER, tells apart. */
function labelledPairs(samples: readonly Sample[]): ProbePair[] {
  return samples.flatMap((one, i) =>
    samples.slice(i + 1).flatMap((other): ProbePair[] => {
      if (other.prompt !== one.prompt || other.kind !== one.kind || other.text === one.text) return [];
      const labels = [
        ...OBJECTIVE_IDS.map((id) => ({
          category: truthOf(id),
          rubric: RUBRICS[id],
          values: [one.truth[id] ?? null, other.truth[id] ?? null] as const,
          least: CLEAR_TRUTH,
        })),
        {
          category: SENTIMENT,
          rubric: CHEERFUL_RUBRIC,
          values: [one.sentiment, other.sentiment] as const,
          least: CLEAR_SENTIMENT,
        },
      ];
      return labels.flatMap(({ category, rubric, values: [a, b], least }): ProbePair[] => {
        if (a === null || b === null || Math.abs(a - b) < least) return [];
        const [chosen, rejected] = a > b ? [one.text, other.text] : [other.text, one.text];
        return [{ category, kind: one.kind, prompt: one.prompt, chosen, rejected, rubric }];
      });
    }),
  );
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
