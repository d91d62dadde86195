import type { SweepForm, ValueAxis } from "../../../state/sweep/form.ts";
import { BLANK, count, fixed, listed, seconds, signed } from "../format.ts";
import type * as english from "../sweep-view.ts";
import { forwards, parts, prompts, runs, samples, seeds, tokens } from "./counts.ts";
import { BACKEND_NAMES, OBJECTIVE_NAMES } from "./names.ts";
import { unrankedText } from "./sweep-plan.ts";

export const sweepView: typeof english.sweepView = {
  title: "Messreihe",
  settings: "Einstellungen der Messreihe",
  closeSettings: "Einstellungen der Messreihe schließen",
  chart: "Diagramm",
  charts: { matrix: "Siegmatrix", map: "Abwägungskarte", over: "Überoptimierung", price: "Belohnung und KL" },
  about:
    "Eine Messreihe führt viele Einstellungen über Prompts und Seeds aus. Ihre Diagramme vergleichen ein Ziel mit einem anderen, die Wahrheit mit der Wertung des Gutachters und die Belohnung mit ihrem Preis in KL.",
  kept: "Ergebnisse bleiben auf diesem Gerät, auch nach einem Neuladen.",
  recorded: "Unten steht eine aufgezeichnete Messreihe.",
};

export const recordedText: typeof english.recordedText = (plan, models, count) => {
  const size = `${runs(count)} über ${prompts(plan.prompts.length)} und ${seeds(plan.seeds.length)}`;
  const by = plan.sources === undefined ? "Eigene Modelle der Seite haben" : `${models[0]?.id ?? "Ein Chatmodell"} hat`;
  return `${by} sie gemacht: ${size}, je höchstens ${tokens(plan.maxTokens)}. Eine eigene Messreihe tritt an ihre Stelle.`;
};

const AXIS_NAMES: Readonly<Record<SweepForm["axis"], string>> = {
  lanes: "Spuren",
  weights: "Gewichte",
  strength: "Stärke 1/β",
  n: "N",
};
const VALUE_LABELS: Readonly<Record<ValueAxis, string>> = {
  weights: "Gewichte beider Ziele",
  strength: "Stärken 1/β",
  n: "Größen N",
};

export const sweepRail: typeof english.sweepRail = {
  moves: "Was sich ändert",
  axes: AXIS_NAMES,
  values: VALUE_LABELS,
  lanesAlone:
    "Die Spuren der Spielwiese, über Prompts und Seeds. Um Stärken oder N zu vergleichen, dort jedem eine eigene Spur geben.",
  objective: { a: "Erstes Ziel", b: "Zweites Ziel" },
  strategies: "Strategien",
  lanes: "Spuren der Spielwiese",
  lanesAsTheyAre:
    "Jede Spur läuft, wie sie dort eingestellt ist, mit ihren eigenen Gewichten, über alle Prompts und Seeds.",
  branch: (name) => `${name} (ein Zweig, weggelassen)`,
  judge: "Gutachter",
  prompts: "Prompts",
  kind: "Art des Textes",
  ownPrompts: "Eigene, einer pro Zeile, auf Englisch",
  howMuch: "Umfang",
  seeds: "Seeds",
  length: "Länge",
  n: "Proben N",
};

export const fromPlayground: typeof english.fromPlayground = ({ weights, strength, temperature, k, seed }) => {
  const words = [
    ...(weights === null ? [] : [weights === "" ? "kein Ziel" : weights]),
    ...(strength === null ? [] : [`1/β ${fixed(strength, 1)}`]),
    `Temperatur ${fixed(temperature, 2)}`,
    `k ${k}`,
    `erster Seed ${seed}`,
  ];
  return `Von der Spielwiese: ${words.join("; ")}.`;
};

export const sweepBar: typeof english.sweepBar = {
  label: "Messreihe",
  goOn: "Weiter",
  pause: "Anhalten",
  cancel: "Abbrechen",
  resume: "Die Messreihe fortsetzen",
  start: "Eine neue Messreihe starten",
  discard: "Diese Ergebnisse verwerfen und starten",
  done: "Fertige Läufe",
  step: (step) => `Token ${step}`,
  mixed: (backends) =>
    `Die Läufe dieser Messreihe entstanden auf ${listed(backends.map((own) => BACKEND_NAMES[own]))}. Bei knappen Entscheidungen kann derselbe Seed dort einen anderen Text ergeben.`,
  refused: (refused) => `${parts(refused)} der Messreihe ließen sich nicht schreiben.`,
};

export const planText: typeof english.planText = (size) => {
  if (size.read === 0) return `${runs(size.runs)}.`;
  return `${runs(size.runs)}. ${count(size.read)} davon teilen sich ${samples(size.samples)}, denn ein kleineres N nimmt die ersten N Proben eines größeren.`;
};

