import { expect, test } from "vitest";
import { checkProbeAsk, PROBE_LIMITS, type ProbeAsk } from "../../../src/core/probe/ask.ts";

const text = {
  kind: "story",
  prompt: "p",
  seed: 3,
  text: "a text",
  truth: { joy: 1.5, detail: null },
  wordings: ["q"],
} as const;
const ASK: ProbeAsk = { texts: [text], others: [], most: 5, sources: [], asks: false };

test("an ask that is whole crosses unchanged", () => {
  expect(checkProbeAsk(structuredClone(ASK))).toEqual(ASK);
});

test.each([
  ["no text", { texts: [] }, /ask.texts/],
  ["too many texts", { texts: Array.from({ length: PROBE_LIMITS.texts + 1 }, () => text) }, /ask.texts/],
  ["no pairs", { most: 0 }, /ask.most/],
  ["half a pair", { most: 1.5 }, /ask.most/],
  ["a kind that nobody knows", { texts: [{ ...text, kind: "poem" }] }, /ask.texts\[0\].kind/],
  ["a truth that is a text", { texts: [{ ...text, truth: { joy: "much" } }] }, /ask.texts\[0\].truth.joy/],
  ["a truth of no objective", { texts: [{ ...text, truth: { fame: 1 } }] }, /fame/],
  ["too many wordings", { texts: [{ ...text, wordings: Array.from({ length: 9 }, () => "q") }] }, /wordings/],
  ["a source that is none", { sources: [{ id: "x" }] }, /ask.sources\[0\]/],
  ["a word for yes", { asks: "yes" }, /ask.asks must be true or false/],
  ["another key", { more: 1 }, /more/],
])("%s is refused by name", (_, change, message) => {
  expect(() => checkProbeAsk({ ...ASK, ...change })).toThrow(message);
});
