import { fixed } from "../format.ts";
import type * as english from "../personas.ts";

export const personaWords: typeof english.personaWords = {
  title: "Personas",
  label: "Personas",
  hint: "Ein Klick setzt alle Gewichte. Die Stärke bleibt.",
  used: (name) => `Die Gewichte von ${name} sind gesetzt.`,
  full: "Für ihre Belohnungen ist kein Platz. Zuerst eine eigene entfernen.",
  name: "Name dieser Gewichte",
  keep: "Behalten",
  kept: (name) => `Behalten als ${name}. Links nehmen sie mit.`,
  notKept: "Diese lässt sich nicht behalten. Zuerst eine eigene entfernen.",
  forget: (name) => `${name} entfernen`,
  forgotten: (name) => `${name} ist entfernt.`,
};

export const gateWords: typeof english.gateWords = {
  choose: "Die Gewichte für mich wählen",
  bars: (by) =>
    by === "states"
      ? "Anteil jeder Persona: wie ähnlich der Prompt den beschrifteten ist, nach den Zuständen des Modells selbst."
      : "Anteil jeder Persona: wie ähnlich die Buchstaben des Prompts denen der beschrifteten sind.",
  share: (share) => `${fixed(100 * share, 0)} %`,
  noPrompts: "Kein beschrifteter Prompt hat eine Persona. Einen hinzufügen.",
  byHand: (names) => `Von Hand gesetzt: ${names}. Der Prompt lässt es, wie es ist.`,
  giveBack: "Dem Prompt zurückgeben",
  prompts: (count) => `Beschriftete Prompts (${count})`,
  temperature: "Weichheit",
  temperatureHint: "Niedrig: Der ähnlichste Prompt entscheidet allein. Hoch: Alle reden mit.",
  how: "Wie es geht",
  prompt: (place) => `Beschrifteter Prompt ${place + 1}`,
  persona: (place) => `Persona von Prompt ${place + 1}`,
  gone: (name) => `${name} (nicht da)`,
  remove: (place) => `Prompt ${place + 1} entfernen`,
  add: "Diesen Prompt hinzufügen",
  reset: "Zurück zu denen der Seite",
};
