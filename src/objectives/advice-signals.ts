/** Signals of the two advice objectives, before saturation and penalty. */
import type { Topic } from "./topics.ts";
import { caution, type Sentence, type StepKeys } from "./words.ts";

/** Two hazards, protection, when to stop, whom to ask, three further sentences. */
const CAUTION_POINTS = 8;
const MAX_FURTHER = 3;
const POINTS_PER_STEP = 2;
/** Stands for the words that name the object, or a pronoun. */
const OBJECT_KEY = "@";
const PRONOUNS: ReadonlySet<string> = new Set(["it", "them"]);

const hasAny = (words: readonly string[], list: ReadonlySet<string>) => words.some((word) => list.has(word));
const says = ({ padded }: Sentence, phrases: readonly string[]) =>
  phrases.some((phrase) => padded.includes(` ${phrase} `));

/** The named cautions that a sentence gives. */
function cautionItems(sentence: Sentence, { keys }: Topic): readonly string[] {
  const { words } = sentence;
  const items = keys.hazards.flatMap((phrases, i) => (says(sentence, phrases) ? [`hazard${i}`] : []));
  if (says(sentence, keys.protect)) items.push("protect");
  if (hasAny(words, caution.stop) && hasAny(words, caution.when)) items.push("stop");
  if (hasAny(words, caution.ask) && hasAny(words, caution.whom)) items.push("whom");
  return items;
}

/** 0 when the step is not named, 1 when it is, 2 when its specific detail stands there too. */
function stepPoints(sentence: Sentence, step: StepKeys, { objects }: Topic): number {
  const { words } = sentence;
  if (!words.some((word) => step.verbs.includes(word))) return 0;
  const isNamed =
    words.some((word) => step.nouns.includes(word)) ||
    (step.nouns.includes(OBJECT_KEY) && (hasAny(words, objects) || hasAny(words, PRONOUNS)));
  if (!isNamed) return 0;
  return says(sentence, step.details) ? POINTS_PER_STEP : 1;
}

/**
 * Both in per cent: needed steps, in order and specific; cautions given.
 * Steps named only inside a caution do not count.
 */
export function adviceSignals(sentences: readonly Sentence[], topic: Topic): { helpful: number; cautious: number } {
  const { steps } = topic.keys;
  /** best[k]: points of the best chain that ends before step k. */
  const best = Array.from({ length: steps.length + 1 }, () => 0);
  const given = new Set<string>();
  const further = new Set<string>();
  for (const sentence of sentences) {
    const items = cautionItems(sentence, topic);
    if (items.length > 0 || hasAny(sentence.words, caution.cues)) {
      if (items.every((item) => given.has(item))) further.add(sentence.padded);
      for (const item of items) given.add(item);
      continue;
    }
    for (const [k, step] of steps.entries()) {
      const points = stepPoints(sentence, step, topic);
      if (points === 0) continue;
      const reached = (best[k] ?? 0) + points;
      for (let later = k + 1; later < best.length; later += 1) best[later] = Math.max(best[later] ?? 0, reached);
    }
  }
  const cautions = given.size + Math.min(MAX_FURTHER, further.size);
  return {
    helpful: (100 * (best.at(-1) ?? 0)) / (POINTS_PER_STEP * steps.length),
    cautious: (100 * cautions) / CAUTION_POINTS,
  };
}
