import { bytes } from "../format.ts";
import type * as english from "../worlds.ts";

export const WORLD_NAMES: typeof english.WORLD_NAMES = { chat: "Chatmodell", laboratory: "Labor" };

export const worlds: typeof english.worlds = {
  legend: "Welt",
  what: (world) =>
    world === "chat"
      ? "Ein echtes Chatmodell beantwortet auf diesem Gerät jeden Prompt."
      : "Kleine Modelle einer ausgedachten Welt, in der von jeder Belohnung die Wahrheit bekannt ist.",
};

export const chatOffer: typeof english.chatOffer = {
  label: "Das Chatmodell",
  recorded: ({ name }) =>
    `Tiller lenkt, was ein kleines Sprachmodell schreibt, und zeigt, was jede Belohnung ändert. Das sind aufgezeichnete Antworten von ${name}. Wird ein Regler bewegt, werden sie ohne Modell neu gewichtet.`,
  empty: ({ name }) =>
    `${name} beantwortet eigene Prompts auf diesem Gerät, am besten auf Englisch. Eingaben verlassen es nicht.`,
  run: ({ bytes: size, from }, isKept) => {
    if (isKept) return "Auf diesem Gerät starten";
    if (size === null) return "Auf diesem Gerät starten (lädt das Modell einmal herunter)";
    return `Auf diesem Gerät starten (${bytes(size)}, einmal${from === "server" ? ", von diesem Server" : ""})`;
  },
};

export const chips: typeof english.chips = {
  there: (name) => `${name} hat einen Regler`,
  full: (most) =>
    `Es gibt ${most} Belohnungen, und mehr nimmt eine Spur nicht. Eine entfernen, um eine andere hinzuzufügen.`,
};

export const contrasts: typeof english.contrasts = {
  title: "Gegensätze aus zwei Anweisungen",
  label: "Erprobte Gegensätze",
  hint: "Sie brauchen keine Lehrstunde, und zwei Zeilen mehr des Modells pro Token. Einen hinzufügen, dann nach Wunsch ändern:",
};

export const conversation: typeof english.conversation = {
  earlier: "Das Gespräch bisher",
  asked: "Ich:",
  answered: "Modell:",
  startOver: "Neu anfangen",
  system: "System-Prompt",
  isSet: " (gesetzt)",
  placeholder: "Was dem Modell vor dem Gespräch gesagt wird, etwa: You are a patient teacher.",
  reply: "Auf diese Antwort erwidern",
};
