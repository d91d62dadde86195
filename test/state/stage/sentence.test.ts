import { describe, expect, test } from "vitest";
import type { RowStep } from "../../../src/core/types.ts";
import { sentenceAt, sentences } from "../../../src/state/stage/sentence.ts";
import { fc } from "../../properties.ts";

function step(text: string, position: number, joy = 0, plain = text): RowStep {
  const numbers = { logprob: -1, baseLogprob: -1, kl: 0.5, klSteer: 0.25, entropy: 1, logZ: 0, contributions: { joy } };
  const isSame = plain === text;
  return { lane: 0, sample: 0, position, token: 1, text, plainToken: isSame ? 1 : 2, plainText: plain, ...numbers };
}
const say = (...texts: readonly string[]): RowStep[] => texts.map((text, position) => step(text, position));

describe("the sentences of a text", () => {
  test("are found whatever the tokens are", () => {
    const found = sentences(say(" A", " f", "ox", ".", ' "', "Who", '?"', " He", " ran", "."));
    expect(found.map(({ text }) => text)).toEqual(["A fox.", '"Who?"', "He ran."]);
    expect(found.map(({ steps }) => steps.map(({ position }) => position))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ]);
  });

  test("share out every step once, in order, and say the whole text", () => {
    const texts = fc.array(fc.constantFrom(" fox", " ran", ".", "!", ' "', '"', "\n", "", " Mr", " 3", ".5", " é"), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(texts, (all) => {
        const steps = say(...all);
        const found = sentences(steps);
        const spoken = found.map(({ text }) => text).join("");
        expect(spoken.replaceAll(/\s/g, "")).toBe(all.join("").replaceAll(/\s/g, ""));
        if (found.length > 0) expect(found.flatMap((each) => each.steps)).toEqual(steps);
        expect(found.map(({ number }) => number)).toEqual(found.map((_, i) => i + 1));
      }),
      { numRuns: 300 },
    );
  });

  test("add up pushes and KL of their own tokens and name the flips", () => {
    const steps = [step(" A", 0, 0.5), step(" fox", 1, 1, " dog"), step(".", 2, -0.25), step(" It", 3, 2)];
    expect(sentenceAt(steps, 1)).toMatchObject({ text: "A fox.", kl: 0.75, pushes: [{ id: "joy", nats: 1.25 }] });
    expect(sentenceAt(steps, 1)?.flips.map(({ plainText }) => plainText)).toEqual([" dog"]);
    expect(sentenceAt(steps, 3)).toMatchObject({ text: "It", number: 2, flips: [] });
    expect(sentenceAt(steps, 9)).toBeNull();
    expect(sentences([])).toEqual([]);
  });
});
