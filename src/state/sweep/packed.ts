/**
 * A finished sweep as a small file, as `npm run examples` writes it. Of the tokens of a text only their number is kept, which is all that charts, matrix and
 * texts need; models and device stand there once, and numbers have three decimals.
 */
import * as v from "valibot";
import { jobsOf, type JobOutcome, type SweepPlan } from "../../core/sweep.ts";
import type { SampleResult } from "../../core/types.ts";
import { isOutcome, isPlan } from "./store.ts";

export interface PackedJob {
  readonly lanes: JobOutcome["lanes"];
  readonly samples: readonly (Omit<SampleResult, "tokens"> & { readonly tokens: number })[];
}

export interface PackedSweep {
  readonly version: 1;
  readonly plan: SweepPlan;
  readonly models: JobOutcome["models"];
  readonly backend: JobOutcome["backend"];
  /** One for each job of the plan. */
  readonly jobs: readonly PackedJob[];
}

export interface UnpackedSweep {
  readonly plan: SweepPlan;
  readonly outcomes: ReadonlyMap<number, JobOutcome>;
}

const outline = v.looseObject({
  version: v.literal(1),
  plan: v.custom<SweepPlan>(isPlan),
  models: v.array(v.looseObject({ id: v.string(), sha256: v.string() })),
  backend: v.picklist(["wasm", "webgpu", "cpu"]),
  jobs: v.array(
    v.looseObject({
      lanes: v.array(v.unknown()),
      samples: v.array(v.looseObject({ tokens: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100_000)) })),
    }),
  ),
});

/** null for anything else, and where a job of the plan is missing. */
export function unpackSweep(file: unknown): UnpackedSweep | null {
  if (!v.is(outline, file)) return null;
  const { plan, models, backend, jobs } = file as unknown as PackedSweep;
  const outcomes = jobs.map(({ lanes, samples }) => ({
    models,
    backend,
    lanes,
    samples: samples.map((sample) => ({ ...sample, tokens: Array.from({ length: sample.tokens }, () => 0) })),
  }));
  if (outcomes.length !== jobsOf(plan).length || !outcomes.every(isOutcome)) return null;
  return { plan, outcomes: new Map(outcomes.entries()) };
}
