import { MOVE_EVERY } from "../../../core/combine/moving.ts";
import type { WayId } from "../../../core/combine/way.ts";
import type { VerdictId } from "../../../core/combine/winners.ts";
import type * as english from "../combine.ts";
import { fixed, signed } from "../format.ts";

export const WAY_NAMES: typeof english.WAY_NAMES = {
  sum: "Gewichtete Summe",
  worst: "Schlechtester der Wünsche",
  harmonic: "Harmonisches Mittel",
  goals: "Mindestens (Zielwerte)",
  priority: "Rangfolge mit Spielraum",
  veto: "Veto",
  majority: "Turnier (Mehrheit)",
  robust: "Mittel und schlechtester Gutachter",
};

const HINTS: Readonly<Record<WayId, string>> = {
  sum: "Die Wertung eines Textes ist die Summe aus Gewicht mal Belohnung. Eine sehr gute Belohnung kann eine schlechte ausgleichen.",
  worst:
    "Es entscheidet der Wunsch, der am weitesten zurückliegt. Best-of-N ordnet danach. Eine Spur, die Token für Token schreibt, gibt ihm beim Schreiben mehr Gewicht.",
  harmonic:
    "Das gewichtete harmonische Mittel der Belohnungen, jede auf einer Skala von 0 bis 1. Eine schlechte Belohnung zieht es herunter. Die Regler sagen, wie viel jede zählt.",
  goals:
    "Jeder Wunsch hat einen Zielwert, und was darüber liegt, zählt nicht. Best-of-N nimmt die Probe, die die Zielwerte am wenigsten verfehlt. Eine Spur, die Token für Token schreibt, erhöht das Gewicht eines Wunsches unter seinem Zielwert und senkt es darüber.",
  priority:
    "Zwischen zwei Proben entscheidet der erste Wunsch. Liegt der Unterschied unter seinem Spielraum, entscheidet der nächste. Gezeigt wird die Probe mit den meisten Siegen.",
  veto: "Eine Probe mit einer Belohnung unter der Untergrenze scheidet aus. Zwischen den anderen entscheidet die gewichtete Summe.",
  majority:
    "Jede Probe trifft auf jede andere. Wer bei mehr als der Hälfte der Wünsche besser ist, gewinnt das Treffen, und die meisten Siege gewinnen.",
  robust:
    "λ mal das Mittel der Gutachter plus (1 − λ) mal den schlechtesten von ihnen, jeweils von der gewichteten Summe.",
};

const SHORT: Readonly<Record<VerdictId, string>> = {
  ...WAY_NAMES,
  uncertainty: "Mittel minus Uneinigkeit",
};

export const combineWords: typeof english.combineWords = {
  title: "Verbinden",
  label: "Wie die Wünsche verbunden werden",
  hint: (way) => HINTS[way],
  onlyTexts: "Diese Art ordnet ganze Texte. Spuren, die Token für Token schreiben, nehmen die gewichtete Summe.",
  onlyWhole:
    "Bei dieser Art treffen alle Texte aufeinander, und die Kandidaten eines Blocks enden zu verschiedenen Zeiten. Blockweise Spuren nehmen die gewichtete Summe.",
  moves: `Die Gewichte bewegen sich alle ${MOVE_EVERY} Tokens, je nachdem, was der Text bisher wert ist.`,
  noTexts: "Keine Spur ordnet ganze Texte. Eine Best-of-N-Spur hinzufügen, um diese Art am Werk zu sehen.",
  oneJudge:
    "Der Gutachter ist ein einzelnes Modell, also sind Mittel und Schlechtester gleich. Mit den fünf fehlbaren Gutachtern unterscheiden sie sich.",
  noJudge: "Belohnungen ohne Training haben je nur eine Meinung, also ist das hier die gewichtete Summe.",
  noWish: "Kein Wunsch hat ein Gewicht. Zuerst einen Regler bewegen.",
  oneWish: "Nur ein Wunsch hat ein Gewicht, also gibt es nichts zu verbinden.",
  target: (name) => `${name} mindestens`,
  floor: (name) => `${name} nicht unter`,
  margin: (name) => `${name}, Spielraum`,
  targets: "Zielwerte, in der Einheit jeder Belohnung",
  floors: "Untergrenzen, in der Einheit jeder Belohnung",
  margins: "Das Wichtigste zuerst. Spielräume sind in der Einheit jeder Belohnung.",
  earlier: (name) => `${name} wichtiger machen`,
  eta: "Schritt η",
  share: "λ des Mittels",
  laneSums: (isInBlocks) =>
    isInBlocks
      ? "Die Kandidaten eines Blocks enden zu verschiedenen Zeiten und können nicht alle aufeinandertreffen, also nimmt diese Spur die gewichtete Summe."
      : "Diese Spur schreibt Token für Token, also nimmt sie die gewichtete Summe.",
  laneWay: "Verbinden",
  follow: (way) => `wie die Seite: ${WAY_NAMES[way]}`,
};

