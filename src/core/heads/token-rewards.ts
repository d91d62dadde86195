/**
 * What a distilled head learns from: at each state of some samples, the reward of every plausible token.
 *
 *   plausible   log p(v) >= max_u log p(u) - reach        reach 3 nats: about ten tokens a state
 *   p           the policy on those tokens, normalised anew
 *   weight(v)   p(v) / 2 + 1 / (2 n)                      n of them: the likely tokens matter most, and none is forgotten
 *
 * The reward is any that exists for tokens: a contrast of prompts, log pi(v|better) - log pi(v|worse), a sibling ratio, an
 * ARM. Rewards count as differences within a state: both sides of the fit are centred under p.
 */
import { RunError } from "../errors.ts";
import { argmax } from "../logprobs.ts";
import type { TokenId } from "../types.ts";
import type { FeatureName } from "./features.ts";

/** Tokens less likely than e^-3 of the likeliest are left out. */
export const PLAUSIBLE_REACH = 3;

export interface TokenRewards {
  readonly features: readonly FeatureName[];
  readonly hidden: number;
  /** `[states, features * hidden]`, as the policy gave them. */
  readonly states: Float32Array;
  /** `[states]`: the prompt that a state's text answers. Whole prompts are held out, not states. */
  readonly prompts: Int32Array;
  /** `[states + 1]`: state s has the candidates starts[s] to starts[s + 1] - 1. */
  readonly starts: Int32Array;
  /** `[candidates]` */
  readonly tokens: Int32Array;
  /** `[candidates]`: p, which sums to 1 over a state. */
  readonly probabilities: Float32Array;
  /** `[candidates]`: the reward less its mean under p. */
  readonly rewards: Float32Array;
}

export function stateCount(data: TokenRewards): number {
  return data.prompts.length;
}

/** Weight of a candidate of probability `p` among `n`; the weights of a state sum to 1. */
export function candidateWeight(p: number, n: number): number {
  return 0.5 * p + 0.5 / n;
}

/** Takes states one by one. More can be added after a fit, and `data` then holds them all ("keep learning"). */
export class TokenRewardsBuilder {
  readonly #features: readonly FeatureName[];
  readonly #hidden: number;
  readonly #reach: number;
  readonly #states: Grown<Float32Array>;
  readonly #prompts = new Grown((size) => new Int32Array(size));
  readonly #starts = new Grown((size) => new Int32Array(size));
  readonly #tokens = new Grown((size) => new Int32Array(size));
  readonly #probabilities = new Grown((size) => new Float32Array(size));
  readonly #rewards = new Grown((size) => new Float32Array(size));

  /** @param reach nats below the likeliest token within which tokens count as plausible */
  constructor(features: readonly FeatureName[], hidden: number, reach = PLAUSIBLE_REACH) {
    this.#features = features;
    this.#hidden = hidden;
    this.#reach = reach;
    this.#states = new Grown((size) => new Float32Array(size));
    this.#starts.push(0);
  }

  get states(): number {
    return this.#prompts.size;
  }

  /**
   * A state with its candidates. One with a single plausible token has no difference to teach and is left out.
   * @param state    `[features * hidden]`
   * @param logprobs log pi of the candidates, nats, of any normalisation; the likeliest must be among them
   * @param rewards  of the candidates
   * @throws RunError "invalid-request" for a reward or a state that is no finite number
   */
  add(
    prompt: number,
    state: ArrayLike<number>,
    tokens: ArrayLike<TokenId>,
    logprobs: ArrayLike<number>,
    rewards: ArrayLike<number>,
  ): void {
    const inputs = this.#features.length * this.#hidden;
    if (state.length !== inputs) throw new Error(`a state must have ${inputs} numbers, got ${state.length}`);
    const best = logprobs[argmax(logprobs)]!;
    const kept: number[] = [];
    for (let i = 0; i < logprobs.length; i++) if (logprobs[i]! >= best - this.#reach) kept.push(i);
    if (kept.length < 2) return;
    this.#check(state, "feature", (i) => i);
    this.#check(
      kept.map((i) => rewards[i]!),
      "reward of token",
      (k) => tokens[kept[k]!]!,
    );
    const masses = kept.map((i) => Math.exp(logprobs[i]! - best));
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const centre = kept.reduce((sum, i, k) => sum + (masses[k]! / total) * rewards[i]!, 0);
    for (const [k, i] of kept.entries()) {
      this.#tokens.push(tokens[i]!);
      this.#probabilities.push(masses[k]! / total);
      this.#rewards.push(rewards[i]! - centre);
    }
    this.#states.pushAll(state);
    this.#prompts.push(prompt);
    this.#starts.push(this.#tokens.size);
  }

  /** Views of what was added so far; later calls of `add` do not change them. */
  data(): TokenRewards {
    return {
      features: this.#features,
      hidden: this.#hidden,
      states: this.#states.view(),
      prompts: this.#prompts.view(),
      starts: this.#starts.view(),
      tokens: this.#tokens.view(),
      probabilities: this.#probabilities.view(),
      rewards: this.#rewards.view(),
    };
  }

  #check(values: ArrayLike<number>, what: string, nameOf: (i: number) => number): void {
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const where = `state ${this.states}, ${what} ${nameOf(i)}`;
      const message = `${where} is ${values[i]}, and a head learns from finite numbers only; reload the models and sample anew`;
      throw new RunError("invalid-request", message, { state: this.states, value: String(values[i]) });
    }
  }
}

/** A typed array that doubles its room when it is full. */
class Grown<T extends Float32Array | Int32Array> {
  readonly #make: (size: number) => T;
  #data: T;
  #size = 0;

  constructor(make: (size: number) => T) {
    this.#make = make;
    this.#data = make(64);
  }

  get size(): number {
    return this.#size;
  }

  push(value: number): void {
    this.#reserve(1);
    this.#data[this.#size++] = value;
  }

  pushAll(values: ArrayLike<number>): void {
    this.#reserve(values.length);
    this.#data.set(values, this.#size);
    this.#size += values.length;
  }

  view(): T {
    return this.#data.subarray(0, this.#size) as T;
  }

  #reserve(more: number): void {
    if (this.#size + more <= this.#data.length) return;
    const wider = this.#make(Math.max(2 * this.#data.length, this.#size + more));
    wider.set(this.#data.subarray(0, this.#size));
    this.#data = wider;
  }
}
