/**
 * The rows of a best-of-N lane that drops texts early (`core/blocks/rejection.ts`): once texts have half their length, all are
 * ranked as they stand, finished ones too, and only the best go on. In a study the dropped ones are written to their end
 * all the same, so that it shows what was lost; they cannot be chosen.
 */
import { keptSamples, rejectionToken } from "../../core/blocks/rejection.ts";
import { judgedScores } from "../../core/combine/rank.ts";
import type { BestOfN } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { readTexts, textSoFar } from "./block-scores.ts";
import type { Lane } from "./lane.ts";
import type { LaneRows } from "./lane-rows.ts";
import type { Row } from "./row.ts";

export class RejectingRows implements LaneRows {
  readonly lane: Lane;
  readonly texts: readonly Row[];
  readonly #binding: Binding;
  readonly #maxTokens: number;

  /** @param lane of strategy "bon" or "soft-bon", with `reject` */
  constructor(lane: Lane, texts: readonly Row[], binding: Binding, maxTokens: number) {
    this.lane = lane;
    this.texts = texts;
    this.#binding = binding;
    this.#maxTokens = maxTokens;
  }

  get live(): readonly Row[] {
    return this.texts.filter(({ finish }) => finish === null);
  }

  get writing(): readonly Row[] {
    return this.live;
  }

  begin(): void {}

  async end(): Promise<null> {
    const { lane, texts } = this;
    const strategy = lane.strategy as BestOfN;
    const { weights, reject } = strategy;
    if (reject === undefined || lane.rejection !== undefined) return null;
    const at = rejectionToken(reject, this.#maxTokens);
    // Texts that have all ended before leave nothing to drop.
    if (!texts.some(({ finish, tokens }) => finish === null && tokens.length >= at)) return null;
    const half = judgedScores(strategy, await readTexts(texts.map(textSoFar), { weights, by: "judge" }, this.#binding));
    const kept = keptSamples(half, reject.share);
    const dropped = texts.flatMap((row, sample) => (kept.includes(sample) || row.finish !== null ? [] : [sample]));
    lane.rejection = { at, half, dropped, isStudy: reject.isStudy };
    if (!reject.isStudy) for (const sample of dropped) texts[sample]!.finish = "dropped";
    return null;
  }
}
