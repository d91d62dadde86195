/** The score of a text up to some of its places, for rewards that only whole texts have: a few beginnings a forward. */
import { sentenceSpans } from "../../core/lens/sentences.ts";
import { mean } from "../../core/stats.ts";
import { labelLogOdds } from "../../core/sources/classifier.ts";
import type { LensReward } from "../../core/lens/reading.ts";
import { RunError } from "../../core/errors.ts";
import { scoreText } from "../decode/text-scores.ts";
import type { Said } from "./said.ts";

export interface TextScore {
  readonly score: number | null;
  readonly members: readonly number[];
}

/** The first `tokens` tokens of a text. */
export interface Beginning {
  readonly said: Said;
  readonly tokens: number;
}

/** Beginnings that a judge or a classifier reads together. */
export const TOGETHER = 8;

/** Counts of tokens after which a text is scored: the last one is the whole text. */
export function placesOf({ pieces }: Said, after: "sentence" | number): readonly number[] {
  const places =
    after === "sentence"
      ? sentenceSpans(pieces).map(({ tokens }) => Math.max(...tokens) + 1)
      : Array.from({ length: Math.floor(pieces.length / after) }, (_, i) => (i + 1) * after);
  return [...new Set([...places.filter((place) => place < pieces.length), pieces.length])];
}

/**
 * In the order of `beginnings`.
 * @param reward a judge, the truth, or a source
 * @throws RunError "model-missing" and what a source is refused with
 */
export async function scoreBeginnings(
  reward: LensReward,
  beginnings: readonly Beginning[],
): Promise<readonly TextScore[]> {
  if (reward.type === "judge") return judged(reward.objective, beginnings);
  if (reward.type === "source" && reward.source.type === "classifier") {
    const { classifier, label } = beginnings[0]!.said.binding.label(reward.source);
    const all = await classifier.score(beginnings.map(textOf));
    return all.map((logits) => whole(labelLogOdds(logits, label, classifier.isMultiLabel)));
  }
  const scores: TextScore[] = [];
  for (const each of beginnings) scores.push(await scoreOne(reward, each));
  return scores;
}

async function scoreOne(reward: LensReward, beginning: Beginning): Promise<TextScore> {
  const { binding, tokens } = beginning.said;
  const text = textOf(beginning);
  if (reward.type === "truth") {
    const { kind, prompt } = binding.request;
    return whole(binding.models.truth(kind, prompt, text)[reward.objective] ?? null);
  }
  if (reward.type !== "source") throw new Error(`a reward of type ${reward.type} scores no beginnings`);
  const said = { tokens: tokens.slice(0, beginning.tokens), text };
  return whole(await scoreText(reward.source, said, { binding, charge: () => undefined }));
}

async function judged(
  objective: (LensReward & { type: "judge" })["objective"],
  beginnings: readonly Beginning[],
): Promise<readonly TextScore[]> {
  const { judge } = beginnings[0]!.said.binding.models;
  const place = judge?.objectives.indexOf(objective) ?? -1;
  if (judge === null || place < 0) {
    const message = `No judge is loaded that scores "${objective}". Choose another reward, or another judge.`;
    throw new RunError("model-missing", message, { objective });
  }
  const sequences = beginnings.map(({ said, tokens }) => [
    ...said.binding.policy.prompt,
    ...said.tokens.slice(0, tokens),
  ]);
  const scores = await judge.score(sequences);
  return scores.map((own) => ({ score: mean(own[place]!), members: [...own[place]!] }));
}

const whole = (score: number | null): TextScore => ({ score, members: [] });

function textOf({ said, tokens }: Beginning): string {
  return said.pieces.slice(0, tokens).join("").trim();
}
