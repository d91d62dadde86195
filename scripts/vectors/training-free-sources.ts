/** Recomputes the vectors of sources that need no training from their inputs, by calling the core. */
import { genarmDistribution } from "../../src/core/genarm.ts";
import { logSoftmax } from "../../src/core/logprobs.ts";
import { simpoLoss } from "../../src/core/estimators/simpo.ts";
import { averageLogprob } from "../../src/core/sources/average-logprob.ts";
import { contrast, credit, logSigmoid } from "../../src/core/sources/contrastive.ts";
import { siblingRatio, textRatio } from "../../src/core/sources/sibling-ratio.ts";
import { BadInput } from "../node/bad-input.ts";
import type { Fields } from "./json.ts";
import type { Recompute } from "./token-strategies.ts";

function texts(inputs: Fields, key: string): Float64Array {
  return Float64Array.from(inputs.numbers(key));
}

function sum(numbers: Float64Array): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** A distribution with terms on top: base + sum of alpha times score, normalised. */
function steered(base: Float64Array, terms: readonly (readonly [number, Float64Array])[]): Float64Array {
  const out = new Float64Array(base.length);
  const arms = terms.map(([alpha, logprobs]) => ({ alpha, logprobs }));
  genarmDistribution(base, arms, out);
  return out;
}

function probs(distribution: Float64Array): Float64Array {
  return distribution.map(Math.exp);
}

export const trainingFreeSources: Readonly<Record<string, Recompute>> = {
  implicit_rewards(inputs) {
    const [strong, weak] = [texts(inputs, "logp_strong"), texts(inputs, "logp_weak")];
    const ratio = siblingRatio(strong, weak);
    const scores = [averageLogprob(strong) ?? NaN, averageLogprob(weak) ?? NaN] as const;
    const beta = inputs.number("simpo_beta");
    return {
      cdr_token: ratio,
      cdr_sum: sum(ratio),
      cdr_mean: textRatio(strong, weak),
      dpo_implicit_beta_0_1: ratio.map((r) => 0.1 * r),
      simpo_reward_strong: beta * scores[0],
      simpo_reward_weak: beta * scores[1],
      simpo_loss_strong_over_weak: simpoLoss(scores[0], scores[1], beta, inputs.number("simpo_gamma_beta_ratio")),
      arm_loss_beta_0_05: -logSigmoid(0.05 * sum(ratio)),
      treg_token: contrast(texts(inputs, "logp_better_prompt"), texts(inputs, "logp_worse_prompt")).map(credit),
    };
  },

  logit_arithmetic_family(inputs, expected) {
    const distribution = (name: string): Float64Array => logSoftmax(inputs.numbers(`${name}_logits`));
    const [base, strong, weak] = [distribution("base"), distribution("strong"), distribution("weak")];
    const ratio = siblingRatio(strong, weak);
    const [strongWeight, weakWeight] = inputs.numbers("mod_weights_strong_weak");
    if (strongWeight === undefined || weakWeight === undefined) throw new BadInput("inputs must have two MOD weights");
    const flat = new Float64Array(base.length);
    const mixed = steered(flat, [
      [strongWeight, strong],
      [weakWeight, weak],
    ]);
    return {
      proxy_tuning: expected.rows("proxy_tuning").map((row) => {
        const w = row.number("w");
        return { w, probs: probs(steered(base, [[w, ratio]])) };
      }),
      dera: expected.rows("dera").map((row) => {
        const lam = row.number("lam");
        return { lam, probs: probs(steered(weak, [[lam, ratio]])) };
      }),
      mod_reverse_kl_probs: probs(mixed),
    };
  },
};
