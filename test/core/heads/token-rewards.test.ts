import { describe, expect, it } from "vitest";
import { splitByPrompt } from "../../../src/core/heads/held-out.ts";
import { shuffle } from "../../../src/core/heads/seeded.ts";
import { standardise, standardsOf } from "../../../src/core/heads/standardise.ts";
import { candidateWeight, stateCount, TokenRewardsBuilder } from "../../../src/core/heads/token-rewards.ts";
import { fc } from "../../properties.ts";

describe("token rewards", () => {
  it("keep the plausible tokens, with the policy on them alone and rewards centred under it", () => {
    const builder = new TokenRewardsBuilder(["last"], 2);
    const logprobs = [Math.log(0.5), Math.log(0.3), Math.log(0.01), -9];
    builder.add(7, [1, 2], [4, 5, 6, 8], logprobs, [1, 3, 100, 100]);
    const data = builder.data();
    expect([...data.tokens]).toEqual([4, 5]);
    expect([...data.prompts]).toEqual([7]);
    expect([...data.starts]).toEqual([0, 2]);
    expect(data.probabilities[0]).toBeCloseTo(0.625, 6);
    // Mean 1 * .625 + 3 * .375 = 1.75.
    expect([...data.rewards]).toEqual([-0.75, 1.25].map((x) => expect.closeTo(x, 6) as number));
    expect(candidateWeight(0.625, 2)).toBe(0.3125 + 0.25);
    expect(candidateWeight(0.625, 2) + candidateWeight(0.375, 2)).toBe(1);
  });

  it("leave out a state with one plausible token", () => {
    const builder = new TokenRewardsBuilder(["last"], 1);
    builder.add(0, [1], [1, 2], [0, -8], [1, 2]);
    expect(builder.states).toBe(0);
    expect(stateCount(builder.data())).toBe(0);
  });

  it("go on growing, and earlier views stay as they were", () => {
    const builder = new TokenRewardsBuilder(["last", "layer-2"], 3);
    for (let s = 0; s < 50; s++) builder.add(s, new Float32Array(6).fill(s), [1, 2, 3], [0, 0, -1], [s, 0, 1]);
    const before = builder.data();
    const copy = [...before.states];
    for (let s = 50; s < 400; s++) builder.add(s, new Float32Array(6).fill(s), [1, 2], [0, 0], [s, 0]);
    expect([...before.states]).toEqual(copy);
    const data = builder.data();
    expect(stateCount(data)).toBe(400);
    expect(data.starts[400]).toBe(50 * 3 + 350 * 2);
    expect(data.states[6 * 399]).toBe(399);
  });

  it("refuse a reward or a state that is no finite number, by its place", () => {
    const builder = new TokenRewardsBuilder(["last"], 2);
    builder.add(0, [1, 1], [1, 2], [0, 0], [1, 2]);
    expect(() => builder.add(0, [1, 1], [1, 9], [0, 0], [1, NaN])).toThrow("state 1, reward of token 9 is NaN");
    expect(() => builder.add(0, [1, Infinity], [1, 2], [0, 0], [1, 2])).toThrow("state 1, feature 1 is Infinity");
    expect(() => builder.add(0, [1], [1, 2], [0, 0], [1, 2])).toThrow("must have 2 numbers, got 1");
    // A reward of a token that is left out is nobody's business.
    builder.add(0, [1, 1], [1, 2, 3], [0, 0, -9], [1, 2, NaN]);
    expect(builder.states).toBe(2);
  });
});

describe("held-out prompts", () => {
  const prompts = Int32Array.from({ length: 300 }, (_, s) => s % 60);

  it("are whole prompts, near the share that was asked for", () => {
    const { training, heldOut } = splitByPrompt(prompts, 0.2, 3);
    const [kept, learned] = [heldOut, training].map((rows) => new Set(Array.from(rows, (row) => prompts[row])));
    expect(training.length + heldOut.length).toBe(300);
    expect([...kept!].filter((prompt) => learned!.has(prompt))).toEqual([]);
    expect(kept!.size).toBeGreaterThan(4);
    expect(kept!.size).toBeLessThan(24);
  });

  it("stay held out when more prompts come", () => {
    const before = new Set(splitByPrompt(prompts, 0.2, 3).heldOut);
    const more = Int32Array.from({ length: 600 }, (_, s) => (s < 300 ? s % 60 : s));
    const after = new Set(splitByPrompt(more, 0.2, 3).heldOut);
    expect([...before].filter((state) => !after.has(state))).toEqual([]);
  });

  it("leave a prompt on each side of two, and none where none is asked for", () => {
    const two = splitByPrompt(Int32Array.of(1, 2, 1), 0.01, 1);
    expect([two.training.length > 0, two.heldOut.length > 0]).toEqual([true, true]);
    expect(splitByPrompt(Int32Array.of(5, 5), 0.5, 1).heldOut).toHaveLength(0);
    expect(splitByPrompt(prompts, 0, 1).heldOut).toHaveLength(0);
  });
});

describe("orders and standards", () => {
  it("shuffle by seed and round alone", () => {
    const order = (seed: number, round: number): number[] => [
      ...shuffle(
        Int32Array.from({ length: 30 }, (_, i) => i),
        seed,
        round,
      ),
    ];
    expect(order(1, 0)).toEqual(order(1, 0));
    expect(order(1, 0)).not.toEqual(order(1, 1));
    expect(order(2, 0)).not.toEqual(order(1, 0));
    expect(order(1, 0).sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it("make features of mean 0 and deviation 1, to a rounding, and leave a constant one alone", () => {
    const column = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 8, maxLength: 8 });
    fc.assert(
      fc.property(column, (values) => {
        const states = Float32Array.from(values.flatMap((value) => [value, 3.3]));
        const rows = Int32Array.from({ length: 8 }, (_, row) => row);
        const standards = standardsOf(states, 2, rows);
        const x = standardise(states, rows, standards, new Float32Array(16));
        const own = Array.from(rows, (row) => x[2 * row]!);
        const mean = own.reduce((sum, each) => sum + each, 0) / 8;
        const deviation = Math.sqrt(own.reduce((sum, each) => sum + each * each, 0) / 8);
        if (standards.scale[0] !== 1) expect([Math.abs(mean) < 1, Math.abs(deviation - 1) < 0.2]).toEqual([true, true]);
        expect(standards.scale[1]).toBe(1);
        expect(Math.abs(x[1]!)).toBeLessThan(2e-3);
      }),
    );
  });
});
