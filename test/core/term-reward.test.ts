import { describe, expect, test } from "vitest";
import { armCentre } from "../../src/core/contributions.ts";
import { logSoftmax, logSumExp } from "../../src/core/logprobs.ts";
import { termCentre, termRewardOf, type Sign, type TermPartScores } from "../../src/core/term-reward.ts";

const ONE = [0.5, -1, 2, 0];
const OTHER = [1, 1, -3, 0.25];
const THIRD = [0, 2, 0, -1];
const REF = logSoftmax([0.1, 0.7, -0.3, 1]);

function parts(...all: readonly (readonly [Sign, readonly number[]])[]): TermPartScores[] {
  return all.map(([sign, logits]) => ({ logits, sign, logZ: logSumExp(logits) }));
}

function reward(own: readonly TermPartScores[]): number[] {
  return [0, 1, 2, 3].map(termRewardOf(own));
}

describe("the token reward of a term", () => {
  test("is the log-probability itself where there is one part", () => {
    expect(reward(parts([1, ONE]))).toEqual([...logSoftmax(ONE)]);
  });

  test("is the log-ratio of two parts of opposite sign, and the signed sum of any", () => {
    const [p, q, r] = [logSoftmax(ONE), logSoftmax(OTHER), logSoftmax(THIRD)];
    const ratio = reward(parts([1, ONE], [-1, OTHER]));
    const sum = reward(parts([1, ONE], [1, OTHER]));
    const three = reward(parts([1, ONE], [1, OTHER], [-1, THIRD]));
    for (let v = 0; v < 4; v++) {
      expect(ratio[v]).toBeCloseTo(p[v]! - q[v]!, 12);
      expect(sum[v]).toBeCloseTo(p[v]! + q[v]!, 12);
      expect(three[v]).toBeCloseTo(p[v]! + q[v]! - r[v]!, 12);
    }
  });

  test("is 0 where both parts forbid a token, for that is no evidence", () => {
    expect(reward(parts([1, [0, 1, -Infinity, 2]], [-1, [3, 1, -Infinity, 0]]))[2]).toBe(0);
  });

  test("has its mean under pi_ref as its centre", () => {
    for (const own of [parts([1, ONE]), parts([1, ONE], [-1, OTHER]), parts([1, ONE], [1, OTHER], [-1, THIRD])]) {
      const centre = armCentre(REF, Float64Array.from(reward(own)));
      expect(termCentre(() => REF.map(Math.exp), own)).toBeCloseTo(centre, 14);
    }
  });

  test("has a finite centre where a part, or pi_ref, forbids a token", () => {
    const forbidding = parts([1, [0, 1, -Infinity, 2]], [-1, OTHER]);
    const [a, b, , d] = reward(forbidding);
    const [p, q, , s] = [...REF].map(Math.exp);
    expect(termCentre(() => REF.map(Math.exp), forbidding)).toBeCloseTo(p! * a! + q! * b! + s! * d!, 14);
    const own = parts([1, ONE]);
    const [, x, y, z] = reward(own);
    expect(termCentre(() => Float64Array.of(0, 0.5, 0.25, 0.25), own)).toBeCloseTo(
      0.5 * x! + 0.25 * y! + 0.25 * z!,
      14,
    );
  });

  test("needs a part", () => {
    expect(() => termRewardOf([])).toThrow("at least one part");
  });
});
