/**
 * Weights that move while a lane writes, token by token strategies' share of "worst" and "goals".
 *
 *   goals   w_i <- min( most_i, max( 0, w_i + η ( θ_i - r_i ) ) )        constrained RLHF, arXiv:2310.04373
 *   worst   w_i ∝ w_i exp( - η s_i r_i ),  Σ w_i as it began             the max-min of RMOD, arXiv:2503.08796, by the
 *           s_i = size of the slider over the mean size                  multiplicative steps of `worst-case-weights.ts`
 *
 * w_i is the size of a weight; its sign, the direction of the wish, stays. r_i is the reward of the text so far in that
 * direction: what best-of-N would rank it by if it ended here. Every `MOVE_EVERY` tokens one step is made.
 */
import { normalise } from "../logprobs.ts";
import { pushIds } from "../push-ids.ts";
import type { PushId, Strategy, Weights } from "../types.ts";
import { movedMultipliers } from "./goals.ts";
import { choosesTokens } from "./way.ts";
import type { Moving } from "./way-types.ts";
import type { Goals, RewardsSoFar } from "./way-types.ts";

/** Tokens between two steps: a few words, so that a reward has something new to read. */
export const MOVE_EVERY = 8;

/** Where no bound is named. */
const MOST = 100;
/** A share that fell to nothing could not come back. */
const LEAST_SHARE = 1e-6;

/** How a lane's weights move; null where they stay: only a lane that chooses token by token moves them. */
export function movingOf(strategy: Strategy): Moving | null {
  if (strategy.id === "base" || !choosesTokens(strategy.id)) return null;
  const { combine } = strategy;
  return combine?.type === "goals" || combine?.type === "worst" ? combine : null;
}

export function movesWeights(strategy: Strategy): boolean {
  return movingOf(strategy) !== null;
}

/** Wishes whose reward a lane must know to move its weights. */
export function watched(combine: Moving, start: Weights): PushId[] {
  return pushIds(start).filter(
    (id) => (start[id] ?? 0) !== 0 && (combine.type === "worst" || combine.targets[id] !== undefined),
  );
}

/**
 * @param start what the visitor set: directions, and for "worst" the scale
 * @param now what steers at this moment
 */
export function movedWeights(combine: Moving, start: Weights, now: Weights, rewards: RewardsSoFar): Weights {
  const ids = watched(combine, start).filter((id) => (rewards[id] ?? null) !== null);
  const sign = (id: PushId): number => Math.sign(start[id] ?? 0);
  const reward = ids.map((id) => sign(id) * (rewards[id] ?? 0));
  const sizes = ids.map((id) => Math.abs(now[id] ?? 0));
  const moved =
    combine.type === "goals" ? byGoals(combine, ids, sizes, reward) : byWorst(combine.eta, start, ids, sizes, reward);
  return { ...now, ...Object.fromEntries(ids.map((id, i) => [id, sign(id) * moved[i]!])) };
}

function byGoals(
  { targets, most, eta }: Goals,
  ids: readonly PushId[],
  sizes: readonly number[],
  reward: readonly number[],
): number[] {
  const goals = ids.map((id) => targets[id] ?? 0);
  return movedMultipliers(sizes, goals, reward, eta).map((size, i) => Math.min(most[ids[i]!] ?? MOST, size));
}

function byWorst(
  eta: number,
  start: Weights,
  ids: readonly PushId[],
  sizes: readonly number[],
  reward: readonly number[],
): number[] {
  const scale = ids.map((id) => Math.abs(start[id] ?? 0));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const mean = scale.reduce((sum, size) => sum + size, 0) / scale.length;
  const shares = Float64Array.from(
    sizes,
    (size, i) => Math.log(Math.max(LEAST_SHARE, size / total)) - (eta * scale[i]! * reward[i]!) / mean,
  );
  normalise(shares);
  return Array.from(shares, (share) => total * Math.exp(share));
}
