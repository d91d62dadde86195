/**
 * The decode loop: all lanes of a request at once, model-independent, one event after another.
 *
 * A request and its schedule decide every token. Between two events only the policy's next forward runs, which no setting
 * can change, so whoever takes them slowly slows the run, and whoever stops taking them pauses it.
 */
import { RunError, toErrorData } from "../../core/errors.ts";
import { parseChange, parseRequest } from "../../core/request.ts";
import type { LogitReads, RowStep, RunEvent, RunRequest, ScheduledChange, TokenId } from "../../core/types.ts";
import { checkModels, checkStrategy } from "./check-models.ts";
import { bannedOf } from "./banned.ts";
import { Binding } from "./binding.ts";
import { Guide } from "./guidance.ts";
import type { Models, RunControl } from "../interfaces.ts";
import { Lockstep } from "./lockstep.ts";
import { applyChange, planLanes } from "./lane.ts";
import type { Lane } from "./lane.ts";

import { MovingWeights } from "./moving-weights.ts";
import { judgeRows, laneResult } from "./results.ts";
import type { LaneRows } from "./lane-rows.ts";
import { planRows } from "./plan-rows.ts";
import type { Row } from "./row.ts";
import { decide } from "./row-step.ts";

/**
 * Runs a request to its one `finished` or `failed`. Never throws for what can go wrong in a run; everything that was
 * opened is disposed of, also where the caller stops taking events.
 * @param request untrusted; it is checked here
 */
export async function* decode(
  runId: string,
  request: RunRequest,
  models: Models,
  control: RunControl,
): AsyncGenerator<RunEvent, void, undefined> {
  try {
    yield* run(runId, parseRequest(request), models, control);
  } catch (error) {
    yield { type: "failed", runId, error: toErrorData(error) };
  }
}

async function* run(runId: string, request: RunRequest, models: Models, control: RunControl): AsyncGenerator<RunEvent> {
  const binding = new Binding(models, request);
  checkModels(request, binding);
  const { prompt } = binding.policy;
  const { refs, device, tokenizer, policy } = models;
  yield { type: "started", runId, request, models: refs, device, promptTokens: prompt };

  const banned = bannedOf(request, tokenizer);
  const lanes = planLanes(request, binding);
  const rows = planRows(lanes, binding, request.maxTokens);
  const guide = new Guide(policy.vocabSize, banned);
  const lockstep = new Lockstep(binding, () => control.now(), banned, request.maxTokens, {
    keepsWhole: control.keepsWhole ?? false,
    canBeCut: request.lanes.some(({ sampling }) => sampling.plausible > 0),
  });
  const moving = new MovingWeights(lanes, binding);
  let closeCalls = 0;
  try {
    for (let step = 0; !control.signal.aborted; step++) {
      const live = rows.flatMap((own) => own.live);
      if (live.length === 0) break;
      const policyMs = await lockstep.read(live);
      await control.turn();
      if (control.signal.aborted) break;
      for (const change of dueChanges(request, step, control)) {
        const lane = lanes[change.lane]!;
        applyChange(lane, change.change, binding);
        checkStrategy(lane.strategy, binding, request.maxTokens);
        moving.restart(lane);
        yield { type: "changed", runId, change };
      }
      for await (const move of moving.due(step, live)) yield { type: "moved", runId, move };
      for (const own of rows) own.begin(lockstep);
      const writing = rows.flatMap((own) => own.writing);
      const { readings, ms: rewardsMs, models: sourceMs } = await lockstep.weigh(writing);
      if (control.signal.aborted) break;
      const tailStart = control.now();
      const steps: RowStep[] = [];
      for (const reading of readings) {
        const distributions = withPlace(step, reading.row, () =>
          guide.distributions(reading, reading.row.lane.sampling),
        );
        const decision = decide(reading.row, distributions, request.seed, tokenizer);
        reading.row.append(decision.step);
        moving.see(reading.row, distributions.pushes, decision.step.token);
        reading.row.finish = finishOf(reading.row, request, tokenizer.endIds);
        if (decision.isClose) closeCalls++;
        steps.push(decision.step);
        if (canBeReweighed(reading.row)) control.keep?.(decision.step, reading);
      }
      // The policy first; a source may have asked it again, under another prompt.
      const { [policy.id]: again = 0, ...others } = sourceMs;
      const byModel = { [policy.id]: policyMs + again, ...others };
      const ms = { policy: policyMs, rewards: rewardsMs, tail: control.now() - tailStart, models: byModel };
      for (const lane of new Set(live.map((row) => row.lane))) lane.ms += ms.policy + ms.rewards + ms.tail;
      yield { type: "step", runId, step, rows: steps, ms, forwards: lockstep.forwards };
      for (const own of rows) {
        const start = control.now();
        const choice = await own.end();
        if (choice === null) continue;
        own.lane.ms += control.now() - start;
        yield { type: "block", runId, choice };
      }
    }
  } finally {
    lockstep.dispose();
  }
  yield* finish(runId, request, binding, control.signal, { lanes, rows, closeCalls, reads: lockstep.reads });
}

interface Outcome {
  readonly lanes: readonly Lane[];
  readonly rows: readonly LaneRows[];
  readonly closeCalls: number;
  readonly reads: LogitReads | null;
}

async function* finish(
  runId: string,
  request: RunRequest,
  binding: Binding,
  signal: AbortSignal,
  { lanes, rows, closeCalls, reads }: Outcome,
): AsyncGenerator<RunEvent> {
  const texts = rows.flatMap((own) => own.texts);
  const judging = judgeRows(texts, binding, signal);
  let judged = await judging.next();
  for (; !judged.done; judged = await judging.next()) yield { type: "scoring", runId, ...judged.value };
  const samples = judged.value;
  for (const result of samples) yield { type: "sample", runId, result };
  const results = lanes.map((lane) => {
    const own = samples.filter((sample) => sample.lane === lane.index);
    return laneResult(lane, own, request, binding.models.tokenizer.endIds);
  });
  const reason = samples.some((sample) => sample.finish === "aborted") ? "aborted" : "done";
  yield { type: "finished", runId, lanes: results, closeCalls, reason, ...(reads && { reads }) };
}

/** Recorded changes of this step, then those that came in since the last one; both act before its token is drawn. */
function dueChanges(request: RunRequest, step: number, control: RunControl): ScheduledChange[] {
  const recorded = (request.schedule ?? []).filter((change) => change.token === step);
  const live = control.takeChanges().map(({ lane, change }): ScheduledChange => {
    const target = request.lanes[lane];
    if (target === undefined) {
      const message = `There is no lane ${lane} to change; lanes count from 0 to ${request.lanes.length - 1}.`;
      throw new RunError("invalid-request", message, { lane });
    }
    return { token: step, lane, change: parseChange(change, "change", target.strategy, request) };
  });
  return [...recorded, ...live];
}

/** Lanes whose tokens GenARM or VAS may steer, also where all weights are 0 at this moment. */
function canBeReweighed({ lane: { strategy } }: Row): boolean {
  return strategy.id === "genarm" || strategy.id === "vas";
}

function finishOf(row: Row, request: RunRequest, endIds: readonly TokenId[]): Row["finish"] {
  if (endIds.includes(row.lastToken)) return "eos";
  return row.tokens.length === request.maxTokens ? "length" : null;
}

/** Adds step, lane and sample to what a model's bad numbers are reported with. */
function withPlace<T>(step: number, row: Row, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    const place = { step, lane: row.lane.index, sample: row.sample };
    throw new RunError(error.code, error.message, { ...error.details, ...place }, error);
  }
}
