/** One sentence of a lane, in sums: what the reward changed in it, how hard each objective pushed, what that cost. */
import { pushIdsOfAll } from "../../core/push-ids.ts";
import type { RowStep } from "../../core/types.ts";
import type { Push } from "./inspect.ts";
import { isFlip, steerOf } from "./tint.ts";

export interface SentenceFacts {
  readonly text: string;
  /** Which sentence of the text, from 1. */
  readonly number: number;
  readonly steps: readonly RowStep[];
  /** The tokens that plain sampling would not have drawn from the same noise. */
  readonly flips: readonly RowStep[];
  /** Sum over the sentence's tokens of each objective's contribution to the token that was drawn, nats. */
  readonly pushes: readonly Push[];
  /** Sum of the steps' exact KL, nats. */
  readonly kl: number;
}

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** The sentences of a text, each with the steps that begin in it. */
export function sentences(steps: readonly RowStep[]): readonly SentenceFacts[] {
  const text = steps.map((step) => step.text).join("");
  const parts = [...segmenter.segment(text)].filter(({ segment }) => segment.trim() !== "");
  const found = parts.map((): RowStep[] => []);
  let at = 0;
  for (const step of steps) {
    // A token may bring its space along: it belongs to where its first letter stands.
    const from = at + (step.text.length - step.text.trimStart().length);
    const index = parts.findLastIndex((part) => part.index <= from);
    found[Math.max(0, index)]?.push(step);
    at += step.text.length;
  }
  return parts.map(({ segment }, i) => sentenceFacts(segment.trim(), i + 1, found[i] ?? []));
}

export function sentenceAt(steps: readonly RowStep[], position: number): SentenceFacts | null {
  return sentences(steps).find((each) => each.steps.some((step) => step.position === position)) ?? null;
}

function sentenceFacts(text: string, number: number, steps: readonly RowStep[]): SentenceFacts {
  const ids = pushIdsOfAll(steps.map((step) => step.contributions));
  return {
    text,
    number,
    steps,
    flips: steps.filter(isFlip),
    pushes: ids.map((id) => ({ id, nats: steps.reduce((sum, step) => sum + (step.contributions[id] ?? 0), 0) })),
    kl: steps.reduce((sum, step) => sum + steerOf(step), 0),
  };
}
