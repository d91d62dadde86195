import type { NumericCheck } from "../../../core/hub.ts";
import type * as english from "../check.ts";
import { fixed } from "../format.ts";

const UNCHECKED: Readonly<Record<Extract<NumericCheck, { status: "unchecked" }>["why"], string>> = {
  "runs-on-processor": "es läuft auf dem Prozessor, also gibt es nichts zu vergleichen",
  "too-large": "nicht mit dem Prozessor verglichen, denn für eine zweite Kopie fehlt der Speicher",
  form: "nicht mit dem Prozessor verglichen, denn er kann diese 16-Bit-Form nicht rechnen",
};

export const checkWords: typeof english.checkWords = (check) => {
  if (check.status === "unchecked") return UNCHECKED[check.why];
  const start = check.status === "agrees" ? "stimmt mit dem Prozessor überein" : "weicht vom Prozessor ab";
  const top = check.hasSameTop
    ? "die fünf wahrscheinlichsten Tokens sind gleich"
    : "die fünf wahrscheinlichsten Tokens sind verschieden";
  return `${start}: ${top}, der größte Unterschied ist ${fixed(check.maxDifference, 4)}`;
};
