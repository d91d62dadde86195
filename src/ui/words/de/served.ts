import { bytes } from "../format.ts";
import type * as english from "../served.ts";

export const servedOffer: typeof english.servedOffer = {
  label: "Ein echtes Modell",
  what: "Die Modelle dieser Seite kennen nur eine kleine ausgedachte Welt. Ein echtes Chatmodell beantwortet jeden Prompt, und auch es läuft auf diesem Gerät.",
  load: (name, size, isKept) =>
    isKept ? `${name} laden, auf diesem Gerät behalten` : `${name} laden, ${bytes(size)}, von diesem Server`,
};

export const readyLine: typeof english.readyLine = {
  text: (id, isChat, isSteered) =>
    `${id.split("/").at(-1) ?? id} ist bereit. ${isChat ? "Etwas auf Englisch fragen" : "Den Anfang eines Textes auf Englisch schreiben"} und „Starten“ drücken. ${
      isSteered
        ? "Die erste Spur zeigt, was es von selbst schreibt."
        : "Zum Steuern unter „Belohnungen ohne Training“ „Hinzufügen“ drücken: Das braucht zwei Anweisungen und kein anderes Modell."
    }`,
};
