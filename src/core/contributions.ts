/**
 * What a token's colour means: the push of one objective on one token, in nats.
 *
 *   ARM:  (w_i b_i / beta) ( log pi_i(v) - E_{u ~ pi_ref} log pi_i(u) )
 *   VAS:  (w_i / beta) ( V_i(v) - mean over C ) on the candidates, 0 elsewhere          (`vasShift`)
 *
 * At temperature 1, log pi(v) = log pi_ref(v) + sum of contributions - log Z', and log Z' of an ARM is log Z less the
 * centres. Centring makes 0 the push on an average token; without it every ARM pushes every token down.
 */

/**
 * E_{u ~ pi_ref} log pi_i(u), nats. Tokens of probability 0 under either distribution are left out: any centre keeps the
 * identity above, and a centre of -Infinity would say nothing.
 * @param ref      `[V]` nats, normalised
 * @param logprobs `[V]` nats, normalised: log pi_i
 */
export function armCentre(ref: Float64Array, logprobs: Float64Array): number {
  let mean = 0;
  for (let v = 0; v < ref.length; v++) {
    const logprob = logprobs[v]!;
    if (logprob > -Infinity && ref[v]! > -Infinity) mean += Math.exp(ref[v]!) * logprob;
  }
  return mean;
}

/** The contribution of an ARM to a token with log-probability `logprob`. */
export function armContribution(alpha: number, logprob: number, centre: number): number {
  return alpha * (logprob - centre);
}
