/** Recomputes the vectors of win rates, ways to combine rewards, tournaments, blocks and judges, by calling the core. */
import { bestOfN } from "../../src/core/best-of-n.ts";
import { acceptanceProbability, cardsStart, cardsThreshold, keptCount } from "../../src/core/blocks/rejection.ts";
import { blockwiseLaw } from "../../src/core/blocks/blockwise.ts";
import { vetoedSum, weightedSumOf, worstOf } from "../../src/core/combine/combine.ts";
import { ensembleScore } from "../../src/core/ensembles.ts";
import { movedMultipliers } from "../../src/core/combine/goals.ts";
import { worstCaseWeights } from "../../src/core/combine/worst-case-weights.ts";
import { expectedScore, judgeBothOrders, type MarkLogits } from "../../src/core/compare/both-orders.ts";
import { preferenceProbability, preferenceScore, type Embedding } from "../../src/core/compare/general-preference.ts";
import { majorityTournament } from "../../src/core/compare/tournament.ts";
import { outcomeOf, winRate } from "../../src/core/compare/win-rate.ts";
import { klDivergence } from "../../src/core/logprobs.ts";
import { BadInput } from "../node/bad-input.ts";
import type { Recompute } from "./token-strategies.ts";

function pairOf(numbers: readonly number[] | undefined, what: string): [number, number] {
  const [first, second] = numbers ?? [];
  if (first === undefined || second === undefined || numbers?.length !== 2)
    throw new BadInput(`${what} must be a pair`);
  return [first, second];
}

export const comparisons: Readonly<Record<string, Recompute>> = {
  win_rate_length_ties(inputs) {
    const rule = { margin: inputs.number("margin"), longerBy: inputs.number("longer_by") };
    const outcomes = inputs
      .rows("cases")
      .map((row) =>
        outcomeOf(
          { score: row.number("a"), length: row.number("length_a") },
          { score: row.number("b"), length: row.number("length_b") },
          rule,
        ),
      );
    const found = winRate(outcomes.map((outcome, group) => ({ outcome, group })));
    if (found === null) throw new BadInput("inputs.cases must not be empty");
    return { outcomes, wins: found.wins, ties: found.ties, losses: found.losses, rate: found.rate };
  },

  combine_rewards(inputs) {
    const samples = inputs.matrix("samples");
    const weights = inputs.numbers("weights");
    const sums = samples.map((rewards) => weightedSumOf(rewards, weights));
    const worst = samples.map((rewards) => worstOf(rewards, weights));
    const veto = samples.map((rewards) =>
      vetoedSum(
        rewards,
        weights,
        weights.map(() => inputs.number("floor")),
      ),
    );
    // The vector's lambda is the weight of the worst member, ours (the paper's) that of the mean.
    const lambda = 1 - inputs.number("lambda_");
    const robust = inputs.matrix("members").map((members) => ensembleScore(members, "robust", lambda));
    return { weighted_sum: sums, worst, veto, robust, pick: [sums, worst, veto, robust].map(bestOfN) };
  },

  tournament(inputs) {
    const { copeland, cyclic, winner } = majorityTournament(inputs.matrix("samples"));
    return { copeland, cyclic, winner };
  },

  blockwise_best_of_k(inputs) {
    const k = inputs.number("k");
    const first = inputs.numbers("first");
    const second = inputs.matrix("second");
    const values = inputs.matrix("values_second");
    const firstLaw = blockwiseLaw(first, inputs.numbers("values_first"), k);
    const secondLaws = second.map((probs, i) => blockwiseLaw(probs, values[i]!, k));
    const pairs = (start: readonly number[], next: readonly (readonly number[])[]): number[][] =>
      start.map((p, i) => next[i]!.map((q) => p * q));
    const pairLaw = pairs(firstLaw, secondLaws);
    const logs = (law: readonly (readonly number[])[]): number[] => law.flat().map(Math.log);
    return {
      first_law: firstLaw,
      second_laws: secondLaws,
      pair_law: pairLaw,
      kl: klDivergence(logs(pairLaw), logs(pairs(first, second))),
    };
  },

  goals_and_judge(inputs) {
    const weights: number[][] = [];
    for (const rewards of inputs.matrix("rewards")) {
      const before = weights.at(-1) ?? inputs.numbers("start");
      weights.push(movedMultipliers(before, inputs.numbers("goals"), rewards, inputs.number("eta")));
    }
    const swapped = inputs.matrix("logits_ba");
    const judged = inputs.matrix("logits_ab").map((straight, i) => {
      const logits: [MarkLogits, MarkLogits] = [
        pairOf(straight, `inputs.logits_ab[${i}]`),
        pairOf(swapped[i], `inputs.logits_ba[${i}]`),
      ];
      return judgeBothOrders(...logits);
    });
    return {
      weights,
      prefer_first: judged.map(({ preferFirst }) => preferFirst),
      bias: judged.map(({ bias }) => bias),
      score: expectedScore(inputs.numbers("score_logits")),
    };
  },

  gpm_cyclic(inputs) {
    const given = inputs.fields("embeddings");
    const of = (name: string): Embedding => pairOf(given.numbers(name), `inputs.embeddings.${name}`);
    const [rock, paper, scissors] = [of("rock"), of("paper"), of("scissors")];
    return {
      score_rock_paper: preferenceScore(rock, paper),
      score_paper_scissors: preferenceScore(paper, scissors),
      score_scissors_rock: preferenceScore(scissors, rock),
      score_paper_rock: preferenceScore(paper, rock),
      prob_rock_over_paper: preferenceProbability(rock, paper, inputs.number("tau")),
      prob_rock_over_paper_tau_0_1: preferenceProbability(rock, paper, 0.1),
      borda_rock: preferenceScore(rock, paper) + preferenceScore(rock, scissors),
    };
  },

  rmod_worst_case_weights(inputs) {
    const { weights, objective, tilted, expected } = worstCaseWeights(inputs.matrix("values"), inputs.number("lam"));
    return { w: weights, objective, tilted_probs: tilted, expected_V: expected, picked: bestOfN(tilted) };
  },

  segment_rules(inputs) {
    const schedule = {
      promptReward: inputs.number("r_prompt"),
      aim: inputs.number("r_star"),
      start: inputs.number("cards_alpha"),
      maxTokens: inputs.number("max_new"),
    };
    const threshold = cardsThreshold(schedule, inputs.number("generated"));
    return {
      keep: inputs.matrix("keep_cases").map((row, i) => keptCount(...pairOf(row, `inputs.keep_cases[${i}]`))),
      r0: cardsStart(schedule),
      threshold,
      accept_prob: acceptanceProbability(inputs.number("r"), threshold, inputs.number("beta")),
    };
  },
};
