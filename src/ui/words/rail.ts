/** Words of the settings beside the lanes: prompt, objectives, strength, sampling, seed and judge. */
import { JUDGES, type JudgeId } from "../../core/judges.ts";
import type { Kind, ObjectiveId } from "../../core/types.ts";
import type { Writing } from "../../state/settings/worlds.ts";
import { bytes, listed, oneOf } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { localized } from "./language.ts";

export const rail = localized("rail.rail", {
  title: "Settings",
  close: "Close settings",
  objectives: "Objectives",
  sources: "Rewards without training",
  rewards: "Rewards",
  strength: "Strength",
  strengthSlider: "1/β",
  strengthHint: "How far the text may move away from plain sampling. Lanes with the same β have the same target.",
  sampling: "Sampling",
  kept: "Settings stay on this device.",
  reset: "Reset all",
  broken: "The saved settings could not be read. These are the defaults.",
});

const PLACEHOLDERS: Readonly<Record<Writing, string>> = {
  story: "An opening line",
  advice: "A how-to question",
  chat: "A question or a task",
  base: "The beginning of a text",
};
const PROMPT_HINTS: Readonly<Record<Writing, string>> = {
  story: "The story continues from here. Any text works.",
  advice: "The model answers with advice. Any text works.",
  chat: "The model answers. Write in English: a small model knows little of other languages.",
  base: "The model goes on from here. It answers no questions.",
};

export const promptBox = localized("rail.promptBox", {
  label: "Prompt",
  kind: "Kind of text",
  placeholder: (writing: Writing) => PLACEHOLDERS[writing],
  hint: (writing: Writing) => PROMPT_HINTS[writing],
  another: "Try another prompt",
  readAs: (prompt: string) =>
    prompt.trim() === ""
      ? "The page’s own models read only Latin letters. Write in English, or load another model."
      : `The page’s own models read only plain letters and marks. They read: ${prompt}`,
});

export const objectives = localized("rail.objectives", {
  otherKind: (kind: Kind) => (kind === "story" ? "advice only" : "stories only"),
  notRewarded: "no loaded model rewards it: set it to 0",
  away: "steers away from it",
  hub: "The objectives belong to the page’s own models. Steer models of the Hub with rewards without training.",
  allZero: "All objectives are at 0, so none steers. Move a slider to steer.",
});

export const sampling = localized("rail.sampling", {
  temperature: "Temperature",
  plausible: "Plausible",
  truncation: "Truncation",
  topK: "top-k",
  topP: "top-p",
  minP: "min-p",
  length: "Length",
  n: "Samples N",
  k: "Candidates k",
});

export const seed = localized("rail.seed", {
  label: "Seed",
  roll: "Draw another seed",
  keep: "Keep the seed for the next run",
  keepTitle: (isLocked: boolean) => (isLocked ? "The next run uses this seed" : "Every run draws a new seed"),
  held: "The class link set the seed, so that everybody gets the same text.",
});

export const judges = localized("rail.judges", {
  hint: (judge: JudgeId): string => {
    const known = listed(JUDGES.fallible.objectives.map((id) => OBJECTIVE_NAMES[id]));
    return judge === "judge"
      ? `The careful judge scores and ranks the runs. You can use five fallible judges instead. They learned from few labels, and some of those were wrong. They score ${known} only, and they disagree, so you can compare their mean with the worst of them.`
      : `From the next run on, five fallible judges score and rank. They score ${known} only.`;
  },
  use: (judge: JudgeId): string =>
    judge === "judge" ? judges.useCareful : `Use five fallible judges (${bytes(JUDGES.fallible.bytes)})`,
  useCareful: "Use the careful judge",
  notScored: (ids: readonly ObjectiveId[]): string =>
    `The five fallible judges do not score ${oneOf(ids.map((id) => OBJECTIVE_NAMES[id]))}. Best-of-N cannot rank by it, so the next run will fail. Set it to 0, remove the lane, or use the careful judge.`,
});
