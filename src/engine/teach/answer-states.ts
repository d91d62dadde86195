/** The states of an answer that a head learns from: what it reads of each, and the tokens that could have come next. */
import { gather, type FeatureName, type StateFeatures } from "../../core/heads/features.ts";
import { logSumExp } from "../../core/logprobs.ts";
import { PLAUSIBLE_REACH } from "../../core/heads/token-rewards.ts";
import type { TokenId } from "../../core/types.ts";
import { AnswerFeatures, featuresGiven } from "../decode/answer-features.ts";
import type { CausalModel, Logits, RowState } from "../interfaces.ts";

/** The policy before one token of an answer was drawn. */
export interface AnswerState {
  /** `[features * hidden]`, in the order that was asked for. */
  readonly features: Float32Array;
  /** Tokens within `PLAUSIBLE_REACH` of the likeliest, in ascending order. */
  readonly candidates: Int32Array;
  /** The policy's logits of the candidates, without an instruction. */
  readonly logits: Float32Array;
  /** Of all logits: log pi of a candidate is its logit less this. */
  readonly logZ: number;
}

/** Follows one answer, because a mean over the answer needs the states before. */
export class StateReader {
  readonly #names: readonly FeatureName[];
  readonly #hidden: number;
  readonly #features: AnswerFeatures;

  /**
   * @param names in the order of the head
   * @throws Error for a model without states, and for a layer that it does not give
   */
  constructor(names: readonly FeatureName[], { id, states }: Pick<CausalModel, "id" | "states">) {
    if (states === undefined) throw new Error(`${id} gives no states`);
    const odd = names.find((name) => !featuresGiven(states).includes(name));
    if (odd !== undefined) throw new Error(`the policy gives ${featuresGiven(states).join(", ")}, not ${odd}`);
    this.#names = names;
    this.#hidden = states.hidden;
    this.#features = new AnswerFeatures(states);
  }

  /** Of the state that was read last. */
  get features(): StateFeatures {
    return this.#features.latest;
  }

  /** @param logits of the whole vocabulary, which are not kept */
  read(state: RowState, logits: Logits): AnswerState {
    const candidates = plausibleTokens(logits, PLAUSIBLE_REACH);
    const features = new Float32Array(this.#names.length * this.#hidden);
    gather(this.#features.add(state), this.#names, this.#hidden, features);
    return {
      features,
      candidates: Int32Array.from(candidates),
      logits: Float32Array.from(candidates, (token) => logits[token]!),
      logZ: logSumExp(logits),
    };
  }
}

/** Ids whose logit is within `reach` nats of the largest. */
function plausibleTokens(logits: Logits, reach: number): TokenId[] {
  let most = -Infinity;
  for (let v = 0; v < logits.length; v += 1) most = Math.max(most, logits[v]!);
  const ids: TokenId[] = [];
  for (let v = 0; v < logits.length; v += 1) if (logits[v]! >= most - reach) ids.push(v);
  return ids;
}

/** The state with some of its features, in another order. */
export function withFeatures(
  state: AnswerState,
  had: readonly FeatureName[],
  wanted: readonly FeatureName[],
): AnswerState {
  if (had.join() === wanted.join()) return state;
  const width = state.features.length / had.length;
  const features = new Float32Array(wanted.length * width);
  for (const [to, name] of wanted.entries()) {
    const from = had.indexOf(name);
    if (from < 0) throw new Error(`the states have ${had.join(", ")}, not ${name}`);
    features.set(state.features.subarray(from * width, (from + 1) * width), to * width);
  }
  return { ...state, features };
}
