/** What is said of a token, in short words and numbers. */
import type { Choice } from "../../core/reweighing.ts";
import { pushIds } from "../../core/push-ids.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { LaneChange, RowStep } from "../../core/types.ts";
import type { Quantity } from "../../state/settings/prefs.svelte.ts";
import { isFlip, pushOf, quantityOf } from "../../state/stage/tint.ts";
import { fixed, probability, signed, visibleToken } from "./format.ts";
import { weightText } from "./names.ts";
import { localized } from "./language.ts";

export function quantityText(step: RowStep, quantity: Quantity): string {
  const value = quantityOf(step, quantity);
  if (quantity === "push") return signed(value, 1);
  return quantity === "probability" ? probability(value).replace(/^(<?)0/, "$1") : fixed(value, 1);
}

/** Name of a token for a screen reader: the word, its numbers, and the flip in words. */
export const tokenLabel = localized("token.tokenLabel", (step: RowStep): string => {
  const word = step.text.trim() === "" ? "end or space" : step.text.trim();
  const flip = isFlip(step) ? `, plain would have said ${visibleToken(step.plainText)}` : "";
  if (step.isForced === true) return `${word}, given by the branch`;
  return `${word}, push ${signed(pushOf(step), 1)}, probability ${probability(quantityOf(step, "probability"))}${flip}`;
});

/** The mark before a token that re-weighting would draw otherwise. */
export const insteadText = localized("token.insteadText", ({ text }: Choice): string => {
  return `would be “${visibleToken(text)}”`;
});

/** "Joy +1.4 · strength 2.0": what a slider was moved to. */
export const changeText = localized(
  "token.changeText",
  (change: LaneChange, sources: readonly SourceSpec[] = []): string => {
    const parts = pushIds(change.weights ?? {}).flatMap((id) => {
      const weight = change.weights?.[id];
      return weight === undefined ? [] : [weightText(id, weight, sources)];
    });
    if (change.weights !== undefined && parts.length === 0) parts.push("all objectives 0");
    if (change.beta !== undefined) parts.push(`1/β ${fixed(1 / change.beta, 1)}`);
    return `› ${parts.join(" · ")}`;
  },
);
