/** Words of personas, which are weights under a name, and of weights that the prompt chooses. */
import type { GateBars } from "../../state/settings/gate.ts";
import { fixed } from "./format.ts";
import { localized } from "./language.ts";

export const personaWords = localized("personas.personaWords", {
  title: "Personas",
  label: "Personas",
  hint: "One click sets all weights. The strength stays.",
  used: (name: string) => `You set the weights of ${name}.`,
  full: "There is no room for its rewards. Remove one of yours first.",
  name: "Name of these weights",
  keep: "Keep",
  kept: (name: string) => `Kept as ${name}. Links take it along.`,
  notKept: "This one cannot be kept. Remove one of yours first.",
  forget: (name: string) => `Remove ${name}`,
  forgotten: (name: string) => `${name} is removed.`,
});

export const gateWords = localized("personas.gateWords", {
  choose: "Choose the weights for me",
  bars: (by: GateBars["by"]) =>
    by === "states"
      ? "Share of each persona, by how like the prompt is to labelled ones in the model’s own states."
      : "Share of each persona, by how like the prompt’s letters are to labelled prompts.",
  share: (share: number) => `${fixed(100 * share, 0)} %`,
  noPrompts: "No labelled prompt has a persona. Add one.",
  byHand: (names: string) => `Set by hand: ${names}. The prompt leaves it alone.`,
  giveBack: "Give back to the prompt",
  prompts: (count: number) => `Labelled prompts (${count})`,
  temperature: "Softness",
  temperatureHint: "Low: the likest prompt decides alone. High: all have a say.",
  how: "How it works",
  prompt: (place: number) => `Labelled prompt ${place + 1}`,
  persona: (place: number) => `Persona of prompt ${place + 1}`,
  gone: (name: string) => `${name} (not there)`,
  remove: (place: number) => `Remove prompt ${place + 1}`,
  add: "Add this prompt",
  reset: "Back to those of the page",
});
