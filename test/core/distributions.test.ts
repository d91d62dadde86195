import { fc } from "../properties.ts";
import { describe, expect, it } from "vitest";
import { armCentre, armContribution } from "../../src/core/contributions.ts";
import { armAlpha, genarmDistribution } from "../../src/core/genarm.ts";
import type { ArmTerm } from "../../src/core/genarm.ts";
import { entropy, klDivergence, logprobsInto, logSoftmax, logSumExp } from "../../src/core/logprobs.ts";
import { vasCandidates, vasDistribution, vasShift } from "../../src/core/vas.ts";
import { alpha, distribution, distributions, logits, massOf } from "./arbitraries.ts";

function genarm(ref: Float64Array, terms: readonly ArmTerm[]): Float64Array {
  const out = new Float64Array(ref.length);
  genarmDistribution(ref, terms, out);
  return out;
}

function vas(ref: Float64Array, k: number, strength: number, valueOf: (token: number) => number): Float64Array {
  const out = new Float64Array(ref.length);
  const ids = vasCandidates(ref, k);
  vasDistribution(ref, ids, [vasShift(strength, ids.map(valueOf))], out);
  return out;
}

function largestGap(a: Float64Array, b: Float64Array): number {
  return a.reduce((max, x, v) => Math.max(max, Math.abs(Math.exp(x) - Math.exp(b[v]!))), 0);
}

describe("log-probabilities", () => {
  it("are normalised, and the same for shifted logits", () => {
    fc.assert(
      fc.property(logits(7), fc.double({ min: -500, max: 500, noNaN: true }), (values, shift) => {
        const own = logSoftmax(values);
        expect(massOf(own)).toBeCloseTo(1, 12);
        expect(largestGap(own, logSoftmax(values.map((x) => x + shift)))).toBeLessThan(1e-11);
      }),
    );
  });

  it("drop the padding ids behind the tokenizer's", () => {
    expect([...logSoftmax([1, 2, 50], new Float64Array(2))]).toEqual([...logSoftmax([1, 2])]);
  });

  it("refuse NaN, +Infinity and rows without any mass, naming the token", () => {
    for (const bad of [
      [0, NaN],
      [0, Infinity],
    ]) {
      expect(() => logSumExp(bad)).toThrow(
        expect.objectContaining({ code: "non-finite-logits", details: { token: 1, value: String(bad[1]) } }),
      );
    }
    expect(() => logSumExp([-Infinity, -Infinity])).toThrow(expect.objectContaining({ code: "non-finite-logits" }));
    expect(logSumExp([-Infinity, 2])).toBe(2);
  });

  it("come with their entropy, the same as computed from the distribution, where tokens have no mass too", () => {
    fc.assert(
      fc.property(logits(7), fc.integer({ min: 0, max: 5 }), (values, count) => {
        const expected = logSoftmax(
          values.map((x, v) => (v < count ? -Infinity : x)),
          new Float64Array(7),
        );
        const banned = new Set(Array.from({ length: count }, (_, v) => v));
        const own = new Float64Array(7);
        const known = logprobsInto(values, own, banned);
        expect(known.entropy).toBeCloseTo(entropy(expected), 12);
        expect(own).toEqual(expected);
        const again = new Float64Array(7);
        expect(logprobsInto(values, again, banned, known)).toEqual(known);
        expect(again).toEqual(own);
      }),
    );
    expect(() => logprobsInto([0, NaN], new Float64Array(2))).toThrow(/token 1/);
  });

  it("have KL >= 0, KL to themselves 0, and entropy between 0 and log V", () => {
    fc.assert(
      fc.property(distributions(2), ([p, q]) => {
        expect(klDivergence(p!, q!)).toBeGreaterThanOrEqual(0);
        expect(klDivergence(p!, p!)).toBe(0);
        expect(entropy(p!)).toBeGreaterThanOrEqual(0);
        expect(entropy(p!)).toBeLessThanOrEqual(Math.log(p!.length) + 1e-12);
      }),
    );
  });
});

