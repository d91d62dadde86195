/** What a text so far is worth, objectives and sources alike: what blocks are chosen by. */
import { judgedScores } from "../../core/combine/rank.ts";
import { isObjective, pushIds } from "../../core/push-ids.ts";
import type { BlockReader } from "../../core/blocks/spec.ts";
import type { Blockwise, ObjectiveId, SampleResult, TokenId } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import type { Binding } from "./binding.ts";
import { chargeForward } from "./lane.ts";
import type { Row } from "./row.ts";
import { scoreText } from "./text-scores.ts";

type Members = SampleResult["rewardMembers"];
export type BlockRanking = Pick<Blockwise, "weights" | "ensemble" | "lambda" | "combine" | "by">;

/** A text so far, and the row that it is of. */
export interface ScoredText {
  readonly row: Row;
  readonly tokens: readonly TokenId[];
  readonly text: string;
}

export function textSoFar(row: Row): ScoredText {
  return { row, tokens: [...row.tokens], text: row.stream.text.trim() };
}

/** What is known of a text so far, as of a sample. */
export type ReadText = Pick<SampleResult, "rewardMembers" | "sources">;

/**
 * The score of each text so far, as best-of-N scores whole texts; null where it is not defined. The rows' lane is charged
 * for what reads them.
 */
export async function scoreBlocks(
  texts: readonly ScoredText[],
  ranking: BlockRanking,
  binding: Binding,
): Promise<readonly (number | null)[]> {
  return judgedScores(ranking, await readTexts(texts, ranking, binding));
}

/** What ranks the texts. Their rows' lanes are charged for it. */
export async function readTexts(
  texts: readonly ScoredText[],
  { weights, by }: Pick<BlockRanking, "weights" | "by">,
  binding: Binding,
): Promise<readonly ReadText[]> {
  if (texts.length === 0) return [];
  const ids = pushIds(weights).filter((id) => (weights[id] ?? 0) !== 0);
  const members = ids.some(isObjective) ? await readObjectives(texts, by, binding.models) : texts.map(() => ({}));
  const read: ReadText[] = [];
  for (const [i, { row, ...said }] of texts.entries()) {
    const sources: Record<string, number | null> = {};
    const charge = (modelId: string): void => chargeForward(row.lane, modelId);
    for (const id of ids) {
      if (!isObjective(id)) sources[id] = await scoreText(binding.source(id), said, { binding, charge });
    }
    read.push({ rewardMembers: members[i]!, sources });
  }
  return read;
}

async function readObjectives(
  texts: readonly ScoredText[],
  by: BlockReader,
  models: Models,
): Promise<readonly Members[]> {
  const reader = by === "judge" ? models.judge : models.value;
  if (reader === null) throw new Error(`no ${by} reads the blocks`);
  for (const { row } of texts) chargeForward(row.lane, reader.id);
  const prefixes = texts.map(({ row, tokens }) => [...row.prompt, ...tokens]);
  const scores = by === "judge" ? await models.judge!.score(prefixes) : await valuesOf(prefixes, models);
  return scores.map((own) => membersOf(reader.objectives, own));
}

/** `[text][objective][1]`, one forward a text. */
async function valuesOf(texts: readonly (readonly TokenId[])[], { value }: Models) {
  const values: Float64Array[][] = [];
  for (const text of texts) {
    const [own] = await value!.read(text, 1);
    values.push(Array.from(own!, (each) => Float64Array.of(each)));
  }
  return values;
}

function membersOf(objectives: readonly ObjectiveId[], scores: readonly Float64Array[]): Members {
  return Object.fromEntries(objectives.map((id, i) => [id, [...scores[i]!]]));
}
