import { describe, expect, test } from "vitest";
import { logSoftmax } from "../../src/core/logprobs.ts";
import { termReward, type TermPartScores } from "../../src/core/term-reward.ts";

const ONE = [0.5, -1, 2, 0];
const OTHER = [1, 1, -3, 0.25];

function reward(parts: readonly TermPartScores[]): { reward: number[]; logZ: number[] } {
  const out = new Float64Array(4);
  const logZ = termReward(parts, out, new Float64Array(4));
  return { reward: [...out], logZ };
}

describe("the token reward of a term", () => {
  test("is the log-probability itself where there is one part", () => {
    expect(reward([{ logits: ONE, sign: 1 }]).reward).toEqual([...logSoftmax(ONE)]);
  });

  test("is the log-ratio of two parts of opposite sign, their sum where both are positive", () => {
    const [p, q] = [logSoftmax(ONE), logSoftmax(OTHER)];
    const ratio = reward([
      { logits: ONE, sign: 1 },
      { logits: OTHER, sign: -1 },
    ]);
    const sum = reward([
      { logits: ONE, sign: 1 },
      { logits: OTHER, sign: 1 },
    ]);
    for (let v = 0; v < 4; v++) {
      expect(ratio.reward[v]).toBeCloseTo(p[v]! - q[v]!, 12);
      expect(sum.reward[v]).toBeCloseTo(p[v]! + q[v]!, 12);
    }
  });

  test("is 0 where both parts forbid a token, for that is no evidence", () => {
    const forbid = [0, 1, -Infinity, 2];
    const { reward: values } = reward([
      { logits: forbid, sign: 1 },
      { logits: [3, 1, -Infinity, 0], sign: -1 },
    ]);
    expect(values[2]).toBe(0);
  });

  test("comes out the same when log Z of an earlier call is handed in", () => {
    const parts = [
      { logits: ONE, sign: 1 as const },
      { logits: OTHER, sign: -1 as const },
    ];
    const first = reward(parts);
    const again = reward(parts.map((part, p) => ({ ...part, logZ: first.logZ[p] })));
    expect(again).toEqual(first);
  });

  test("refuses a part whose logits are not finite", () => {
    expect(() => reward([{ logits: [0, NaN, 0, 0], sign: 1 }])).toThrow(/NaN for token 1/);
  });
});
