/** What is asked of the worker that probes rewards, and what it answers. Plain data for both threads. */
import { checkArray, checkFields, checkNumber, checkOneOf, checkString, refuse, type Fields } from "../bounds.ts";
import { parseSources } from "../sources/parse.ts";
import type { SourceSpec } from "../sources/spec.ts";
import { OBJECTIVE_IDS, type ObjectiveId, type Truth } from "../types.ts";
import type { Sample } from "./pairs.ts";
import type { Verdict } from "./verdict.ts";

/** A text as the page knows it; the worker adds what VADER says of it. */
export type ProbeText = Omit<Sample, "sentiment">;

export interface ProbeAsk {
  /** Pairs are made of these. */
  readonly texts: readonly ProbeText[];
  /** Texts for other prompts, where `texts` have one prompt alone. */
  readonly others: readonly ProbeText[];
  /** Pairs of each kind at most, spread over the texts. */
  readonly most: number;
  /** What every policy can be probed with is probed always, and these beside it. */
  readonly sources: readonly SourceSpec[];
  /** Whether the policy is asked which text is better. */
  readonly asks: boolean;
}

/** First how many pairs there are of each kind, then the verdicts on each pair. */
export type ProbeNews =
  | { readonly type: "pairs"; readonly counts: Readonly<Record<string, number>> }
  | {
      readonly type: "verdicts";
      readonly done: number;
      readonly total: number;
      /** The rater at work. */
      readonly rater: string;
      readonly verdicts: readonly Verdict[];
    };

export const PROBE_LIMITS = {
  texts: 400,
  textCharacters: 20_000,
  wordings: 8,
  most: { min: 1, max: 200 },
} as const;

/** @throws RunError "invalid-request" naming the place, the value and the bound */
export function checkProbeAsk(value: unknown): ProbeAsk {
  const fields = checkFields(value, "ask", ["texts", "others", "most", "sources", "asks"]);
  const { asks } = fields;
  if (typeof asks !== "boolean") throw refuse("ask.asks", "true or false", asks, "say whether the model is asked");
  const texts = (key: "texts" | "others", least: number): ProbeText[] =>
    checkArray(fields[key], `ask.${key}`, least, PROBE_LIMITS.texts).map((each, i) =>
      checkText(each, `ask.${key}[${i}]`),
    );
  return {
    texts: texts("texts", 1),
    others: texts("others", 0),
    most: checkNumber(fields.most, "ask.most", { ...PROBE_LIMITS.most, isInteger: true, hint: "ask for fewer pairs" }),
    sources: parseSources(fields.sources, "ask.sources"),
    asks,
  };
}

function checkText(value: unknown, path: string): ProbeText {
  const fields = checkFields(value, path, ["kind", "prompt", "seed", "text", "truth", "wordings"]);
  const own = (from: unknown, name: string): string =>
    checkString(from, `${path}.${name}`, PROBE_LIMITS.textCharacters);
  const seed = { min: 0, max: 2 ** 32 - 1, isInteger: true, hint: "give the seed of its run" };
  return {
    kind: checkOneOf(fields.kind, `${path}.kind`, ["story", "advice"]),
    prompt: own(fields.prompt, "prompt"),
    seed: checkNumber(fields.seed, `${path}.seed`, seed),
    text: own(fields.text, "text"),
    truth: checkTruth(checkFields(fields.truth, `${path}.truth`, OBJECTIVE_IDS), `${path}.truth`),
    ...(fields.wordings !== undefined && {
      wordings: checkArray(fields.wordings, `${path}.wordings`, 0, PROBE_LIMITS.wordings).map((each, i) =>
        own(each, `wordings[${i}]`),
      ),
    }),
  };
}

function checkTruth(fields: Fields, path: string): Truth {
  const bounds = { min: -1e6, max: 1e6, hint: "leave out what is not known" };
  const value = (id: ObjectiveId): number | null =>
    fields[id] === null ? null : checkNumber(fields[id], `${path}.${id}`, bounds);
  return Object.fromEntries(OBJECTIVE_IDS.filter((id) => fields[id] !== undefined).map((id) => [id, value(id)]));
}
