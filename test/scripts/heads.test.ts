/** Blind pairs, the figures of tried lanes, and where a slider ends: each against small cases worked out by hand. */
import { describe, expect, it } from "vitest";
import { chanceOf, parseVerdicts, rightOf, shuffledPairs } from "../../scripts/heads/pairs.ts";
import { figuresOf, laneOfHead, sliderEndOf, type TriedAnswer, type Tries } from "../../scripts/heads/tries.ts";

const TEXTS = Array.from({ length: 40 }, (_, i) => {
  return { promptId: String(i), prompt: `Prompt ${i}?`, plain: `plain ${i}`, steered: `steered ${i}` };
});

describe("blind pairs", () => {
  it("hold each prompt's two texts once, in an order that the seed decides", () => {
    const pairs = shuffledPairs(TEXTS, 1);
    expect(pairs.map(({ promptId }) => Number(promptId)).toSorted((a, b) => a - b)).toEqual([...TEXTS.keys()]);
    for (const { promptId, first, second, steered } of pairs) {
      expect([first, second][steered - 1]).toBe(`steered ${promptId}`);
      expect([first, second][2 - steered]).toBe(`plain ${promptId}`);
    }
    expect(shuffledPairs(TEXTS, 1)).toEqual(pairs);
    expect(shuffledPairs(TEXTS, 2)).not.toEqual(pairs);
    const firsts = pairs.filter(({ steered }) => steered === 1).length;
    expect(Math.abs(firsts - 20)).toBeLessThan(10);
  });

  it("are scored by the verdicts on them", () => {
    const verdicts = parseVerdicts("1 fairy tale\n2: shorter\n\n1\n");
    expect(verdicts).toEqual([
      { steered: 1, remark: "fairy tale" },
      { steered: 2, remark: "shorter" },
      { steered: 1, remark: "" },
    ]);
    expect(rightOf([1, 1, 1], verdicts)).toBe(2);
    expect(() => rightOf([1], verdicts)).toThrow("3 verdicts for 1 pairs");
    expect(() => parseVerdicts("1 yes\nthe second")).toThrow('verdict 2 is "the second"; begin it with 1 or 2');
  });

  it("are told apart by guessing as seldom as a fair coin says", () => {
    expect(chanceOf(0, 20)).toBe(1);
    expect(chanceOf(20, 20)).toBeCloseTo(2 ** -20, 12);
    // 1 + 20 + 190 ways of at most two wrong.
    expect(chanceOf(18, 20)).toBeCloseTo(211 / 2 ** 20, 12);
  });
});

function answer(promptId: string, lane: string, more: Partial<TriedAnswer>): TriedAnswer {
  const usual = { sample: 0, tokens: [1, 2, 3, 4], text: "a b", finish: "eos", klSteer: 0 } as const;
  return { ...usual, promptId, lane, basePerplexity: 2, distinct2: 1, scores: { h: 0 }, syllables: 1, ...more };
}

