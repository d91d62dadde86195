/** Counted things: the number with the right form of its noun. */
import { count } from "./format.ts";

const RULES = new Intl.PluralRules("en");

/** One form of the noun for each plural category of the language. English has two. */
type Forms = readonly [one: string, other: string];

function counted([one, other]: Forms): (value: number) => string {
  return (value) => `${count(value)} ${RULES.select(value) === "one" ? one : other}`;
}

export const arms = counted(["ARM", "ARMs"]);
export const blocks = counted(["block", "blocks"]);
export const candidates = counted(["candidate", "candidates"]);
export const closeCalls = counted(["close call", "close calls"]);
export const comparisons = counted(["comparison", "comparisons"]);
export const dots = counted(["dot", "dots"]);
export const forwards = counted(["forward", "forwards"]);
export const givenTokens = counted(["given token", "given tokens"]);
export const lanes = counted(["lane", "lanes"]);
export const liveTensors = counted(["live tensor", "live tensors"]);
export const members = counted(["member", "members"]);
export const models = counted(["model", "models"]);
export const parts = counted(["part", "parts"]);
export const prompts = counted(["prompt", "prompts"]);
export const rows = counted(["row", "rows"]);
export const runs = counted(["run", "runs"]);
export const samples = counted(["sample", "samples"]);
export const seeds = counted(["seed", "seeds"]);
export const sources = counted(["source", "sources"]);
export const texts = counted(["text", "texts"]);
export const threads = counted(["thread", "threads"]);
export const tokens = counted(["token", "tokens"]);
export const values = counted(["value", "values"]);
