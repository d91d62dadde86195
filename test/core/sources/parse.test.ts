import { describe, expect, it } from "vitest";
import { parseRequest } from "../../../src/core/request.ts";
import { parseSources, sourceProblem } from "../../../src/core/sources/parse.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest } from "../../../src/core/types.ts";
import { lane, request } from "../../fakes.ts";

const GOOD: readonly SourceSpec[] = [
  { id: "s1", name: "Ratio", type: "sibling-ratio", strong: "a", weak: "b", criteria: "be brief" },
  { id: "s2", name: "Contrast", type: "contrastive", model: "policy", better: "kind", worse: "rude" },
  { id: "s3", name: "Sibling", type: "sibling", model: "policy" },
  { id: "s4", name: "Mood", type: "classifier", model: "sst2", label: "POSITIVE" },
  { id: "s5", name: "Follow", type: "follow-up", model: "policy", positive: ["thanks"], negative: [] },
  { id: "s6", name: "Average", type: "average-logprob", model: "policy" },
  { id: "s7", name: "Keys", type: "rule", rule: { type: "keywords", wanted: ["fox"], unwanted: [] } },
  { id: "s8", name: "Pattern", type: "rule", rule: { type: "pattern", pattern: "^\\w+$" } },
];
const SCORER: SourceSpec = { id: "s1", name: "Simple", type: "scorer", scorer: { type: "simple-words" } };
const [first] = GOOD;
const contrast = GOOD[1]!;
const rule = (own: object) => ({ id: "s1", name: "Rule", type: "rule", rule: own });

