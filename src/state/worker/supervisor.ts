/**
 * Owns the worker's life. A call to a dead worker never settles by itself, so every call here races its death,
 * and a worker that does not answer in time counts as dead.
 */
import { RunError, type ErrorData } from "../../core/errors.ts";
import type { HubApi, TillerApi } from "../../../workers/protocol.ts";
import { deferred } from "./deferred.ts";

/** One living worker. `died` resolves when the browser reports an error in it. */
export interface Link {
  readonly api: TillerApi;
  readonly hub: HubApi;
  readonly died: Promise<ErrorData>;
  close(): void;
}

export const ANSWER_MS = 2000;

interface Life {
  readonly link: Link;
  readonly end: (error: ErrorData) => void;
  readonly ended: Promise<never>;
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
    return Promise.race([use(life.link.api), life.ended]);
  }

  /** As `call`, for what concerns models of the Hub. */
  async callHub<T>(use: (hub: HubApi) => Promise<T>): Promise<T> {
    const life = this.#life ?? this.#begin();
    return Promise.race([use(life.link.hub), life.ended]);
  }

  /** Whether the worker answers within `ANSWER_MS`; false also when there is none. */
  async answers(ask: (api: TillerApi) => Promise<unknown> = (api) => api.ping()): Promise<boolean> {
    if (this.#life === null) return false;
    const late = deferred<boolean>();
    const timer = setTimeout(() => late.resolve(false), ANSWER_MS);
    const answer = this.call(ask).then(
      () => true,
      () => false,
    );
    const isAlive = await Promise.race([answer, late.promise]);
    clearTimeout(timer);
    return isAlive;
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

  #begin(): Life {
    const link = this.#spawn();
    const ended = deferred<never>();
    // Death with nobody waiting is no unhandled rejection: `onDeath` has told the page already.
    ended.promise.catch(() => undefined);
    const end = (error: ErrorData): void => ended.reject(new RunError(error.code, error.message, error.details));
    const life = { link, end, ended: ended.promise };
    this.#life = life;
    void link.died.then((error) => {
      if (this.#life === life) this.kill(error);
    });
    return life;
  }
}
