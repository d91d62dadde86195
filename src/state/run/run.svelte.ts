/** One run at a time, live or recorded: start, pause, step, stop, and recovery when the worker fails. */
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { LaneChange, ModelRef, RunEvent, RunRequest, TokenId, Trace } from "../../core/types.ts";
import { Gate } from "./gate.ts";
import { reduce } from "./reduce.ts";
import { REPLAY_STEP_MS, replay } from "./replay.ts";
import type { Supervisor, WatchClock } from "../worker/supervisor.ts";
import { IDLE_VIEW, type RunView } from "./view.ts";

export interface Clock extends WatchClock {
  /** Calls back when the screen can be drawn; several views in one frame cost one drawing. */
  readonly onFrame: (draw: () => void) => void;
}

interface ShownRun {
  readonly view: RunView;
  readonly source: Run["source"];
  readonly laneIds: readonly string[];
}

export class Run {
  view = $state.raw<RunView>(IDLE_VIEW);
  source = $state<"none" | "live" | "recorded">("none");
  isPaused = $state(false);
  /** Ids of the settings lanes that this run belongs to, in request order; empty for a recording with its own lanes. */
  laneIds = $state.raw<readonly string[]>([]);
  readonly #supervisor: Supervisor;
  readonly #clock: Clock;
  readonly #newId: () => string;
  #next: RunView = IDLE_VIEW;
  #gate = new Gate();
  #abort = new AbortController();
  /** What the screen showed before this run: an early failure gives it back. */
  #before: ShownRun = { view: IDLE_VIEW, source: "none", laneIds: [] };
  #isDrawing = false;
  /** Every event of the run on the screen, in order: what a trace is made of. */
  #events: RunEvent[] = [];

  constructor(supervisor: Supervisor, clock: Clock, newId: () => string) {
    this.#supervisor = supervisor;
    this.#clock = clock;
    this.#newId = newId;
  }

  get isActive(): boolean {
    return this.view.phase === "running";
  }

  get isLive(): boolean {
    return this.isActive && this.source === "live";
  }

  /** What the models read before the response; empty until the run has started. */
  get promptTokens(): readonly TokenId[] {
    const started = this.#events[0];
    return started?.type === "started" && started.runId === this.view.runId ? started.promptTokens : [];
  }

