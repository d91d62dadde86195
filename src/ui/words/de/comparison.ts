import { MAX_CHECKS, MAX_VOTES } from "../../../core/compare/judge-prompts.ts";
import type { Agreement } from "../../../core/compare/recorded-judge.ts";
import type * as english from "../comparison.ts";
import { fixed, parameters, plural, signed } from "../format.ts";
import { comparisons } from "./counts.ts";
import { OBJECTIVE_NAMES } from "./names.ts";

export const comparison: typeof english.comparison = {
  title: "Ein Modell fragen, welche von zwei Spuren besser ist",
  rubric: "Maßstab",
  model: "Modell",
  first: "Eine Spur",
  second: "Eine andere",
  votes: "Stimmen",
  checklist: "Prüfliste",
  checklistHint: `Bis zu ${MAX_CHECKS} eigene Fragen, eine pro Zeile, auf die man mit Ja oder Nein antwortet. Sie werden zu jedem Text gestellt.`,
  compare: "In beiden Reihenfolgen vergleichen",
  asking: "Frage läuft …",
  cancel: "Abbrechen",
  chooseTwo: "Zwei Spuren wählen, die einen Text haben.",
  notLoaded: "Die Modelle sind nicht geladen. Zuerst laden.",
  running: "Warten, bis der Lauf zu Ende ist.",
  hint: "Das Modell wird zweimal gefragt, jeder Text steht einmal vorn. Gelesen werden die Wahrscheinlichkeiten der Buchstaben A und B. Nur ein Modell, das Anweisungen folgt, kann antworten. Die eigenen Modelle der Seite können es nicht: Sie schreiben die Frage weiter, und dann gibt es kein Urteil.",
  votesHint: `Eine Stimme ist eine Fassung der Frage in beiden Reihenfolgen, von ${MAX_VOTES}. Dieselbe Fassung würde wieder dasselbe antworten, denn ihre Wahrscheinlichkeiten werden gelesen und nicht gezogen.`,
  tooSmall: ({ params, isBound }) =>
    `Dieses Modell hat ${isBound ? "höchstens " : ""}${parameters(params)} Parameter. Das ist zu wenig, um zu urteilen: SmolLM2-135M gab bei keinem von 100 Paaren in beiden Reihenfolgen dieselbe Antwort. Eines mit mindestens einer Milliarde Parametern wählen, oder die Texte selbst lesen.`,
  counted: (count) => `${comparisons(count)} mit diesem Modell und Maßstab:`,
  votesTable: "Jede Stimme, in beiden Reihenfolgen",
  vote: (n) => `Fassung ${n}`,
  mean: "Mittel",
  placed: (name) => `P(A), ${name} vorn`,
  prefers: (name) => `${name} besser`,
  bias: "Platzneigung",
  onMarks: "auf A oder B",
  scoresHint:
    "Jeder Text wird für sich gelesen. Die Wertung ist das Mittel über die Wahrscheinlichkeiten der Zahlen, und die Balken zeigen diese.",
  score: (name, value) => `${name}: ${fixed(value, 2)}`,
  checksTitle: "Prüfliste: Wahrscheinlichkeit von Ja",
  question: "Frage",
  onYesNo: "auf Ja oder Nein",
  why: "Warum?",
  whyHint:
    "Ein Satz, der nachher geschrieben wird. Er würde den anderen Text ebenso verteidigen, ist also kein Grund der Wahl.",
  recordedTitle: "Was ein kleiner Gutachter sagte, aufgezeichnet",
  previous: "Voriges Paar",
  next: "Nächstes Paar",
  better: "Nach der Wahrheit besser",
  worse: "Nach der Wahrheit schlechter",
};

const percent = (share: number): string => `${fixed(100 * share, 0)} %`;

export const verdictText: typeof english.verdictText = ({ first, second, answer: { verdict } }) => {
  switch (verdict.type) {
    case "prefers":
      return `Das Modell zieht in beiden Reihenfolgen ${(verdict.winner === "first" ? first : second).name} vor.`;
    case "tie":
      return "Unentschieden: In mindestens einer Reihenfolge waren beide Texte etwa gleich wahrscheinlich.";
    case "position-bias":
      return verdict.favours === "A"
        ? "Platzneigung: Das Modell zog in beiden Reihenfolgen den ersten Text vor."
        : "Platzneigung: Das Modell zog in beiden Reihenfolgen den zweiten Text vor.";
    case "unparsable":
      return "Kein Urteil: In einer Reihenfolge zog das Modell A oder B als Antwort kaum in Betracht.";
    default:
      return verdict satisfies never;
  }
};

