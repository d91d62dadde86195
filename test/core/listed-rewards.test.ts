import { describe, expect, it } from "vitest";
import { armCentre } from "../../src/core/contributions.ts";
import { addArms } from "../../src/core/genarm.ts";
import { addListed, listedCentre, rewardAt, unlisted } from "../../src/core/listed-rewards.ts";
import { logSoftmax } from "../../src/core/logprobs.ts";
import { hashed } from "../fakes.ts";

const SIZE = 50;
const list = { tokens: Int32Array.of(0, 3, 7, 20, 49), rewards: Float32Array.of(1, -2, 0.5, 3, -0.25) };
const ref = logSoftmax(Float64Array.from({ length: SIZE }, (_, v) => 3 * hashed(v)));
/** The same rewards over the whole vocabulary. */
const dense = Float64Array.from({ length: SIZE }, (_, v) => list.rewards[list.tokens.indexOf(v)] ?? NaN);

describe("rewards of some tokens", () => {
  it("are found by their token, and are NaN for the others", () => {
    expect(Array.from(ref, (_, v) => rewardAt(list, v))).toEqual([...dense]);
    expect(rewardAt({ tokens: new Int32Array(0), rewards: new Float32Array(0) }, 3)).toBeNaN();
  });

  it("steer and are centred as a vector over the vocabulary is", () => {
    const known = dense.map((reward) => (Number.isNaN(reward) ? -Infinity : reward));
    expect(listedCentre(ref, list)).toBeCloseTo(armCentre(ref, known), 12);
    const reference = ref.map((logprob, v) => (list.tokens.includes(v) && v !== 7 ? logprob : -Infinity));
    const sparse = Float64Array.from(reference);
    addListed(list, 0.7, sparse);
    const whole = addArms(reference, [{ alpha: 0.7, logprobs: dense }], new Float64Array(SIZE));
    expect([...sparse]).toEqual([...whole]);
  });

  it("name a token that can be drawn and has none", () => {
    const drawable = (...tokens: number[]) => ref.map((logprob, v) => (tokens.includes(v) ? logprob : -Infinity));
    expect(unlisted([list], drawable(0, 20, 49))).toBeNull();
    expect(unlisted([list], drawable(0, 20, 21, 49))).toBe(21);
    expect(unlisted([list, { ...list, tokens: Int32Array.of(0, 3, 7, 21, 49) }], drawable(0, 20))).toBe(20);
  });
});
