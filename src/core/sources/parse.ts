/**
 * Sources from a link, a file or another thread. `parseSources` checks their shape and bounds; a text that is still being
 * written may be empty there. `sourceProblem` says why a source cannot score yet, in words with the way out.
 */
import { checkArray, checkFields, checkNumber, checkOneOf, checkString, refuse, type Fields } from "../bounds.ts";
import type { RunError } from "../errors.ts";
import { compilePattern } from "../patterns/pattern.ts";
import { parseScorer } from "../scorers/spec.ts";
import { isSourceId, JSON_SHAPES, RULE_TYPES, SOURCE_LIMITS, SOURCE_TYPES } from "./spec.ts";
import type { Rule, SourceKind, SourceSpec, SourceType } from "./spec.ts";

const OWN_KEYS: Readonly<Record<SourceType, readonly string[]>> = {
  "sibling-ratio": ["strong", "weak", "criteria"],
  contrastive: ["model", "better", "worse"],
  sibling: ["model"],
  classifier: ["model", "label"],
  "follow-up": ["model", "positive", "negative"],
  "average-logprob": ["model"],
  head: ["head", "kind"],
  rule: ["rule"],
  scorer: ["scorer"],
};
const ALL_KEYS = ["id", "name", "type", ...new Set(Object.values(OWN_KEYS).flat())];

/** @throws RunError "invalid-request" */
export function parseSources(value: unknown, path: string): SourceSpec[] {
  const sources = checkArray(value, path, 0, SOURCE_LIMITS.sources).map((each, i) =>
    parseSource(each, `${path}[${i}]`),
  );
  const twice = sources.find(({ id }, i) => sources.findIndex((other) => other.id === id) !== i);
  if (twice !== undefined) throw refuse(path, "a list of different ids", twice.id, "give each source an id of its own");
  return sources;
}

function parseSource(value: unknown, path: string): SourceSpec {
  const type = checkOneOf(checkFields(value, path, ALL_KEYS).type, `${path}.type`, SOURCE_TYPES);
  const fields = checkFields(value, path, ["id", "name", "type", ...OWN_KEYS[type]]);
  const id = checkString(fields.id, `${path}.id`, 4);
  if (!isSourceId(id)) throw refuse(`${path}.id`, '"s1", "s2" and so on', id, "number the sources");
  const name = checkString(fields.name, `${path}.name`, SOURCE_LIMITS.nameCharacters);
  return { id, name, ...parseKind(type, fields, path) };
}

function parseKind(type: SourceType, fields: Fields, path: string): SourceKind {
  const model = (key: string): string => checkString(fields[key], `${path}.${key}`, SOURCE_LIMITS.modelCharacters);
  const text = (key: string): string => checkString(fields[key], `${path}.${key}`, SOURCE_LIMITS.textCharacters);
  switch (type) {
    case "sibling-ratio":
      return { type, strong: model("strong"), weak: model("weak"), criteria: text("criteria") };
    case "contrastive":
      return { type, model: model("model"), better: text("better"), worse: text("worse") };
    case "sibling":
    case "average-logprob":
      return { type, model: model("model") };
    case "classifier":
      return { type, model: model("model"), label: model("label") };
    case "follow-up": {
      const [positive, negative] = [parseList(fields, "positive", path), parseList(fields, "negative", path)];
      return { type, model: model("model"), positive, negative };
    }
    case "head":
      return {
        type,
        head: model("head"),
        ...(fields.kind !== undefined && { kind: checkOneOf(fields.kind, `${path}.kind`, ["value"]) }),
      };
    case "rule":
      return { type, rule: parseRule(fields.rule, `${path}.rule`) };
    case "scorer":
      return { type, scorer: parseScorer(fields.scorer, `${path}.scorer`) };
    default:
      throw new Error(`unknown source ${String(type satisfies never)}`);
  }
}

function parseList(fields: Fields, key: string, path: string): string[] {
  const at = `${path}.${key}`;
  const list = checkArray(fields[key], at, 0, SOURCE_LIMITS.list);
  return list.map((each, i) => checkString(each, `${at}[${i}]`, SOURCE_LIMITS.listCharacters));
}

