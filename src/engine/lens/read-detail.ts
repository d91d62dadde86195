/** One text token by token, under any reward. */
import type { LensDetail, LensReward } from "../../core/lens/reading.ts";
import { credit } from "../../core/sources/contrastive.ts";
import { mean } from "../../core/stats.ts";
import { placesOf, scoreBeginnings, TOGETHER, type TextScore } from "./prefix-scores.ts";
import { readPushes, type Pusher, type Tick } from "./read-pushes.ts";
import { isOfWholeTexts, pusherOf, valuerOf } from "./reward-models.ts";
import type { TextValues } from "./read-values.ts";
import type { Said } from "./said.ts";

export interface Detailed {
  readonly score: TextScore;
  readonly detail: LensDetail;
}

export interface DetailOptions {
  readonly after: "sentence" | number;
  readonly plausible: number;
  readonly tick: Tick;
}

/** @throws RunError as `readThrough` */
export async function readDetail(reward: LensReward, said: Said, options: DetailOptions): Promise<Detailed> {
  const pusher = pusherOf(reward, said, options.plausible);
  if (pusher !== null) return byPushes(reward, said, pusher, options.tick);
  const valuer = valuerOf(reward);
  if (valuer === null) return byBeginnings(reward, said, options);
  const values = await valuer(said);
  await options.tick(1);
  return byValues(said, values);
}

async function byPushes(reward: LensReward, said: Said, pusher: Pusher, tick: Tick): Promise<Detailed> {
  const { pushes, rewards } = await readPushes(said, pusher, tick);
  const isContrast = reward.type === "source" && reward.source.type === "contrastive";
  return {
    score: { score: mean(reward.type === "arm" ? pushes : rewards), members: [] },
    detail: {
      type: "push",
      pieces: said.pieces,
      values: pushes,
      credits: isContrast ? rewards.map(credit) : [],
      scores: [],
      start: null,
    },
  };
}

function byValues({ pieces }: Said, { start, after }: TextValues): Detailed {
  const values = after.map((value, t) => value - (after[t - 1] ?? start));
  return {
    score: { score: after.at(-1)!, members: [] },
    detail: { type: "value", pieces, values, credits: [], scores: after, start },
  };
}

async function byBeginnings(reward: LensReward, said: Said, { after, tick }: DetailOptions): Promise<Detailed> {
  const { tokens, pieces } = said;
  const isWhole = isOfWholeTexts(reward);
  const places = isWhole ? [tokens.length] : placesOf(said, after);
  const found: TextScore[] = [];
  for (let from = 0; from < places.length; from += TOGETHER) {
    const some = places.slice(from, from + TOGETHER).map((place) => ({ said, tokens: place }));
    found.push(...(await scoreBeginnings(reward, some)));
    await tick(Math.ceil(places.length / TOGETHER));
  }
  const none = { credits: [], start: null };
  const detail: LensDetail = isWhole
    ? { type: "whole", pieces, values: pieces.map(() => null), scores: [], ...none }
    : { type: "prefix", pieces, ...spread(places, found), ...none };
  return { score: found.at(-1)!, detail };
}

/** Tokens between two places share what the score changed there; before the first place nothing is known to change. */
function spread(places: readonly number[], found: readonly TextScore[]): Pick<LensDetail, "values" | "scores"> {
  const values: (number | null)[] = [];
  const scores: (number | null)[] = [];
  for (const [i, place] of places.entries()) {
    const [before, own] = [found[i - 1]?.score ?? null, found[i]!.score];
    const change = before === null || own === null ? null : own - before;
    while (values.length < place) values.push(change);
    while (scores.length < place - 1) scores.push(null);
    scores.push(own);
  }
  return { values, scores };
}
