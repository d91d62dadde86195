import { describe, expect, it } from "vitest";
import { LowRankBatch, zeroNumbers, type LowRankNumbers } from "../../../src/core/heads/low-rank-loss.ts";
import { standardsOf } from "../../../src/core/heads/standardise.ts";
import { candidateWeight } from "../../../src/core/heads/token-rewards.ts";
import { gatherRows } from "../../../src/core/heads/unembedding.ts";
import { HIDDEN, makeData, makeUnembedding, numbers } from "./small-policy.ts";

const unembedding = makeUnembedding(1);
const data = makeData(unembedding, 9, (token, state) => Math.sin(3 * token + state[1]!), ["last", "layer-3"]);
const shape = { inputs: 2 * HIDDEN, hidden: HIDDEN, rank: 3 };
const rows = Int32Array.of(0, 2, 3, 7, 8);
const standards = standardsOf(data.states, shape.inputs, rows);
const table = gatherRows(unembedding, data.tokens, null);
const scaled = { data, table, rewardScale: 0.8, standards };

function randomNumbers(seed: number): LowRankNumbers {
  const { a, b, c } = zeroNumbers(shape);
  return {
    a: Float32Array.from(numbers(a.length, seed)),
    b: Float32Array.from(numbers(b.length, seed + 1)),
    c: Float32Array.from(numbers(c.length, seed + 2)),
  };
}

/** The loss by its definition, in float64. */
function slowLoss({ a, b, c }: LowRankNumbers): number {
  const { inputs, hidden, rank } = shape;
  let loss = 0;
  for (const s of rows) {
    const g = Float64Array.from(c);
    for (let j = 0; j < rank; j++) {
      let u = 0;
      for (let i = 0; i < inputs; i++)
        u += (a[j * inputs + i]! * (data.states[s * inputs + i]! - standards.mean[i]!)) / standards.scale[i]!;
      for (let i = 0; i < hidden; i++) g[i]! += (u / (1 + Math.exp(-u))) * b[j * hidden + i]!;
    }
    const [from, to] = [data.starts[s]!, data.starts[s + 1]!];
    const row = new Float64Array(hidden);
    const rewards = Array.from(data.tokens.subarray(from, to), (token) => {
      unembedding.rowOf(token, row);
      return row.reduce((sum, entry, i) => sum + entry * g[i]!, 0);
    });
    const p = data.probabilities.subarray(from, to);
    const centre = rewards.reduce((sum, r, k) => sum + p[k]! * r, 0);
    for (const [k, r] of rewards.entries())
      loss += candidateWeight(p[k]!, to - from) * (r - centre - data.rewards[from + k]! / 0.8) ** 2;
  }
  return loss / rows.length;
}

describe("the loss of a low-rank head", () => {
  it("is the weighted squared error with both sides centred", () => {
    const numbers = randomNumbers(20);
    const loss = new LowRankBatch(shape, 5).lossAndGradient(numbers, scaled, rows, zeroNumbers(shape));
    expect(loss).toBeCloseTo(slowLoss(numbers), 5);
  });

  it.each(["a", "b", "c"] as const)("has the gradient of finite differences in %s", (part) => {
    const numbers = randomNumbers(30);
    const gradient = zeroNumbers(shape);
    // A larger batch than the states, and used before: nothing of the last call stays.
    const batch = new LowRankBatch(shape, 8);
    batch.lossAndGradient(randomNumbers(40), scaled, Int32Array.of(1, 4, 5, 6, 7, 0, 3, 2), gradient);
    batch.lossAndGradient(numbers, scaled, rows, gradient);
    for (let i = 0; i < numbers[part].length; i++) {
      const step = 1e-2;
      const at = (move: number): number => {
        const moved = numbers[part].slice();
        moved[i]! += move;
        return slowLoss({ ...numbers, [part]: moved });
      };
      // Fourth-order differences: the step must be wide, because the numbers are float32.
      const slope = (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
      expect(gradient[part][i]).toBeCloseTo(slope, 4);
    }
  });
});
