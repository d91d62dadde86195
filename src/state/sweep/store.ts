/**
 * Where a sweep's results survive a reload: one record for the plan and one for each job, so nothing is written twice.
 * Records carry the id of their sweep: a second tab that begins one of its own never finds results of the first among them.
 */
import { clear, createStore, entries, get, set, type UseStore } from "idb-keyval";
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

/** Key and value of one record. */
export type SweepRecord = readonly [string, unknown];

/** The few calls of a database that the store makes. */
export interface SweepDatabase {
  read(): Promise<readonly SweepRecord[]>;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  clear(): Promise<void>;
}

export function browserStore(newId: () => string): SweepStore {
  let opened: UseStore | null = null;
  const store = (): UseStore => (opened ??= createStore("tiller-sweep", "jobs"));
  return sweepStore(newId, {
    read: async () => entries<string, unknown>(store()),
    get: async (key) => get(key, store()),
    set: async (key, value) => set(key, value, store()),
    clear: async () => clear(store()),
  });
}

export function sweepStore(newId: () => string, database: SweepDatabase): SweepStore {
  let id: string | null = null;
  const isOwn = async (): Promise<boolean> => id !== null && planRecord(await database.get(PLAN))?.id === id;
  return {
    async load() {
      const records = await database.read();
      id = planRecord(records.find(([key]) => key === PLAN)?.[1])?.id ?? null;
      return savedFrom(records);
    },
    async begin(plan) {
      await database.clear();
      id = newId();
      await database.set(PLAN, { id, plan });
    },
    async extend(plan) {
      if (await isOwn()) await database.set(PLAN, { id, plan });
    },
    // Results of a sweep that another tab has replaced lie under their own id, where nobody reads them.
    put: async (job, outcome) => database.set(`${id}/${job}`, outcome),
    async clear() {
      if (await isOwn()) await database.clear();
    },
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

const planRecordOutline = v.looseObject({ id: v.string(), plan: planOutline });

export function savedFrom(records: readonly SweepRecord[]): SavedSweep | null {
  const record = planRecord(records.find(([key]) => key === PLAN)?.[1]);
  if (record === null) return null;
  const own = `${record.id}/`;
  const outcomes = records.flatMap(([key, value]): [number, JobOutcome][] =>
    typeof key === "string" && key.startsWith(own) && isOutcome(value) ? [[Number(key.slice(own.length)), value]] : [],
  );
  return { plan: record.plan, outcomes: new Map(outcomes) };
}

function planRecord(value: unknown): { readonly id: string; readonly plan: SweepPlan } | null {
  return v.is(planRecordOutline, value) ? (value as unknown as { id: string; plan: SweepPlan }) : null;
}

export function isPlan(value: unknown): value is SweepPlan {
  return v.is(planOutline, value);
}

export function isOutcome(value: unknown): value is JobOutcome {
  return v.is(outcomeOutline, value);
}
