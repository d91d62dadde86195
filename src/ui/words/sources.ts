/** Words of rewards without training: their names, their fields, and a card for each kind. */
import type { ProbeNote } from "../../state/run/source-probes.svelte.ts";
import { fixed, plural } from "./format.ts";
import {
  SOURCE_LIMITS,
  type JsonShape,
  type Rule,
  type RULE_TYPES,
  type SourceSpec,
  type SourceType,
} from "../../core/sources/spec.ts";
import { localized } from "./language.ts";

export const SOURCE_TYPE_NAMES: Readonly<Record<SourceType, string>> = localized("sources.SOURCE_TYPE_NAMES", {
  contrastive: "Contrastive prompts",
  "sibling-ratio": "Sibling ratio",
  sibling: "Aligned sibling",
  classifier: "Classifier",
  "follow-up": "Follow-up likelihood",
  "average-logprob": "Average log-probability",
  head: "Reward head",
  rule: "Rule",
  scorer: "Scorer",
});

export const RULE_NAMES: Readonly<Record<(typeof RULE_TYPES)[number], string>> = localized("sources.RULE_NAMES", {
  length: "Length",
  keywords: "Keywords",
  readability: "Readability",
  json: "Valid JSON",
  pattern: "Pattern",
});

export const JSON_SHAPE_NAMES: Readonly<Record<JsonShape, string>> = localized("sources.JSON_SHAPE_NAMES", {
  any: "any JSON",
  object: "an object { … }",
  array: "an array [ … ]",
});

const LANES_FOR: Readonly<Record<"steers" | "values" | "ranks", string>> = {
  steers: "No lane here can use this source. Add a GenARM or best-of-N lane.",
  values: "No lane here can use this source. Add a VAS or best-of-N lane.",
  ranks: "No lane here can use this source. Add a best-of-N lane.",
};

export const sourceList = localized("sources.sourceList", {
  empty: "Add a reward that needs no training: one model under two prompts, two models, or a rule.",
  kind: "Kind of source",
  add: "Add",
  addThis: "Add this source",
  option: (type: SourceType, isAvailable: boolean) =>
    isAvailable ? SOURCE_TYPE_NAMES[type] : `${SOURCE_TYPE_NAMES[type]} (none is loaded)`,
  full: `You can have up to ${SOURCE_LIMITS.sources} sources. Remove one to add another.`,
});

function useOf(spec: SourceSpec): keyof typeof LANES_FOR {
  if (spec.type === "classifier" || (spec.type === "head" && spec.kind === "value")) return "values";
  const isOfTokens = spec.type === "contrastive" || spec.type === "sibling-ratio" || spec.type === "sibling";
  return isOfTokens || spec.type === "head" ? "steers" : "ranks";
}

export const sourceEntry = localized("sources.sourceEntry", {
  needsLane: (spec: SourceSpec) => LANES_FOR[useOf(spec)],
  afterRun: "You added or changed this source after the run. Run again to use it.",
  edit: (name: string) => `${name}: edit and explain`,
  name: "Name",
  formula: "Formula",
  acts: "Acts",
  costs: "Costs",
  weak: "Weak point",
  unit: "Unit",
  remove: (name: string) => `Remove ${name}`,
});

export const sourceFields = localized("sources.sourceFields", {
  model: "Model",
  label: "Label",
  noModel: "none is loaded",
  strong: "Strong",
  weak: "Weak",
  criteria: "Criteria",
  better: "Better",
  worse: "Worse",
  pleased: "Pleased",
  displeased: "Displeased",
  onePerLine: "one per line",
  rule: "Rule",
  words: "Words",
  schoolYear: "School year",
  wanted: "Wanted",
  unwanted: "Unwanted",
  pattern: "Pattern",
  shape: "Wanted",
});

export interface SourceCard {
  readonly formula: string;
  /** In which lanes it acts. */
  readonly acts: string;
  readonly cost: string;
  readonly weak: string;
  readonly unit: string;
}

const TOKENS = "Steers GenARM lanes. In best-of-N lanes, its mean over the text ranks the samples.";
const TEXTS = "Ranks the samples of best-of-N lanes. Steers no token.";
const NATS = "nats. No coefficient was trained, so b = 1.";
const NATS_A_TOKEN = "nats per token. No coefficient was trained, so b = 1.";

