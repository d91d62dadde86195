/** The recorded sweep of a world, which the page shows while the visitor has none of their own. */
import type { JobOutcome, SweepPlan } from "../../core/sweep.ts";
import type { RankingRule } from "../../core/selection.ts";
import type { World } from "../settings/worlds.ts";
import { unpackSweep } from "./packed.ts";
import { PLAIN_RULE, type SweepPoint } from "./points.ts";
import type { Reader } from "./reader.ts";

/** What charts and matrix show. */
export interface FinishedSweep {
  readonly plan: SweepPlan;
  readonly outcomes: ReadonlyMap<number, JobOutcome>;
  readonly points: readonly SweepPoint[];
}

export class RecordedSweep {
  shown = $state.raw<FinishedSweep | null>(null);
  rules = $state.raw<readonly RankingRule[]>([PLAIN_RULE]);
  readonly #readFile: (file: string) => Promise<unknown>;
  readonly #reader: Reader;
  #world: World | null = null;

  /** @param readFile answers with the parsed JSON of a file in the examples folder; null where there is none */
  constructor(readFile: (file: string) => Promise<unknown>, reader: Reader) {
    this.#readFile = readFile;
    this.#reader = reader;
  }

  /** Brings the recording of this world; a page without one shows none. */
  async look(world: World): Promise<void> {
    if (this.#world === world) return;
    this.#world = world;
    this.shown = null;
    this.#reader.forget();
    const sweep = unpackSweep(await this.#readFile(`sweep-${world}.json`));
    if (sweep === null || this.#world !== world) return;
    const points = await this.#reader.read(sweep.plan, sweep.outcomes, this.rules);
    if (points !== null && this.#world === world) this.shown = { ...sweep, points };
  }

  async setRules(rules: readonly RankingRule[]): Promise<void> {
    this.rules = [PLAIN_RULE, ...rules];
    const { shown } = this;
    if (shown === null) return;
    const points = await this.#reader.read(shown.plan, shown.outcomes, this.rules);
    if (points !== null && this.shown?.plan === shown.plan) this.shown = { ...shown, points };
  }
}
