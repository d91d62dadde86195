/** Where a sweep's results survive a reload: one record for the plan and one for each job, so nothing is written twice. */
import { clear, createStore, entries, set, type UseStore } from "idb-keyval";
import * as v from "valibot";
import type { JobOutcome, SweepPlan } from "../../core/sweep.ts";

export interface SavedSweep {
  readonly plan: SweepPlan;
  readonly outcomes: ReadonlyMap<number, JobOutcome>;
}

/** Every call may reject: storage can be forbidden, full, or taken away. */
export interface SweepStore {
  load(): Promise<SavedSweep | null>;
  /** Forgets what was there. */
  begin(plan: SweepPlan): Promise<void>;
  /** The same sweep with more waves. */
  extend(plan: SweepPlan): Promise<void>;
  put(job: number, outcome: JobOutcome): Promise<void>;
  clear(): Promise<void>;
}

const PLAN = "plan";

export function browserStore(): SweepStore {
  let opened: UseStore | null = null;
  const store = (): UseStore => (opened ??= createStore("tiller-sweep", "jobs"));
  return {
    async load() {
      return savedFrom(await entries<string | number, unknown>(store()));
    },
    async begin(plan) {
      await clear(store());
      await set(PLAN, plan, store());
    },
    extend: async (plan) => set(PLAN, plan, store()),
    put: async (job, outcome) => set(job, outcome, store()),
    clear: async () => clear(store()),
  };
}

/** This page wrote the records, perhaps an older version of it: their outline is checked, and the rest is dropped. */
const planOutline = v.looseObject({
  version: v.literal(1),
  prompts: v.array(v.string()),
  seeds: v.array(v.number()),
  waves: v.array(v.array(v.looseObject({ strategy: v.string(), weights: v.looseObject({}) }))),
});
const outcomeOutline = v.looseObject({
  models: v.array(v.looseObject({ id: v.string(), sha256: v.string() })),
  lanes: v.array(v.looseObject({ chosen: v.number() })),
  samples: v.array(v.looseObject({ text: v.string(), tokens: v.array(v.number()) })),
});

export function savedFrom(records: readonly (readonly [string | number, unknown])[]): SavedSweep | null {
  const plan = records.find(([key]) => key === PLAN)?.[1];
  if (!isPlan(plan)) return null;
  const outcomes = records.flatMap(([key, value]): [number, JobOutcome][] =>
    typeof key === "number" && isOutcome(value) ? [[key, value]] : [],
  );
  return { plan, outcomes: new Map(outcomes) };
}

function isPlan(value: unknown): value is SweepPlan {
  return v.is(planOutline, value);
}

function isOutcome(value: unknown): value is JobOutcome {
  return v.is(outcomeOutline, value);
}
