/**
 * Re-weighting from the kept candidates of a step alone, as a trace has them.
 *
 *   guided'(v) = base(v) + sum_i r_i c_i(v) - log Z'        c_i the contribution as it ran,  r_i = (w'_i/beta') / (w_i/beta)
 *   Z' = sum over kept + tail'                              tail' = sum over the others, which nobody wrote down
 *
 * StepCandidates of the others: their mass under the base, m0 = tail'(r = 0), and after guidance, m1 = tail'(r = 1). By Hölder's
 * inequality, for 0 <= s <= 1,
 *
 *   tail'(r) <= m0^(1-s) m1^s exp( sum_i (r_i - s) e_i )     wherever (r_i - s) c_i <= (r_i - s) e_i on all of them
 *
 * An ARM gives e_i: c_i = A_i (log pi_i - centre_i), and no token outside has log pi_i above the mass that the kept ones
 * leave, so the inequality holds where (r_i - s) A_i >= 0. A log-ratio of two models has no such ceiling, and so no e_i. With r_i = s for
 * all i none is needed. VAS shifts nothing outside
 * its candidates: where all of these were kept, tail' = m0.
 */
import { logSumExp } from "./logprobs.ts";
import { pushIds } from "./push-ids.ts";
import type { PerPush, PushId, TopCandidates } from "./types.ts";

/** What is left of 1 after a sum of 64 probabilities is known to this. */
const ROUNDING = 1e-14;

export type Ratios = PerPush<number>;

export interface CandidateDistribution {
  /** log pi' of the kept candidates. Exact numbers lie between these and these plus `slack`. */
  readonly guided: readonly number[];
  readonly contributions: TopCandidates["contributions"];
  readonly logZ: number;
  /** log of the most mass outside the kept candidates; an estimate where `slack` is Infinity. */
  readonly logTail: number;
  /** Nats; 0 where the distribution is exact, Infinity where nothing kept bounds the tail. */
  readonly slack: number;
}

/**
 * @param top    one step as it ran; the candidates' contributions are those of `ratios` of 1
 * @param logZ   log Z' of that step
 * @param values how many candidates VAS valued at this step, null for other lanes
 * @param isDistribution  whether a source's numbers are log-probabilities, as those of an ARM are
 */
export function reweighCandidates(
  top: TopCandidates,
  logZ: number,
  ratios: Ratios,
  values: number | null,
  isDistribution: (id: PushId) => boolean = () => true,
): CandidateDistribution {
  const active = pushIds(top.contributions);
  const contributions = Object.fromEntries(
    active.map((id) => [id, top.contributions[id]!.map((nats) => scaled(ratios[id] ?? 0, nats))]),
  );
  // What the run ruled out as implausible stays so under any weights.
  const raised = top.base.map((base, i) =>
    top.guided[i] === -Infinity ? -Infinity : active.reduce((sum, id) => sum + contributions[id]![i]!, base),
  );
  const edges = active.map((id) => (values === null && isDistribution(id) ? armEdge(top, id) : null));
  const [low, high] = tailRange(top, logZ, ratios, { active, edges, values });
  const isBounded = high < Infinity;
  const logTail = isBounded ? high : roughTail(top, logZ, ratios, active);
  const newLogZ = logSumExp([...raised, logTail]);
  return {
    guided: raised.map((nats) => nats - newLogZ),
    contributions,
    logZ: newLogZ,
    logTail: logTail - newLogZ,
    slack: isBounded ? newLogZ - logSumExp([...raised, low]) : Infinity,
  };
}

/** What the trace knows of each thing that pushed. */
interface StepCandidates {
  readonly active: readonly PushId[];
  readonly edges: readonly (Edge | null)[];
  readonly values: number | null;
}

/** log of the least and the most that the tail can weigh before normalising. */
function tailRange(
  top: TopCandidates,
  logZ: number,
  ratios: Ratios,
  { active, edges, values }: StepCandidates,
): readonly [number, number] {
  const drawable = drawableTail(top);
  const before = Math.log(drawable);
  // Every plausible token was kept: no weight gives the others anything.
  if (drawable <= ROUNDING) return [-Infinity, -Infinity];
  const after = Math.log(top.tail.guided) + logZ;
  const r = active.map((id) => ratios[id] ?? 0);
  if (r.every((each) => each === 0) || isWholeOfVas(top, active, values)) return [before, before];
  if (r.every((each) => each === 1)) return [after, after];
  const [most, mostAfter] = [Math.log(drawable + ROUNDING), Math.log(top.tail.guided + ROUNDING) + logZ];
  let high = Infinity;
  for (const s of [0, 1, ...r.filter((each) => each > 0 && each < 1)]) {
    const excess = r.reduce((sum, each, i) => sum + excessOf(each - s, edges[i] ?? null), 0);
    high = Math.min(high, (1 - s) * most + s * mostAfter + excess);
  }
  return [-Infinity, high];
}

/** Mass under the base of the tokens that were not kept and may be drawn. */
export function drawableTail({ tail }: TopCandidates): number {
  return tail.plausible ?? tail.base;
}

/** Every candidate that VAS valued is among the kept ones. */
function isWholeOfVas(top: TopCandidates, active: readonly PushId[], values: number | null): boolean {
  if (values === null) return false;
  const valued = top.sources[active[0] ?? "joy"]?.filter((value) => !Number.isNaN(value)).length ?? 0;
  return valued >= values;
}

interface Edge {
  /** A_i */
  readonly scale: number;
  /** e_i */
  readonly nats: number;
}

function excessOf(q: number, edge: Edge | null): number {
  if (q === 0) return 0;
  return edge === null || q * edge.scale < 0 ? Infinity : q * edge.nats;
}

/** A_i and e_i of an ARM, from two candidates that it tells apart; null where the trace cannot tell. */
function armEdge(top: TopCandidates, id: PushId): Edge | null {
  const logprobs = top.sources[id];
  const nats = top.contributions[id];
  if (logprobs === undefined || nats === undefined) return null;
  const finite = logprobs.flatMap((logprob, i) => (Number.isFinite(logprob) ? [i] : []));
  const by = finite.toSorted((a, b) => logprobs[a]! - logprobs[b]!);
  const [low, high] = [by[0], by.at(-1)];
  if (low === undefined || high === undefined || logprobs[high]! - logprobs[low]! < 1e-6) return null;
  const scale = (nats[high]! - nats[low]!) / (logprobs[high]! - logprobs[low]!);
  const left = logprobs.reduce((mass, logprob) => mass - Math.exp(logprob), 1);
  // c_i at log pi_i = log(left); rounding may leave a little less than nothing.
  const edge = nats[high]! + scale * (Math.log(Math.max(left, 1e-12)) - logprobs[high]!);
  return { scale, nats: edge };
}

/** The tail on the straight line, in logarithms, through the two points that are known. */
function roughTail(top: TopCandidates, logZ: number, ratios: Ratios, active: readonly PushId[]): number {
  const before = Math.log(drawableTail(top));
  const after = Math.log(top.tail.guided) + logZ;
  if (before === -Infinity || after === -Infinity) return -Infinity;
  const mean = active.reduce((sum, id) => sum + (ratios[id] ?? 0), 0) / Math.max(1, active.length);
  return before + mean * (after - before);
}

/** 0 * -Infinity is NaN, and a weight of 0 means absent. */
function scaled(ratio: number, nats: number): number {
  return ratio === 0 ? 0 : ratio * nats;
}
