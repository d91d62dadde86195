import type { Verdict } from "../../../state/lessons/figures.ts";
import { fixed, listed, plural, signed } from "../format.ts";
import type * as english from "../lessons.ts";
import { OBJECTIVE_NAMES } from "./names.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  right: "Die Vorhersage ist richtig.",
  close: "Die Vorhersage ist nah dran.",
  other: "Es kam anders als vorhergesagt.",
};

export const lessons: typeof english.lessons = {
  title: "Lektionen",
  list: "Sechs Lektionen von fünf bis zehn Minuten. Jede fragt nach einer Vorhersage, bevor ein Lauf die Antwort zeigt.",
  minutes: (minutes) => `${minutes} Minuten`,
  worlds: (world) => (world === "chat" ? "Chatmodell, aufgezeichnet" : "Labor"),
  start: "Beginnen",
  resume: "Weitermachen",
  again: "Noch einmal",
  done: "Fertig",
  leave: "Die Lektion verlassen",
  share: "Für eine Klasse teilen",
  toList: "Alle Lektionen",
  place: (step, of) => `Schritt ${step} von ${of}`,
  back: "Zurück",
  next: "Weiter",
  finish: "Abschließen",
  finished: "Diese Lektion ist abgeschlossen.",
  unknown: "Eine Lektion dieses Namens gibt es nicht.",
  inSettings: "Auf einem schmalen Bildschirm steht es unten unter „Einstellungen“.",
  runHere: "Hier starten",
  showRecording: "Die Aufzeichnung zeigen",
  chatRun: "„Hier starten“ lädt das Chatmodell einmal herunter. Die Aufzeichnung zeigt dasselbe ohne es.",
  ran: "Der Lauf ist zu Ende. Erst ansehen, dann weiter.",
  predictFirst: "Erst vorhersagen, dann weiter.",
  predicted: "Die Vorhersage ist behalten. Sie lässt sich noch ändern.",
  yourAnswer: "Eigene Antwort",
  answerKept: "Die Antwort bleibt auf diesem Gerät.",
  yourPrediction: "Vorhergesagt",
  yourRun: "Eigener Lauf",
  recording: "Die Aufzeichnung",
  noOwn: "Kein eigener Lauf. „Starten“ drücken, um einen zu machen.",
  noRecording: "Die Aufzeichnung ließ sich nicht lesen.",
  reading: "Die Aufzeichnung wird gelesen …",
  noPrediction: "Keine Vorhersage gemacht.",
  verdict: (verdict) => VERDICTS[verdict],
  ways: { more: "Mehr", same: "Etwa gleich", less: "Weniger" },
  take: "Diesen Wert nehmen",
  pointAt: (lane) =>
    `Ein Wort in der Spur „${lane}“ wählen: anklicken, oder mit den Pfeiltasten hingehen. Dann den Knopf drücken.`,
  pointed: (word) => (word === "" ? "Noch ist kein Wort gewählt." : `Gewählt: „${word}“`),
  takeWord: "Dieses Wort sage ich vorher",
  scale: "Eigene Vorhersage",
};

export const figureText: typeof english.figureText = (measure, value) => {
  switch (measure.of) {
    case "kl":
      return `${fixed(value, 1)} nat`;
    case "tokens":
      return plural(value, "Token", "Tokens");
    case "changed":
      return plural(value, "geändertes Token", "geänderte Tokens");
    case "characters":
      return plural(value, "Zeichen", "Zeichen");
    case "perplexity":
      return `Perplexität ${fixed(value, 1)}`;
    case "forwards":
      return `${fixed(value, 1)} Durchgänge pro Token`;
    case "parting":
      return `Token ${value + 1}`;
    case "truth":
      return `${OBJECTIVE_NAMES[measure.objective]} ${signed(value, 2)} nach der Wahrheit`;
    case "reward":
      return `${OBJECTIVE_NAMES[measure.objective]} ${signed(value, 2)} nach dem Gutachter`;
    case "source":
      return signed(value, 2);
    case "equal-n":
      return `Best-of-${fixed(value, 1)}`;
    default:
      return measure satisfies never;
  }
};

export const wordText: typeof english.wordText = (word, position) =>
  word === "" ? `Token ${position + 1}` : `„${word}“, Token ${position + 1}`;

export const outcomeText: typeof english.outcomeText = (question, found, lanes) => {
  switch (found.type) {
    case "lane": {
      const measure = question.type === "which-lane" ? question.measure : null;
      const all = found.values.flatMap((value, i) =>
        value === null || measure === null ? [] : [`${lanes[i] ?? ""}: ${figureText(measure, value)}`],
      );
      return `${listed(found.lanes.map((lane) => lanes[lane] ?? ""))} (${all.join("; ")})`;
    }
    case "compare": {
      if (question.type !== "compare") return "";
      const [value, than] = [found.value, found.than].map((each) => figureText(question.measure, each));
      return `${lessons.ways[found.way]}: ${value} gegen ${than}`;
    }
    case "scale":
      return question.type === "scale" ? figureText(question.measure, found.value) : "";
    case "word":
      return found.position === null
        ? "Die beiden Texte sind gleich."
        : `Aus ${wordText(found.before, found.position)}, wurde „${found.after}“`;
    default:
      return found satisfies never;
  }
};