export const averagedText: typeof english.averagedText = ({ first, second, answer: { reading, votes = [] } }) => {
  if (reading === undefined) return "";
  const { preferFirst } = reading;
  const [name, share] = preferFirst >= 0.5 ? [first.name, preferFirst] : [second.name, 1 - preferFirst];
  const ahead = votes.filter((vote) => vote.preferFirst > 0.5 === preferFirst > 0.5).length;
  const counted = votes.length > 1 ? ` ${ahead} von ${plural(votes.length, "Stimme", "Stimmen")} sagen dasselbe.` : "";
  return `Im Mittel über beide Reihenfolgen: ${name} ist mit der Wahrscheinlichkeit ${percent(share)} besser.${counted}`;
};

export const sessionText: typeof english.sessionText = (bias, count) => {
  const whom = bias > 0 ? "zum ersten Platz" : bias < 0 ? "zum zweiten Platz" : "zu keinem Platz";
  return `Mittel über ${comparisons(count)}: ${signed(bias, 2)}, ${whom}. Aus der Vorliebe ist es herausgemittelt.`;
};

export const askedText: typeof english.askedText = (progress) =>
  progress === null ? comparison.asking : `${progress.done} von ${plural(progress.total, "Prompt", "Prompts")} gelesen`;

export const reasonText: typeof english.reasonText = ({ of, better, text }) =>
  `${(better === "first" ? of.first : of.second).name} stand dort als A. „${text}“`;

export const tallyRows: typeof english.tallyRows = (tally) => [
  ["derselbe Text in beiden Reihenfolgen vorgezogen", tally.first + tally.second],
  ["unentschieden", tally.ties],
  ["Platzneigung zum ersten Platz", tally.biasA],
  ["Platzneigung zum zweiten Platz", tally.biasB],
  ["Antworten, die nicht zu lesen waren", tally.unparsable],
];

const agreed = ({ share, ci95: [low, high] }: Agreement): string =>
  `${percent(share)} (95-%-Intervall ${fixed(100 * low, 0)} bis ${fixed(100 * high, 0)})`;

export const recordedIntro: typeof english.recordedIntro = ({ model, judgements }) =>
  `${model.id} wurde nach ${plural(judgements.length, "Paar", "Paaren")} von Texten des Labors gefragt, von denen die Wahrheit sagt, welcher besser ist. Zufall wäre 50 %.`;

export const recordRows: typeof english.recordRows = (record) => [
  ["richtig mit dem besseren Text vorn", agreed(record.betterFirst)],
  ["richtig mit dem schlechteren Text vorn", agreed(record.worseFirst)],
  ["dieselbe Antwort in beiden Reihenfolgen", `${record.consistent} von ${record.byOrders.pairs}`],
  ["richtig nach dem Mittel beider Reihenfolgen", agreed(record.byOrders)],
  ["richtig nach der Wertung von 1 bis 5", agreed(record.byScore)],
  ["Platzneigung", signed(record.bias, 2)],
  ["Wahrscheinlichkeit auf A und B", percent(record.onMarks)],
];

export const pairPlace: typeof english.pairPlace = (at, of) => `Paar ${at + 1} von ${of}`;

export const pairText: typeof english.pairText = (own, preference) => {
  const said = `${percent(own.sharesOfA[0])} auf A mit dem besseren Text vorn, ${percent(own.sharesOfA[1])} mit dem schlechteren.`;
  const mean = `Im Mittel ist der bessere Text mit ${percent(preference)} besser: ${preference > 0.5 ? "richtig" : "falsch"}.`;
  return `${OBJECTIVE_NAMES[own.objective]}, Abstand ${fixed(own.margin, 1)} Standardabweichungen; gefragt nach „${own.rubric}“. ${said} ${mean}`;
};