describe("GenARM", () => {
  it("is the base model as beta goes to infinity", () => {
    fc.assert(
      fc.property(distributions(2), ([ref, arm]) => {
        const gapAt = (beta: number) =>
          largestGap(ref!, genarm(ref!, [{ alpha: armAlpha(1, 0.5, beta), logprobs: arm! }]));
        expect(gapAt(1e6)).toBeLessThan(1e-4);
        expect(gapAt(1e12)).toBeLessThan(1e-10);
        expect(armAlpha(1, 0.5, Infinity)).toBe(0);
        expect(gapAt(Infinity)).toBeLessThan(1e-13);
      }),
    );
  });

  it("is unchanged by an objective of weight 0, even one that forbids tokens", () => {
    fc.assert(
      fc.property(distributions(2), alpha, ([ref, arm], a) => {
        const forbidding = new Float64Array(ref!.length).fill(-Infinity);
        const own = genarm(ref!, [{ alpha: a, logprobs: arm! }]);
        expect(
          genarm(ref!, [
            { alpha: a, logprobs: arm! },
            { alpha: 0, logprobs: forbidding },
          ]),
        ).toEqual(own);
      }),
    );
  });

  it("does not care about the order of objectives", () => {
    fc.assert(
      fc.property(distributions(4), alpha, alpha, alpha, ([ref, ...arms], ...alphas) => {
        const terms = arms.map((logprobs, i) => ({ alpha: alphas[i]!, logprobs }));
        expect(largestGap(genarm(ref!, terms), genarm(ref!, terms.toReversed()))).toBeLessThan(1e-12);
      }),
    );
  });

  it("sharpens the policy to p^(1 + alpha) where the reward model is the policy", () => {
    fc.assert(
      fc.property(distribution(6), (ref) => {
        const squared = logSoftmax(ref.map((logp) => 2 * logp));
        expect(largestGap(genarm(ref, [{ alpha: 1, logprobs: ref }]), squared)).toBeLessThan(1e-12);
      }),
    );
  });

  it("splits into base, contributions and log Z', and the mean contribution under the base is 0", () => {
    fc.assert(
      fc.property(distributions(3), alpha, alpha, ([ref, ...arms], ...alphas) => {
        const out = new Float64Array(ref!.length);
        const terms = arms.map((logprobs, i) => ({ alpha: alphas[i]!, logprobs }));
        const logZ = genarmDistribution(ref!, terms, out);
        const centres = arms.map((arm) => armCentre(ref!, arm));
        const ownLogZ = logZ - terms.reduce((sum, term, i) => sum + term.alpha * centres[i]!, 0);
        for (const i of [0, 1]) {
          const mean = ref!.reduce(
            (sum, logp, v) => sum + Math.exp(logp) * armContribution(alphas[i]!, arms[i]![v]!, centres[i]!),
            0,
          );
          expect(mean).toBeCloseTo(0, 9);
        }
        for (const v of out.keys()) {
          const push = terms.reduce(
            (sum, term, i) => sum + armContribution(term.alpha, term.logprobs[v]!, centres[i]!),
            0,
          );
          expect(out[v]).toBeCloseTo(ref![v]! + push - ownLogZ, 9);
        }
      }),
    );
  });

  it("keeps what the base forbids forbidden, and refuses an infinite reward", () => {
    const ref = logSoftmax([0, -Infinity, 1]);
    const arm = logSoftmax([-Infinity, 3, 0]);
    expect(genarm(ref, [{ alpha: 1, logprobs: arm }])[1]).toBe(-Infinity);
    expect(() => genarm(ref, [{ alpha: -1, logprobs: arm }])).toThrow(
      expect.objectContaining({ code: "non-finite-logits" }),
    );
  });
});

describe("VAS", () => {
  it("is the base model for constant values and for strength 0", () => {
    fc.assert(
      fc.property(
        distribution(8),
        fc.integer({ min: 1, max: 8 }),
        fc.double({ min: -5, max: 5, noNaN: true }),
        (ref, k, value) => {
          expect(
            largestGap(
              ref,
              vas(ref, k, 2, () => value),
            ),
          ).toBeLessThan(1e-12);
          expect(
            largestGap(
              ref,
              vas(ref, k, 0, (token) => token),
            ),
          ).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it("keeps the ratios of the tokens outside the candidates", () => {
    fc.assert(
      fc.property(distribution(8), (ref) => {
        const out = vas(ref, 3, 1.5, (token) => token % 3);
        const others = [...ref.keys()].filter((v) => !vasCandidates(ref, 3).includes(v));
        for (const v of others) expect(out[v]! - out[others[0]!]!).toBeCloseTo(ref[v]! - ref[others[0]!]!, 9);
      }),
    );
  });

  it("over the whole vocabulary is pi_ref exp(V / beta)", () => {
    fc.assert(
      fc.property(distribution(6), logits(6), (ref, values) => {
        const target = logSoftmax(ref.map((logp, v) => logp + values[v]! / 4));
        expect(
          largestGap(
            vas(ref, 6, 1 / 4, (token) => values[token]!),
            target,
          ),
        ).toBeLessThan(1e-12);
      }),
    );
  });
});
