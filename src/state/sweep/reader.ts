/** Reads pools in the worker, each pool once for each set of rules, and joins the answers with the other points. */
import type { PoolChoice, PoolReading } from "../../core/pool.ts";
import type { RankingRule } from "../../core/selection.ts";
import { jobsOf, settingsOf, type JobOutcome, type SweepPlan } from "../../core/sweep.ts";
import type { Pool } from "../../../workers/protocol.ts";
import { findPools, pointsInOrder, pooledPoints, readingsOf, tokenPoints, type SweepPoint } from "./points.ts";

type Read = (pools: readonly Pool[], readings: readonly PoolReading[]) => Promise<readonly (readonly PoolChoice[])[]>;

export class Reader {
  readonly #read: Read;
  /** By job and readings. */
  #known = new Map<string, readonly PoolChoice[]>();
  #asked = 0;

  constructor(read: Read) {
    this.#read = read;
  }

  forget(): void {
    this.#known = new Map();
    this.#asked++;
  }

  /** null where a later call has overtaken this one. */
  async read(
    plan: SweepPlan,
    outcomes: ReadonlyMap<number, JobOutcome>,
    rules: readonly RankingRule[],
  ): Promise<SweepPoint[] | null> {
    const asked = ++this.#asked;
    const jobs = jobsOf(plan);
    const settings = settingsOf(plan);
    const points = tokenPoints(plan, jobs, outcomes);
    for (const pool of findPools(plan, jobs, outcomes)) {
      const readings = readingsOf(settings, pool.settings, rules);
      const key = `${pool.job} ${JSON.stringify(readings)}`;
      let choices = this.#known.get(key);
      if (choices === undefined) {
        [choices = []] = await this.#read([{ samples: pool.samples, seed: plan.seeds[pool.seed]! }], readings);
        if (asked !== this.#asked) return null;
        this.#known.set(key, choices);
      }
      points.push(...pooledPoints(plan, pool, rules, choices));
    }
    return pointsInOrder(points);
  }
}
