import type * as english from "../blocks.ts";
import { signed } from "../format.ts";
import { blocks, candidates } from "./counts.ts";

export const blockMenu: typeof english.blockMenu = {
  k: "Fortsetzungen K",
  block: "Block",
  by: "Geordnet nach",
  ends: { sentence: "ein Satz", tokens: (count) => `${count} Tokens` },
  readers: { value: "dem Value-Modell", judge: "dem Gutachter" },
  steps: "Wertung",
  rules: {
    text: "der Text bis hierher",
    sum: "Summe über die Sätze",
    clip: "Summe, gekappt",
    delta: "Summe der Differenzen",
  },
  eta: "η",
  ruleHints: {
    text: "",
    sum: "Jeder Satz eines Blocks wird belohnt. Kurze Sätze und Wiederholungen lohnen sich also. Mit Blöcken von 16 oder 32 Tokens ist es zu sehen.",
    clip: "Von der Belohnung jedes Satzes zählt höchstens η, abzüglich η. Ein weiterer Satz bringt nie etwas.",
    delta: "Jeder Satz zählt abzüglich des nächsten. Von einem Block bleibt nur der erste Satz.",
  },
  hint: "Von jedem Block werden K Fortsetzungen nebeneinander geschrieben. Die mit der höchsten Wertung geht weiter. Neue Gewichte wirken ab dem nächsten Block.",
};

export const blockTable: typeof english.blockTable = {
  title: (block, start) => `Block ${block + 1}, ab Token ${start + 1}`,
  caption: "Kandidaten dieses Blocks in der Reihenfolge, in der sie gezogen wurden",
  candidate: "Kandidat",
  score: "Wertung",
  tokens: "Tokens",
  remark: "Bemerkung",
  text: "Text",
  chosen: "geht weiter",
  unscored: "keine",
  scoreText: (score) => signed(score, 3),
  whole: "Blöcke werden als Ganzes gewählt: Dieses Token hat keine Belohnung einzeln bewegt.",
  same: "Alle Kandidaten haben dieselbe Wertung, also geht der erste weiter.",
};

export const laneBlocks: typeof english.laneBlocks = {
  all: (count) => `Alle ${blocks(count)}`,
  title: (name) => `${name}: alle Blöcke`,
  draws: (count) => `Schreibt von jedem Block ${candidates(count)}, und der beste geht weiter.`,
  intro:
    "Jede Wertung gilt dem Text bis zum Ende des Blocks. Die Kandidaten, die nicht weitergingen, stehen hier so, wie sie geschrieben wurden.",
};

export const blockTitle: typeof english.blockTitle = ({ block, candidates: all, chosen }) => {
  const score = all[chosen]?.score ?? null;
  return `Block ${block + 1}: bester von ${all.length}${score === null ? "" : `, Wertung ${signed(score, 2)}`}`;
};

export const blockwiseSubtitle: typeof english.blockwiseSubtitle = ({ k, block }, chosen) => {
  if (chosen > 0) return blocks(chosen);
  return `K = ${k}, ${block === "sentence" ? "Satz" : blockMenu.ends.tokens(block)}`;
};