describe("sources", () => {
  it("pass unchanged when they are good", () => {
    expect(parseSources(GOOD, "sources")).toEqual(GOOD);
    expect(GOOD.map(sourceProblem)).toEqual(GOOD.map(() => null));
    const own = { ...request([lane({ id: "genarm", beta: 1, weights: { s2: 1, joy: 1 } })]), sources: GOOD };
    expect(parseRequest(own)).toEqual(own);
  });

  it.each<[string, unknown, RegExp]>([
    ["nine of them", [...GOOD, { ...contrast, id: "s9" }], /list of 0 to 8 entries, got 9/],
    ["one id twice", [first, { ...contrast, id: "s1" }], /different ids, got "s1"/],
    ["an id of an objective", [{ ...contrast, id: "joy" }], /"s1", "s2" and so on/],
    ["an id that is a key of all objects", [{ ...contrast, id: "__proto__" }], /at most 4 characters/],
    ["an unknown type", [{ ...contrast, type: "magic" }], /one of contrastive, .*got "magic"; choose/],
    ["a key of another type", [{ ...contrast, label: "x" }], /no setting "label"/],
    ["a text beyond all bounds", [{ ...contrast, better: "x".repeat(2001) }], /at most 2000 characters long, got 2001/],
    ["no model", [{ ...contrast, model: 7 }], /model must be a text, got 7/],
    ["a length of 0", [rule({ type: "length", words: 0 })], /words must be a whole number at least 1/],
    ["a grade of NaN", [rule({ type: "readability", grade: NaN })], /grade must be a number/],
    ["keywords that are no list", [rule({ type: "keywords", wanted: "fox", unwanted: [] })], /a list, got "fox"/],
    ["a rule of two kinds", [rule({ type: "json", words: 3 })], /no setting "words"/],
  ])("are refused for %s", (_, value, message) => {
    expect(() => parseSources(value, "sources")).toThrow(message);
  });

  it("take a scorer of texts with its settings, and refuse what is wrong in them", () => {
    const formula: SourceSpec = { ...SCORER, id: "s2", scorer: { type: "formula", formula: "words / 2" } };
    expect(parseSources([SCORER, formula], "sources")).toEqual([SCORER, formula]);
    expect([SCORER, formula].map(sourceProblem)).toEqual([null, null]);
    const refused = (scorer: unknown) => () => parseSources([{ ...SCORER, scorer }], "sources");
    expect(refused({ type: "magic" })).toThrow(/sources\[0\]\.scorer\.type must be one of sentiment/);
    expect(refused({ type: "flesch", pattern: "a" })).toThrow(/no setting "pattern"/);
    expect(refused({ type: "formula", formula: "words +" })).toThrow(/formula/i);
    const asked = (strategy: LaneRequest["strategy"]) => () =>
      parseRequest({ ...request([lane(strategy)]), sources: [SCORER] });
    const weights = { s1: 1 };
    expect(asked({ id: "genarm", beta: 1, weights })).toThrow(/it cannot use a source of type "scorer"/);
    expect(asked({ id: "vas", beta: 1, weights, k: 2 })).toThrow(/it cannot use a source of type "scorer"/);
    expect(asked({ id: "bon", n: 2, beta: 1, weights, ensemble: "mean", lambda: 0 })).not.toThrow();
  });

  it("take a head with its kind, which decides what it can guide", () => {
    const head: SourceSpec = { id: "s1", name: "Simple", type: "head", head: "simple" };
    const value: SourceSpec = { ...head, id: "s2", kind: "value" };
    expect(parseSources([head, value], "sources")).toEqual([head, value]);
    expect(() => parseSources([{ ...head, kind: "direction" }], "sources")).toThrow(/kind must be one of value/);
    const asked = (strategy: LaneRequest["strategy"]) => () =>
      parseRequest({ ...request([lane(strategy)]), sources: [head, value] });
    expect(asked({ id: "genarm", beta: 1, weights: { s1: 1 } })).not.toThrow();
    expect(asked({ id: "vas", beta: 1, weights: { s2: 1 }, k: 2 })).not.toThrow();
    expect(asked({ id: "genarm", beta: 1, weights: { s2: 1 } })).toThrow(/source of type "head"/);
    expect(asked({ id: "vas", beta: 1, weights: { s1: 1 }, k: 2 })).toThrow(/source of type "head"/);
  });

  it("take a JSON rule of an older page, which names no shape, for any JSON", () => {
    expect(parseSources([rule({ type: "json" })], "sources")).toEqual([rule({ type: "json", shape: "any" })]);
    const wanted = [rule({ type: "json", shape: "object" })];
    expect(parseSources(wanted, "sources")).toEqual(wanted);
    expect(() => parseSources([rule({ type: "json", shape: "table" })], "sources")).toThrow(
      /shape must be one of any, object, array, got "table"/,
    );
  });

  it.each<[string, SourceSpec, RegExp]>([
    ["an empty instruction", { ...contrast, better: "  " } as SourceSpec, /better of "Contrast".*write what a better/],
    ["two equal instructions", { ...contrast, worse: "kind" } as SourceSpec, /two equal prompts make no difference/],
    ["a model over itself", { ...first, weak: "a" } as SourceSpec, /different from the strong model/],
    ["no follow-up", { ...GOOD[4], positive: [" "] } as SourceSpec, /write at least one/],
    ["no keyword", { ...GOOD[6], rule: { type: "keywords", wanted: [], unwanted: [""] } } as SourceSpec, /one word/],
    [
      "a broken pattern",
      { ...GOOD[7], rule: { type: "pattern", pattern: "(a" } } as SourceSpec,
      /pattern must be a regular expression.*got "\(a"; it has a "\(" without a "\)"/,
    ],
    [
      "a pattern that looks back",
      { ...GOOD[7], rule: { type: "pattern", pattern: "(a)\\1" } } as SourceSpec,
      /it has a back-reference/,
    ],
  ])("of good shape say why they cannot score with %s, and requests refuse them", (_, spec, message) => {
    expect(parseSources([spec], "sources")).toEqual([spec]);
    expect(sourceProblem(spec)?.message).toMatch(message);
    expect(() => parseRequest({ ...request([lane({ id: "base" })]), sources: [spec] })).toThrow(message);
  });

  it.each<[string, LaneRequest["strategy"], RegExp]>([
    ["that nobody defines", { id: "genarm", beta: 1, weights: { s9: 1 } }, /has the unknown objective "s9".*s1, s2/],
    [
      "of whole texts for a token strategy",
      { id: "genarm", beta: 1, weights: { s6: 1 } },
      /0 in a lane of strategy "genarm", got 1; it cannot use a source of type "average-logprob"/,
    ],
    ["of tokens for values", { id: "vas", beta: 1, weights: { s2: 1 }, k: 4 }, /strategy "vas"/],
    [
      "for the oracle, whom the truth alone guides",
      { id: "oracle-bon", n: 2, beta: 1, weights: { s2: 1 }, ensemble: "mean", lambda: 0 },
      /strategy "oracle-bon"/,
    ],
  ])("cannot be weighed by a lane: one %s", (_, strategy, message) => {
    expect(() => parseRequest({ ...request([lane(strategy)]), sources: GOOD })).toThrow(message);
  });
});
