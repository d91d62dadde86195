import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { JUDGE_IDS, judgeAmong, JUDGES, unjudged } from "../../src/core/judges.ts";
import { fileOf, parseCard } from "../../src/engine/bundle/card.ts";

test.each(JUDGE_IDS)("what is said of %s before it is fetched is what its card says", (id) => {
  const card = parseCard(id, JSON.parse(readFileSync(`public/models/${id}/card.json`, "utf8")));
  expect(JUDGES[id].objectives).toEqual(card.objectives);
  expect(JUDGES[id].bytes / fileOf(card, "onnx/model.onnx").bytes).toBeCloseTo(1, 1);
});

test("objectives with a weight that a judge does not score are named, and nothing else is", () => {
  const weights = { joy: 1, adventure: -1, detail: 0, s1: 2 };
  expect(unjudged(weights, JUDGES.fallible)).toEqual(["joy"]);
  expect(unjudged(weights, JUDGES.judge)).toEqual([]);
  expect(unjudged({}, JUDGES.fallible)).toEqual([]);
});

test("the models of a run tell its judge; models of the Hub have none", () => {
  expect(judgeAmong([{ id: "policy" }, { id: "fallible" }])).toBe("fallible");
  expect(judgeAmong([{ id: "policy" }, { id: "judge" }])).toBe("judge");
  expect(judgeAmong([{ id: "test/writer" }])).toBeNull();
});
