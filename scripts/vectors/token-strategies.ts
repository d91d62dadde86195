/** Recomputes the vectors of GenARM and VAS from their inputs, by calling the core. */
import { addArms, genarmDistribution } from "../../src/core/genarm.ts";
import { k1, k3 } from "../../src/core/estimators/sampled-kl.ts";
import { perplexity, steeringKl } from "../../src/core/kl.ts";
import { argmax, entropy, klDivergence, logSoftmax } from "../../src/core/logprobs.ts";
import { plausibleOnly } from "../../src/core/plausible.ts";
import { sampledDistribution } from "../../src/core/sampling.ts";
import { vasCandidates, vasDistribution, vasShift } from "../../src/core/vas.ts";
import type { Sampling } from "../../src/core/types.ts";
import type { Tree } from "./compare.ts";
import type { Fields } from "./json.ts";

/** Inputs, and `expected` for the settings inside its rows (alpha, temperature, n), which count as inputs. */
export type Recompute = (inputs: Fields, expected: Fields) => Tree;

const PLAIN: Sampling = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 };

function guided(base: Float64Array, terms: readonly (readonly [number, number[]])[]): Float64Array {
  const out = new Float64Array(base.length);
  const arms = terms.map(([alpha, logits]) => ({ alpha, logprobs: arm(alpha, logits) }));
  genarmDistribution(base, arms, out);
  return out;
}

/** An ARM of weight 0 is never asked in a run, so its numbers are not even normalised. */
function arm(alpha: number, logits: number[]): Float64Array {
  return alpha === 0 ? Float64Array.from(logits) : logSoftmax(logits);
}

function sampled(distribution: Float64Array, sampling: Partial<Sampling>): Float64Array {
  return sampledDistribution(distribution, { ...PLAIN, ...sampling }, new Float64Array(distribution.length));
}

function probs(distribution: Float64Array): Float64Array {
  return distribution.map((logp) => Math.exp(logp));
}

function combined(base: Float64Array, alpha: number, logits: number[]): Float64Array {
  return addArms(base, [{ alpha, logprobs: logSoftmax(logits) }], new Float64Array(base.length));
}

function support(distribution: Float64Array): number[] {
  return [...distribution.keys()].filter((v) => distribution[v]! > -Infinity);
}

/** Adds shifts to raw logits, which is what the reference code of VAS returns. */
function shifted(logits: readonly number[], ids: readonly number[], shifts: readonly Float64Array[]): number[] {
  const out = [...logits];
  for (const shift of shifts) for (const [c, id] of ids.entries()) out[id]! += shift[c]!;
  return out;
}

function vasProbs(logits: readonly number[], ids: readonly number[], shifts: readonly Float64Array[]) {
  const base = logSoftmax(logits);
  const distribution = new Float64Array(base.length);
  vasDistribution(base, ids, shifts, distribution);
  return { base, distribution };
}

