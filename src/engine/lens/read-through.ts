/** Reads finished texts through a reward: token by token, or for their scores alone. Nothing is decoded. */
import { RunError } from "../../core/errors.ts";
import type { LensAsk, LensDetail, LensReading } from "../../core/lens/reading.ts";
import { mean } from "../../core/stats.ts";
import type { TokenId } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import { readDetail } from "./read-detail.ts";
import { scoreBeginnings, TOGETHER, type TextScore } from "./prefix-scores.ts";
import { pusherOf, valuerOf } from "./reward-models.ts";
import { readPushes, type Tick } from "./read-pushes.ts";
import { Reader, type Said } from "./said.ts";

export interface LensControl {
  readonly signal: AbortSignal;
  /** Lets messages in, so that the reading can be ended. */
  readonly rest: () => Promise<void>;
  /** Counts forwards of one text that is read token by token, and texts else. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * One reading a text, in order.
 * @throws RunError "aborted", and what models, heads, prompts and texts that do not fit are refused with
 */
export async function* readThrough(models: Models, ask: LensAsk, control: LensControl): AsyncGenerator<LensReading> {
  const reader = new Reader(models, ask);
  const goOn = async (): Promise<void> => {
    await control.rest();
    if (control.signal.aborted) throw new RunError("aborted", "The reading was stopped.");
  };
  const { texts, detail, reward, plausible } = ask;
  for (let from = 0; from < texts.length; from += TOGETHER) {
    const some: Said[] = [];
    for (const text of texts.slice(from, from + TOGETHER)) some.push(await reader.said(text));
    if (detail === null) {
      yield* await scoreAll(ask, some, goOn);
      control.onProgress(from + some.length, texts.length);
      await goOn();
      continue;
    }
    for (const said of some) {
      let done = 0;
      const tick: Tick = async (total) => {
        control.onProgress(++done, total);
        await goOn();
      };
      const read = await readDetail(reward, said, { after: detail.after, plausible, tick });
      yield readingOf(said, read.score, read.detail);
    }
  }
}

/** A text that is too long for a model has no score; the others keep theirs. */
async function scoreAll(ask: LensAsk, all: readonly Said[], goOn: Tick): Promise<LensReading[]> {
  try {
    return await scoreTogether(ask, all, goOn);
  } catch (error) {
    if (!(error instanceof RunError) || error.code !== "context-overflow") throw error;
    if (all.length === 1) return [readingOf(all[0]!, { score: null, members: [] }, null)];
    const found: LensReading[] = [];
    for (const said of all) found.push(...(await scoreAll(ask, [said], goOn)));
    return found;
  }
}

async function scoreTogether({ reward, plausible }: LensAsk, all: readonly Said[], goOn: Tick): Promise<LensReading[]> {
  // Best-of-N ranks by sources as they score whole texts, and here they score alike. An ARM and the value model rank nothing.
  if (reward.type !== "arm" && reward.type !== "value") {
    const whole = all.map((said) => ({ said, tokens: said.tokens.length }));
    return (await scoreBeginnings(reward, whole)).map((score, i) => readingOf(all[i]!, score, null));
  }
  const found: LensReading[] = [];
  for (const said of all) {
    const pusher = pusherOf(reward, said, plausible);
    const score =
      pusher === null
        ? (await valuerOf(reward)!(said)).after.at(-1)!
        : mean((await readPushes(said, pusher, goOn)).pushes);
    found.push(readingOf(said, { score, members: [] }, null));
  }
  return found;
}

function readingOf(
  { tokens, binding, text }: Said,
  { score, members }: TextScore,
  detail: LensDetail | null,
): LensReading {
  const isEnd = (token: TokenId): boolean => binding.models.tokenizer.endIds.includes(token);
  const spoken = tokens.filter((token) => !isEnd(token)).length;
  return { score, members, text, detail, tokens: spoken, isCut: !isEnd(tokens.at(-1)!) };
}
