/**
 * The recorded sweeps that the page shows while a visitor has none: in the laboratory one wish by every strategy, in the chat
 * world lanes of a small chat model. Kept is what the charts, the matrix and the texts show; of tokens their number alone.
 */
import defaults from "../../src/core/defaults.json" with { type: "json" };
import { jobsOf, type JobOutcome, type SweepPlan, type SweepSetting } from "../../src/core/sweep.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { Sampling } from "../../src/core/types.ts";
import { sweep } from "../../src/engine/decode/sweep.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { planOfLanes, repeatForm } from "../../src/state/sweep/lanes-plan.ts";
import { promptsOf } from "../../src/state/sweep/form.ts";
import type { PackedJob, PackedSweep } from "../../src/state/sweep/packed.ts";
import { newLane, noWeights, type LaneSettings } from "../../src/state/settings/settings-data.ts";
import { defaultsOf, FIRST_HEADS, promptsOf as presetsOf, type World } from "../../src/state/settings/worlds.ts";
import more from "../../src/state/sweep/repeat-prompts.json" with { type: "json" };

export const SWEEP_FILES: Readonly<Record<World, string>> = {
  chat: "sweep-chat.json",
  laboratory: "sweep-laboratory.json",
};

/** One wish at rising strength by both ways that steer tokens, and the best of ever more samples: they meet in KL. */
function laboratoryPlan(): SweepPlan {
  const { plausible, temperature, topK, topP, minP, k, seed, fullWeight } = defaults;
  const sampling: Sampling = { plausible, temperature, topK, topP, minP };
  const weights = { adventure: fullWeight.adventure };
  const strengths = [1, 2.5, 5, 10];
  const steered = (["genarm", "vas"] as const).flatMap((strategy) =>
    strengths.map((strength): SweepSetting => ({ strategy, weights, beta: 1 / strength, n: 0 })),
  );
  const best = [2, 4, 16].map((n): SweepSetting => ({ strategy: "bon", weights, beta: 0, n }));
  return {
    version: 1,
    kind: "story",
    prompts: [...presetsOf("story"), ...more.story].slice(0, 6),
    seeds: [seed, seed + 1, seed + 2],
    maxTokens: 64,
    sampling,
    k,
    waves: [[{ strategy: "base", weights: {}, beta: 0, n: 0 }, ...steered, ...best]],
  };
}

/**
 * A learned reward at two strengths against the best of eight: by the head itself, and by a formula that the head was not made
 * with. So the matrix has a measure that is nobody's own judge.
 */
function chatPlan(): SweepPlan {
  const own = defaultsOf("chat");
  const [first] = FIRST_HEADS;
  if (first === undefined) throw new Error("the page ships no head");
  const sources: SourceSpec[] = [
    { id: "s1", name: first.name, type: "head", head: first.head },
    { id: "s2", name: "Reading ease", type: "scorer", scorer: { type: "flesch" } },
  ];
  const only = (id: "s1" | "s2", weight: number): LaneSettings["weights"] => ({ ...noWeights(), [id]: weight });
  const rail = {
    ...own,
    sources,
    weights: { ...noWeights(), s1: first.start },
    lanes: [
      newLane("a", "base"),
      { ...newLane("b", "genarm"), name: first.name },
      { ...newLane("c", "genarm"), name: `${first.name} × 2`, strength: 2 * own.strength },
      { ...newLane("d", "bon"), name: `Best of 8 by ${first.name}` },
      { ...newLane("e", "bon"), name: "Best of 8 by reading ease", weights: only("s2", 1) },
    ],
  };
  const form = repeatForm({ data: rail, writing: "chat" });
  const { plausible, temperature, k, seed } = rail;
  const sampling: Sampling = { plausible, temperature, topK: 0, topP: 1, minP: 0 };
  const shared = {
    version: 1,
    prompts: promptsOf(form, "chat"),
    seeds: [seed, seed + 1],
    maxTokens: 48,
    sampling,
    k,
  } as const;
  const plan = planOfLanes(shared, rail);
  if (plan === null) throw new Error("the lanes are branches");
  return plan;
}

export async function recordSweep(
  world: World,
  models: Models,
  onJob: (done: number, of: number) => void,
): Promise<PackedSweep> {
  const plan = world === "chat" ? chatPlan() : laboratoryPlan();
  const requests = jobsOf(plan).map(({ request }) => request);
  const control = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    turn: () => Promise.resolve(),
    takeChanges: () => [],
  };
  const outcomes = new Map<number, JobOutcome>();
  for await (const event of sweep(`examples/${world}`, requests, models, control)) {
    if (event.type === "failed" || event.type === "refused") throw new Error(event.error.message);
    if (event.type !== "ran") continue;
    outcomes.set(event.job, event.outcome);
    onJob(outcomes.size, requests.length);
  }
  return packSweep(plan, outcomes);
}

const DIGITS = 3;

/** @param outcomes of every job of the plan, all by the same models */
export function packSweep(plan: SweepPlan, outcomes: ReadonlyMap<number, JobOutcome>): PackedSweep {
  const done = jobsOf(plan).map((_, job) => {
    const outcome = outcomes.get(job);
    if (outcome === undefined)
      throw new Error(`job ${job} of the sweep has not run; run it to its end before it is packed`);
    return outcome;
  });
  const [first] = done;
  if (first === undefined) throw new Error("a sweep without jobs cannot be packed");
  const jobs = done.map(({ lanes, samples }): PackedJob => ({
    // How long it took says something of the machine that recorded alone.
    lanes: lanes.map((lane) => ({ ...lane, ms: 0 })),
    samples: samples.map(({ tokens, ...sample }) => ({ ...sample, tokens: tokens.length })),
  }));
  return { version: 1, plan, models: first.models, backend: first.backend, jobs: rounded(jobs) };
}

/** Every number to `DIGITS` decimals; whole numbers stay as they are. */
function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, each: unknown) =>
    typeof each === "number" ? Number(each.toFixed(DIGITS)) : each,
  ) as T;
}