export const tokenStrategies: Readonly<Record<string, Recompute>> = {
  genarm_single(inputs) {
    const base = logSoftmax(inputs.numbers("base_logits"));
    const logits = inputs.numbers("arm_logits");
    const alpha = inputs.number("alpha");
    const distribution = sampled(guided(base, [[alpha, logits]]), { temperature: inputs.number("temperature") });
    return {
      base_logprobs: base,
      arm_logprobs: logSoftmax(logits),
      combined_scores: combined(base, alpha, logits),
      decode_logprobs: distribution,
      decode_probs: probs(distribution),
      kl_decode_to_base_nats: klDivergence(distribution, base),
      entropy_decode_nats: entropy(distribution),
      argmax: argmax(distribution),
    };
  },

  genarm_alpha_temperature_sweep(inputs, expected) {
    const base = logSoftmax(inputs.numbers("base_logits"));
    const logits = inputs.numbers("arm_logits");
    const rows = expected.rows("rows").map((row) => {
      const [alpha, temperature] = [row.number("alpha"), row.number("temperature")];
      const distribution = sampled(guided(base, [[alpha, logits]]), { temperature });
      return { alpha, temperature, probs: probs(distribution), kl_to_base_T1: klDivergence(distribution, base) };
    });
    return { rows };
  },

  genarm_multi_objective(inputs, expected) {
    const base = logSoftmax(inputs.numbers("base_logits"));
    const [help, harm] = [inputs.numbers("help_logits"), inputs.numbers("harm_logits")];
    const rows = expected.rows("rows").map((row) => {
      const [alphaHelp, alphaHarm] = [row.number("alpha_help"), row.number("alpha_harm")];
      const distribution = guided(base, [
        [alphaHelp, help],
        [alphaHarm, harm],
      ]);
      return {
        alpha_help: alphaHelp,
        alpha_harm: alphaHarm,
        probs: probs(distribution),
        kl_to_base: klDivergence(distribution, base),
      };
    });
    return { rows };
  },

  genarm_filter_order(inputs) {
    const base = logSoftmax(inputs.numbers("base_logits"));
    const logits = inputs.numbers("arm_logits");
    const alpha = inputs.number("alpha");
    const distribution = guided(base, [[alpha, logits]]);
    const topK = sampled(distribution, { topK: inputs.number("top_k") });
    const topP = sampled(distribution, { topP: inputs.number("top_p") });
    return {
      combined_scores: combined(base, alpha, logits),
      topk_after_ids: support(topK),
      topk_after_probs: probs(topK),
      top_p_after_ids: support(topP),
      top_p_after_probs: probs(topP),
    };
  },

  plausible_genarm(inputs, expected) {
    const base = logSoftmax(inputs.numbers("base_logits"));
    const logits = inputs.numbers("arm_logits");
    const rows = expected.rows("rows").map((row) => {
      const [plausible, alpha] = [row.number("plausible"), row.number("alpha")];
      const sampling = { temperature: row.number("temperature"), minP: row.number("min_p") };
      const reference = plausibleOnly(base, plausible, new Float64Array(base.length));
      const distribution = sampled(guided(reference, [[alpha, logits]]), sampling);
      const plain = sampled(guided(reference, []), sampling);
      const klSteer = steeringKl(distribution, plain);
      return {
        plausible,
        alpha,
        temperature: sampling.temperature,
        min_p: sampling.minP,
        kept: support(reference),
        logprobs: distribution,
        plain_logprobs: plain,
        kl_sum: klDivergence(distribution, base),
        ...(klSteer === null ? {} : { kl_steer: klSteer }),
      };
    });
    return { rows };
  },

  vas_single(inputs) {
    const logits = inputs.numbers("base_logits");
    const ids = vasCandidates(logits, inputs.number("top_k"));
    const given = inputs.fields("values_for_topk");
    const values = ids.map((id) => given.number(String(id)));
    // The reference code's beta multiplies: it is our 1 / beta.
    const shift = vasShift(inputs.number("beta"), values);
    const { base, distribution } = vasProbs(logits, ids, [shift]);
    return {
      topk_ids: ids,
      value_mean: values[0]! - vasShift(1, values)[0]!,
      shift: shifted(
        logits.map(() => 0),
        ids,
        [shift],
      ),
      augmented_logits: shifted(logits, ids, [shift]),
      probs: probs(distribution),
      kl_to_base: klDivergence(distribution, base),
    };
  },

  vas_multi_reward(inputs) {
    const logits = inputs.numbers("base_logits");
    const ids = vasCandidates(logits, inputs.number("top_k"));
    const shifts = [1, 2].map((i) => vasShift(inputs.number(`beta_${i}`), inputs.numbers(`values_${i}`)));
    const { distribution } = vasProbs(logits, ids, shifts);
    return { topk_ids: ids, augmented_logits: shifted(logits, ids, shifts), probs: probs(distribution) };
  },

  kl_bookkeeping(inputs) {
    const alpha = inputs.number("alpha");
    const tokens = inputs.numbers("tokens");
    const bases = inputs.matrix("step_base_logits").map((logits) => logSoftmax(logits));
    const distributions = inputs.matrix("step_arm_logits").map((logits, t) => guided(bases[t]!, [[alpha, logits]]));
    const kls = distributions.map((distribution, t) => klDivergence(distribution, bases[t]!));
    const ratios = distributions.map((distribution, t) => distribution[tokens[t]!]! - bases[t]![tokens[t]!]!);
    const baseSum = bases.reduce((sum, base, t) => sum + base[tokens[t]!]!, 0);
    return {
      exact_kl_per_step: kls,
      exact_kl_sum: kls.reduce((sum, kl) => sum + kl, 0),
      log_ratio_per_step: ratios,
      k1: k1(ratios),
      k3: k3(ratios),
      base_perplexity: perplexity(baseSum, tokens.length),
    };
  },

  edge_cases(inputs) {
    const steer = (name: string) => {
      const base = logSoftmax(inputs.numbers(`${name}_base`));
      return probs(guided(base, [[inputs.number(`${name}_alpha`), inputs.numbers(`${name}_arm`)]]));
    };
    const greedy = sampled(logSoftmax(inputs.numbers("d_scores")), { temperature: 0 });
    return { a_probs: steer("a"), b_probs: steer("b"), c_probs: steer("c"), d_argmax: argmax(greedy) };
  },
};
