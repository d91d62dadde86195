import { expect, test } from "vitest";
import { factsOf } from "../../src/state/stage/inspect.ts";
import { equationText } from "../../src/ui/words/equation-text.ts";

test("the copied equation holds every number unrounded", () => {
  const facts = factsOf({
    lane: 0,
    sample: 0,
    position: 0,
    token: 8,
    text: " sun",
    logprob: -0.5,
    baseLogprob: -1.4,
    kl: 0.2,
    klSteer: 0.2,
    entropy: 1,
    logZ: 0.1,
    contributions: { joy: 1 },
    plainToken: 7,
    plainText: " rain",
    top: {
      ids: [8, 7],
      texts: [" sun", " rain"],
      base: [-1.4, -0.5123456789],
      guided: [-0.5, -1.6],
      contributions: { joy: [1, -1] },
      sources: { joy: [0.9, -0.3] },
      tail: { base: 0.04, guided: 0.1 },
    },
  });
  const [head, first, second] = equationText(facts).split("\n");
  expect(head).toBe("token id\ttext\tbase log p\tjoy\tminus log Z'\tguided log p");
  expect(first).toBe('8\t" sun"\t-1.4\t1\t-0.1\t-0.5');
  expect(second).toContain("-0.5123456789");
});
