import type { Range } from "../../../core/compare/equal-kl.ts";
import type * as english from "../equal-kl.ts";
import { fixed, signed } from "../format.ts";
import { prompts } from "./counts.ts";
import { measureName } from "./sweep-matrix.ts";

export const equalKl: typeof english.equalKl = {
  title: "Belohnung bei gleicher KL",
  against: "Gegen",
  about:
    "Jede Kurve ist eine Art zu schreiben über ihre Einstellungen, vom ungesteuerten Ziehen an. Das Diagramm zeigt, wie weit ihre mittlere Belohnung bei gleicher KL über (+) oder unter (−) der anderen liegt. Zwischen zwei Einstellungen gilt eine Kurve als gerade.",
  pooled:
    "Best-of-N wird für jedes N aus seinen Vorräten abgelesen, bei der oberen Schranke log N − (N−1)/N seiner KL. Es kann also weniger kosten, als hier steht, nie mehr.",
  band: "Bänder zeigen 95-%-Intervalle (Student) über Prompts.",
  noBand: "Ein Prompt kann nicht zeigen, wie sicher ein Unterschied ist.",
  none: "Nach diesem Maß wurden keine zwei Arten dieser Messreihe bei gleicher KL gesehen.",
  one: "Dafür braucht es zwei Arten zu schreiben neben dem ungesteuerten Ziehen. Eine Spur oder Strategie hinzufügen.",
  covered: "Was jede Art abdeckt",
  nowhere: "keine gemeinsame KL",
};

export const equalKlX: typeof english.equalKlX = (target) =>
  `KL ${target === "plain" ? "zum ungesteuerten Ziehen" : "zum Basismodell"} (nat) →`;

export const equalKlY: typeof english.equalKlY = (other) => `↑ mittlere Belohnung minus die von ${other}`;

export const equalKlHead: typeof english.equalKlHead = (measure, plan) => [
  "Art",
  "gegen",
  "KL (nat)",
  `Belohnung (${measureName(measure, plan)})`,
  "Belohnung der anderen",
  "Unterschied",
  "95 % von",
  "95 % bis",
  "Prompts",
];

const interval = (ends: readonly [number, number]): string =>
  `95-%-Intervall ${signed(ends[0], 2)} bis ${signed(ends[1], 2)}`;

export const equalKlPoint: typeof english.equalKlPoint = (name, other, { kl, difference, groups }) => {
  const { mean, ci95 } = difference;
  const band = ci95 === null ? "" : ` (${interval(ci95)})`;
  return `${name} gegen ${other} bei ${fixed(kl, 2)} nat: ${signed(mean, 2)}${band}, ${prompts(groups)}`;
};

const nats = ([low, high]: Range): string => `${fixed(low, 2)} bis ${fixed(high, 2)} nat`;

export const coverText: typeof english.coverText = (own, shared) =>
  `deckt ${nats(own)} ab, ${shared === null ? equalKl.nowhere : `verglichen über ${nats(shared)}`}`;

export const lastText: typeof english.lastText = ({ kl, difference }) => {
  const { mean, ci95 } = difference;
  const where = `Bei ${fixed(kl, 2)} nat sind es ${signed(mean, 2)}`;
  if (ci95 === null) return `${where}.`;
  const sure = ci95[0] > 0 ? "besser" : ci95[1] < 0 ? "schlechter" : "offen";
  return `${where} (${interval(ci95)}): ${sure}.`;
};
