/** The models as the page sees them: absent, on their way, ready, or failed with a reason. */
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { JudgeId } from "../../core/judges.ts";
import { DOWNLOAD_PACE, Pace } from "../../core/pace.ts";
import type { Backend } from "../../core/types.ts";
import type { LoadProgress, LoadReport, ModelWish } from "../../../workers/protocol.ts";
import type { Supervisor } from "./supervisor.ts";

export type LoadState =
  | { readonly status: "absent" }
  | { readonly status: "loading"; readonly progress: LoadProgress | null; readonly secondsLeft: number | null }
  | { readonly status: "ready"; readonly report: LoadReport }
  | { readonly status: "failed"; readonly error: ErrorData };

export interface Memory {
  readonly heapBytes: number | null;
  readonly tensors: number;
  readonly gpuBytes: number | null;
}

export class PageModels {
  state = $state.raw<LoadState>({ status: "absent" });
  memory = $state.raw<Memory | null>(null);
  readonly #supervisor: Supervisor;
  readonly #baseUrl: string;
  readonly #now: () => number;
  /** The bundled judge that is wanted now. */
  readonly #judge: () => JudgeId;
  /** The one that came with the latest models. */
  #loadedJudge: JudgeId | null = null;
  #pending: Promise<boolean> | null = null;
  #backend: Backend | "auto";
  /** Models of the Hub that are wanted instead of the bundled ones, the policy first. */
  #lineup: readonly ModelWish[] | null = null;

  constructor(
    supervisor: Supervisor,
    baseUrl: string,
    backend: Backend | "auto",
    now: () => number,
    judge: () => JudgeId,
  ) {
    this.#supervisor = supervisor;
    this.#baseUrl = baseUrl;
    this.#backend = backend;
    this.#now = now;
    this.#judge = judge;
  }

  get report(): LoadReport | null {
    return this.state.status === "ready" ? this.state.report : null;
  }

  /** Loads once, however often it is asked, and the judge again when another is wanted; resolves with whether the models are ready. */
  load(): Promise<boolean> {
    if (this.state.status === "ready" && !this.#wantsOtherJudge()) return Promise.resolve(true);
    this.#pending ??= this.#loadWanted().finally(() => (this.#pending = null));
    return this.#pending;
  }

  get backend(): Backend | "auto" {
    return this.#backend;
  }

  /** Loads other models in place of those that are here; null stands for the bundled ones. */
  async loadLineup(lineup: readonly ModelWish[] | null): Promise<boolean> {
    // What is on its way is no longer wanted, and a visitor who chose does not wait for it.
    if (this.#pending !== null) await this.cancel();
    await this.#pending;
    this.#lineup = lineup;
    this.state = { status: "absent" };
    return this.load();
  }

  /** Other models are wanted from now on, but not loaded yet; null stands for the bundled ones. */
  async expect(lineup: readonly ModelWish[] | null): Promise<void> {
    if (this.#pending !== null) {
      // A worker that starts its runtime hears nothing until that is done.
      this.#supervisor.kill({ code: "aborted", message: "other models are wanted", details: {} });
      await this.#pending;
    }
    this.#lineup = lineup;
    this.state = { status: "absent" };
    this.memory = null;
  }

  /** What the next load brings; null stands for the bundled models. */
  want(lineup: readonly ModelWish[] | null): void {
    this.#lineup = lineup;
  }

  /** Frees one model of the line-up; the others stay loaded. @returns why it did not work, or null */
  async unload(id: string): Promise<ErrorData | null> {
    try {
      const settled = await this.#supervisor.call((api) => api.unload(id));
      if (!settled.ok) return settled.error;
      this.#lineup = this.#lineup?.filter(({ address }) => address.id !== id) ?? null;
      this.state = { status: "ready", report: settled.value };
      await this.measure();
      return null;
    } catch (error) {
      return toErrorData(error);
    }
  }

  /** Starts again on another backend, in a fresh worker. */
  loadOn(backend: Backend | "auto"): Promise<boolean> {
    this.#backend = backend;
    this.#supervisor.kill({ code: "aborted", message: "starting again on another backend", details: {} });
    return this.load();
  }

  async cancel(): Promise<void> {
    const isAnswered = await this.#supervisor.answers((api) => api.cancelLoad());
    if (!isAnswered) this.#supervisor.kill({ code: "aborted", message: "loading was cancelled", details: {} });
  }

  /** The worker is gone, and the models with it. */
  forget(): void {
    this.state = { status: "absent" };
    this.memory = null;
    this.#pending = null;
  }

  async measure(): Promise<void> {
    if (this.state.status !== "ready") return;
    try {
      this.memory = await this.#supervisor.call((api) => api.memory());
    } catch (error) {
      // The worker died while it was asked: the supervisor has told the page, only the figure is missing.
      this.memory = null;
      if (toErrorData(error).code === "internal") throw error;
    }
  }

  /** The visitor may have chosen another judge while the models came. */
  async #loadWanted(): Promise<boolean> {
    let isReady = await this.#load();
    while (isReady && this.#wantsOtherJudge()) isReady = await this.#load();
    return isReady;
  }

  /** Models of the Hub come without a judge. */
  #wantsOtherJudge(): boolean {
    return this.#lineup === null && this.#loadedJudge !== this.#judge();
  }

  async #load(): Promise<boolean> {
    const judge = this.#judge();
    this.state = { status: "loading", progress: null, secondsLeft: null };
    const pace = new Pace(DOWNLOAD_PACE);
    const common = { baseUrl: this.#baseUrl, backend: this.#backend };
    const options = this.#lineup === null ? { ...common, judge } : { ...common, lineup: this.#lineup };
    const onProgress = (progress: LoadProgress): void => {
      if (this.state.status !== "loading") return;
      if (progress.phase === "fetch") pace.mark(this.#now(), progress.loadedBytes);
      const secondsLeft =
        progress.phase === "fetch" ? pace.secondsLeft(progress.totalBytes - progress.loadedBytes) : null;
      this.state = { status: "loading", progress, secondsLeft };
    };
    try {
      const settled = await this.#supervisor.call((api) => api.load(options, onProgress));
      if (settled.ok) {
        this.#loadedJudge = judge;
        this.state = { status: "ready", report: settled.value };
      } else this.#fail(settled.error);
    } catch (error) {
      this.#fail(toErrorData(error));
    }
    return this.state.status === "ready";
  }

  #fail(error: ErrorData): void {
    this.state = error.code === "aborted" ? { status: "absent" } : { status: "failed", error };
  }
}
