/**
 * The scores of the latest runs, whole, so that other weights can be tried on them without a forward. They are the
 * models' own logits: from them the core works out the very numbers that it worked out when they were decoded.
 *
 * A step of a steered lane takes 4 bytes a token of the vocabulary for the policy and as much for each part of a term. The oldest
 * runs give way when all together pass the budget; a run that passes it alone is not kept at all.
 */
import { isBeside, isCut, type LogitsBeside } from "../../core/cut-logits.ts";
import type { ListedRewards } from "../../core/listed-rewards.ts";
import type { LaneResult, PushId, RowStep, RunEvent, RunRequest, SampleResult, TokenId } from "../../core/types.ts";
import type { StepMemo } from "../decode/guidance.ts";
import type { Logits, StepScores } from "../interfaces.ts";

/** Holds six lanes of 240 tokens with four ARMs each on the bundled models, the most that the page can ask for. */
export const KEPT_BYTES = 128 * 2 ** 20;

export interface KeptStep extends StepScores {
  /** As it ran, without its candidates. */
  readonly step: RowStep;
  readonly policy: Logits;
  readonly terms: Map<PushId, readonly Logits[]>;
  readonly heads: Map<PushId, ListedRewards>;
  candidates: readonly TokenId[];
  values: readonly Float64Array[];
  readonly memo: StepMemo;
}

export interface KeptRun {
  readonly runId: string;
  readonly request: RunRequest;
  readonly promptTokens: readonly TokenId[];
  /** Steps of the lanes that GenARM or VAS steers, by lane. */
  readonly lanes: Map<number, KeptStep[]>;
  /** Sources that were off while a lane ran and were read off its text afterwards. */
  readonly filled: Map<number, ReadonlySet<PushId>>;
  /** In the order in which they were judged; one is replaced when a source has scored it afterwards. */
  samples: readonly SampleResult[];
  results: readonly LaneResult[];
  bytes: number;
}

export class KeptRuns {
  readonly #budget: number;
  /** Oldest first. */
  readonly #runs = new Map<string, KeptRun>();

  constructor(budget = KEPT_BYTES) {
    this.#budget = budget;
  }

  get bytes(): number {
    let sum = 0;
    for (const run of this.#runs.values()) sum += run.bytes;
    return sum;
  }

  find(runId: string): KeptRun | null {
    return this.#runs.get(runId) ?? null;
  }

  clear(): void {
    this.#runs.clear();
  }

  /** Everything but the scores comes with the events. */
  see(event: RunEvent): void {
    if (event.type === "started") {
      const { runId, request, promptTokens } = event;
      const empty = { lanes: new Map(), filled: new Map(), samples: [], results: [], bytes: 0 };
      this.#runs.set(runId, { runId, request, promptTokens, ...empty });
      return;
    }
    const run = this.#runs.get(event.runId);
    if (run === undefined) return;
    if (event.type === "sample") run.samples = [...run.samples, event.result];
    if (event.type === "finished") run.results = event.lanes;
  }

  take(runId: string, row: RowStep, scores: StepScores): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    const { policy } = scores;
    const found = [...scores.terms].map(([id, parts]) => [id, wholeParts(parts)] as const);
    const whole = found.flatMap(([id, parts]) => (parts === null ? [] : [[id, parts] as const]));
    if (isCut(policy) || whole.length < found.length) {
      // Without its whole vocabulary the run is weighed from what its steps tell, as a recording is.
      this.#runs.delete(runId);
      return;
    }
    const { top: _, ...step } = row;
    const terms = new Map(whole.map(([id, parts]) => [id, parts.map((logits) => logits.slice())]));
    const steps = run.lanes.get(step.lane) ?? [];
    run.lanes.set(step.lane, steps);
    steps.push({
      step,
      policy: policy.slice(),
      terms,
      heads: new Map(scores.heads),
      candidates: scores.candidates,
      values: scores.values,
      memo: { base: null, terms: new Map() },
    });
    const parts = [...terms.values()].reduce((sum, own) => sum + bytesOf(own), 0);
    const heads = [...scores.heads.values()].reduce(
      (sum, own) => sum + own.tokens.byteLength + own.rewards.byteLength,
      0,
    );
    this.#charge(run, policy.byteLength + parts + heads + bytesOf(scores.values));
  }

  /** Logits of a term that was off, `[part][step]`. */
  addTerm(run: KeptRun, lane: number, id: PushId, parts: readonly (readonly Logits[])[]): void {
    note(run, lane, [id]);
    for (const [i, kept] of (run.lanes.get(lane) ?? []).entries()) {
      const own = parts.flatMap((steps) => steps[i] ?? []);
      if (own.length < parts.length) continue;
      kept.terms.set(id, own);
      this.#charge(run, bytesOf(own));
    }
  }

  /** Rewards of a head that was off, one list a step. */
  addHead(run: KeptRun, lane: number, id: PushId, lists: readonly ListedRewards[]): void {
    note(run, lane, [id]);
    for (const [i, kept] of (run.lanes.get(lane) ?? []).entries()) {
      const own = lists[i];
      if (own === undefined) continue;
      kept.heads.set(id, own);
      this.#charge(run, own.tokens.byteLength + own.rewards.byteLength);
    }
  }

  /**
   * Values of more candidates than were asked about before.
   * @param filled sources that were off while the lane ran
   */
  addValues(
    run: KeptRun,
    lane: number,
    candidates: readonly (readonly TokenId[])[],
    values: readonly (readonly Float64Array[])[],
    filled: readonly PushId[] = [],
  ): void {
    note(run, lane, filled);
    for (const [i, kept] of (run.lanes.get(lane) ?? []).entries()) {
      const [own, numbers] = [candidates[i], values[i]];
      if (own === undefined || numbers === undefined) continue;
      this.#charge(run, bytesOf(numbers) - bytesOf(kept.values));
      kept.candidates = own;
      kept.values = numbers;
    }
  }

  #charge(run: KeptRun, bytes: number): void {
    run.bytes += bytes;
    let total = this.bytes;
    for (const old of this.#runs.values()) {
      if (total <= this.#budget) return;
      // The run under way goes last: without it nothing is gained by keeping the others.
      if (old === run && this.#runs.size > 1) continue;
      total -= old.bytes;
      this.#runs.delete(old.runId);
    }
    if (total > this.#budget) this.#runs.delete(run.runId);
  }
}

/** Null where one was read beside the policy's. */
function wholeParts(parts: readonly (Logits | LogitsBeside)[]): readonly Logits[] | null {
  const whole = parts.flatMap((part) => (isBeside(part) ? [] : [part]));
  return whole.length === parts.length ? whole : null;
}

function note(run: KeptRun, lane: number, filled: readonly PushId[]): void {
  run.filled.set(lane, new Set([...(run.filled.get(lane) ?? []), ...filled]));
}

function bytesOf(values: readonly Logits[]): number {
  return values.reduce((sum, own) => sum + own.byteLength, 0);
}
