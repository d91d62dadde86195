/** Raw and standardised value of every objective for one text. */
import type { Kind, ObjectiveId } from "../core/types.ts";
import { adviceSignals } from "./advice-signals.ts";
import { penalty } from "./quality.ts";
import { adventure, detail, dialogue, joy } from "./story-signals.ts";
import { findTopic } from "./topics.ts";
import { sentencesOf, type Sentence } from "./words.ts";

/** A value for every objective, null where it is not defined. */
export type Values = Readonly<Record<ObjectiveId, number | null>>;

/** Standardisation of one objective, a row of objectives.json. */
export interface Standard {
  readonly id: ObjectiveId;
  readonly mean: number;
  /** Above 0. */
  readonly sd: number;
}

/** `saturation` is S of S tanh(signal / S); `cost` is lost per unit of penalty, about four standard deviations. */
const SCALES: Readonly<Record<ObjectiveId, { readonly saturation: number; readonly cost: number }>> = {
  joy: { saturation: 3, cost: 2 },
  adventure: { saturation: 2.5, cost: 0.9 },
  dialogue: { saturation: 100, cost: 38 },
  detail: { saturation: 10, cost: 2 },
  helpful: { saturation: 300, cost: 85 },
  cautious: { saturation: 300, cost: 85 },
};

/** Signals that are defined for this text; the others are left out. */
function signalsOf(
  kind: Kind,
  prompt: string,
  response: string,
  sentences: readonly Sentence[],
  wordCount: number,
): Partial<Record<ObjectiveId, number>> {
  if (kind === "advice") {
    const topic = findTopic(prompt);
    return topic === null ? {} : adviceSignals(sentences, topic);
  }
  return {
    joy: joy(sentences),
    adventure: adventure(sentences),
    dialogue: dialogue(response, wordCount),
    detail: detail(sentences, wordCount),
  };
}

function everyObjective(valueOf: (id: ObjectiveId) => number | null): Values {
  return {
    joy: valueOf("joy"),
    adventure: valueOf("adventure"),
    dialogue: valueOf("dialogue"),
    detail: valueOf("detail"),
    helpful: valueOf("helpful"),
    cautious: valueOf("cautious"),
  };
}

/** Raw value of each objective in its unit. */
export function raw(kind: Kind, prompt: string, response: string): Values {
  const sentences = sentencesOf(response);
  const words = sentences.flatMap((sentence) => sentence.words);
  const signals = words.length === 0 ? {} : signalsOf(kind, prompt, response, sentences, words.length);
  const loss = penalty(prompt, response, words);
  return everyObjective((id) => {
    const signal = signals[id];
    const { saturation, cost } = SCALES[id];
    return signal === undefined ? null : saturation * Math.tanh(signal / saturation) - cost * loss;
  });
}

/** Standardised value (raw - mean) / sd of each objective; `standards` are the rows of objectives.json. */
export function truth(kind: Kind, prompt: string, response: string, standards: readonly Standard[]): Values {
  const values = raw(kind, prompt, response);
  return everyObjective((id) => {
    const value = values[id];
    if (value === null) return null;
    const standard = standards.find((row) => row.id === id);
    if (standard === undefined) throw new Error(`no mean and sd for ${id}; objectives.json must have all six`);
    return (value - standard.mean) / standard.sd;
  });
}
