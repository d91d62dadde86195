/** Which sentence of a recording the walkthrough explains: the one where guidance changed most. */
import type { RunView } from "../../src/state/run/view.ts";
import { shownSample } from "../../src/state/run/view.ts";
import { sentences, type SentenceFacts } from "../../src/state/stage/sentence.ts";
import { pushOf } from "../../src/state/stage/tint.ts";

export interface Choice {
  /** Index of the lane in the recording. */
  readonly lane: number;
  readonly sentence: SentenceFacts;
  /** Position of the changed word that was pushed hardest. */
  readonly position: number;
}

export function chooseSentence(view: RunView): Choice {
  const lane = view.lanes.findIndex(({ request }) => request.strategy.id === "genarm" || request.strategy.id === "vas");
  const steered = view.lanes[lane];
  if (steered === undefined) throw new Error("the recording has no lane with GenARM or VAS; record one");
  const plain = view.lanes.find(({ request }) => request.strategy.id === "base");
  const plainCount = plain === undefined ? 0 : sentences(shownSample(plain).steps).length;
  const changed = sentences(shownSample(steered).steps).filter(({ flips }) => flips.length > 0);
  // Where plain sampling has a sentence too, there is something to compare with.
  const comparable = changed.filter(({ number }) => number <= plainCount);
  const force = ({ flips }: SentenceFacts): number => flips.reduce((sum, step) => sum + Math.abs(pushOf(step)), 0);
  const [sentence] = (comparable.length > 0 ? comparable : changed).toSorted((a, b) => force(b) - force(a));
  const [word] = (sentence?.flips ?? [])
    .filter((step) => step.text.trim() !== "")
    .toSorted((a, b) => Math.abs(pushOf(b)) - Math.abs(pushOf(a)));
  if (sentence === undefined || word === undefined) {
    throw new Error("guidance changed no word of this lane; choose a recording with more strength");
  }
  return { lane, sentence, position: word.position };
}
