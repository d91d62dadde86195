/** The credit of a token under contrastive prompts, as T-REG shows it: sigmoid(log-ratio) − 1/2. */
import { credit } from "../../core/sources/contrastive.ts";
import type { SourceId, SourceSpec } from "../../core/sources/spec.ts";
import type { RowStep } from "../../core/types.ts";

export interface Credit {
  readonly id: SourceId;
  readonly name: string;
  /** Between −1/2 and 1/2. */
  readonly credit: number;
}

/** Of the chosen token, by each contrast that steered its step. */
export function creditsOf({ top, token }: RowStep, sources: readonly SourceSpec[]): readonly Credit[] {
  const at = top?.ids.indexOf(token) ?? -1;
  return sources.flatMap(({ id, name, type }) => {
    const ratio = type === "contrastive" ? top?.sources[id]?.[at] : undefined;
    return ratio === undefined ? [] : [{ id, name, credit: credit(ratio) }];
  });
}
