/**
 * Sources of reward that need no training, as plain data: a request defines them once, lanes weigh them by id.
 *
 * None was trained with a coefficient, so b = 1; the unit is the nat (a token, for whole texts), for rules and scorers their own.
 */
import type { ScorerSpec } from "../scorers/spec.ts";

/** "s1", "s2", …: never the name of an objective, so that weights and pushes of both fit one table. */
export type SourceId = `s${number}`;

/** Id of a loaded model. `POLICY` is the policy, whatever it is called. */
export type ModelId = string;
export const POLICY = "policy";

/** What a text may be that is JSON: anything, or one of the two that programs ask for. */
export const JSON_SHAPES = ["any", "object", "array"] as const;
export type JsonShape = (typeof JSON_SHAPES)[number];

/** What rules are made of: rewards that are read off a text. */
export type Rule =
  | { readonly type: "length"; readonly words: number }
  | { readonly type: "keywords"; readonly wanted: readonly string[]; readonly unwanted: readonly string[] }
  | { readonly type: "readability"; readonly grade: number }
  | { readonly type: "json"; readonly shape: JsonShape }
  | { readonly type: "pattern"; readonly pattern: string };

/** `criteria`, `better` and `worse` are instructions put before the prompt; empty criteria leave it as it is. */
export type SourceKind =
  | { readonly type: "sibling-ratio"; readonly strong: ModelId; readonly weak: ModelId; readonly criteria: string }
  | { readonly type: "contrastive"; readonly model: ModelId; readonly better: string; readonly worse: string }
  | { readonly type: "sibling"; readonly model: ModelId }
  | { readonly type: "classifier"; readonly model: ModelId; readonly label: string }
  | {
      readonly type: "follow-up";
      readonly model: ModelId;
      readonly positive: readonly string[];
      readonly negative: readonly string[];
    }
  | { readonly type: "average-logprob"; readonly model: ModelId }
  /**
   * A learned reward of the next token over the policy's own state (`core/heads/`), by the id of its file's card; of kind
   * "value" a learned value of the text so far.
   */
  | { readonly type: "head"; readonly head: string; readonly kind?: "value" }
  | { readonly type: "rule"; readonly rule: Rule }
  /** A score of whole texts alone (`core/scorers/`). */
  | { readonly type: "scorer"; readonly scorer: ScorerSpec };

export type SourceSpec = SourceKind & { readonly id: SourceId; readonly name: string };
export type SourceType = SourceSpec["type"];
type SpecOf<T extends SourceType> = Extract<SourceSpec, { type: T }>;
/** Sources with a log-probability for every token of the vocabulary. */
export type TermSpec = SpecOf<"sibling-ratio" | "contrastive" | "sibling">;

export const SOURCE_TYPES = [
  "contrastive",
  "sibling-ratio",
  "sibling",
  "classifier",
  "follow-up",
  "average-logprob",
  "head",
  "rule",
  "scorer",
] as const satisfies readonly SourceType[];
export const RULE_TYPES = ["length", "keywords", "readability", "json", "pattern"] as const;

export const SOURCE_LIMITS = {
  sources: 8,
  nameCharacters: 40,
  modelCharacters: 200,
  textCharacters: 2000,
  /** A side of follow-ups or keywords. */
  list: 20,
  listCharacters: 200,
  patternCharacters: 200,
  words: 4000,
  grade: 30,
} as const;

export function isSourceId(id: string): id is SourceId {
  return /^s[1-9]\d{0,2}$/.test(id);
}

/** GenARM adds these to every token's log-probability. */
export function isTerm(spec: SourceSpec): spec is TermSpec {
  return spec.type === "sibling-ratio" || spec.type === "contrastive" || spec.type === "sibling";
}

/** What a lane of a strategy can take from a source; ARGS from what reads a text at once, best-of-N and blocks rank by any of them, the oracle by the truth alone. */
export function canWeigh(strategy: string, spec: SourceSpec): boolean {
  if (strategy === "genarm") return isTerm(spec) || (spec.type === "head" && spec.kind !== "value");
  if (strategy === "vas") return spec.type === "classifier" || (spec.type === "head" && spec.kind === "value");
  if (strategy === "args") return spec.type === "classifier" || spec.type === "scorer" || spec.type === "rule";
  return strategy === "bon" || strategy === "soft-bon" || strategy === "blockwise";
}

/** The source of an id. Requests are checked to define what they weigh, so one that is not there is a mistake of ours. */
export function sourceById(sources: readonly SourceSpec[], id: string): SourceSpec {
  const spec = sources.find((each) => each.id === id);
  if (spec === undefined) throw new Error(`no source ${id}, though a lane weighs it`);
  return spec;
}

/** The models that a source asks. */
export function modelsAsked(spec: SourceSpec): readonly ModelId[] {
  if (spec.type === "rule" || spec.type === "head" || spec.type === "scorer") return [];
  return spec.type === "sibling-ratio" ? [spec.strong, spec.weak] : [spec.model];
}
