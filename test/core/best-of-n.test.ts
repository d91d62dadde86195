import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { bestOfN } from "../../src/core/best-of-n.ts";
import { ensembleScore } from "../../src/core/ensembles.ts";
import { bestOfNPmf, expectedBestOfN } from "../../src/core/estimators/best-of-n.ts";
import { k1, k3 } from "../../src/core/estimators/sampled-kl.ts";
import { bestOfNKlBound, bestOfNKlEstimate, choiceKl, perplexity } from "../../src/core/kl.ts";
import { klDivergence } from "../../src/core/logprobs.ts";
import { softBestOfN, softChoiceDistribution } from "../../src/core/soft-best-of-n.ts";

const score = fc.double({ min: -5, max: 5, noNaN: true });
const scores = fc.array(score, { minLength: 1, maxLength: 8 });

/** All subsets of n of the scores, by brute force. */
function subsets(values: readonly number[], n: number): number[][] {
  if (n === 0) return [[]];
  return values.flatMap((value, i) => subsets(values.slice(i + 1), n - 1).map((rest) => [value, ...rest]));
}

describe("best-of-N", () => {
  it("takes the highest score, ties and missing scores to the first", () => {
    expect(bestOfN([0.2, 0.9, 0.9])).toBe(1);
    expect(bestOfN([null, -3, null])).toBe(1);
    expect(bestOfN([null, null])).toBe(0);
    expect(bestOfN([7])).toBe(0);
  });

  it("is estimated without bias from N samples: the mean over all subsets of n", () => {
    fc.assert(
      fc.property(scores, fc.nat(), (values, pick) => {
        const n = 1 + (pick % values.length);
        const all = subsets(values, n).map((subset) => Math.max(...subset));
        expect(expectedBestOfN(values, n)).toBeCloseTo(all.reduce((sum, x) => sum + x, 0) / all.length, 9);
      }),
    );
  });

  it("has a KL between 0 and its bound, and an estimator between the exact value and the bound", () => {
    const weights = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 40 }), (raw, n) => {
        const total = raw.reduce((sum, w) => sum + w, 0);
        const ref = raw.map((w) => w / total);
        const pmf = bestOfNPmf(ref, n);
        const exact = klDivergence(pmf.map(Math.log), ref.map(Math.log));
        const estimate = pmf.reduce((sum, p, y) => sum + p * bestOfNKlEstimate(n, ref[y]!), 0);
        expect(exact).toBeLessThanOrEqual(estimate + 1e-9);
        expect(estimate).toBeLessThanOrEqual(bestOfNKlBound(n) + 1e-9);
      }),
    );
  });

  it("costs nothing at n = 1, and nothing where there is one text", () => {
    for (const eps of [1e-300, 1e-9, 0.3, 1]) expect(bestOfNKlEstimate(1, eps)).toBeCloseTo(0, 12);
    for (const n of [1, 2, 64]) expect(bestOfNKlEstimate(n, 1)).toBe(0);
    expect(bestOfNKlBound(1)).toBe(0);
    expect(bestOfNKlEstimate(16, 0)).toBeCloseTo(bestOfNKlBound(16), 12);
    expect(() => bestOfNKlEstimate(4, 1.5)).toThrow("probability");
  });
});

describe("soft best-of-N", () => {
  it("is uniform at beta = Infinity, hard near 0, and blind where nothing is scored", () => {
    expect([...softChoiceDistribution([1, 5, 2], Infinity)].map(Math.exp)).toEqual(
      [1, 1, 1].map((x) => expect.closeTo(x / 3, 12)),
    );
    expect(Math.exp(softChoiceDistribution([1, 5, 2], 1e-3)[1]!)).toBeCloseTo(1, 12);
    expect(Math.exp(softChoiceDistribution([null, null], 1)[0]!)).toBeCloseTo(0.5, 12);
    expect(softChoiceDistribution([null, 1], 1)[0]).toBe(-Infinity);
  });

  it("draws samples as often as its distribution says", () => {
    const values = [0.3, -0.4, 0.9];
    const counts = [0, 0, 0];
    for (let seed = 0; seed < 10_000; seed++) counts[softBestOfN(values, 0.7, seed)]!++;
    const distribution = softChoiceDistribution(values, 0.7);
    const statistic = counts.reduce(
      (sum, count, j) => sum + (count - 1e4 * Math.exp(distribution[j]!)) ** 2 / (1e4 * Math.exp(distribution[j]!)),
      0,
    );
    expect(statistic).toBeLessThan(13.8); // 2 degrees of freedom, p = 0.001
  });

  it("never costs more than log n, and nothing where all scores are equal", () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0.01, max: 50, noNaN: true }), (values, beta) => {
        const kl = choiceKl(softChoiceDistribution(values, beta));
        expect(kl).toBeGreaterThanOrEqual(0);
        expect(kl).toBeLessThanOrEqual(Math.log(values.length) + 1e-12);
        expect(
          choiceKl(
            softChoiceDistribution(
              values.map(() => values[0]!),
              beta,
            ),
          ),
        ).toBeCloseTo(0, 12);
      }),
    );
  });
});

describe("ensembles", () => {
  it("rank worst case <= UWO's mean, and agree where the members agree", () => {
    fc.assert(
      fc.property(scores, fc.double({ min: 0, max: 3, noNaN: true }), (members, lambda) => {
        const mean = ensembleScore(members, "mean", lambda);
        expect(ensembleScore(members, "wco", lambda)).toBeLessThanOrEqual(mean + 1e-12);
        expect(ensembleScore(members, "uwo", lambda)).toBeLessThanOrEqual(mean + 1e-12);
        expect(ensembleScore(members, "uwo", 0)).toBe(mean);
        const agreed = members.map(() => members[0]!);
        for (const kind of ["mean", "wco", "uwo"] as const) {
          expect(ensembleScore(agreed, kind, lambda)).toBeCloseTo(members[0]!, 9);
        }
      }),
    );
    expect(() => ensembleScore([], "mean", 0)).toThrow("no numbers");
  });
});

describe("sampled KL", () => {
  it("by k3 is never negative, by k1 can be, and a text of no tokens has perplexity 1", () => {
    fc.assert(
      fc.property(fc.array(score), (ratios) => {
        expect(k3(ratios)).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(k1([0.5, -0.7])).toBeCloseTo(-0.2, 12);
    expect(perplexity(0, 0)).toBe(1);
    expect(perplexity(-Math.log(8), 3)).toBeCloseTo(2, 12);
  });
});
