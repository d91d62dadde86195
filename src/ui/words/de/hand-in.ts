import type { HandIn } from "../../../state/handin/hand-in.ts";
import { bytes, dateTime, plural } from "../format.ts";
import type * as english from "../hand-in.ts";

const UNREAD: Readonly<Record<HandIn["unread"][number]["why"], string>> = {
  damaged: "Die Notizen oder Läufe sind beschädigt. Abgegeben wird nur, was sich lesen ließ.",
  unknown: "Diese Seite hat die Lektion nicht, die Notizen bleiben auf dem Gerät.",
};

export const handIn: typeof english.handIn = {
  title: "Abgeben",
  open: "Abgeben",
  read: "Für Lehrkräfte: die Abgaben einer Klasse lesen",
  about: "Vorhersagen, Antworten und Läufe aus den Lektionen, als eine Datei für die Lehrkraft.",
  private: "Nichts wird gesendet. Die Datei wird auf diesem Gerät gespeichert und selbst weitergegeben.",
  holds: (most) =>
    `Die Datei enthält Vorhersagen, Antworten, Einstellungen und eigene Läufe, höchstens ${bytes(most)}. Würde sie größer, fehlen die Texte der ältesten Läufe.`,
  name: "Name oder Spitzname (darf leer bleiben)",
  save: "Die Datei speichern",
  print: "Drucken",
  saved: (file) => `Als ${file} auf diesem Gerät gespeichert. Nichts wurde gesendet.`,
  gathering: "Die Notizen werden gelesen …",
  failed: (why) => `Die Notizen ließen sich nicht lesen: ${why}. Die Seite neu laden.`,
  none: "Noch gibt es nichts abzugeben. Zuerst eine Lektion machen.",
  toLessons: "Alle Lektionen",
  missing: "Es fehlt",
  complete: "Nichts fehlt.",
  by: "Von",
  when: "Gespeichert",
  lane: "Spur",
  nameless: "Ohne Namen",
  at: (time) => dateTime(time),
  lesson: (each) => (each.isDone ? "Abgeschlossen" : `Schritt ${each.step + 1} von ${each.steps}`),
  prediction: "Vorhergesagt",
  own: "Eigener Lauf",
  recording: "Aufzeichnung",
  verdict: "Ergebnis",
  verdicts: { right: "richtig", close: "nah dran", other: "anders", unjudged: "offen" },
  noPrediction: "keine",
  noOwn: "keiner",
  noRecording: "ließ sich nicht lesen",
  noAnswer: "Keine Antwort.",
  run: (count, seed, time) => `Lauf ${count}, Seed ${seed}, ${dateTime(time)}`,
  prompt: "Prompt",
  figuresOnly: "Der Text dieses Laufs fehlt, weil die Datei sonst zu groß geworden wäre.",
  unread: (lesson, why) => `„${lesson}“: ${UNREAD[why]}`,
};

export const missingText: typeof english.missingText = (missing) => {
  switch (missing.type) {
    case "steps":
      return `nicht abgeschlossen (Schritt ${missing.step} von ${missing.of})`;
    case "predictions":
      return plural(missing.count, "Vorhersage", "Vorhersagen");
    case "answers":
      return plural(missing.count, "Antwort", "Antworten");
    case "own-run":
      return "ein eigener Lauf";
    case "traces":
      return `der Text von ${plural(missing.count, "Lauf", "Läufen")}`;
    default:
      return missing satisfies never;
  }
};
