/** What the page says of sources without training: a card for each. */
import type { ProbeNote } from "../../state/run/source-probes.svelte.ts";
import { fixed, plural } from "./format.ts";
import type { RULE_TYPES, SourceSpec, SourceType } from "../../core/sources/spec.ts";

export const SOURCE_TYPE_NAMES: Readonly<Record<SourceType, string>> = {
  contrastive: "Contrastive prompts",
  "sibling-ratio": "Sibling ratio",
  sibling: "Aligned sibling",
  classifier: "Classifier",
  "follow-up": "Follow-up likelihood",
  "average-logprob": "Average log-probability",
  rule: "Rule",
};

export const RULE_NAMES: Readonly<Record<(typeof RULE_TYPES)[number], string>> = {
  length: "Length",
  keywords: "Keywords",
  readability: "Readability",
  json: "Valid JSON",
  pattern: "Pattern",
};

export interface SourceCard {
  readonly formula: string;
  /** Which lanes it acts in. */
  readonly acts: string;
  readonly cost: string;
  readonly fails: string;
  readonly unit: string;
}

const TOKENS = "Steers GenARM lanes; ranks best-of-N lanes by its mean over the text.";
const TEXTS = "Ranks best-of-N lanes; steers no token.";

/** @param outputs numbers that the source's classifier gives for a text; null where it is not known, and for other sources */
export function sourceCard(spec: SourceSpec, outputs: number | null = null): SourceCard {
  switch (spec.type) {
    case "contrastive":
      return {
        formula: "r(v) = log π(v | better) − log π(v | worse)",
        acts: TOKENS,
        cost: "Two rows a step of its model, in one forward.",
        fails: "A small model continues an instruction instead of following it, so its very words are pushed too.",
        unit: "nats, b = 1",
      };
    case "sibling-ratio":
      return {
        formula: "r(v) = log π_strong(v) − log π_weak(v)",
        acts: TOKENS,
        cost: "A row a step of each model; nothing for one that is the policy itself.",
        fails: "It rewards all that tuning changed, style first. Both must have the policy’s tokenizer.",
        unit: "nats, b = 1",
      };
    case "sibling":
      return {
        formula: "r(v) = log π_r(v)",
        acts: TOKENS,
        cost: "A row a step of its model.",
        fails: "It pays for plain fluency too: what the policy finds likely anyway is pushed up with the rest.",
        unit: "nats, b = 1",
      };
    case "classifier":
      return {
        // A model with one output is a reward model: its number is a score and no probability.
        formula: outputs === 1 ? "r(y) = the model’s score of y" : "r(y) = log p(label | y) − log(1 − p(label | y))",
        acts: "Values the candidates of VAS lanes; ranks best-of-N lanes.",
        cost: "k texts a step in a VAS lane, one text a sample in a best-of-N lane.",
        fails: "Half a sentence is not what it was trained on, and it never sees the prompt.",
        unit: outputs === 1 ? "the model’s own, b = 1" : "nats, b = 1",
      };
    case "follow-up":
      return {
        formula: "r(y) = mean log π(pleased | x, y) − mean log π(displeased | x, y)",
        acts: TEXTS,
        cost: "One forward a sample and follow-up.",
        fails: "A model that never saw dialogue finds all of them equally odd.",
        unit: "nats a token, b = 1",
      };
    case "average-logprob":
      return {
        formula: "r(y) = (1/|y|) Σ log π(yₜ)",
        acts: TEXTS,
        cost: "One forward a sample.",
        fails: "It likes repetition: a loop is likely.",
        unit: "nats a token, b = 1",
      };
    case "rule":
      return { ...ruleCard(spec.rule.type), acts: TEXTS, cost: "Nothing: it is read off the text." };
    default:
      throw new Error(`unknown source ${JSON.stringify(spec satisfies never)}`);
  }
}

function ruleCard(type: (typeof RULE_TYPES)[number]): Pick<SourceCard, "formula" | "fails" | "unit"> {
  switch (type) {
    case "length":
      return {
        formula: "r(y) = −|words − wanted| / wanted",
        fails: "It asks for length and nothing else.",
        unit: "share of the wanted length, b = 1",
      };
    case "keywords":
      return {
        formula: "r(y) = wanted present / wanted − unwanted present / unwanted",
        fails: "Nobody asked for sense: a bare list of the words wins.",
        unit: "share of the words, b = 1",
      };
    case "readability":
      return {
        formula: "r(y) = −|Flesch–Kincaid grade − wanted|",
        fails: "Syllables are counted by vowels, and short nonsense reads easily.",
        unit: "school years, b = 1",
      };
    case "json":
      return { formula: "r(y) = 1 if y is JSON, else 0", fails: "A bare number is JSON too.", unit: "0 or 1, b = 1" };
    case "pattern":
      return {
        formula: "r(y) = 1 if the pattern is found, else 0",
        fails: "No look-around and no back-references: patterns run in linear time. (?i) in front ignores case.",
        unit: "0 or 1, b = 1",
      };
    default:
      throw new Error(`unknown rule ${String(type satisfies never)}`);
  }
}

/** How a new source came by its weight. */
export function probeWords(note: ProbeNote): string {
  switch (note.type) {
    case "probing":
      return "Looking for a weight that costs about 3 nats …";
    case "found":
      return `This weight costs about ${fixed(note.cost.nats, 1)} nats over ${plural(note.cost.tokens, "token")}.`;
    case "failed":
      return "No weight could be found by a trial, so choose one.";
    default:
      return note satisfies never;
  }
}
