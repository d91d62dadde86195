import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { argmax, logSoftmax } from "../../src/core/logprobs.ts";
import { gumbelNoise } from "../../src/core/noise.ts";
import { CLOSE_MARGIN, draw, hasCloseMaximum, sampledDistribution } from "../../src/core/sampling.ts";
import { topIndices } from "../../src/core/top.ts";
import type { Sampling } from "../../src/core/types.ts";
import { distribution, massOf, sampling } from "./arbitraries.ts";

const PLAIN: Sampling = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 };

function sampled(guided: Float64Array, settings: Partial<Sampling>): Float64Array {
  return sampledDistribution(guided, { ...PLAIN, ...settings }, new Float64Array(guided.length));
}

function support(own: Float64Array): number[] {
  return [...own.keys()].filter((v) => own[v]! > -Infinity);
}

describe("top-k indices", () => {
  it("are those of a full sort, ties to the lowest id", () => {
    const entry = fc.constantFrom(-Infinity, -1, 0, 0.5, 2);
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 40 }), fc.integer({ min: 0, max: 45 }), (values, k) => {
        const ids = values
          .map((_, id) => id)
          .sort((a, b) => (values[a] === values[b] ? a - b : values[b]! > values[a]! ? 1 : -1));
        expect(topIndices(values, k)).toEqual(ids.slice(0, k));
      }),
    );
  });

  it("agree beyond the size at which the method changes", () => {
    const values = Array.from({ length: 700 }, (_, i) => (i * 7919) % 311);
    expect(topIndices(values, 600).slice(0, 200)).toEqual(topIndices(values, 200));
  });
});

describe("the sampled distribution", () => {
  it("is normalised, keeps the likeliest token and the ranking", () => {
    fc.assert(
      fc.property(distribution(12), sampling, (guided, settings) => {
        const own = sampled(guided, settings);
        expect(massOf(own)).toBeCloseTo(1, 9);
        expect(own[argmax(guided)]).toBe(Math.max(...own));
      }),
    );
  });

  it("at temperature 0 is the argmax, ties to the lowest id", () => {
    expect(support(sampled(logSoftmax([0, 2, 2, 1]), { temperature: 0 }))).toEqual([1]);
    fc.assert(
      fc.property(distribution(9), (guided) => {
        expect(support(sampled(guided, { temperature: 0, topP: 0.5 }))).toEqual([argmax(guided)]);
      }),
    );
  });

  it("at any temperature is p^(1/T), also at the tiniest", () => {
    const guided = logSoftmax([0.3, -1, 2, 0]);
    const greedy = new Float64Array([0, 0, 1, 0]);
    for (const temperature of [0.7, 3]) {
      const own = sampled(guided, { temperature });
      for (const v of own.keys()) expect(own[v]! - own[0]!).toBeCloseTo((guided[v]! - guided[0]!) / temperature, 12);
    }
    for (const tiny of [1e-308, 1e-320]) expect(sampled(guided, { temperature: tiny }).map(Math.exp)).toEqual(greedy);
  });

  it("keeps exactly k tokens under top-k, with their ratios", () => {
    fc.assert(
      fc.property(distribution(10), fc.integer({ min: 1, max: 12 }), (guided, topK) => {
        const own = sampled(guided, { topK });
        const kept = support(own);
        expect(kept).toHaveLength(Math.min(topK, 10));
        for (const v of kept) expect(own[v]! - own[kept[0]!]!).toBeCloseTo(guided[v]! - guided[kept[0]!]!, 9);
      }),
    );
  });

  it("keeps the smallest prefix with mass >= p under top-p, the token that crosses included", () => {
    fc.assert(
      fc.property(distribution(10), fc.double({ min: 0.05, max: 0.99, noNaN: true }), (guided, topP) => {
        const kept = support(sampled(guided, { topP }));
        const masses = topIndices(guided, 10).map((id) => Math.exp(guided[id]!));
        const mass = masses.slice(0, kept.length).reduce((sum, p) => sum + p, 0);
        expect(new Set(kept)).toEqual(new Set(topIndices(guided, kept.length)));
        expect(mass).toBeGreaterThanOrEqual(topP - 1e-12);
        expect(mass - masses[kept.length - 1]!).toBeLessThan(topP);
      }),
    );
  });

  it("keeps the tokens of at least minP times the maximum under min-p", () => {
    const guided = logSoftmax([0.5, 0.3, 0.15, 0.05].map(Math.log));
    expect(support(sampled(guided, { minP: 0.29 }))).toEqual([0, 1, 2]);
    expect(support(sampled(guided, { minP: 0.5 }))).toEqual([0, 1]);
    expect(support(sampled(guided, { minP: 1 }))).toEqual([0]);
  });

  it("takes top-p of what top-k left, and both after temperature", () => {
    const guided = logSoftmax([0.4, 0.3, 0.2, 0.1].map(Math.log));
    // 0.4 and 0.3 of 0.9 left by top-3: 0.444, 0.778.
    expect(support(sampled(guided, { topK: 3, topP: 0.75 }))).toEqual([0, 1]);
    expect(support(sampled(guided, { topP: 0.75 }))).toEqual([0, 1, 2]);
    expect(support(sampled(guided, { temperature: 0.2, topP: 0.75 }))).toEqual([0]);
  });
});

describe("a draw", () => {
  it("is the argmax of log p + noise over every token, however many are skipped", () => {
    fc.assert(
      fc.property(distribution(60), fc.nat(), fc.nat(63), fc.nat(500), (own, seed, sample, position) => {
        const perturbed = own.map((logp, v) => logp + gumbelNoise(seed, sample, position, v));
        const [first, second] = topIndices(perturbed, 2);
        const { token, isClose } = draw(own, { seed, sample, position });
        expect(token).toBe(first);
        expect(isClose).toBe(perturbed[first!]! - perturbed[second!]! < CLOSE_MARGIN);
      }),
      { numRuns: 300 },
    );
  });

  it("follows the distribution: chi-square over 20 000 positions", () => {
    const probs = [0.5, 0.25, 0.15, 0.07, 0.03];
    const own = logSoftmax(probs.map(Math.log));
    const counts = [0, 0, 0, 0, 0];
    for (let position = 0; position < 20_000; position++) counts[draw(own, { seed: 5, sample: 0, position }).token]!++;
    const statistic = counts.reduce(
      (sum, count, v) => sum + (count - 20_000 * probs[v]!) ** 2 / (20_000 * probs[v]!),
      0,
    );
    expect(statistic).toBeLessThan(18.5); // 4 degrees of freedom, p = 0.001
  });

  it("never takes a token of probability 0, and refuses a distribution without mass", () => {
    const own = sampled(logSoftmax([5, 4, 3, 2]), { topK: 2 });
    for (let position = 0; position < 500; position++) {
      expect(draw(own, { seed: 1, sample: 0, position }).token).toBeLessThan(2);
    }
    expect(() => draw(new Float64Array([-Infinity]), { seed: 1, sample: 0, position: 0 })).toThrow("without mass");
  });

  it("counts equal maxima as a close call", () => {
    expect(hasCloseMaximum(logSoftmax([1, 1, 0]))).toBe(true);
    expect(hasCloseMaximum(logSoftmax([1, 0.9, 0]))).toBe(false);
  });
});
