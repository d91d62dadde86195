/**
 * Re-weighting as the page asks for it: the step in view first, then every step of every lane, in small portions, so that
 * a newer question ends an older one. One question is at work at a time.
 */
import { addKl } from "../src/core/kl.ts";
import type {
  Choice,
  DrawnSamples,
  LaneTarget,
  RecordedRun,
  ReweighedLane,
  ReweighedStep,
} from "../src/core/reweighing.ts";
import { RunError } from "../src/core/errors.ts";
import { sourceById } from "../src/core/sources/spec.ts";
import type { RowStep } from "../src/core/types.ts";
import { fillLane, isFilled } from "../src/engine/reweigh/fill-lane.ts";
import { missingScores } from "../src/engine/reweigh/fill-scores.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { KeptRuns, type KeptRun } from "../src/engine/reweigh/kept-runs.ts";
import { Binding } from "../src/engine/decode/binding.ts";
import { guidanceOf } from "../src/engine/decode/plan.ts";
import { reweighChoice } from "../src/engine/reweigh/reweigh-choice.ts";
import { TraceReweigher } from "../src/engine/reweigh/reweigh-trace.ts";
import { LaneReweigher } from "../src/engine/reweigh/reweigh-lane.ts";
import type { Weigher } from "../src/engine/reweigh/weigher.ts";
import type { ReweighAsk, ReweighEnd } from "./protocol.ts";

export type EmitReweighed = (answer: ReweighedStep | ReweighedLane) => void | Promise<void>;

export interface ReweighDeps {
  readonly now: () => number;
  /** Lets messages in. */
  readonly rest: () => Promise<void>;
}

/** A run as this worker can re-weigh it. */
interface ReweighableRun {
  drawn(): DrawnSamples;
  /** Reads the sources that were off and now have a weight; it may take long, and ends early where it shall not go on. */
  fill(target: LaneTarget, goesOn: () => Promise<boolean>): Promise<void>;
  /** Why a lane cannot be weighed, though it was judged; null where it can. */
  obstacle(target: LaneTarget): RunError | null;
  /** null for a lane that has no steps to re-weigh, or lacks a found. */
  weigher(target: LaneTarget): Weigher | null;
}

/** The worker listens for a newer question after so many milliseconds of work. */
const PORTION_MS = 12;

