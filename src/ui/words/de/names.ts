import { isObjective } from "../../../core/push-ids.ts";
import { signed } from "../format.ts";
import type * as english from "../names.ts";
import { shownName } from "./shown-names.ts";

export const OBJECTIVE_NAMES: typeof english.OBJECTIVE_NAMES = {
  joy: "Freude",
  adventure: "Abenteuer",
  dialogue: "Dialog",
  detail: "Details",
  helpful: "Hilfreich",
  cautious: "Vorsichtig",
};

export const pushName: typeof english.pushName = (id, sources = []) =>
  isObjective(id) ? OBJECTIVE_NAMES[id] : shownName(sources.find((spec) => spec.id === id)?.name ?? id);

export const weightText: typeof english.weightText = (id, weight, sources = []) =>
  `${pushName(id, sources)} ${signed(weight, isObjective(id) ? 1 : 2)}`;

/** In a sentence, in the nominative. */
export const judgeName: typeof english.judgeName = (id) =>
  id === "judge" ? "sorgfältiger Gutachter" : "fünf fehlbare Gutachter";

export const KIND_NAMES: typeof english.KIND_NAMES = { story: "Geschichte", advice: "Rat" };
export const STRATEGY_NAMES: typeof english.STRATEGY_NAMES = {
  base: "Ungesteuert",
  genarm: "GenARM",
  vas: "Value-gestütztes Ziehen (VAS)",
  bon: "Best-of-N",
  "soft-bon": "Weiches Best-of-N",
  "oracle-bon": "Orakel-Best-of-N (ordnet nach der Wahrheit)",
  args: "Wertung des Anfangs (ARGS)",
  blockwise: "Blockweises Best-of-K",
};
export const QUANTITY_NAMES: typeof english.QUANTITY_NAMES = {
  push: "Schub",
  probability: "Wahrscheinlichkeit",
  kl: "KL",
  entropy: "Entropie",
};
export const TEXT_VIEW_NAMES: typeof english.TEXT_VIEW_NAMES = {
  text: "Wörter",
  numbers: "+ Zahlen",
  table: "Tabelle",
};
export const TRUNCATION_NAMES: typeof english.TRUNCATION_NAMES = {
  none: "ganzes Vokabular",
  "top-k": "Top-k",
  "top-p": "Top-p",
  "min-p": "Min-p",
};
export const BACKEND_NAMES: typeof english.BACKEND_NAMES = { webgpu: "WebGPU", wasm: "WASM", cpu: "CPU" };
