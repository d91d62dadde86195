import { pushIds } from "../../../core/push-ids.ts";
import { isFlip, pushOf, quantityOf } from "../../../state/stage/tint.ts";
import { fixed, probability, signed, visibleToken } from "../format.ts";
import type * as english from "../token.ts";
import { weightText } from "./names.ts";

export const tokenLabel: typeof english.tokenLabel = (step) => {
  const word = step.text.trim() === "" ? "Ende oder Leerzeichen" : step.text.trim();
  const flip = isFlip(step) ? `, ungesteuert wäre es ${visibleToken(step.plainText)}` : "";
  if (step.isForced === true) return `${word}, vom Zweig vorgegeben`;
  return `${word}, Schub ${signed(pushOf(step), 1)}, Wahrscheinlichkeit ${probability(quantityOf(step, "probability"))}${flip}`;
};

export const insteadText: typeof english.insteadText = ({ text }) => `wäre „${visibleToken(text)}“`;

export const changeText: typeof english.changeText = (change, sources = []) => {
  const parts = pushIds(change.weights ?? {}).flatMap((id) => {
    const weight = change.weights?.[id];
    return weight === undefined ? [] : [weightText(id, weight, sources)];
  });
  if (change.weights !== undefined && parts.length === 0) parts.push("alle Ziele 0");
  if (change.beta !== undefined) parts.push(`1/β ${fixed(1 / change.beta, 1)}`);
  return `› ${parts.join(" · ")}`;
};