/** @param outputs numbers that the source's classifier gives for a text; null where it is not known, and for other sources */
export const sourceCard = localized(
  "sources.sourceCard",
  (spec: SourceSpec, outputs: number | null = null): SourceCard => {
    switch (spec.type) {
      case "contrastive":
        return {
          formula: "r(v) = log π(v | better) − log π(v | worse)",
          acts: TOKENS,
          cost: "Two rows of its model per token, in one forward.",
          weak: "A small model may continue an instruction instead of following it. It then also raises the words of the instruction.",
          unit: NATS,
        };
      case "sibling-ratio":
        return {
          formula: "r(v) = log π_strong(v) − log π_weak(v)",
          acts: TOKENS,
          cost: "One row of each model per token. A model that is also the policy costs nothing.",
          weak: "It rewards everything that tuning changed, and style most of all. Both models need the policy’s tokenizer.",
          unit: NATS,
        };
      case "sibling":
        return {
          formula: "r(v) = log π_r(v)",
          acts: TOKENS,
          cost: "One row of its model per token.",
          weak: "It also rewards plain fluency: tokens that are likely anyway become even likelier.",
          unit: NATS,
        };
      case "classifier":
        return {
          // A model with one output is a reward model: its number is a score and no probability.
          formula: outputs === 1 ? "r(y) = the model’s score of y" : "r(y) = log p(label | y) − log(1 − p(label | y))",
          acts: "Values the candidates of VAS lanes. Ranks the samples of best-of-N lanes.",
          cost: "k texts per token in a VAS lane. One text per sample in a best-of-N lane.",
          weak: "It was trained on whole texts, so it judges half a sentence badly. It does not see the prompt.",
          unit: outputs === 1 ? "the unit of the model. No coefficient was trained, so b = 1." : NATS,
        };
      case "follow-up":
        return {
          formula: "r(y) = mean log π(pleased | x, y) − mean log π(displeased | x, y)",
          acts: TEXTS,
          cost: "One forward per sample and follow-up.",
          weak: "A model that has seen no dialogue finds all follow-ups equally unlikely.",
          unit: NATS_A_TOKEN,
        };
      case "average-logprob":
        return {
          formula: "r(y) = (1/|y|) Σ log π(yₜ)",
          acts: TEXTS,
          cost: "One forward per sample.",
          weak: "It prefers repetition, because repeated text is likely.",
          unit: NATS_A_TOKEN,
        };
      case "head":
        return {
          formula: "r(v) = W_U[v] · g(s)",
          acts: TOKENS,
          cost: "No forward of its own. It reads the state that the policy has anyway.",
          weak: "It knows what its teacher said about the texts that it learned from, and guesses elsewhere.",
          unit: "nats: weight / β of 1 spreads the tokens by one nat.",
        };
      case "rule":
        return { ...ruleCard(spec.rule), acts: TEXTS, cost: "Nothing. It reads only the text." };
      case "scorer":
        return {
          formula: "r(y) = the scorer’s number for y",
          acts: TEXTS,
          cost: "Nothing. It reads only the text.",
          weak: "It counts words and signs. A text without sense can have a high score.",
          unit: "that of the scorer. b = 1.",
        };
      default:
        throw new Error(`unknown source ${JSON.stringify(spec satisfies never)}`);
    }
  },
);

function ruleCard(rule: Rule): Pick<SourceCard, "formula" | "weak" | "unit"> {
  switch (rule.type) {
    case "length":
      return {
        formula: "r(y) = −|words − wanted| / wanted",
        weak: "It looks at the length and at nothing else.",
        unit: "share of the wanted length. b = 1.",
      };
    case "keywords":
      return {
        formula: "r(y) = wanted present / wanted − unwanted present / unwanted",
        weak: "A bare list of the wanted words gets the highest reward.",
        unit: "share of the words. b = 1.",
      };
    case "readability":
      return {
        formula: "r(y) = −|Flesch–Kincaid grade − wanted|",
        weak: "It estimates syllables from vowels. Short nonsense counts as easy to read.",
        unit: "school years. b = 1.",
      };
    case "json":
      return { ...jsonCard(rule.shape), unit: "0 or 1. b = 1." };
    case "pattern":
      return {
        formula: "r(y) = 1 if the pattern is found, else 0",
        weak: "It has no look-around and no back-references, so that every pattern takes linear time. Start with (?i) to ignore case.",
        unit: "0 or 1. b = 1.",
      };
    default:
      throw new Error(`unknown rule ${JSON.stringify(rule satisfies never)}`);
  }
}

function jsonCard(shape: JsonShape): Pick<SourceCard, "formula" | "weak"> {
  switch (shape) {
    case "any":
      return { formula: "r(y) = 1 if y is JSON, else 0", weak: "A single number is JSON too." };
    case "object":
      return {
        formula: "r(y) = 1 if y is a JSON object, else 0",
        weak: "An empty object counts too, and a sentence before the object makes it none.",
      };
    case "array":
      return {
        formula: "r(y) = 1 if y is a JSON array, else 0",
        weak: "An empty array counts too, and a sentence before the array makes it none.",
      };
    default:
      throw new Error(`unknown shape ${String(shape satisfies never)}`);
  }
}

/** How a new source came by its weight. */
export const probeWords = localized("sources.probeWords", (note: ProbeNote): string => {
  switch (note.type) {
    case "probing":
      return "Looking for a weight that costs about 3 nats …";
    case "found":
      return `This weight costs about ${fixed(note.cost.nats, 1)} nats over ${plural(note.cost.tokens, "token")}.${endWords(note)}`;
    case "failed":
      return "No weight could be found by a trial, so choose one.";
    default:
      return note satisfies never;
  }
});

/** Where the slider ends, and why. */
function endWords({ end }: ProbeNote & { readonly type: "found" }): string {
  if (end === "probing") return " Looking for the weight at which the text falls apart …";
  if (end === null || !end.isBroken) return "";
  return ` Above ${fixed(end.weight, 2)} the text fell apart in a trial.`;
}
