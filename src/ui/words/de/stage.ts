import type { WholeReason } from "../../../core/types.ts";
import { fixed } from "../format.ts";
import type * as english from "../stage.ts";
import { closeCalls, forwards, lanes, rows, tokens, wholeRows } from "./counts.ts";

export const toolbar: typeof english.toolbar = {
  label: "Starten und ansehen",
  run: "Starten",
  loading: "Lädt",
  pause: "Anhalten",
  goOn: "Weiter",
  step: "Schritt",
  stop: "Beenden",
  runLive: "Selbst starten",
  align: "Spuren ausrichten, wo sie sich trennen",
  alignTitle: "Jede Spur zu ihrem ersten Token rollen, das sich von der ersten Spur unterscheidet",
  colourBy: "Farbe nach",
  showAs: "Zeigen als",
  why: "Warum?",
  whyTitle: "Zu den Zahlen des gewählten Tokens",
};

export const strip: typeof english.strip = {
  recorded: "aufgezeichnet",
  changed: "· Einstellungen seitdem geändert",
  scoredBy: (judge) => `· Wertung: ${judge === "judge" ? "sorgfältiger Gutachter" : "fünf fehlbare Gutachter"}`,
  adopt: "Diese Einstellungen nehmen",
  examples: "Beispiele",
  playOne: "eines abspielen …",
  addLane: "Spur",
};

export const scoreboard: typeof english.scoreboard = {
  label: "Anzeigetafel: Wahrheit jeder Spur",
  asWeighted: "Wie gewichtet",
  klSpent: "Ausgegebene KL",
  wins: (letters) => `${letters} in diesem Lauf am besten`,
  cheapest: (letters) => `${letters} in diesem Lauf am billigsten`,
  unmet: "keine Spur hat es erfüllt",
  notKnown: "–",
  atMost: (value) => `≤${value}`,
  oneRun: "Das ist ein Prompt und ein Seed.",
  repeat: "Diese Spuren über 10 Prompts und 5 Seeds wiederholen",
  matrix: "Die Siegmatrix zeigen",
};

const wholeReasons: Readonly<Record<WholeReason, string>> = {
  "any-token": "Ganz, weil Plausibel auf 0 steht und jedes Token kommen kann",
  "many-plausible": "Ganz, weil mehr als 64 Tokens plausibel sind",
  opening: "Ganz, weil der Anfang der Spur vorgegeben war",
  "many-candidates": "Ganz, weil die Spur nach mehr Kandidaten fragt",
  "weighed-anew": "Ganz, weil ein Versuch sie neu gewichtet",
  odd: "Ganz, weil die Karte sie nicht kürzen konnte",
};

export const status: typeof english.status = {
  closeCallsTitle:
    "Bei diesen Tokens lagen zwei Kandidaten so nah beieinander, dass ein anderes Gerät den anderen wählen kann",
  closeCalls,
  wholeRows,
  wholeRowsTitle: ({ cut, whole }) =>
    [
      "Die Grafikkarte sendet die 64 wahrscheinlichsten Tokens einer Zeile, und die ganze Zeile, wo sie nicht reichen.",
      `Gekürzt: ${rows(cut)}.`,
      ...(Object.keys(wholeReasons) as WholeReason[]).flatMap((reason) => {
        const times = whole[reason] ?? 0;
        return times === 0 ? [] : [`${wholeReasons[reason]}: ${rows(times)}.`];
      }),
    ].join(" "),
  seed: (seed) => `Seed ${seed}`,
};

export const phaseText: typeof english.phaseText = ({ phase, scoring }, isRecorded, isPaused) => {
  const what = isRecorded ? "Aufgezeichneter Lauf" : "Lauf";
  switch (phase) {
    case "idle":
      return "Bereit.";
    case "running":
      if (scoring !== null) return `Texte werden bewertet: ${scoring.done} von ${scoring.total}`;
      return isPaused ? `${what} angehalten` : `${what} im Gange`;
    case "finished":
      return `${what} fertig`;
    case "stopped":
      return `${what} beendet`;
    case "failed":
      return "Lauf gescheitert. Der Text oben ist erhalten.";
    default:
      return phase satisfies never;
  }
};

export const costText: typeof english.costText = (run) =>
  [
    tokens(run.steps),
    lanes(run.lanes),
    rows(run.rows),
    forwards(run.forwards),
    ...(run.ms > 0 ? [`${fixed(run.ms / run.steps, 1)} ms pro Token`] : []),
  ].join(" · ");
