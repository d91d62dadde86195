/** Pairs for the page: no more of a kind than are wanted, spread over prompts, labelled by VADER where there is no truth. */
import { expect, test } from "vitest";
import type { ProbeText } from "../../../src/core/probe/ask.ts";
import { CLOSE, OTHER_WORDS, SENTIMENT } from "../../../src/core/probe/pairs.ts";
import { pairsOf } from "../../../src/engine/probe/make-pairs.ts";

const text = (prompt: string, seed: number, own: string): ProbeText => ({
  kind: "advice",
  prompt,
  seed,
  text: own,
  truth: {},
});
const GLAD = "What a lovely, happy and wonderful day this is";
const SAD = "What a sad, terrible and awful day this is";

test("every prompt has one pair of a kind before any has two", async () => {
  const texts = ["p", "q", "r"].flatMap((prompt) => [
    text(prompt, 1, `${GLAD} in ${prompt}`),
    text(prompt, 2, `${SAD} in ${prompt}`),
  ]);
  const pairs = await pairsOf({ texts, others: [], most: 4 });
  const of = (category: string) => pairs.filter((pair) => pair.category === category);
  expect(of("cut").map(({ prompt }) => prompt)).toEqual(["p", "q", "r", "p"]);
  expect(of(SENTIMENT)).toHaveLength(3);
  for (const { chosen, rejected } of [...of(SENTIMENT), ...of(CLOSE)]) {
    expect(chosen).toContain("happy");
    expect(rejected).toContain("awful");
  }
});

test("texts of one prompt take the others for theirs, and their other words keep the prompt that they belong to", async () => {
  const own = { ...text("p", 7, GLAD), wordings: ["p again"] };
  const other = text("q", 1, "Quite another thing that nobody asked for here");
  const pairs = await pairsOf({ texts: [own], others: [other], most: 10 });
  expect(pairs.find(({ category }) => category === OTHER_WORDS)).toMatchObject({
    prompt: "p again",
    origin: "p",
    chosen: GLAD,
    rejected: other.text,
  });
  expect(pairs.every(({ chosen }) => chosen === GLAD)).toBe(true);
});
