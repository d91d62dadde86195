import { describe, expect, it } from "vitest";
import { parseRequest } from "../../src/core/request.ts";
import { bestOf, BASE, GENARM, lane, request, VAS } from "../fakes.ts";

const BLOCKS = lane({
  id: "blockwise",
  k: 4,
  block: "sentence",
  by: "value",
  beta: 1,
  weights: { joy: 1 },
  ensemble: "mean",
  lambda: 0,
});
const GOOD = request([BASE, GENARM, VAS, bestOf(4), BLOCKS], {
  schedule: [{ token: 3, lane: 1, change: { beta: 2, weights: { joy: 0 } } }],
});

/** A copy with the value at `path` replaced; undefined removes it. */
function altered(path: string, value: unknown): unknown {
  const copy = structuredClone<Record<string, unknown>>({ ...GOOD });
  const keys = path.split(".");
  const last = keys.pop()!;
  let at: Record<string, unknown> = copy;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (value === undefined) delete at[last];
  else at[last] = value;
  return copy;
}

const REFUSED: readonly (readonly [string, unknown, string, RegExp])[] = [
  ["version", 2, "invalid-request", /version must be 1, got 2/],
  ["kind", "poem", "invalid-request", /one of story, advice, got "poem"/],
  ["prompt", " \n", "invalid-request", /empty\. Type/],
  ["prompt", 5, "invalid-request", /prompt must be a text, got 5/],
  ["prompt", "x".repeat(20_001), "context-overflow", /20001 characters.*20000\. Shorten/],
  ["seed", -1, "invalid-request", /seed must be a whole number at least 0/],
  ["seed", 2 ** 32, "invalid-request", /at most 4294967295, got 4294967296/],
  ["maxTokens", 1.5, "invalid-request", /maxTokens must be a whole number.*got 1.5/],
  ["lanes", [], "invalid-request", /lanes must be a list of 1 to 12 entries, got 0/],
  ["colour", "red", "invalid-request", /no setting "colour".*prompt/],
  ["lanes.1.strategy.beta", 0, "invalid-request", /lanes\[1\]\.strategy\.beta must be a number above 0, got 0/],
  ["lanes.1.strategy.beta", "1", "invalid-request", /got "1"/],
  ["lanes.1.strategy.beta", NaN, "invalid-request", /got NaN/],
  ["lanes.1.strategy.k", 3, "invalid-request", /no setting "k"/],
  ["lanes.0.strategy.beta", 1, "invalid-request", /no setting "beta"/],
  ["lanes.1.strategy.weights", { glee: 1 }, "unknown-objective", /"glee".*joy, adventure/],
  [
    "lanes.1.strategy.weights",
    { helpful: 1 },
    "invalid-request",
    /helpful must be 0 for a prompt of kind "story", got 1/,
  ],
  ["lanes.1.strategy.weights", { joy: Infinity }, "invalid-request", /joy.*at most 100, got Infinity/],
  ["lanes.1.strategy.id", "magic", "invalid-request", /one of base, genarm/],
  ["lanes.2.strategy.k", 0, "invalid-request", /k must be a whole number at least 1, got 0/],
  ["lanes.3.strategy.block", "sentence", "invalid-request", /no setting "block"/],
  ["lanes.4.strategy.k", 0, "invalid-request", /k must be a whole number at least 1.*each continuation/],
  ["lanes.4.strategy.k", 65, "invalid-request", /at most 64, got 65/],
  [
    "lanes.4.strategy.block",
    "word",
    "invalid-request",
    /block must be a whole number.*got "word"; or write "sentence"/,
  ],
  ["lanes.4.strategy.block", 0, "invalid-request", /block must be a whole number at least 1/],
  ["lanes.4.strategy.by", "truth", "invalid-request", /by must be one of judge, value/],
  ["lanes.4.strategy.n", 4, "invalid-request", /no setting "n"/],
  ["lanes.3.strategy.n", 65, "invalid-request", /n must be .* at most 64, got 65/],
  ["lanes.3.strategy.ensemble", "median", "invalid-request", /mean, wco, uwo/],
  ["lanes.3.strategy.lambda", -1, "invalid-request", /lambda must be a number at least 0, got -1/],
  ["lanes.0.sampling.temperature", -0.1, "invalid-request", /temperature must be .*at least 0.*got -0.1; 0 always/],
  ["lanes.0.sampling.topP", 0, "invalid-request", /topP must be a number above 0/],
  ["lanes.0.sampling.topK", undefined, "invalid-request", /topK must be a whole number.*got undefined/],
  [
    "lanes.0.sampling",
    { temperature: 1, topK: 0, topP: 0.9, minP: 0.1 },
    "invalid-request",
    /minP must be 0 while topP/,
  ],
  ["lanes.0.name", "x".repeat(81), "invalid-request", /at most 80 characters long, got 81/],
  ["schedule.0.lane", 5, "invalid-request", /lane must be .*at most 4, got 5/],
  ["schedule.0.lane", 0, "invalid-request", /change must be for a steered lane/],
  ["schedule.0.change", { k: 3 }, "invalid-request", /no setting "k"/],
  ["system", "x".repeat(4001), "invalid-request", /system .*4000/],
  ["turns", Array.from({ length: 13 }, () => ({ prompt: "a", answer: "b" })), "invalid-request", /turns .*12/],
  ["turns", [{ prompt: "a" }], "invalid-request", /turns\[0\]\.answer must be a text/],
  ["suppressEnd", "yes", "invalid-request", /suppressEnd must be true or false, got "yes"/],
];

describe("a request", () => {
  it("passes unchanged when it is good, and twice is once", () => {
    expect(parseRequest(GOOD)).toEqual(GOOD);
    expect(JSON.stringify(parseRequest(parseRequest(GOOD)))).toBe(JSON.stringify(parseRequest(GOOD)));
  });

  it.each(REFUSED)("is refused for %s = %j with the value, the bound and a way out", (path, value, code, message) => {
    expect(() => parseRequest(altered(path, value))).toThrow(expect.objectContaining({ code }));
    expect(() => parseRequest(altered(path, value))).toThrow(message);
  });

  it("keeps a system prompt and earlier turns, and leaves out empty ones", () => {
    const turns = [{ prompt: "Hi", answer: "Hello." }];
    const told = { ...GOOD, system: "Be brief.", turns };
    expect(parseRequest(told)).toMatchObject({ system: "Be brief.", turns });
    expect(parseRequest({ ...GOOD, system: "", turns: [] })).toEqual(parseRequest(GOOD));
  });

  it("may name objectives of the other kind with weight 0, and may have an infinite beta", () => {
    const odd = lane({ id: "genarm", beta: Infinity, weights: { helpful: 0, joy: -2 } });
    expect(parseRequest(request([odd])).lanes[0]).toEqual(odd);
  });

  it("may not ask for more rows than fit", () => {
    expect(() => parseRequest(request([bestOf(64), bestOf(64), BASE]))).toThrow("at most 128 rows in all, got 129");
  });

  it.each([[null], [[]], ["text"], [7]])("is refused when it is %j and no object", (value) => {
    expect(() => parseRequest(value)).toThrow("request must be an object");
  });
});
