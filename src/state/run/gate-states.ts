/** Asks the policy what it makes of the prompts, where the prompt chooses the weights: states tell more than letters. */
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";
import { labelledPrompts } from "../settings/gate.ts";
import type { Settings } from "../settings/settings.svelte.ts";

/** Prompts whose states are kept; a prompt that is typed letter by letter is many. */
const KEPT = 60;

export class GateStates {
  readonly #supervisor: Supervisor;
  readonly #settings: Settings;
  readonly #models: PageModels;
  readonly #isRunning: () => boolean;
  /** The models that the kept states are of. */
  #of: PageModels["report"] = null;
  #isAsking = false;

  constructor(supervisor: Supervisor, settings: Settings, models: PageModels, isRunning: () => boolean) {
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#models = models;
    this.#isRunning = isRunning;
  }

  /** Reads what is missing, one question at a time. While no models are here or a run is going, letters have to do. */
  async look(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      while (await this.#ask());
    } catch {
      // Letters have to do.
    } finally {
      this.#isAsking = false;
    }
  }

  /** @returns whether something was read, so that there may be more to ask */
  async #ask(): Promise<boolean> {
    const settings = this.#settings;
    const { report } = this.#models;
    if (report !== this.#of) {
      this.#of = report;
      if (settings.promptStates.size > 0) settings.promptStates = new Map();
    }
    const { data, world } = settings;
    if (!data.gate.isOn || report === null || report.heads === undefined || this.#isRunning()) return false;
    const wanted = [data.prompts[data.kind], ...labelledPrompts(world, data).map(({ prompt }) => prompt)];
    const missing = [...new Set(wanted.map((each) => each.trim()))].filter(
      (prompt) => prompt !== "" && !settings.promptStates.has(prompt),
    );
    if (missing.length === 0) return false;
    const { kind } = data;
    const settled = await this.#supervisor.call((api) => api.promptStates(missing.map((prompt) => ({ kind, prompt }))));
    if (!settled.ok || settled.value === null || this.#models.report !== report) return false;
    const states = settled.value;
    const all = [
      ...settings.promptStates,
      ...missing.flatMap((prompt, i) => (states[i] ? [[prompt, states[i]] as const] : [])),
    ];
    settings.takeStates(new Map(all.slice(-KEPT)));
    return true;
  }
}
