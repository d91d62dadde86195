/**
 * One recorded step under other weights, from the candidates that the trace kept. All others are one lump: its mass is the
 * most that they can have, and the distributions of the core then run over the kept candidates and the lump.
 */
import { reweighCandidates, type CandidateDistribution } from "../../core/kept-candidates.ts";
import { plainCandidates, withPlausible } from "../../core/kept-plausible.ts";
import { steeringKl } from "../../core/kl.ts";
import { entropy, klDivergence } from "../../core/logprobs.ts";
import { gumbelNoise } from "../../core/noise.ts";
import type { Choice, Exactness, LaneTarget, RecordedLane } from "../../core/reweighing.ts";
import { sampledDistribution } from "../../core/sampling.ts";
import { isObjective, pushIds, pushIdsOfAll } from "../../core/push-ids.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type {
  PerPush,
  PushId,
  RowStep,
  RunRequest,
  Strategy,
  TokenId,
  TopCandidates,
  Weights,
} from "../../core/types.ts";
import type { WeighedStep, Weigher } from "./weigher.ts";

export class TraceReweigher implements Weigher {
  readonly #recorded: RecordedLane;
  readonly #target: LaneTarget;
  readonly #seed: number;
  /** Sources whose numbers are log-probabilities, so that what is left of 1 bounds them. */
  readonly #distributions: ReadonlySet<PushId>;
  /** Most mass outside the kept candidates so far, null once a step could not be bounded. */
  #tail: number | null = 0;
  readonly #absent = new Set<PushId>();
  /** Else a token that was not kept may have become plausible, or have ceased to be. */
  readonly #isPlausibleAlike: boolean;

  constructor(recorded: RecordedLane, target: LaneTarget, run: Pick<RunRequest, "seed" | "sources" | "lanes">) {
    this.#recorded = recorded;
    this.#target = target;
    this.#seed = run.seed;
    this.#isPlausibleAlike = run.lanes[target.lane]?.sampling.plausible === target.sampling.plausible;
    this.#distributions = new Set((run.sources ?? []).filter(isDistribution).map(({ id }) => id));
  }

  get length(): number {
    return this.#recorded.steps.length;
  }

  weigh(position: number, hasCandidates: boolean): WeighedStep {
    const ran = this.#recorded.steps[position];
    if (ran === undefined) throw new Error(`the lane has ${this.length} steps, there is no step ${position}`);
    const { top: kept, ...numbers } = ran;
    const old = this.#recorded.strategies.findLast(({ token }) => token <= position)?.strategy;
    const ratios = ratiosOf(old, this.#target.strategy);
    for (const id of ratios.absent) this.#absent.add(id);
    const index = kept?.ids.indexOf(ran.token) ?? -1;
    // Without candidates nothing is known of the step but what ran: it stays, and its distribution has no bound.
    if (kept === undefined || index < 0) {
      if (old !== undefined && !isSameDistribution(ratios.of)) this.#tail = null;
      return { step: numbers, drawn: ran.token };
    }
    const top = this.#isPlausibleAlike ? kept : withPlausible(kept, this.#target.sampling.plausible);
    const values = old?.id === "vas" ? old.k : null;
    const distribution = reweighCandidates(
      top,
      ran.logZ,
      ratios.of,
      values,
      (id) => isObjective(id) || this.#distributions.has(id),
    );
    this.#note(distribution);
    const { sampled, drawn } = this.#sample(top, distribution, position);
    const base = Float64Array.of(...top.base, Math.log(top.tail.base));
    const plain = plainCandidates(top, this.#target.sampling);
    const step: RowStep = {
      ...numbers,
      logprob: sampled[index]!,
      kl: klDivergence(sampled, base),
      klSteer: steeringKl(sampled, plain),
      entropy: entropy(sampled),
      logZ: distribution.logZ,
      contributions: readAt(distribution.contributions, index),
      ...(hasCandidates && { top: this.#tableOf(top, distribution) }),
    };
    return { step, drawn };
  }

  choice(position: number, { step, drawn }: WeighedStep): Choice | null {
    if (drawn === step.token || step.isForced === true) return null;
    const top = this.#recorded.steps[position]?.top;
    const text = drawn === step.plainToken ? step.plainText : (top?.texts?.[top.ids.indexOf(drawn)] ?? "");
    return { position, token: drawn, text };
  }

  exactness(): Exactness {
    return { type: "bounded", tail: this.#tail, absent: [...this.#absent] };
  }

  #note({ logTail, slack }: CandidateDistribution): void {
    const isBounded = slack < Infinity && this.#target.sampling.temperature <= 1 && this.#isPlausibleAlike;
    if (!isBounded) this.#tail = null;
    if (this.#tail !== null) this.#tail = Math.max(this.#tail, Math.exp(logTail));
  }

  /** The sampled distribution over the kept candidates and the lump, and the kept one that the common noise favours. */
  #sample(
    top: TopCandidates,
    distribution: CandidateDistribution,
    position: number,
  ): { sampled: Float64Array; drawn: TokenId } {
    const lumped = Float64Array.of(...distribution.guided, distribution.logTail);
    const sampled = sampledDistribution(lumped, this.#target.sampling, new Float64Array(lumped.length));
    let drawn = -1;
    let best = -Infinity;
    for (const [i, token] of top.ids.entries()) {
      const perturbed = sampled[i]! + gumbelNoise(this.#seed, 0, position, token);
      if (perturbed > best || (perturbed === best && token < drawn)) [best, drawn] = [perturbed, token];
    }
    return { sampled, drawn: drawn < 0 ? (this.#recorded.steps[position]?.token ?? 0) : drawn };
  }

  #tableOf(top: TopCandidates, { guided, contributions, logTail }: CandidateDistribution): TopCandidates {
    return { ...top, guided, contributions, tail: { base: top.tail.base, guided: Math.exp(logTail) } };
  }
}

function isDistribution({ type }: SourceSpec): boolean {
  return type === "sibling";
}

interface RatiosOf {
  readonly of: PerPush<number>;
  /** Weights that ask for a source which was off: nothing is known of it. */
  readonly absent: readonly PushId[];
}

/** (w'/beta') / (w/beta) of every objective that steered. */
function ratiosOf(old: Strategy | undefined, next: Strategy): RatiosOf {
  const of: Record<string, number> = {};
  const absent: PushId[] = [];
  for (const id of pushIdsOfAll([weightsOf(old), weightsOf(next)])) {
    const [before, after] = [scaleOf(old, id), scaleOf(next, id)];
    if (before !== 0) of[id] = after / before;
    else if (after !== 0) absent.push(id);
  }
  return { of, absent };
}

function weightsOf(strategy: Strategy | undefined): Weights {
  return strategy === undefined || strategy.id === "base" ? {} : strategy.weights;
}

function scaleOf(strategy: Strategy | undefined, id: PushId): number {
  if (strategy === undefined || strategy.id === "base") return 0;
  return (strategy.weights[id] ?? 0) / strategy.beta;
}

function isSameDistribution(ratios: RatiosOf["of"]): boolean {
  return Object.values(ratios).every((ratio) => ratio === 1);
}

function readAt(lists: TopCandidates["contributions"], index: number): RowStep["contributions"] {
  return Object.fromEntries(
    pushIds(lists).flatMap((id) => {
      const nats = lists[id]?.[index];
      return nats === undefined ? [] : [[id, nats]];
    }),
  );
}