export class Reweighs {
  readonly kept = new KeptRuns();
  readonly #deps: ReweighDeps;
  #remembered: RecordedRun | null = null;
  #newest = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(deps: ReweighDeps) {
    this.#deps = deps;
  }

  /** Ends the questions that are at work: the models are wanted for something else. */
  drop(): void {
    this.#newest += 1;
  }

  remember(run: RecordedRun): void {
    this.#remembered = run;
  }

  answer(ask: ReweighAsk, models: Models | null, emit: EmitReweighed): Promise<ReweighEnd> {
    // A page that cannot take an answer has asked anew or is gone.
    const tell: EmitReweighed = (answer) => void (async () => emit(answer))().catch(() => undefined);
    if (ask.scope === "view") return this.#look(ask, models, tell);
    const ticket = ++this.#newest;
    const isOld = (): boolean => ticket !== this.#newest;
    const turn = this.#turn.then(() => (isOld() ? "superseded" : this.#answer(ask, models, tell, isOld)));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** One step takes about a millisecond: it needs no turn. A source that is still to be read is left to the longer question. */
  async #look({ runId, targets, view }: ReweighAsk, models: Models | null, emit: EmitReweighed): Promise<ReweighEnd> {
    const found = this.#find(runId, models);
    if (found === null) return "unknown";
    const target = targets.find(({ lane }) => lane === view?.lane);
    const weigher = target === undefined ? null : found.weigher(target);
    if (view !== null && weigher !== null) tellStep(weigher, view, emit);
    return "done";
  }

  async #answer(
    { runId, targets, view }: ReweighAsk,
    models: Models | null,
    emit: EmitReweighed,
    isOld: () => boolean,
  ): Promise<ReweighEnd> {
    const found = this.#find(runId, models);
    if (found === null) return "unknown";
    // The lane in view before the others.
    const ordered = targets.toSorted((a, b) => Number(b.lane === view?.lane) - Number(a.lane === view?.lane));
    const portion = new Portion(this.#deps);
    let obstacle: RunError | null = null;
    for (const target of ordered) {
      await found.fill(target, async () => {
        await portion.pause();
        return !isOld();
      });
      if (isOld()) return "superseded";
      const own = found.obstacle(target);
      obstacle ??= own;
      const choice = own === null ? reweighChoice(found.drawn(), target) : null;
      if (choice !== null) void emit(choice);
      const weigher = found.weigher(target);
      if (weigher === null) continue;
      const { lane } = target;
      if (view?.lane === lane) tellStep(weigher, view, emit);
      const steps: RowStep[] = [];
      let change: Choice | null = null;
      let klSum = 0;
      let klSteer: number | null = 0;
      for (let position = 0; position < weigher.length; position++) {
        const weighed = weigher.weigh(position, false);
        steps.push(weighed.step);
        klSum += weighed.step.kl;
        klSteer = addKl(klSteer, weighed.step.klSteer);
        change ??= weigher.choice(position, weighed);
        await portion.pause();
        if (isOld()) return "superseded";
      }
      void emit({ type: "steps", lane, steps, change, klSum, klSteer, exactness: weigher.exactness() });
    }
    if (obstacle !== null) throw obstacle;
    return "done";
  }

  #find(runId: string, models: Models | null): ReweighableRun | null {
    const run = this.kept.find(runId);
    if (run !== null && models !== null) {
      return {
        drawn: () => run,
        fill: (target, goesOn) => fillLane(this.kept, run, models, target, goesOn),
        obstacle: () => null,
        weigher: (target) => exactly(run, models, target),
      };
    }
    const told = this.#remembered;
    if (told?.runId !== runId) return null;
    return {
      drawn: () => told,
      fill: () => Promise.resolve(),
      obstacle: (target) => unscored(told, target),
      weigher: (target) => {
        const recorded = told.lanes.find(({ lane }) => lane === target.lane);
        return recorded === undefined ? null : new TraceReweigher(recorded, target, told.request);
      },
    };
  }
}

/** A recording says what its samples were scored by, and nothing is here to score them with. */
function unscored(run: RecordedRun, target: LaneTarget): RunError | null {
  const [first] = missingScores(run, target);
  if (first === undefined) return null;
  const { name } = sourceById(run.request.sources ?? [], first);
  const message = `“${name}” was off during this run, so the recording has no scores for it; run again to rank by it.`;
  return new RunError("invalid-request", message, { lane: target.lane });
}

function exactly(run: KeptRun, models: Models, target: LaneTarget): Weigher | null {
  const steps = run.lanes.get(target.lane) ?? [];
  const guidance = guidanceOf(target.strategy, new Binding(models, run.request));
  return steps.length > 0 && isFilled(steps, guidance) ? new LaneReweigher(run, models, target, guidance) : null;
}

function tellStep(weigher: Weigher, { lane, position }: NonNullable<ReweighAsk["view"]>, emit: EmitReweighed): void {
  if (position >= weigher.length) return;
  const weighed = weigher.weigh(position, true);
  void emit({ type: "step", lane, step: weighed.step, choice: weigher.choice(position, weighed) });
}

class Portion {
  readonly #deps: ReweighDeps;
  #start: number;

  constructor(deps: ReweighDeps) {
    this.#deps = deps;
    this.#start = deps.now();
  }

  /** Rests where enough was done since the last time. */
  async pause(): Promise<void> {
    if (this.#deps.now() - this.#start < PORTION_MS) return;
    await this.#deps.rest();
    this.#start = this.#deps.now();
  }
}
