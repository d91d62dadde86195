/**
 * The weights of objectives under which even the best tilt does worst (RMOD).
 *
 *   w* = argmin_{w in simplex} log E_ref exp( λ Σ_g w_g V_g )        tilt  q(y) ∝ p_ref(y) exp( λ Σ_g w*_g V_g(y) )
 *
 * Son et al., arXiv:2503.08796. At w* the objectives that have a weight are equally high under the tilt. The function is
 * convex. Multiplicative steps w_g ∝ w_g exp(-step · λ E_q V_g) go down it, because its curvature along the simplex is at
 * most λ² (range of V)² / 4, and w · gradient - min gradient bounds what is left to gain.
 */
import { normalise } from "../logprobs.ts";

export interface WorstCase {
  /** One an objective, sum 1. */
  readonly weights: readonly number[];
  /** log E_ref exp(λ Σ w V), nats. */
  readonly objective: number;
  /** q, one a candidate. */
  readonly tilted: readonly number[];
  /** E_q V, one an objective. */
  readonly expected: readonly number[];
}

const GAP = 1e-13;
const MOST_STEPS = 100_000;

/**
 * @param values `[candidates, objectives]`, equally likely candidates, at least one of each
 * @param lambda inverse of the KL coefficient, > 0
 */
export function worstCaseWeights(values: readonly (readonly number[])[], lambda: number): WorstCase {
  const objectives = values[0]?.length ?? 0;
  if (objectives === 0) throw new Error("values need at least one candidate and one objective");
  const flat = values.flat();
  const range = Math.max(...flat) - Math.min(...flat);
  // Equal values everywhere leave nothing to choose.
  const steps = range === 0 ? 0 : MOST_STEPS;
  const step = 4 / (lambda * range) ** 2;
  let weights = Array.from({ length: objectives }, () => 1 / objectives);
  let at = tiltUnder(values, weights, lambda);
  for (let i = 0; i < steps; i++) {
    const gradient = at.expected.map((value) => lambda * value);
    const gap = gradient.reduce((sum, slope, g) => sum + weights[g]! * slope, 0) - Math.min(...gradient);
    if (gap <= GAP) break;
    const moved = Float64Array.from(gradient, (slope, g) => Math.log(weights[g]!) - step * slope);
    normalise(moved);
    weights = Array.from(moved, Math.exp);
    at = tiltUnder(values, weights, lambda);
  }
  return { weights, ...at };
}

function tiltUnder(values: readonly (readonly number[])[], weights: readonly number[], lambda: number) {
  const logits = Float64Array.from(
    values,
    (row) => lambda * row.reduce((sum, value, g) => sum + weights[g]! * value, 0),
  );
  const objective = normalise(logits) - Math.log(values.length);
  const tilted = Array.from(logits, Math.exp);
  const expected = weights.map((_, g) => tilted.reduce((sum, q, y) => sum + q * values[y]![g]!, 0));
  return { objective, tilted, expected };
}