  /** The run on the screen as a trace, once it is over; null before that and after a failure. */
  trace(): Trace | null {
    const started = this.#events[0];
    const isOver = this.view.phase === "finished" || this.view.phase === "stopped";
    if (!isOver || started?.type !== "started" || started.runId !== this.view.runId) return null;
    const { request, models, device } = started;
    const schedule = this.#events.flatMap((event) => (event.type === "changed" ? [event.change] : []));
    return { version: 1, request, schedule, models, device, events: this.#events };
  }

  /**
   * Decodes `request`; `isPaused` shows its first token and waits. Resolves when the run is over.
   * @param models that are loaded: the worker names them again when it begins
   */
  async start(
    request: RunRequest,
    laneIds: readonly string[],
    isPaused: boolean,
    models: readonly ModelRef[] = [],
  ): Promise<void> {
    const emit = this.#begin("live", laneIds, isPaused);
    const runId = this.#newId();
    this.#expect(runId, request, models);
    try {
      await this.#supervisor.callLong(this.#clock, (api, heard) =>
        api.run(runId, request, (event) => {
          heard();
          return emit(event);
        }),
      );
    } catch (error) {
      this.#fail(runId, toErrorData(error));
    }
    const { error } = this.#next;
    if (error !== null && this.#next.runId === runId) this.#supervisor.killIfFatal(error);
  }

  /** Plays a recording; `isInstant` shows its end at once, for visitors who asked for less motion. */
  async play(trace: Trace, laneIds: readonly string[], isInstant: boolean): Promise<void> {
    const emit = this.#begin("recorded", laneIds, false);
    const rest = (): Promise<void> => (isInstant ? Promise.resolve() : this.#clock.sleep(REPLAY_STEP_MS));
    await replay(trace, emit, rest, this.#abort.signal);
  }

  /** An empty stage: the text on it belongs to models that are gone. */
  clear(): void {
    this.#abort.abort();
    this.#abort = new AbortController();
    this.#events = [];
    this.source = "none";
    this.laneIds = [];
    this.#show(IDLE_VIEW);
  }

  pause(): void {
    if (!this.isActive) return;
    this.#gate.close();
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    this.#gate.open();
  }

  /** Takes one token and waits again. */
  step(): void {
    if (!this.isPaused) this.pause();
    else this.#gate.releaseOne();
  }

  /** Ends the run and keeps its text; a worker that does not answer in time is replaced. */
  async stop(): Promise<void> {
    if (!this.isActive) return;
    const { runId } = this.#next;
    this.#abort.abort();
    this.isPaused = false;
    if (this.source === "recorded") {
      this.#gate.open();
      this.#show({ ...this.#next, phase: "stopped" });
      return;
    }
    await this.#supervisor.askToStop((api) => api.cancel(runId));
    this.#gate.open();
  }

  /** Moves a setting of a lane of the live run from its next token on. */
  async change(lane: number, change: LaneChange): Promise<void> {
    if (!this.isLive) return;
    const { runId } = this.#next;
    try {
      await this.#supervisor.call((api) => api.change(runId, lane, change));
    } catch (error) {
      this.#fail(runId, toErrorData(error));
    }
  }

  /** A failure that the worker could not report itself. */
  #fail(runId: string, error: ErrorData): void {
    this.#take({ type: "failed", runId, error });
  }

  #begin(source: "live" | "recorded", laneIds: readonly string[], isPaused: boolean) {
    this.#abort.abort();
    this.#gate.open();
    const gate = new Gate();
    const abort = new AbortController();
    this.#gate = gate;
    this.#abort = abort;
    this.#before = { view: this.#next, source: this.source, laneIds: this.laneIds };
    this.source = source;
    this.laneIds = laneIds;
    this.isPaused = isPaused;
    if (isPaused) gate.close();
    return async (event: RunEvent): Promise<void> => {
      if (this.#abort !== abort) return;
      this.#take(event);
      if (event.type === "step" && !abort.signal.aborted) await gate.pass();
    };
  }

  /** Shows empty lanes at once; the worker's `started` event fills in device and models. */
  #expect(runId: string, request: RunRequest, models: readonly ModelRef[]): void {
    const device = { backend: "wasm", adapter: "", isSoftware: false, threads: 1, fallbackReason: null } as const;
    const started = { type: "started", runId, request, models, device, promptTokens: [] } as const;
    this.#show({ ...reduce(IDLE_VIEW, started), device: null });
  }

  #take(event: RunEvent): void {
    // A run that has ended, by failure or because its worker was replaced, takes nothing more.
    if (event.type !== "started" && this.#next.phase !== "running") return;
    if (event.type === "started") this.#events = [];
    // How far scoring is says nothing of the run itself: a trace has no place for it.
    if (event.type !== "scoring") this.#events.push(event);
    this.#next = reduce(this.#next, event);
    if (this.#next.phase === "failed" && this.#next.steps === 0) this.#giveBack(this.#next);
    if (this.#next.phase !== "running") {
      this.isPaused = false;
      this.#show(this.#next);
      return;
    }
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    this.#clock.onFrame(() => {
      this.#isDrawing = false;
      this.view = this.#next;
    });
  }

  /** A run that failed before its first token leaves the text that was there. */
  #giveBack(failed: RunView): void {
    const { view, source, laneIds } = this.#before;
    if (view.steps === 0) return;
    this.#next = { ...view, phase: "failed", error: failed.error, runId: failed.runId };
    this.source = source;
    this.laneIds = laneIds;
  }

  #show(view: RunView): void {
    this.#next = view;
    this.view = view;
  }
}
