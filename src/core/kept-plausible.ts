/** Plausible candidates among those that a trace kept of a step (`plausible.ts`). */
import { drawableTail } from "./kept-candidates.ts";
import { normalise } from "./logprobs.ts";
import { plausibleOnly } from "./plausible.ts";
import { sampledDistribution } from "./sampling.ts";
import type { Sampling, TopCandidates } from "./types.ts";

/**
 * The same candidates under another `plausible`: `guided` is -Infinity for those that leave, and 0 for those that come back,
 * to be worked out anew. Of the tokens that were not kept nothing is known, so all of their mass may be plausible.
 */
export function withPlausible(top: TopCandidates, plausible: number): TopCandidates {
  const base = Float64Array.from(top.base);
  const reference = plausibleOnly(base, plausible, new Float64Array(base.length));
  const guided = top.guided.map((logprob, i) => {
    if (reference[i] === -Infinity) return -Infinity;
    return logprob === -Infinity ? 0 : logprob;
  });
  return { ...top, guided, tail: { base: top.tail.base, guided: top.tail.guided } };
}

/** What plain sampling would draw from: the kept candidates, and the others as one lump at the end. Nats, normalised. */
export function plainCandidates(top: TopCandidates, sampling: Sampling): Float64Array {
  const kept = top.base.map((base, i) => (top.guided[i] === -Infinity ? -Infinity : base));
  const plain = Float64Array.of(...kept, Math.log(drawableTail(top)));
  normalise(plain);
  return sampledDistribution(plain, sampling, plain);
}
