/**
 * Re-weighting as the page asks for it: the step in view first, then every step of every lane, in small portions, so that
 * a newer question ends an older one. One question is at work at a time.
 */
import type {
  Choice,
  DrawnSamples,
  LaneTarget,
  RecordedRun,
  ReweighedLane,
  ReweighedStep,
} from "../src/core/reweighing.ts";
import { RunError } from "../src/core/errors.ts";
import type { RowStep } from "../src/core/types.ts";
import { lacksLabels, lacksValues, missingTerms, readTerm, readValues } from "../src/engine/fill-in.ts";
import type { Models } from "../src/engine/interfaces.ts";
import { KeptRuns, type KeptRun } from "../src/engine/kept-runs.ts";
import { guidanceOf, specOf } from "../src/engine/plan.ts";
import { reweighChoice } from "../src/engine/reweigh-choice.ts";
import { TraceReweigher } from "../src/engine/reweigh-trace.ts";
import { LaneReweigher } from "../src/engine/reweigh.ts";
import type { Weigher } from "../src/engine/weigher.ts";
import type { ReweighAsk, ReweighEnd } from "./protocol.ts";

export type EmitReweighed = (answer: ReweighedStep | ReweighedLane) => void | Promise<void>;

export interface ReweighDeps {
  readonly now: () => number;
  /** Lets messages in. */
  readonly rest: () => Promise<void>;
}

/** A run as this worker can re-weigh it. */
interface Source {
  readonly drawn: DrawnSamples;
  /** Reads the sources that were off and now have a weight. */
  fill(target: LaneTarget): Promise<void>;
  /** Why a lane's steps cannot be weighed, though it has some; null where they can. */
  obstacle(target: LaneTarget): RunError | null;
  /** null for a lane that has no steps to re-weigh, or lacks a source. */
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
    const source = this.#sourceOf(runId, models);
    if (source === null) return "unknown";
    const target = targets.find(({ lane }) => lane === view?.lane);
    const weigher = target === undefined ? null : source.weigher(target);
    if (view !== null && weigher !== null) tellStep(weigher, view, emit);
    return "done";
  }

  async #answer(
    { runId, targets, view }: ReweighAsk,
    models: Models | null,
    emit: EmitReweighed,
    isOld: () => boolean,
  ): Promise<ReweighEnd> {
    const source = this.#sourceOf(runId, models);
    if (source === null) return "unknown";
    // The lane in view before the others.
    const ordered = targets.toSorted((a, b) => Number(b.lane === view?.lane) - Number(a.lane === view?.lane));
    const portion = new Portion(this.#deps);
    let obstacle: RunError | null = null;
    for (const target of ordered) {
      const choice = reweighChoice(source.drawn, target);
      if (choice !== null) void emit(choice);
      await source.fill(target);
      if (isOld()) return "superseded";
      obstacle ??= source.obstacle(target);
      const weigher = source.weigher(target);
      if (weigher === null) continue;
      const { lane } = target;
      if (view?.lane === lane) tellStep(weigher, view, emit);
      const steps: RowStep[] = [];
      let change: Choice | null = null;
      let klSum = 0;
      for (let position = 0; position < weigher.length; position++) {
        const weighed = weigher.weigh(position, false);
        steps.push(weighed.step);
        klSum += weighed.step.kl;
        change ??= weigher.choice(position, weighed);
        await portion.pause();
        if (isOld()) return "superseded";
      }
      void emit({ type: "steps", lane, steps, change, klSum, exactness: weigher.exactness() });
    }
    if (obstacle !== null) throw obstacle;
    return "done";
  }

  #sourceOf(runId: string, models: Models | null): Source | null {
    const run = this.kept.find(runId);
    if (run !== null && models !== null) {
      return {
        drawn: run,
        fill: (target) => this.#fill(run, models, target),
        obstacle: (target) => unasked(run, models, target),
        weigher: (target) => exactly(run, models, target),
      };
    }
    const told = this.#remembered;
    if (told?.runId !== runId) return null;
    return {
      drawn: told,
      fill: () => Promise.resolve(),
      obstacle: () => null,
      weigher: (target) => {
        const recorded = told.lanes.find(({ lane }) => lane === target.lane);
        return recorded === undefined ? null : new TraceReweigher(recorded, target, told.request);
      },
    };
  }

  async #fill(run: KeptRun, models: Models, { lane, strategy }: LaneTarget): Promise<void> {
    const steps = run.lanes.get(lane) ?? [];
    if (steps.length === 0) return;
    const guidance = guidanceOf(strategy, models, run.request.sources);
    for (const term of missingTerms(steps, guidance)) {
      this.kept.addTerm(run, lane, term.id, await readTerm(models, run, steps, term));
    }
    if (guidance.type === "values" && lacksValues(steps, guidance)) {
      const { candidates, values } = await readValues(models, run, steps, guidance.k);
      this.kept.addValues(run, lane, candidates, values);
    }
  }
}

/** Classifiers are not asked afterwards. */
function unasked(run: KeptRun, models: Models, target: LaneTarget): RunError | null {
  const steps = run.lanes.get(target.lane) ?? [];
  const guidance = guidanceOf(target.strategy, models, run.request.sources);
  if (steps.length === 0 || guidance.type !== "values" || !lacksLabels(steps, guidance)) return null;
  const names = guidance.labels.map(({ id }) => `"${specOf(run.request.sources ?? [], id).name}"`).join(", ");
  const message = `${names} was off while this lane ran, or saw fewer candidates; run again to see it act.`;
  return new RunError("invalid-request", message, { lane: target.lane });
}

function exactly(run: KeptRun, models: Models, target: LaneTarget): Weigher | null {
  const steps = run.lanes.get(target.lane) ?? [];
  const guidance = guidanceOf(target.strategy, models, run.request.sources);
  const isLacking =
    missingTerms(steps, guidance).length > 0 || lacksValues(steps, guidance) || lacksLabels(steps, guidance);
  return steps.length === 0 || isLacking ? null : new LaneReweigher(run, models, target);
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