function parseRule(value: unknown, path: string): Rule {
  const all = ["type", "words", "wanted", "unwanted", "grade", "shape", "pattern"];
  const type = checkOneOf(checkFields(value, path, all).type, `${path}.type`, RULE_TYPES);
  switch (type) {
    case "length": {
      const { words } = checkFields(value, path, ["type", "words"]);
      const bound = { min: 1, max: SOURCE_LIMITS.words, isInteger: true, hint: "say how long the text should be" };
      return { type, words: checkNumber(words, `${path}.words`, bound) };
    }
    case "keywords": {
      const fields = checkFields(value, path, ["type", "wanted", "unwanted"]);
      return { type, wanted: parseList(fields, "wanted", path), unwanted: parseList(fields, "unwanted", path) };
    }
    case "readability": {
      const { grade } = checkFields(value, path, ["type", "grade"]);
      const bound = { min: 0, max: SOURCE_LIMITS.grade, hint: "give the years of school that a reader needs" };
      return { type, grade: checkNumber(grade, `${path}.grade`, bound) };
    }
    case "json": {
      // Requests and links of older pages name no shape.
      const { shape = "any" } = checkFields(value, path, ["type", "shape"]);
      return { type, shape: checkOneOf(shape, `${path}.shape`, JSON_SHAPES) };
    }
    case "pattern": {
      const { pattern } = checkFields(value, path, ["type", "pattern"]);
      return { type, pattern: checkString(pattern, `${path}.pattern`, SOURCE_LIMITS.patternCharacters) };
    }
    default:
      throw new Error(`unknown rule ${String(type satisfies never)}`);
  }
}

/** Why a well-formed source cannot score anything yet; null where it can. Which models are loaded is not its business. */
export function sourceProblem(spec: SourceSpec): RunError | null {
  const empty = (key: string, hint: string): RunError =>
    refuse(`${key} of "${spec.name}"`, "a text that is not empty", "", hint);
  switch (spec.type) {
    case "contrastive":
      if (spec.better.trim() === "") return empty("better", "write what a better answer does");
      if (spec.worse.trim() === "") return empty("worse", "write what a worse answer does");
      if (spec.better.trim() !== spec.worse.trim()) return null;
      return refuse(
        `worse of "${spec.name}"`,
        "different from the better prompt",
        spec.worse,
        "two equal prompts make no difference",
      );
    case "sibling-ratio":
      if (spec.strong !== spec.weak) return null;
      return refuse(
        `weak of "${spec.name}"`,
        "different from the strong model",
        spec.weak,
        "a model compared with itself makes no difference",
      );
    case "follow-up":
      if ([...spec.positive, ...spec.negative].some((each) => each.trim() !== "")) return null;
      return empty("follow-ups", "write at least one that a good or a bad answer would get");
    case "classifier":
      return spec.label.trim() === "" ? empty("label", "choose one of the classifier’s labels") : null;
    case "head":
      return spec.head.trim() === "" ? empty("head", "name a head that is loaded") : null;
    case "rule":
      return ruleProblem(spec.rule, empty);
    case "sibling":
    case "average-logprob":
    // Its shape leaves nothing open.
    case "scorer":
      return null;
    default:
      throw new Error(`unknown source ${JSON.stringify(spec satisfies never)}`);
  }
}

function ruleProblem(rule: Rule, empty: (key: string, hint: string) => RunError): RunError | null {
  if (rule.type === "keywords") {
    const isEmpty = [...rule.wanted, ...rule.unwanted].every((word) => word.trim() === "");
    return isEmpty ? empty("keywords", "write at least one word") : null;
  }
  if (rule.type !== "pattern") return null;
  if (rule.pattern === "") return empty("pattern", "write a regular expression");
  const compiled = compilePattern(rule.pattern);
  return compiled.type === "broken"
    ? refuse("pattern", "a regular expression that runs in linear time", rule.pattern, compiled.why)
    : null;
}