describe("figures of a lane", () => {
  const lanes: Tries["lanes"] = [
    { name: "plain", by: "plain" },
    { name: "h at 1", by: "head", head: "h", weight: 1 },
    { name: "h at 2", by: "head", head: "h", weight: 2 },
    { name: "h at 4", by: "head", head: "h", weight: 4 },
    { name: "h contrast", by: "contrast", head: "h", weight: 1.5 },
    { name: "best of 2", by: "best-of-n", n: 2 },
    { name: "v at 8", by: "vas", head: "v", weight: 8, k: 4 },
  ];
  const answers: readonly TriedAnswer[] = [
    answer("a", "plain", { scores: { h: 0.1 } }),
    answer("b", "plain", { scores: { h: 0.3 }, basePerplexity: 8 }),
    answer("a", "h at 1", { scores: { h: 0.4 }, klSteer: 3, tokens: [1, 2] }),
    answer("b", "h at 1", { scores: { h: 0.4 }, klSteer: 5, tokens: [1, 2, 3, 4, 5, 6], basePerplexity: 8 }),
    answer("a", "h at 2", { basePerplexity: 5.9, tokens: [5, 6, 7, 8] }),
    answer("b", "h at 2", { basePerplexity: 5.9, tokens: [5, 6, 7, 8] }),
    answer("a", "h at 4", {}),
    answer("b", "h at 4", {}),
    answer("a", "h contrast", {}),
    answer("b", "h contrast", {}),
    answer("a", "best of 2", { scores: { h: 0.1, g: 1 }, sample: 0 }),
    answer("a", "best of 2", { scores: { h: 0.5, g: 0 }, sample: 1, syllables: 2 }),
    answer("b", "best of 2", { scores: { h: 0.3, g: 0 }, sample: 0 }),
    answer("b", "best of 2", { scores: { h: 0.2, g: 1 }, sample: 1 }),
    answer("a", "v at 8", { scores: { h: 0.6 } }),
  ];
  const tries = { lanes, answers };

  it("compare the same prompts with plain, token by token", () => {
    const figures = figuresOf(tries, "h at 1", "h");
    expect(figures.n).toBe(2);
    expect(figures.score.value).toBeCloseTo(0.4, 12);
    expect(figures.gain.value).toBeCloseTo(0.2, 12);
    // t of one degree of freedom is 12.706, the gains are 0.3 and 0.1.
    expect(figures.gain.ci95?.[1]).toBeCloseTo(0.2 + 12.706 * 0.1, 6);
    expect(figures.klSteer.value).toBe(4);
    expect(figures.perplexity).toBeCloseTo(2 ** (2 / 8) * 8 ** (6 / 8), 9);
    expect(figures.perplexityRatio).toBeCloseTo((2 ** (2 / 8) * 8 ** (6 / 8)) / 4, 9);
    expect(figures.forwards).toBe(1);
  });

  it("count what a contrast and best-of-N ask of the policy, and let each head pick its own best", () => {
    expect(figuresOf(tries, "h contrast", "h").forwards).toBe(3);
    const best = figuresOf(tries, "best of 2", "h");
    expect(best.n).toBe(2);
    expect(best.score.value).toBeCloseTo((0.5 + 0.3) / 2, 12);
    expect(best.syllables).toBe(1.5);
    expect(best.klSteer.value).toBeCloseTo(Math.log(2) - 0.5, 12);
    expect(best.forwards).toBe((16 + 8) / 8);
  });

  it("count the candidates of VAS, and take its lane for one of its head", () => {
    expect(laneOfHead(tries, "v", 8)).toBe("v at 8");
    const figures = figuresOf(tries, "v at 8", "h");
    expect([figures.n, figures.forwards]).toEqual([1, 5]);
    expect(figures.gain.value).toBeCloseTo(0.5, 12);
  });

  it("end the slider before the first weight whose texts do not hold, also where a larger one seems to", () => {
    expect(figuresOf(tries, "h at 1", "h").broken).toBe(0);
    expect(figuresOf(tries, "h at 2", "h").perplexityRatio).toBeCloseTo(5.9 / 4, 9);
    expect(sliderEndOf(tries, "h")).toBe(4);
    const worse = answers.map((each) => (each.lane === "h at 2" ? { ...each, basePerplexity: 6.1 } : each));
    expect(sliderEndOf({ lanes, answers: worse }, "h")).toBe(1);
    const looping = answers.map((each) => (each.lane === "h at 2" ? { ...each, tokens: [5, 5, 5, 5] } : each));
    expect(sliderEndOf({ lanes, answers: looping }, "h")).toBe(1);
    const oneLoops = answers.map((each, at) => (at === 4 ? { ...each, tokens: [5, 5, 5, 5] } : each));
    expect(sliderEndOf({ lanes, answers: oneLoops }, "h")).toBe(4);
    const hopeless = answers.map((each) => (each.lane === "h at 1" ? { ...each, basePerplexity: 50 } : each));
    expect(() => sliderEndOf({ lanes, answers: hopeless }, "h")).toThrow("h has no weight whose texts hold");
  });

  it("are refused where something is missing", () => {
    expect(() => laneOfHead(tries, "h", 3)).toThrow("h at 3 was not tried");
    expect(() => figuresOf(tries, "h at 1", "g")).toThrow("the answer of h at 1 to prompt a has no score of g");
    expect(() => figuresOf({ lanes, answers: answers.slice(2) }, "h at 1", "h")).toThrow("has no plain answer");
  });
});
