/** One sentence of a lane, in sums: what the reward changed in it, how hard each objective pushed, what that cost. */
import { sentenceSpans } from "../../core/lens/sentences.ts";
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

/** The sentences of a text, each with the steps that begin in it. */
export function sentences(steps: readonly RowStep[]): readonly SentenceFacts[] {
  return sentenceSpans(steps.map((step) => step.text)).map(({ text, tokens }, i) =>
    sentenceFacts(
      text,
      i + 1,
      tokens.map((place) => steps[place]!),
    ),
  );
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
