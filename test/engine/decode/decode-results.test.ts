import { describe, expect, it } from "vitest";
import type { LaneRequest, LaneResult, SampleResult } from "../../../src/core/types.ts";
import { bestOf, BASE, collect, eventsOf, fakeModels, GENARM, lane, request } from "../../fakes.ts";
import type { Fakes } from "../../fakes.ts";
import { tableCausal } from "../../table-models.ts";

async function resultsOf(
  lanes: readonly LaneRequest[],
  seed = 7,
): Promise<{ lanes: readonly LaneResult[]; samples: SampleResult[] }> {
  const events = await collect(fakeModels(), request(lanes, { seed }));
  return {
    lanes: eventsOf(events, "finished")[0]!.lanes,
    samples: eventsOf(events, "sample").map((event) => event.result),
  };
}

function softOf(beta: number): LaneRequest {
  return lane({ id: "soft-bon", n: 8, beta, weights: { joy: 1 }, ensemble: "mean", lambda: 0 });
}

describe("a lane's KL", () => {
  it("is 0 for plain sampling at temperature 1 and exact along the text elsewhere", async () => {
    const { lanes, samples } = await resultsOf([BASE, lane({ id: "base" }, { temperature: 0.7 }), GENARM]);
    expect(lanes[0]!.kl).toEqual({ type: "exact", sum: 0 });
    for (const index of [1, 2]) {
      const sum = samples[index]!.klSum;
      expect(sum).toBeGreaterThan(0);
      expect(lanes[index]).toMatchObject({
        kl: { type: "exact", sum },
        klPerToken: sum / samples[index]!.tokens.length,
      });
    }
  });

  it("at temperature 0 is what the text costs: minus its log-probability under the base", async () => {
    const { samples } = await resultsOf([lane({ id: "base" }, { temperature: 0 })]);
    expect(samples[0]!.klSum).toBeCloseTo(-samples[0]!.baseLogprobSum, 9);
    expect(samples[0]!.logprobSum).toBe(0);
  });

  it("for best-of-N is an estimator below a bound, both raised by what the sampled distribution costs", async () => {
    const { lanes, samples } = await resultsOf([
      bestOf(8),
      { ...bestOf(8), sampling: { ...BASE.sampling, temperature: 0.7 } },
    ]);
    for (const { lane: index, chosen, kl } of lanes) {
      const shown = samples.find((sample) => sample.lane === index && sample.sample === chosen)!;
      if (kl.type !== "best-of-n") throw new Error("best-of-N has no exact KL");
      expect(kl.upperBound).toBeCloseTo(Math.log(8) - 7 / 8 + shown.klSum, 12);
      expect(kl.estimator).toBeGreaterThan(0);
      expect(kl.estimator).toBeLessThanOrEqual(kl.upperBound + 1e-12);
    }
    expect(samples.filter((sample) => sample.lane === 1).every((sample) => sample.klSum > 0)).toBe(true);
  });

  it("for soft best-of-N falls to 0 as beta grows, and never exceeds that of best-of-N", async () => {
    const { lanes } = await resultsOf([softOf(1e-4), softOf(0.5), softOf(Infinity)]);
    const estimates = lanes.map(({ kl }) => (kl.type === "best-of-n" ? kl.estimator : NaN));
    expect(estimates[2]).toBe(0);
    expect(estimates[1]).toBeLessThanOrEqual(estimates[0]!);
    expect(estimates[1]).toBeGreaterThan(0);
  });
});

describe("a lane's result", () => {
  it("shows the sample with the highest judged score", async () => {
    const { lanes, samples } = await resultsOf([bestOf(8)]);
    const rewards = samples.map((sample) => sample.reward.joy!);
    expect(lanes[0]!.scores).toEqual(rewards.map((reward) => expect.closeTo(reward, 12)));
    expect(rewards[lanes[0]!.chosen]).toBe(Math.max(...rewards));
  });

  it("tells with which probability soft best-of-N picks each sample, for best-of-N too and for nothing else", async () => {
    const { lanes } = await resultsOf([BASE, bestOf(6), softOf(0.5)]);
    expect(lanes[0]!.softChoice).toBeUndefined();
    for (const { scores, softChoice } of lanes.slice(1)) {
      const weights = scores.map((score) => Math.exp(score! / 0.5));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      for (const [j, share] of softChoice!.entries()) expect(share).toBeCloseTo(weights[j]! / total, 12);
    }
  });

  it("carries one judge for all lanes, and only objectives of the prompt's kind", async () => {
    const { samples } = await resultsOf([BASE, GENARM]);
    for (const { reward, rewardMembers } of samples) {
      expect(Object.keys(reward)).toEqual(["joy", "adventure", "dialogue", "detail"]);
      expect(rewardMembers.joy).toHaveLength(3);
      expect(reward.joy).toBeCloseTo(rewardMembers.joy!.reduce((sum, member) => sum + member, 0) / 3, 12);
    }
  });

  it("has the perplexity of its text under the base, whatever drew it", async () => {
    const { lanes, samples } = await resultsOf([GENARM]);
    expect(lanes[0]!.basePerplexity).toBeCloseTo(Math.exp(-samples[0]!.baseLogprobSum / lanes[0]!.length), 9);
    expect(lanes[0]!.length).toBe(samples[0]!.tokens.length);
  });

  it("counts a close call for every decision between equals, and none where one token leads", async () => {
    const fakes = fakeModels();
    const flat = tableCausal("policy", { vocabSize: 40 }, () => new Float32Array(40));
    const greedy = request([lane({ id: "base" }, { temperature: 0 })], { maxTokens: 5 });
    const closeCalls = async (own: Fakes) => eventsOf(await collect(own, greedy), "finished")[0]!.closeCalls;
    expect(await closeCalls({ ...fakes, models: { ...fakes.models, policy: flat } })).toBe(5);
    expect(await closeCalls(fakes)).toBe(0);
  });
});
