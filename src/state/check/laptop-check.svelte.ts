/** Finds out in about ten seconds what a laptop can do: the small bundled policy really writes in the worker. */
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { RunEvent } from "../../core/types.ts";
import { newLane } from "../settings/settings-data.ts";
import { toRequest } from "../settings/to-request.ts";
import { defaultsOf } from "../settings/worlds.ts";
import { Supervisor, type Link } from "../worker/supervisor.ts";
import { gradeOf, type Grade, type LaptopFacts, type Measured } from "./grade.ts";

/** Enough for a steady speed, and short on a slow laptop. */
const TOKENS = 64;
/** Steps before these compile and warm up; they are left out of the speed. */
const WARM_UP = 4;

export interface CheckHost {
  readonly facts: () => Promise<LaptopFacts>;
  readonly spawn: () => Link;
  readonly modelsUrl: string;
  readonly backend: "auto" | "wasm" | "webgpu";
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

export type CheckState = "looking" | "loading" | "writing" | "done";

export class LaptopCheck {
  state = $state<CheckState>("looking");
  facts = $state.raw<LaptopFacts | null>(null);
  measured = $state.raw<Measured | null>(null);
  error = $state.raw<ErrorData | null>(null);
  /** Tokens that were written so far. */
  written = $state(0);
  readonly grade: Grade | null;
  readonly #host: CheckHost;

  constructor(host: CheckHost) {
    this.#host = host;
    this.grade = $derived(this.state === "done" && this.facts !== null ? gradeOf(this.facts, this.measured) : null);
  }

  async run(): Promise<void> {
    this.facts = await this.#host.facts();
    const supervisor = new Supervisor(this.#host.spawn, () => undefined);
    try {
      this.measured = await this.#measure(supervisor);
    } catch (error) {
      this.error = toErrorData(error);
    }
    this.state = "done";
    supervisor.kill({ code: "aborted", message: "the check is over", details: {} });
  }

  async #measure(supervisor: Supervisor): Promise<Measured | null> {
    const { now, modelsUrl, backend } = this.#host;
    this.state = "loading";
    const start = now();
    const loaded = await supervisor.call((api) => api.load({ baseUrl: modelsUrl, backend }, () => undefined));
    if (!loaded.ok) {
      this.error = loaded.error;
      return null;
    }
    const loadSeconds = (now() - start) / 1000;
    this.state = "writing";
    const settings = { ...defaultsOf("laboratory"), maxTokens: TOKENS, lanes: [newLane("a", "base")] };
    const times: number[] = [];
    const emit = (event: RunEvent): void => {
      if (event.type === "step") this.written = times.push(now());
      if (event.type === "failed") this.error = event.error;
    };
    await supervisor.call((api) => api.run("check", toRequest(settings), emit));
    const counted = times.slice(Math.min(WARM_UP, times.length - 2));
    const [first, last] = [counted[0], counted.at(-1)];
    if (this.error !== null || first === undefined || last === undefined || last <= first) return null;
    const { device } = loaded.value;
    const tokensPerSecond = (1000 * (counted.length - 1)) / (last - first);
    return {
      backend: device.backend,
      isSoftware: device.isSoftware,
      threads: device.threads,
      tokensPerSecond,
      loadSeconds,
    };
  }
}