export const wayTable: typeof english.wayTable = {
  caption: "Wer auf jede Art gewinnen würde",
  way: "Art",
  sample: "Probe",
  score: "Wertung",
  text: "Text",
  name: (way) => SHORT[way],
  used: "diese Spur",
  nobody: "niemand",
  readText: (sample, tied) => {
    const same = tied === 1 ? " (1 andere hat dieselbe Wertung)" : tied > 1 ? ` (${tied} andere haben dieselbe)` : "";
    return `Text der Probe ${sample + 1}${same}`;
  },
  noText: "Aufzeichnungen behalten nur den Text der gezeigten Probe.",
  numbers:
    "Zielwerte, Untergrenzen, Spielräume und λ sind die der Einstellungen. Die Arten haben verschiedene Skalen: Zu vergleichen sind die Gewinner, nicht die Wertungen.",
  agree: (count) =>
    count === 1 ? "Alle Arten wählen dieselbe Probe." : `Die Arten wählen ${count} verschiedene Proben.`,
};

export const movingWords: typeof english.movingWords = {
  title: "Gewichte, die sich bewegen",
  worst: "Der Wunsch, der zurückliegt, bekommt mehr Gewicht.",
  goals: "Ein Wunsch unter seinem Zielwert bekommt mehr Gewicht.",
  meter: (name, weight, reward) => `${name}: Gewicht ${signed(weight, 2)}, ${reward}`,
  reward: (reward, target) => {
    if (reward === null) return "Belohnung bisher unbekannt";
    const so = `bisher ${signed(reward, 2)}`;
    return target === null ? so : `${so}, Zielwert ${signed(target, 2)}`;
  },
  began: (weight) => `begann bei ${signed(weight, 2)}`,
  steps: (count) => (count === 1 ? "1 Schritt" : `${count} Schritte`),
  notReweighed:
    "Bewegte Regler können diesen Text nicht umgewichten: Seine Gewichte folgten dem, was er sagte. Neu starten.",
  eta: (eta) => `η ${fixed(eta, 1)}`,
};

export const tournamentWords: typeof english.tournamentWords = {
  summary: (circles, share) =>
    `Turnier: ${circles === 1 ? "1 Kreis" : `${circles} Kreise`}, ${fixed(100 * share, 0)} % aller Dreiergruppen`,
  hint: (wishes) =>
    `Eine Probe schlägt eine andere, wenn sie bei mehr als der Hälfte ${wishes === 1 ? "des einen Wunsches" : `der ${wishes} Wünsche`} besser ist. ${
      wishes < 3
        ? "Mit weniger als drei Wünschen gibt es keine Kreise."
        : "In einem Kreis schlägt die erste die zweite, die zweite die dritte und die dritte die erste: Keine einzelne Wertung kann das sagen."
    }`,
  graph: (drawn, all, hasCircle) =>
    `Pfeile gehen vom Sieger zum Verlierer. ${drawn < all ? `${drawn} von ${all} Proben: die mit den meisten Siegen und die des gewählten Kreises.` : `Alle ${all} Proben.`} ${hasCircle ? "Der gewählte Kreis ist dick." : ""}`,
  circles: "Kreise",
  circle: ([a, b, c]) => `${a + 1} schlägt ${b + 1} schlägt ${c + 1} schlägt ${a + 1}`,
  more: (count) => `und ${count} weitere`,
  title: "Wer wen schlägt",
  node: (sample, wins, losses) => `Probe ${sample + 1}: ${wins} gewonnen, ${losses} verloren`,
  head: ["Probe", "Platz", "Siege", "Niederlagen", "Copeland"],
  winner: "Sieger",
  against: (sample) => `gegen ${sample + 1}`,
  result: (result) => (result === undefined ? "" : result > 0 ? "gewonnen" : result < 0 ? "verloren" : "unentschieden"),
};
