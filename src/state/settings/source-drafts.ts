/** What a new source says before the visitor has written anything: something that runs and shows what it is about. */
import { isTerm, modelsAsked, POLICY, SOURCE_LIMITS, SOURCE_TYPES } from "../../core/sources/spec.ts";
import type { Rule, SourceId, SourceKind, SourceSpec, SourceType } from "../../core/sources/spec.ts";
import type { ScorerSpec } from "../../core/scorers/spec.ts";
import type { Writing } from "./worlds.ts";

/** What sources can ask: readers of the policy's tokenizer, and classifiers with their labels. */
export interface SourceModels {
  readonly readers: readonly string[];
  readonly classifiers: readonly { readonly id: string; readonly labels: readonly string[] }[];
}

/** What the list of kinds offers. Heads are added by their names instead. */
export const OFFERED_TYPES: readonly SourceType[] = SOURCE_TYPES.filter((type) => type !== "head");

const NAMES: Readonly<Record<SourceType, string>> = {
  contrastive: "Contrast",
  "sibling-ratio": "Ratio",
  sibling: "Sibling",
  classifier: "Classifier",
  "follow-up": "Follow-up",
  "average-logprob": "Average log p",
  head: "Head",
  rule: "Rule",
  scorer: "Score",
};

export const RULE_DRAFTS: Readonly<Record<Rule["type"], Rule>> = {
  length: { type: "length", words: 40 },
  keywords: { type: "keywords", wanted: ["fox", "mill"], unwanted: [] },
  readability: { type: "readability", grade: 5 },
  json: { type: "json", shape: "object" },
  pattern: { type: "pattern", pattern: "(?i)\\b(thanks|please)\\b" },
};

export const SCORER_DRAFTS: Readonly<Record<ScorerSpec["type"], ScorerSpec>> = {
  sentiment: { type: "sentiment" },
  "simple-words": { type: "simple-words" },
  flesch: { type: "flesch" },
  brevity: { type: "brevity" },
  formality: { type: "formality" },
  keywords: { type: "keywords", wanted: ["please", "thank"], unwanted: [] },
  pattern: { type: "pattern", pattern: "(?i)\\b(thanks|please)\\b" },
  formula: { type: "formula", formula: "questions - 0.1 * words" },
};

/** @returns null where there are as many as may be */
export function draftSource(
  type: SourceType,
  existing: readonly SourceSpec[],
  writing: Writing,
  models: SourceModels,
): SourceSpec | null {
  const id = freeId(existing);
  if (id === null) return null;
  return { id, name: freeName(NAMES[type], existing), ...draftKind(type, writing, models) };
}

/** What people say after an answer. A chat model has read replies of a person, the laboratory's models only their world. */
const FOLLOW_UPS: Readonly<Record<Writing, Readonly<Record<"positive" | "negative", readonly string[]>>>> = {
  story: { positive: ["They laughed.", "Everyone was glad."], negative: ["They cried."] },
  advice: { positive: ["It worked very well.", "Everyone was glad."], negative: ["It went wrong."] },
  base: { positive: ["This was just right.", "Everyone was glad."], negative: ["This was of no use."] },
  chat: {
    positive: ["Thank you, that helps a lot!", "Great, that is just what I needed."],
    negative: ["That does not help me at all.", "That is not what I asked for."],
  },
};

/** Names of models that tuning made stronger than their siblings, and the page's own reward models. */
const TUNED = /^arm-|instruct|chat|[-_](?:it|dpo|rlhf|sft)\b/i;

function draftKind(type: SourceType, writing: Writing, { readers, classifiers }: SourceModels): SourceKind {
  const other = readers.find((model) => model !== POLICY) ?? POLICY;
  switch (type) {
    case "contrastive":
      return writing === "story"
        ? { type, model: POLICY, better: "Everyone was happy and laughed.", worse: "Everyone was sad and cried." }
        : { type, model: POLICY, better: "Be careful and be kind.", worse: "Be quick and careless." };
    case "sibling-ratio":
      return TUNED.test(other)
        ? { type, strong: other, weak: POLICY, criteria: "" }
        : { type, strong: POLICY, weak: other, criteria: "" };
    case "sibling":
      return { type, model: other };
    case "classifier":
      return { type, model: classifiers[0]?.id ?? "", label: classifiers[0]?.labels.at(-1) ?? "" };
    case "follow-up":
      return { type, model: POLICY, ...FOLLOW_UPS[writing] };
    case "average-logprob":
      return { type, model: POLICY };
    case "head":
      return { type, head: "" };
    case "rule":
      return { type, rule: RULE_DRAFTS.length };
    case "scorer":
      return { type, scorer: { type: "simple-words" } };
    default:
      throw new Error(`unknown source ${String(type satisfies never)}`);
  }
}

/**
 * Until a probe has found the weight that costs about 3 nats. The page's reward models run a hundred times wider than a
 * language model's logarithms. What only ranks whole texts costs nothing.
 */
export function draftWeight(spec: SourceSpec): number {
  if (modelsAsked(spec).some((id) => id.startsWith("arm-"))) return 0.02;
  return isTerm(spec) || spec.type === "classifier" || spec.type === "head" ? 0.1 : 1;
}

function freeId(existing: readonly SourceSpec[]): SourceId | null {
  const taken = new Set(existing.map(({ id }) => id));
  for (let number = 1; number <= SOURCE_LIMITS.sources; number++) if (!taken.has(`s${number}`)) return `s${number}`;
  return null;
}

export function freeName(name: string, existing: readonly SourceSpec[]): string {
  const taken = new Set(existing.map((spec) => spec.name));
  for (let number = 2; taken.has(name); number++) name = `${name.replace(/ \d+$/, "")} ${number}`;
  return name;
}
