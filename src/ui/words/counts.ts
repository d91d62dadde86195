/** Counted things: the number with the right form of its noun. */
import { counted } from "./format.ts";
import { localized } from "./language.ts";

export const arms = localized("counts.arms", counted(["ARM", "ARMs"]));
export const blocks = localized("counts.blocks", counted(["block", "blocks"]));
export const candidates = localized("counts.candidates", counted(["candidate", "candidates"]));
export const closeCalls = localized("counts.closeCalls", counted(["close call", "close calls"]));
export const comparisons = localized("counts.comparisons", counted(["comparison", "comparisons"]));
export const dots = localized("counts.dots", counted(["dot", "dots"]));
export const forwards = localized("counts.forwards", counted(["forward", "forwards"]));
export const givenTokens = localized("counts.givenTokens", counted(["given token", "given tokens"]));
export const lanes = localized("counts.lanes", counted(["lane", "lanes"]));
export const liveTensors = localized("counts.liveTensors", counted(["live tensor", "live tensors"]));
export const members = localized("counts.members", counted(["member", "members"]));
export const models = localized("counts.models", counted(["model", "models"]));
export const parts = localized("counts.parts", counted(["part", "parts"]));
export const prompts = localized("counts.prompts", counted(["prompt", "prompts"]));
export const rows = localized("counts.rows", counted(["row", "rows"]));
export const runs = localized("counts.runs", counted(["run", "runs"]));
export const samples = localized("counts.samples", counted(["sample", "samples"]));
export const seeds = localized("counts.seeds", counted(["seed", "seeds"]));
export const sources = localized("counts.sources", counted(["source", "sources"]));
export const texts = localized("counts.texts", counted(["text", "texts"]));
export const threads = localized("counts.threads", counted(["thread", "threads"]));
export const tokens = localized("counts.tokens", counted(["token", "tokens"]));
export const values = localized("counts.values", counted(["value", "values"]));
export const wholeRows = localized(
  "counts.wholeRows",
  counted(["row of logits read whole", "rows of logits read whole"]),
);
