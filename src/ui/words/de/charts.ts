import type { XAxis } from "../../../state/sweep/curves.ts";
import type * as english from "../charts.ts";
import { fixed, signed } from "../format.ts";
import { dots, members, prompts, runs, seeds } from "./counts.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { curveName, ruleWords, settingWords } from "./sweep.ts";

export const MEASURE_NAMES: typeof english.MEASURE_NAMES = {
  truth: "Wahrheit",
  judge: "Gutachter",
  proxy: "Gutachter",
};

export const figure: typeof english.figure = {
  marks: (title) => `${title}: Marken`,
  hint: "Auf eine Marke zeigen, oder das Diagramm ansteuern und die Pfeiltasten drücken. Enter zeigt die Texte einer Marke.",
  hintBare: "Auf eine Marke zeigen, oder das Diagramm ansteuern und die Pfeiltasten drücken.",
  svg: "Als SVG sichern",
  csv: "Zahlen als CSV sichern",
  table: "Die Zahlen als Tabelle",
  numbers: (title) => `${title}, Zahlen`,
  texts: "Texte",
  show: "zeigen",
  measuredBy: "Gemessen von",
};

export const tradeoff: typeof english.tradeoff = {
  title: "Abwägungskarte",
  across: "Waagrecht",
  up: "Senkrecht",
  oneDot: "Ein Punkt für",
  grains: { settings: "das Mittel einer Einstellung", runs: "jeden Lauf" },
  fronts: "Fronten",
  frontsAre: "sind die Linien durch die Marken in voller Farbe.",
  areas: "Hypervolumen jeder Strategie",
  area: (area) => `${fixed(area, 2)} SD²`,
  dots,
  unplaced: (count) => `${runs(count)} ohne Punkt: Ein leerer Text hat auf einer der Achsen keinen Wert.`,
};

export const hypervolumeText: typeof english.hypervolumeText = (reference) => {
  const where = reference === null ? "" : ` (× bei ${signed(reference[0], 1)}; ${signed(reference[1], 1)})`;
  return `Das Hypervolumen ist die Fläche zwischen einer Front und dem Bezugspunkt${where}. Es lässt sich nur innerhalb dieser Karte vergleichen.`;
};

const X_NAMES: Readonly<Record<XAxis, string>> = { n: "N", kl: "KL (Schätzung)", bound: "KL (Schranke)" };

export const curveChart: typeof english.curveChart = {
  horizontal: "Waagrechte Achse",
  axes: X_NAMES,
  of: "Von",
  asWeighted: "allen, wie gewichtet",
  notJoined:
    "Diese Messreihe ändert die Gewichte. Ihre Einstellungen haben also verschiedene Ziele, und keine Linie verbindet sie. Kurven zeigt eine Messreihe über Stärke oder N.",
  solid:
    "Durchgezogene Linien zeigen die Wahrheit. Gestrichelte Linien mit hohlen Marken zeigen die Wertung des Gutachters: bei Best-of-N nach der Regel, die geordnet hat, sonst das Mittel der Gutachter.",
  noTurn: "Die Wahrheit fällt in dieser Messreihe nicht.",
};

export const bandText: typeof english.bandText = (plan, isBanded) =>
  isBanded
    ? `Bänder zeigen 95-%-Konfidenzintervalle (Student) über ${seeds(plan.seeds.length)}. Jeder Seed zählt mit seinem Mittel über ${prompts(plan.prompts.length)}.`
    : `Keine Konfidenzbänder: ${seeds(plan.seeds.length)} können nicht zeigen, wie sicher eine Kurve ist. Dafür mindestens drei nehmen.`;

export const turnText: typeof english.turnText = (turn, point, x) => {
  const where = x === "n" ? `N = ${point.setting.n}` : `${fixed(point.x, 2)} nat`;
  const { mean, ci95 } = turn.fall;
  const interval = ci95 === null ? "" : ` (95-%-Intervall ${signed(ci95[0], 2)} bis ${signed(ci95[1], 2)})`;
  const sure = turn.isClear ? "Das ist mehr als Rauschen." : "Das kann Rauschen sein.";
  return `die Wahrheit fällt nach ${where}. Am Ende liegt sie um ${fixed(mean, 2)} tiefer${interval}. ${sure}`;
};

export const rankingRules: typeof english.rankingRules = {
  label: "Wie Best-of-N ordnet",
  rankBy: "Proben ordnen nach",
  always: (rule) => `${ruleWords(rule)} (immer gezeigt)`,
  nothingYet: "Noch ist nichts bewertet.",
  oneMember:
    "Der Gutachter dieser Läufe hat ein Mitglied, also ordnen alle diese Regeln gleich. Zum Vergleichen Gutachter mit mehreren Mitgliedern wählen und eine neue Messreihe starten.",
  lambda: "λ der Uneinigkeit",
  members: (count) => `${members(count)}. Uneinigkeit ist die Populationsvarianz ihrer Wertungen.`,
  caps: "Obergrenzen",
  capsHint: "Beim Ordnen zählt von einem Ziel nicht mehr als seine Obergrenze. Ein leeres Feld heißt: keine.",
  cap: (id) => `${OBJECTIVE_NAMES[id]}, Gutachter ≤`,
  noCap: "keine",
};

export const drawing: typeof english.drawing = {
  mapX: ({ a, measure }) => `${OBJECTIVE_NAMES[a]}, ${MEASURE_NAMES[measure]} (Standardabweichungen) →`,
  mapY: ({ b, measure }) => `↑ ${OBJECTIVE_NAMES[b]}, ${MEASURE_NAMES[measure]} (Standardabweichungen)`,
  reference: "Bezugspunkt",
  falls: "Wahrheit fällt ab hier",
};

export const curveX: typeof english.curveX = (x, target) => {
  if (x === "n") return "N, gezogene Proben (logarithmisch) →";
  const kind = x === "kl" ? "Schätzung" : "obere Schranke";
  return `KL ${target === "plain" ? "zum ungesteuerten Ziehen" : "zum Basismodell"} (nat, ${kind} bei Best-of-N) →`;
};

export const curveY: typeof english.curveY = (of, shown) => {
  const word = shown === "both" ? "Wahrheit und Gutachter" : MEASURE_NAMES[shown];
  return of === "wish"
    ? `↑ Σ Gewicht × Ziel: ${word} (gewichtete Standardabweichungen)`
    : `↑ ${OBJECTIVE_NAMES[of]}: ${word} (Standardabweichungen)`;
};

export const dotText: typeof english.dotText = (dot, { a, b }) => {
  const values = `${OBJECTIVE_NAMES[a]} ${signed(dot.x, 2)}; ${OBJECTIVE_NAMES[b]} ${signed(dot.y, 2)}`;
  return `${settingWords(dot.setting)}: ${values}${dot.isOnFront ? "; auf der Front" : ""}`;
};

export const pointText: typeof english.pointText = (curve, point, of) => {
  const value = point[of];
  const band = value?.ci95 ? ` (95-%-Intervall ${signed(value.ci95[0], 2)} bis ${signed(value.ci95[1], 2)})` : "";
  const measured = `${MEASURE_NAMES[of]} ${signed(value?.mean ?? 0, 2)}${band}`;
  return `${curveName(curve)}; ${settingWords(point.setting)}: ${measured}; KL ${fixed(point.kl, 2)} nat`;
};
