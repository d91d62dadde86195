/** Samples that the lens has written for it: as ordinary requests, decoded one after another as a sweep does. */
import type { JobOutcome } from "../../core/sweep.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { LaneRequest, RunRequest } from "../../core/types.ts";
import type { LensGroup } from "./groups.ts";
import { writtenGroups } from "./groups.ts";

/** Texts of plain sampling, and of each steered lane. */
export const SAMPLES = 16;

/** Best-of-N stands for its samples here; it has to rank by something, also where no judge is, and by what does not matter. */
const RANKED_BY: SourceSpec = { id: "s1", name: "brevity", type: "scorer", scorer: { type: "brevity" } };

export function isSteered({ strategy }: LaneRequest): boolean {
  return strategy.id === "genarm" || strategy.id === "vas";
}

/**
 * Plain samples are one pool, whose first sample is the plain lane's own text. A steered lane writes one text a seed.
 * @param base gives prompt, conversation, sources, sampling and lanes
 */
export function sampleRequests(base: RunRequest, maxTokens: number, withSteered: boolean): readonly RunRequest[] {
  const { schedule: _schedule, lanes, sources, ...common } = base;
  const own = { ...common, ...(sources !== undefined && { sources }) };
  const plain = lanes.find(({ strategy }) => strategy.id === "base") ?? lanes[0]!;
  const weights = { [RANKED_BY.id]: 1 };
  const strategy = { id: "bon", n: SAMPLES, beta: 1, weights, ensemble: "mean", lambda: 0 } as const;
  const pool: RunRequest = {
    ...common,
    sources: [RANKED_BY],
    maxTokens,
    lanes: [{ name: plain.name, strategy, sampling: plain.sampling }],
  };
  const steered = lanes.filter(isSteered).map(withoutOpening);
  if (!withSteered || steered.length === 0) return [pool];
  const seeds = Array.from({ length: SAMPLES }, (_, i) => (base.seed + i) % 2 ** 32);
  return [pool, ...seeds.map((seed): RunRequest => ({ ...own, seed, maxTokens, lanes: steered }))];
}

/** A branch writes freely here. */
function withoutOpening({ name, strategy, sampling }: LaneRequest): LaneRequest {
  return { name, strategy, sampling };
}

export function groupsWritten(
  base: RunRequest,
  requests: readonly RunRequest[],
  outcomes: ReadonlyMap<number, JobOutcome>,
): LensGroup[] {
  const done = [...outcomes].map(([job, { samples }]) => ({ lanes: requests[job]!.lanes, samples }));
  return writtenGroups(base, done);
}
