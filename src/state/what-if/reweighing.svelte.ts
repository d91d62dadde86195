/**
 * Asks the worker what other weights would make of the run on the screen, while a slider moves: the step in view at every
 * frame, all lanes one question after another, so that none is starved by the next.
 */
import type { Choice, LaneTarget, ReweighedLane, ReweighedStep } from "../../core/reweighing.ts";
import type { ErrorData } from "../../core/errors.ts";
import type { ReweighAsk, ReweighEnd, Settled } from "../../../workers/protocol.ts";
import { recordedRun, reweighTargets } from "./reweigh-targets.ts";
import { NOTHING_REWEIGHED, reweighedView, type Reweighed } from "./reweighed-view.ts";
import type { Clock, Run } from "../run/run.svelte.ts";
import type { Selected } from "../stage/selection.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";

export type ShownPlace = NonNullable<ReweighAsk["view"]>;

export class Reweighing {
  /** What came back so far. */
  found = $state.raw<Reweighed>(NOTHING_REWEIGHED);
  /** Why nothing comes back; null while all is well. */
  error = $state.raw<ErrorData | null>(null);
  /** The lanes that the sliders weigh otherwise than they ran; empty while a run is decoding. */
  readonly targets: readonly LaneTarget[];
  /** The run with what came back in its place. */
  readonly view;
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  readonly #run: Run;
  readonly #placeInView: () => ShownPlace | null;
  /** What came back since the screen was last drawn. */
  #next: Reweighed | null = null;
  #isScheduled = false;
  #isAsking = false;
  #isDirty = false;

  constructor(
    supervisor: Supervisor,
    clock: Clock,
    run: Run,
    settings: Settings,
    placeInView: () => ShownPlace | null,
  ) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.#run = run;
    this.#placeInView = placeInView;
    this.targets = $derived(
      run.view.phase === "finished" || run.view.phase === "stopped" || (run.isLive && run.isPaused)
        ? reweighTargets(settings.data, run.view, run.laneIds, run.source === "recorded")
        : [],
    );
    const isActive = $derived(this.targets.length > 0);
    this.view = $derived(isActive ? reweighedView(run.view, this.found) : run.view);
  }

  get isActive(): boolean {
    return this.targets.length > 0;
  }

  /** Of each re-weighted lane the first token that would be another one. */
  get changes(): ReadonlyMap<number, Choice> {
    if (!this.isActive || this.found.runId !== this.#run.view.runId) return new Map();
    const found = [...this.found.lanes].flatMap(([lane, { answer }]) =>
      answer.type === "steps" && answer.change !== null ? [[lane, answer.change] as const] : [],
    );
    return new Map(found);
  }

  /** What is known of the step in view; null for a lane that shows what ran. */
  at(selected: Selected | null): { readonly choice: Choice | null; readonly isBounded: boolean } | null {
    const lane = selected?.lane.index ?? null;
    const answer = lane === null || !this.isActive ? undefined : this.found.lanes.get(lane)?.answer;
    if (answer?.type !== "steps") return null;
    const { inView } = this.found;
    const isSeen = inView?.lane === lane && inView.step.position === selected?.step.position;
    return { choice: isSeen ? inView.choice : null, isBounded: answer.exactness.type === "bounded" };
  }

  /** Something moved: a slider, or the token in view. Several moves in one frame are one question. */
  look(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#clock.onFrame(() => {
      this.#isScheduled = false;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    if (!this.isActive) {
      this.#next = null;
      if (this.found !== NOTHING_REWEIGHED) this.found = NOTHING_REWEIGHED;
      this.error = null;
      return;
    }
    const view = this.#placeInView();
    if (view !== null) void this.#send("view", view);
    this.#isDirty = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isDirty && this.isActive) {
      this.#isDirty = false;
      await this.#send("all", this.#placeInView());
    }
    this.#isAsking = false;
  }

  async #send(scope: ReweighAsk["scope"], view: ShownPlace | null): Promise<void> {
    const { runId } = this.#run.view;
    const { targets } = this;
    const take = (answer: ReweighedStep | ReweighedLane): void => this.#take(runId, targets, view, answer);
    const ask = (): Promise<Settled<ReweighEnd>> =>
      this.#supervisor.call((api) => api.reweigh({ runId, scope, targets, view }, take));
    try {
      let end = await ask();
      if (end.ok && end.value === "unknown" && scope === "all") {
        const record = recordedRun(this.#run.view);
        if (record === null) return;
        await this.#supervisor.call((api) => api.remember(record));
        end = await ask();
      }
      if (scope === "all") this.error = end.ok ? null : end.error;
    } catch {
      // The worker died; the run says so, and the next move starts another one.
    }
  }

  /** Answers about a run that is gone, about lanes no longer weighed, or about a step out of sight are dropped. */
  #take(
    runId: string,
    targets: readonly LaneTarget[],
    asked: ShownPlace | null,
    answer: ReweighedStep | ReweighedLane,
  ): void {
    if (runId !== this.#run.view.runId || !this.targets.some(({ lane }) => lane === answer.lane)) return;
    const latest = this.#next ?? this.found;
    const old = latest.runId === runId ? latest : { ...NOTHING_REWEIGHED, runId };
    if (answer.type === "step") {
      const now = this.#placeInView();
      if (now?.lane === asked?.lane && now?.position === asked?.position) this.#show({ ...old, inView: answer });
      return;
    }
    const target = targets.find(({ lane }) => lane === answer.lane);
    if (target !== undefined) this.#show({ ...old, lanes: new Map(old.lanes).set(answer.lane, { target, answer }) });
  }

  /** At the next frame, with all that comes until then: drawing costs the page more than asking. */
  #show(next: Reweighed): void {
    const isWaiting = this.#next !== null;
    this.#next = next;
    if (isWaiting) return;
    this.#clock.onFrame(() => {
      if (this.#next !== null) this.found = this.#next;
      this.#next = null;
    });
  }
}
