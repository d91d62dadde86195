/** The likeliest tokens of a row in the plainest way, as a card cuts them out. */
import { CUT_SIZE, type CutLogits } from "../src/core/cut-logits.ts";

export function cutOf(logits: ArrayLike<number>, banned: ReadonlySet<number> = new Set()): CutLogits {
  const all = Array.from(logits, (logit, id) => ({ logit, id }))
    .filter(({ id }) => !banned.has(id))
    .sort((a, b) => b.logit - a.logit || a.id - b.id);
  const kept = all.slice(0, CUT_SIZE);
  const max = kept[0]!.logit;
  return {
    ids: Int32Array.from(kept, ({ id }) => id),
    logits: Float32Array.from(kept, ({ logit }) => logit),
    logZ: max + Math.log(all.reduce((sum, { logit }) => sum + Math.exp(logit - max), 0)),
  };
}