export const progressText: typeof english.progressText = ({ phase, done, size, secondsLeft }) => {
  const total = size?.runs ?? 0;
  const counted = `${done} von ${runs(total)}`;
  switch (phase) {
    case "none":
      return "Noch keine Messreihe.";
    case "loading":
      return "Die Modelle werden geladen.";
    case "running":
      return `Messreihe im Gange: ${counted}${secondsLeft === null ? "" : `, noch etwa ${seconds(secondsLeft)}`}.`;
    case "paused":
      return `Messreihe angehalten: ${counted}.`;
    case "stopped":
      return `Messreihe beendet: ${counted} behalten.`;
    case "done":
      return `Messreihe fertig: ${runs(total)}.`;
    default:
      return phase satisfies never;
  }
};

export const troubleText: typeof english.troubleText = (trouble, title) => {
  switch (trouble.type) {
    case "failed":
      return {
        title: title(trouble.error.code),
        advice: "Fertige Läufe sind behalten. Die Messreihe lässt sich fortsetzen.",
      };
    case "other-models":
      return {
        title: "Diese Ergebnisse entstanden mit anderen Modellen als den jetzt geladenen.",
        advice:
          "Ein Diagramm kann nicht beide zeigen. Die Zahlen sichern und eine neue Messreihe starten, oder die Modelle und den Gutachter dieser Ergebnisse wieder laden.",
      };
    case "unranked":
      return { title: title("unknown-objective"), advice: unrankedText(trouble.objectives) };
    case "storage-full":
    case "storage-closed":
      return {
        title:
          trouble.type === "storage-full"
            ? "Der Browser hat keinen Platz mehr."
            : "Der Browser behält hier keine Ergebnisse.",
        advice: `${trouble.unsaved === 0 ? "Ein Neuladen verliert die Ergebnisse." : `Ein Neuladen verliert ${parts(trouble.unsaved)} dieser Messreihe, und sie müssen dann noch einmal geschrieben werden.`} Die Zahlen als CSV sichern, oder Platz schaffen und fortsetzen.`,
      };
    default:
      return trouble satisfies never;
  }
};

const known = (value: number | null | undefined): string =>
  value === null || value === undefined ? BLANK : signed(value, 2);

export const textCards: typeof english.textCards = {
  label: "Texte der gewählten Marke",
  none: "Eine Marke wählen, um ihre Texte zu lesen.",
  rankedBy: (rule) => `Geordnet nach: ${rule}.`,
  origin: (prompt, seed) => `„${prompt}“ · Seed ${seed}`,
  truth: (id, { truth }) => `${OBJECTIVE_NAMES[id]} ${known(truth[id])}`,
  judge: (id, { reward }) => `Gutachter ${known(reward[id])}`,
  kl: ({ kl: toBase, klSteer }, kl = klSteer ?? toBase) =>
    kl.type === "exact"
      ? `KL ${fixed(kl.sum, 2)} nat`
      : `KL geschätzt ${fixed(kl.estimator, 2)} nat, Schranke ${fixed(kl.upperBound, 2)} nat`,
  cost: (point) => `${forwards(point.forwards)}, ${tokens(point.length)}`,
  open: "Auf der Spielwiese öffnen",
};

export const weightPad: typeof english.weightPad = {
  title: "Nächste Gewichte",
  label: (a, b) => `Gewichte von ${OBJECTIVE_NAMES[a]} (links und rechts) und ${OBJECTIVE_NAMES[b]} (auf und ab)`,
  value: (a, x, b, y) => `${OBJECTIVE_NAMES[a]} ${signed(x, 1)}; ${OBJECTIVE_NAMES[b]} ${signed(y, 1)}`,
  hint: (a, across, b, up) =>
    `Den Griff ziehen, oder die Pfeiltasten drücken. Mit der Umschalttaste sind es fünf Schritte. Kleine Punkte zeigen Gewichte dieser Messreihe. Die größten Gewichte sind ${fixed(across, 1)} für ${OBJECTIVE_NAMES[a]} und ${fixed(up, 1)} für ${OBJECTIVE_NAMES[b]}.`,
  across: (id) => `${OBJECTIVE_NAMES[id]} →`,
  up: (id) => `↑ ${OBJECTIVE_NAMES[id]}`,
  run: "Diese Gewichte starten",
  use: "Auf der Spielwiese nehmen",
  recorded: "Zu einer aufgezeichneten Messreihe lässt sich nichts hinzufügen. Eine eigene starten.",
  running: "Um Gewichte hinzuzufügen, das Ende der Messreihe abwarten.",
  otherAxis: "Gewichte lassen sich nur zu einer Messreihe hinzufügen, die die Gewichte dieser beiden Ziele ändert.",
};
