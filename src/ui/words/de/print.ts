import { listed } from "../format.ts";
import type * as english from "../print.ts";

export const printHead: typeof english.printHead = {
  prompt: "Prompt:",
  system: "System:",
  about: (seed, tokens) => `Seed ${seed}, höchstens ${tokens} Tokens.`,
  models: (ids) => (ids.length === 0 ? "" : `Modelle: ${listed(ids)}.`),
  texts: (n) => `N = ${n}`,
  strength: (strength) => `Stärke ${strength}`,
};
