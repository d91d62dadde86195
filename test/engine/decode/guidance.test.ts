import { describe, expect, it, vi } from "vitest";
import { isBeside } from "../../../src/core/cut-logits.ts";
import type { Sampling } from "../../../src/core/types.ts";
import { Guide, type Guided, type StepMemo } from "../../../src/engine/decode/guidance.ts";
import { measured, topCandidates } from "../../../src/engine/decode/row-step.ts";
import { sampling } from "../../core/arbitraries.ts";
import { counted, whileCounting, type ArrayCounts } from "../../counted-arrays.ts";
import { fakeTokenizer, hashed, PLAIN_SAMPLING } from "../../fakes.ts";
import { fc } from "../../properties.ts";
import { naiveStep, type NaiveTerm } from "./naive-step.ts";

const SIZE = 120;
const CHAT: Sampling = { ...PLAIN_SAMPLING, temperature: 0.7, plausible: 0.1 };

function logitsOf(seed: number, size = SIZE): Float32Array {
  return Float32Array.from({ length: size }, (_, v) => 8 * hashed(seed, v));
}

/** As a language model has them: few tokens fit. */
function peaked(seed: number, size: number): Float32Array {
  return Float32Array.from({ length: size }, (_, v) => 25 * hashed(seed, v) ** 5);
}

function readingOf(policy: Float32Array, terms: readonly NaiveTerm[]): Guided {
  const ids = terms.map((_, i) => `s${i + 1}` as const);
  const common = { policy, heads: new Map(), candidates: [], values: [] } as const;
  if (terms.length === 0) return { ...common, guidance: { type: "none" }, terms: new Map() };
  const model = { prompt: [], model: { id: "none" } } as never;
  return {
    ...common,
    guidance: {
      type: "terms",
      terms: terms.map(({ alpha, parts }, i) => {
        return {
          id: ids[i]!,
          alpha,
          head: null,
          sibling: null,
          parts: parts.map(({ sign }) => ({ sign, prompted: model })),
        };
      }),
    },
    terms: new Map(terms.map(({ parts }, i) => [ids[i]!, parts.map(({ logits }) => Float32Array.from(logits))])),
  };
}

const term = fc.record({
  alpha: fc.double({ min: 0.05, max: 2, noNaN: true }),
  seeds: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 3 }),
});

function termOf({ alpha, seeds }: { readonly alpha: number; readonly seeds: readonly number[] }): NaiveTerm {
  return { alpha, parts: seeds.map((seed, p) => ({ sign: p === 1 ? -1 : 1, logits: [...logitsOf(seed)] })) };
}

/** Equal to 1e-12, infinite numbers exactly. */
function expectClose(found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const gaps = Array.from(found, (x, v) => (x === expected[v] ? 0 : Math.abs(x - expected[v]!)));
  expect(Math.max(...gaps)).toBeLessThan(1e-12);
}

describe("The distributions of a row", () => {
  it("are those of the plain formulas, row after row, whatever came before", () => {
    const row = fc.record({
      seed: fc.integer({ min: 1, max: 50 }),
      terms: fc.array(term, { maxLength: 2 }),
      own: sampling,
      banned: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
        const banned = new Set([3, 17]);
        const guides = [new Guide(SIZE, new Set()), new Guide(SIZE, banned)];
        for (const { seed, terms: drawn, own, banned: isBanned } of rows) {
          const terms = drawn.map(termOf);
          const policy = logitsOf(seed);
          const naive = naiveStep([...policy], terms, own, isBanned ? banned : new Set());
          const reading = readingOf(policy, terms);
          const memo: StepMemo = { base: null, terms: new Map() };
          // Without what is remembered, when it is remembered, and from it; the same view and another one of the same numbers.
          for (const [each, kept] of [
            [reading, null],
            [reading, memo],
            [{ ...reading, policy: policy.slice() }, memo],
          ] as const) {
            const found = guides[isBanned ? 1 : 0]!.distributions(each, own, kept);
            const token = found.sampled.findIndex((x) => x > -Infinity);
            const { kl, klSteer, entropy, logprob } = measured(found, token);
            expectClose(found.base, naive.base);
            expectClose(found.guided, naive.guided);
            expectClose(found.sampled, naive.sampled);
            expectClose(found.plain(), naive.plain);
            expectClose([kl, klSteer ?? Infinity], [naive.kl, naive.klSteer]);
            expectClose([entropy, logprob, found.logZ], [naive.entropy, naive.sampled[token]!, naive.logZ]);
            for (const [i, push] of found.pushes.entries()) {
              expectClose(
                naive.base.map((_, v) => push.contribution(v)),
                naive.contributions[i]!,
              );
            }
            const { ids, tail } = topCandidates(found, token, fakeTokenizer());
            const outside = (mass: number, of: readonly number[]) =>
              ids.reduce((sum, id) => sum - Math.exp(of[id]!), mass);
            expect(tail.base).toBeCloseTo(Math.max(0, outside(1, naive.base)), 11);
            expect(tail.guided).toBeCloseTo(Math.max(0, outside(1, naive.guided)), 11);
            if (tail.plausible === undefined) continue;
            const plausible = naive.base.map((x, v) => (naive.guided[v]! > -Infinity ? x : -Infinity));
            expect(tail.plausible).toBeCloseTo(Math.max(0, outside(naive.plausibleMass, plausible)), 11);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it("go over the vocabulary few times, and make no array of its size", () => {
    const size = 4000;
    const counts: ArrayCounts = { touched: 0, made: [] };
    const policy = (seed: number) => counted(peaked(seed, size), counts);
    const contrast = (seed: number): NaiveTerm => {
      return {
        alpha: 0.5,
        parts: [1, -1].map((sign) => ({ sign: sign as 1 | -1, logits: [...peaked(seed, size)] })),
      };
    };
    const exps = vi.spyOn(Math, "exp");
    const touchesOf = (readings: readonly Guided[]): readonly number[] =>
      whileCounting(counts, () => {
        const guide = new Guide(size, new Set());
        return readings.map((reading) => {
          const terms = new Map(
            [...reading.terms].map(([id, parts]) => [
              id,
              parts.map((own) => (isBeside(own) ? own : counted(own, counts))),
            ]),
          );
          counts.touched = 0;
          counts.made.length = 0;
          exps.mockClear();
          const found = guide.distributions({ ...reading, terms }, CHAT);
          measured(found, 5);
          found.plain();
          expect(counts.made.filter((length) => length >= size)).toEqual([]);
          // Exponentials of the whole vocabulary are the fast ones.
          expect(exps.mock.calls.length).toBeLessThan(size / 10);
          return counts.touched / size;
        });
      });
    try {
      const own = policy(1);
      const [first, again, other] = touchesOf([own, own, policy(2)].map((each) => readingOf(each, [])));
      // Logits read and written as doubles, their exponentials, their differences (read and written), once for what is plausible.
      expect(other).toBeLessThan(6.5);
      // A row with the text of the one before it has its base; it looks for its own plausible tokens.
      expect(again).toBeLessThan(1.5);
      expect(first).toBeGreaterThan(again!);
      const [, steered] = touchesOf([readingOf(policy(3), []), readingOf(policy(4), [contrast(5)])]);
      // Of each part its log Z (twice) and its mean (twice), and before them the probabilities (twice).
      expect(steered).toBeLessThan(6.5 + 2 + 2 * 4);
    } finally {
      exps.mockRestore();
    }
  });
});
