/** The lanes in which a head is tried, by what it learned from, and the number that judges their answers. */
import type { NamedHead } from "../../src/core/heads/head-file.ts";
import { POLICY, type SourceSpec } from "../../src/core/sources/spec.ts";
import type { Strategy } from "../../src/core/types.ts";
import { openScorer } from "../../src/engine/scorers/open-scorer.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { BadInput } from "../node/bad-input.ts";
import { contrastScores, type WrittenAnswer } from "./answers.ts";
import type { TriedLane } from "./tries.ts";

export interface Asked {
  readonly lane: TriedLane;
  readonly strategy: Strategy;
}

/** Candidates of a VAS lane, as the page begins with. */
const K = 8;

export const headSource = (at: number) => `s${2 * at + 1}` as const;
export const teacherSource = (at: number) => `s${2 * at + 2}` as const;

/** Of each head two: the head, and what it learned from. */
export function sourcesOf(heads: readonly NamedHead[]): readonly SourceSpec[] {
  return heads.flatMap(({ card: { id, name, teacher }, head }, at): SourceSpec[] => {
    const own: SourceSpec = { id: headSource(at), name, type: "head", head: id };
    const source: SourceSpec = head.kind === "value" ? { ...own, kind: "value" } : own;
    const taught = { id: teacherSource(at), name: `${name} itself` };
    if (teacher.kind === "scorer") return [source, { ...taught, type: "scorer", scorer: teacher.scorer }];
    if (teacher.kind !== "contrast")
      throw new BadInput(`the head ${id} learned from ${teacher.kind}; a contrast or a scorer can be tried`);
    const { better, worse } = teacher;
    return [source, { ...taught, type: "contrastive", model: POLICY, better, worse }];
  });
}

/**
 * A lane at each weight: GenARM under a head of tokens, VAS under a value head.
 * @param contrast the weight of a lane under the contrast itself; null for none
 */
export function lanesOf(
  { card: { id, teacher }, head }: NamedHead,
  at: number,
  weights: readonly number[],
  contrast: number | null,
): readonly Asked[] {
  const own = weights.map((weight): Asked => {
    const lane = { name: `${id} at ${weight}`, head: id, weight };
    const steering = { beta: 1, weights: { [headSource(at)]: weight } };
    return head.kind === "value"
      ? { lane: { ...lane, by: "vas", k: K }, strategy: { id: "vas", ...steering, k: K } }
      : { lane: { ...lane, by: "head" }, strategy: { id: "genarm", ...steering } };
  });
  if (contrast === null || teacher.kind !== "contrast") return own;
  const lane = { name: `${id} contrast`, by: "contrast", head: id, weight: contrast } as const;
  return [...own, { lane, strategy: { id: "genarm", beta: 1, weights: { [teacherSource(at)]: contrast } } }];
}

/**
 * The score of each text by what the head learned from: nats a token of a contrast, or standard deviations of a scorer. A
 * text that the scorer cannot score counts as the mean.
 */
export async function teacherScores(
  models: Models,
  prompt: string,
  { card: { id, teacher } }: NamedHead,
  answers: readonly WrittenAnswer[],
): Promise<readonly number[]> {
  if (teacher.kind === "contrast") return contrastScores(models, prompt, teacher, answers);
  if (teacher.kind !== "scorer")
    throw new BadInput(`the head ${id} learned from ${teacher.kind}, which scores no text`);
  const scorer = await openScorer(teacher.scorer);
  return answers.map(({ text }) => ((scorer.score(text) ?? teacher.mean) - teacher.mean) / teacher.sd);
}
