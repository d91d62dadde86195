import { fixed, listed, visibleToken } from "../format.ts";
import type * as english from "../reweigh.ts";
import { pushName } from "./names.ts";

export const reweighBar: typeof english.reweighBar = {
  label: "Umgewichtet, nicht neu geschrieben",
  title: "Umgewichtet, nicht neu geschrieben.",
  back: "Zurück zu dem, was lief",
  goOn: "Ab hier weiter",
  inLane: (name) => `in ${name}`,
  goOnTitle: "Schreibt den Rest mit diesen Gewichten, in einer neuen Spur",
  full: "Um ab hier weiterzuschreiben, zuerst eine Spur entfernen. Die Seite zeigt bis zu sechs.",
};

export const findingText: typeof english.findingText = (finding) => {
  switch (finding.type) {
    case "nothing-steers":
      return "Keine Belohnung steuert diese Spur, also gibt es nichts umzugewichten.";
    case "unchanged-settings":
      return "Diese Spur hat eigene Gewichte, und sie haben sich nicht geändert.";
    case "needs-run":
      return "Diese Spur wählte nach ihren Belohnungen, während sie schrieb. Andere Gewichte brauchen einen neuen Lauf.";
    case "not-judged":
      return "Der Gutachter hat die Proben noch nicht bewertet, also gibt es keine Wahl umzugewichten.";
    case "unranked":
      return "Nach diesen Gewichten lassen sich die Proben nicht ordnen, denn nichts bewertet eines dieser Ziele.";
    case "working":
      return "Wird berechnet …";
    case "same-text":
      return "Der Text wäre derselbe.";
    case "parts":
      return `Der Text würde sich bei Token ${finding.position + 1} ändern: „${visibleToken(finding.wouldSay)}“ statt „${visibleToken(finding.said)}“.`;
    case "same-sample":
      return `Die Wahl fiele wieder auf Probe ${finding.chosen + 1}.`;
    case "other-sample": {
      const [now, before] = [finding.instead + 1, finding.chosen + 1];
      return finding.hasText
        ? `Die Wahl fiele auf Probe ${now} statt auf Probe ${before}. Probe ${now} ist zu sehen.`
        : `Die Wahl fiele auf Probe ${now} statt auf Probe ${before}. Diese Aufzeichnung hat keinen Text von Probe ${now}.`;
    }
    default:
      return finding satisfies never;
  }
};

export const exactnessText: typeof english.exactnessText = (answers, sources = []) => {
  const known = answers.flatMap((answer) => (answer.type === "steps" ? [answer.exactness] : []));
  if (known.length === 0) return "";
  const filled = [...new Set(known.flatMap((each) => (each.type === "exact" ? each.filled : [])))];
  const absent = [...new Set(known.flatMap((each) => (each.type === "bounded" ? each.absent : [])))];
  const names = (ids: typeof filled): string => listed(ids.map((id) => pushName(id, sources)));
  const bounded = known.flatMap((each) => (each.type === "bounded" ? [each] : []));
  const parts: string[] = [];
  if (bounded.length === 0)
    parts.push("Die Zahlen sind genau: Sie umfassen das ganze Vokabular, für den Text, der lief.");
  else if (bounded.some(({ tail }) => tail === null)) {
    parts.push(
      "Die Zahlen sind Schätzungen aus den gesicherten Kandidaten. Der Anteil aller anderen Tokens ist hier unbekannt.",
    );
  } else {
    const most = Math.max(...bounded.map(({ tail }) => tail ?? 0));
    const share = fixed(Math.max(0.1, 100 * most), 1);
    parts.push(
      `Die Zahlen kommen aus den gesicherten Kandidaten. Alle anderen Tokens haben höchstens ${share} % der Wahrscheinlichkeit eines Schritts.`,
    );
  }
  if (filled.length > 0) parts.push(`Gewicht 0 im Lauf, nachträglich bewertet: ${names(filled)}.`);
  if (absent.length > 0) parts.push(`Keine Wertungen gesichert, also wirkt das Gewicht nicht: ${names(absent)}.`);
  return parts.join(" ");
};
