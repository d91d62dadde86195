/**
 * Owns the worker's life. A call to a dead worker never settles by itself, so every call here races its death. A worker
 * counts as dead when the browser reports an error in it, or when it answers nothing while no forward is under way. Slow
 * work is no death: a forward blocks the worker for as long as it takes, and says so before it begins.
 */
import { isFatal, RunError, type ErrorData } from "../../core/errors.ts";
import type { HubApi, TillerApi } from "../../../workers/protocol.ts";
import { deferred } from "./deferred.ts";

/** One living worker. `died` resolves when the browser reports an error in it. */
export interface Link {
  /** What speaks the protocol may still be on its way; the worker starts meanwhile. */
  readonly api: TillerApi | Promise<TillerApi>;
  readonly hub: HubApi | Promise<HubApi>;
  readonly died: Promise<ErrorData>;
  /** Tells the listener when a long forward begins (true) and when it ended (false). */
  onWork(listener: (isBusy: boolean) => void): void;
  close(): void;
}

export interface WatchClock {
  /** Milliseconds that only grow. */
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How long a worker that is not at work may take to answer a visitor who waits. */
export const ANSWER_MS = 2000;
/** The same where nobody waits for the answer: arithmetic between two forwards may take a while too. */
const WATCH_MS = 4000;
/** How long a long call may be silent before the worker is asked whether it lives. */
export const SILENCE_MS = 1500;

interface Life {
  readonly link: Link;
  readonly end: (error: ErrorData) => void;
  readonly ended: Promise<never>;
  isBusy: boolean;
  /** Counts notices of work: one that came while an answer was awaited is a sign of life. */
  notices: number;
}

export class Supervisor {
  readonly #spawn: () => Link;
  readonly #onDeath: (error: ErrorData) => void;
  #life: Life | null = null;

  constructor(spawn: () => Link, onDeath: (error: ErrorData) => void) {
    this.#spawn = spawn;
    this.#onDeath = onDeath;
  }

  /** Starts a worker when there is none. Rejects with the reason when the worker dies before it answers. */
  async call<T>(use: (api: TillerApi) => Promise<T>): Promise<T> {
    const life = this.#life ?? this.#begin();
    return Promise.race([Promise.resolve(life.link.api).then(use), life.ended]);
  }

  /** As `call`, for what concerns models of the Hub. */
  async callHub<T>(use: (hub: HubApi) => Promise<T>): Promise<T> {
    const life = this.#life ?? this.#begin();
    return Promise.race([Promise.resolve(life.link.hub).then(use), life.ended]);
  }

  /**
   * As `call`, for what streams for long. `heard` is to be called at every event; where none comes for a while the worker
   * is asked whether it lives, and one that ended itself without a word is ended here.
   */
  async callLong<T>(clock: WatchClock, use: (api: TillerApi, heard: () => void) => Promise<T>): Promise<T> {
    let lastMs = clock.now();
    const over = new AbortController();
    void this.#watch(clock, () => lastMs, over.signal);
    try {
      return await this.call((api) => use(api, () => (lastMs = clock.now())));
    } finally {
      over.abort();
    }
  }

  /** Asks the worker to end what it does. One that is not at work and does not answer in time is replaced. */
  async askToStop(ask: (api: TillerApi) => Promise<unknown>): Promise<void> {
    if (!(await this.answers(ask))) this.kill(hung("did not stop when asked"));
  }

  /** Whether the worker answers, however long the forward under way takes; false also when there is none. */
  async answers(
    ask: (api: TillerApi) => Promise<unknown> = (api) => api.ping(),
    patienceMs = ANSWER_MS,
  ): Promise<boolean> {
    const life = this.#life;
    if (life === null) return false;
    const answer = this.call(ask).then(
      () => true,
      () => false,
    );
    for (;;) {
      const before = life.notices;
      const late = deferred<null>();
      const timer = setTimeout(() => late.resolve(null), patienceMs);
      const said = await Promise.race([answer, late.promise]);
      clearTimeout(timer);
      if (said !== null) return said;
      if (!life.isBusy && life.notices === before) return false;
    }
  }

  /** Ends the worker; what waited for it rejects with `error`. */
  kill(error: ErrorData): void {
    const life = this.#life;
    if (life === null) return;
    this.#life = null;
    life.link.close();
    life.end(error);
    this.#onDeath(error);
  }

  /** Ends the worker after a failure that leaves it of no use. */
  killIfFatal(error: ErrorData): void {
    if (isFatal(error.code)) this.kill(error);
  }

  async #watch(clock: WatchClock, lastMs: () => number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await clock.sleep(SILENCE_MS);
      if (signal.aborted || clock.now() - lastMs() < SILENCE_MS) continue;
      const isAlive = await this.answers((api) => api.ping(), WATCH_MS);
      if (!isAlive && !signal.aborted) this.kill(hung("stopped answering"));
    }
  }

  #begin(): Life {
    const link = this.#spawn();
    const ended = deferred<never>();
    // Death with nobody waiting is no unhandled rejection: `onDeath` has told the page already.
    ended.promise.catch(() => undefined);
    const end = (error: ErrorData): void => ended.reject(new RunError(error.code, error.message, error.details));
    const life: Life = { link, end, ended: ended.promise, isBusy: false, notices: 0 };
    this.#life = life;
    link.onWork((isBusy) => {
      life.isBusy = isBusy;
      life.notices += 1;
    });
    void link.died.then((error) => {
      if (this.#life === life) this.kill(error);
    });
    return life;
  }
}

function hung(what: string): ErrorData {
  return { code: "worker-crashed", message: `the worker ${what}`, details: {} };
}
