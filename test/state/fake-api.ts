/**
 * A `TillerApi` that answers at once with made-up words and numbers, so that the screen can be tested without models.
 * For tests alone: nothing of this reaches the product.
 */
import {
  OBJECTIVES_OF_KIND,
  type LaneRequest,
  type KlReport,
  type LaneResult,
  type Rewards,
  type RowStep,
  type RunEvent,
  type RunRequest,
  type SampleResult,
  type Trace,
  type Weights,
} from "../../src/core/types.ts";
import { FakeHub } from "./fake-hub.ts";
import { verdictOf, type ComparisonQuestion } from "../../src/core/comparison.ts";
import { readPool } from "../../src/core/pool.ts";
import { deferred } from "../../src/state/worker/deferred.ts";
import { defaultSettings } from "../../src/state/settings/settings-data.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import type { Link } from "../../src/state/worker/supervisor.ts";
import type { ErrorData } from "../../src/core/errors.ts";
import type { HubApi, LoadReport, ProbedCost, ProbedEnd, TillerApi } from "../../workers/protocol.ts";

const WORDS =
  " the fox laughed and ran to show his friend a golden key . It was raining , but they danced all the way home with bright songs in the dark".split(
    /(?= )/,
  );

/** Deterministic numbers in [0, 1) from a few integers. */
function noise(...parts: readonly number[]): number {
  let hash = 2166136261;
  for (const part of parts) hash = Math.imul(hash ^ part, 16777619) >>> 0;
  hash ^= hash >>> 15;
  return (Math.imul(hash, 2246822519) >>> 0) / 2 ** 32;
}

const weightsOf = (lane: LaneRequest): Weights => (lane.strategy.id === "base" ? {} : lane.strategy.weights);
const countOf = (lane: LaneRequest): number => ("n" in lane.strategy ? lane.strategy.n : 1);

export function fakeStep(
  request: RunRequest,
  lane: number,
  sample: number,
  position: number,
  weights: Weights,
): RowStep {
  const token = Math.floor(noise(request.seed, lane, sample, position) * WORDS.length);
  const isGuided = request.lanes[lane]?.strategy.id === "genarm" || request.lanes[lane]?.strategy.id === "vas";
  const isFlip = isGuided && noise(lane, position, 7) < 0.18;
  const contributions: Rewards = isGuided
    ? Object.fromEntries(
        Object.entries(weights).map(([id, weight], i) => [id, weight * (noise(lane, position, i) ** 3 * 2 - 0.25)]),
      )
    : {};
  const baseLogprob = -3 * noise(position, lane, 3) - 0.05;
  const ids = Array.from({ length: 8 }, (_, i) => (token + i) % WORDS.length);
  const push = Object.values(contributions).reduce((sum, each) => sum + each, 0);
  return {
    lane,
    sample,
    position,
    token,
    text: WORDS[token] ?? "",
    logprob: baseLogprob + push - 0.1,
    baseLogprob,
    kl: isGuided ? 0.4 * noise(position, 5) ** 2 : 0,
    klSteer: isGuided ? 0.4 * noise(position, 5) ** 2 : 0,
    entropy: 2.4 * noise(position, 6),
    logZ: isGuided ? 0.1 : 0,
    contributions,
    plainToken: isFlip ? (token + 1) % WORDS.length : token,
    plainText: WORDS[(token + 1) % WORDS.length] ?? "",
    ...(sample === 0 && {
      top: {
        ids,
        texts: ids.map((id) => WORDS[id] ?? ""),
        base: ids.map((_, i) => baseLogprob - i * 0.7),
        guided: ids.map((_, i) => (i === 0 ? baseLogprob + push - 0.1 : baseLogprob - 0.1 - i * 0.9)),
        contributions: Object.fromEntries(
          Object.keys(contributions).map((id) => [id, ids.map((_, i) => (i === 0 ? push : -0.2 * i))]),
        ),
        sources: {},
        tail: { base: 0.1, guided: 0.1 },
      },
    }),
  };
}

function fakeSample(request: RunRequest, lane: number, sample: number, steps: readonly RowStep[]): SampleResult {
  const objectives = OBJECTIVES_OF_KIND[request.kind];
  const truth = Object.fromEntries(
    objectives.map((id, i) => [id, id === "cautious" ? null : 3 * noise(lane, sample, i, 11) - 1]),
  );
  return {
    lane,
    sample,
    tokens: steps.map((step) => step.token),
    text: steps.map((step) => step.text).join(""),
    finish: "length",
    truth,
    reward: Object.fromEntries(objectives.map((id, i) => [id, 3 * noise(lane, sample, i, 12) - 1])),
    rewardMembers: Object.fromEntries(objectives.map((id, i) => [id, [3 * noise(lane, sample, i, 12) - 1]])),
    klSum: 1,
    klSteer: 1,
    logprobSum: -10,
    baseLogprobSum: -12,
  };
}

function fakeLane(request: RunRequest, lane: number, length: number): LaneResult {
  const asked = request.lanes[lane];
  const n = asked === undefined ? 1 : countOf(asked);
  const kl: KlReport =
    n > 1 ? { type: "best-of-n", estimator: 0.9, upperBound: 1.2 } : { type: "exact", sum: lane === 0 ? 0 : 4.1 };
  return {
    lane,
    chosen: n > 1 ? 2 % n : 0,
    scores: n > 1 ? Array.from({ length: n }, (_, sample) => 4 * noise(sample, 13) - 1.5) : [],
    kl,
    klSteer: kl,
    klPerToken: 0.1,
    basePerplexity: 7.4,
    distinct: [0.61, 0.93, 0.99],
    length,
    forwards: { policy: length * n, arm: lane === 1 ? length : 0 },
    ms: 400,
  };
}

export const FAKE_DEVICE = {
  backend: "wasm",
  adapter: "",
  isSoftware: false,
  threads: 2,
  fallbackReason: null,
} as const;
const REPORT: LoadReport = {
  device: FAKE_DEVICE,
  models: [
    { id: "policy", sha256: "00ab".repeat(16), kind: "policy", objectives: [], params: 6_200_000, bytes: 6_900_000 },
    { id: "arm-joy", sha256: "00cd".repeat(16), kind: "arm", objectives: ["joy"], params: 900_000, bytes: 1_100_000 },
  ],
  objectives: [],
  context: 512,
};

export interface FakeOptions {
  /** Milliseconds between steps. */
  readonly stepMs: number;
  readonly loadMs: number;
}

export class FakeApi implements TillerApi {
  readonly #options: FakeOptions;
  readonly #cancelled = new Set<string>();
  #weights: Weights[] = [];
  #position = 0;
  #emit: (event: RunEvent) => void | Promise<void> = () => undefined;
  #wake: () => void = () => undefined;

  constructor(options: FakeOptions) {
    this.#options = options;
  }

  async load(_: Parameters<TillerApi["load"]>[0], onProgress: Parameters<TillerApi["load"]>[1]) {
    const totalBytes = 8_000_000;
    for (let part = 0; part <= 8; part++) {
      await onProgress({
        phase: "fetch",
        modelId: "policy",
        loadedBytes: part * 1e6,
        totalBytes,
        modelsDone: 0,
        modelsTotal: 2,
      });
      await new Promise((resolve) => setTimeout(resolve, this.#options.loadMs / 8));
    }
    return { ok: true as const, value: REPORT };
  }
  cancelLoad = () => Promise.resolve();
  unload = (id: string): ReturnType<TillerApi["unload"]> => {
    this.unloaded.push(id);
    return Promise.resolve({ ok: true, value: REPORT });
  };
  readonly unloaded: string[] = [];

  async run(runId: string, request: RunRequest, emit: (event: RunEvent) => void | Promise<void>): Promise<void> {
    this.#emit = emit;
    this.#weights = request.lanes.map(weightsOf);
    const models = REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
    await emit({ type: "started", runId, request, models, device: FAKE_DEVICE, promptTokens: [1, 2] });
    const rows = request.lanes.flatMap((lane, index) =>
      Array.from({ length: countOf(lane) }, (_, sample) => ({ lane: index, sample, steps: [] as RowStep[] })),
    );
    for (this.#position = 0; this.#position < request.maxTokens && !this.#cancelled.has(runId); this.#position++) {
      const steps = rows.map((row) =>
        fakeStep(request, row.lane, row.sample, this.#position, this.#weights[row.lane] ?? {}),
      );
      for (const [i, step] of steps.entries()) rows[i]?.steps.push(step);
      const forwards = (this.#position + 1) * rows.length;
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      const shown = emit({
        type: "step",
        runId,
        step: this.#position,
        rows: steps,
        ms: { policy: 3, rewards: 1, tail: 1 },
        forwards,
      });
      await Promise.race([shown, woken]);
      if (this.#options.stepMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#options.stepMs));
    }
    const reason = this.#cancelled.has(runId) ? "aborted" : "done";
    for (const row of rows)
      await emit({ type: "sample", runId, result: fakeSample(request, row.lane, row.sample, row.steps) });
    const lanes = request.lanes.map((_, lane) => fakeLane(request, lane, this.#position));
    await emit({ type: "finished", runId, lanes, closeCalls: 0, reason });
  }

  /** Each request as one run; a cancelled one leaves nothing behind. */
  async sweep(...[sweepId, requests, emit]: Parameters<TillerApi["sweep"]>): Promise<void> {
    for (const [job, request] of requests.entries()) {
      const samples: SampleResult[] = [];
      await this.run(sweepId, request, async (event) => {
        if (event.type === "step") await emit({ type: "step", sweepId, job, step: event.step });
        if (event.type === "sample") samples.push(event.result);
        if (event.type !== "finished" || event.reason !== "done") return;
        const models = REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
        await emit({ type: "ran", sweepId, job, outcome: { models, backend: "wasm", lanes: event.lanes, samples } });
      });
      if (this.#cancelled.has(sweepId)) break;
    }
    await emit({ type: "finished", sweepId, reason: this.#cancelled.has(sweepId) ? "aborted" : "done" });
  }
  readPools = (...[pools, readings]: Parameters<TillerApi["readPools"]>): ReturnType<TillerApi["readPools"]> =>
    Promise.resolve(pools.map(({ samples, seed }) => readings.map((reading) => readPool(samples, reading, seed))));

  async change(runId: string, lane: number, change: Parameters<TillerApi["change"]>[2]): Promise<void> {
    if (change.weights !== undefined) this.#weights[lane] = change.weights;
    await this.#emit({ type: "changed", runId, change: { token: this.#position + 1, lane, change } });
  }
  cancel = (runId: string): Promise<void> => {
    this.#cancelled.add(runId);
    this.#wake();
    return Promise.resolve();
  };
  reweigh = () => Promise.resolve({ ok: true, value: "unknown" } as const);
  remember = () => Promise.resolve();
  /** What probes of a source find: where it starts, and where its texts fall apart. */
  probed: ProbedCost | null = { weight: 0.07, nats: 3, tokens: 40 };
  probedEnd: ProbedEnd | null = { weight: 0.5, isBroken: true };
  readonly probes: string[] = [];
  readonly ends: (readonly [id: string, start: number])[] = [];
  probeSource: TillerApi["probeSource"] = async (_, id) => (this.probes.push(id), { ok: true, value: this.probed });
  probeEnd: TillerApi["probeEnd"] = async (_, id, start) => (
    this.ends.push([id, start]),
    { ok: true, value: this.probedEnd }
  );
  judge = () => Promise.resolve({ ok: true, value: [] } as const);
  compare = (...[question]: Parameters<TillerApi["compare"]>): ReturnType<TillerApi["compare"]> => {
    this.questions.push(question);
    const replies = ["A", question.rubric === "bias" ? "A" : "B"] as const;
    const verdict = verdictOf(replies[0], replies[1]);
    return Promise.resolve({ ok: true, value: { verdict, replies, forwards: 1 } });
  };
  /** What was put to the judge of two texts. */
  readonly questions: ComparisonQuestion[] = [];
  memory = () => Promise.resolve({ heapBytes: 60_000_000, tensors: 12, gpuBytes: null });
  ping = () => Promise.resolve(true as const);
}

/** A link to a fake, with ways to kill it and to set it to work from outside. */
export function fakeLink(
  api: TillerApi,
  hub: HubApi = new FakeHub(),
): Link & { readonly crash: (error: ErrorData) => void; readonly work: (isBusy: boolean) => void } {
  const { promise: died, resolve: crash } = deferred<ErrorData>();
  const listeners: ((isBusy: boolean) => void)[] = [];
  return {
    api,
    hub,
    died,
    onWork: (listener) => void listeners.push(listener),
    close: () => undefined,
    crash,
    work: (isBusy) => listeners.forEach((listener) => listener(isBusy)),
  };
}

/** A recording of a fake run with the default settings. */
export async function fakeTrace(request: RunRequest = toRequest(defaultSettings())): Promise<Trace> {
  const events: RunEvent[] = [];
  await new FakeApi({ stepMs: 0, loadMs: 0 }).run("recorded", request, (event) => void events.push(event));
  const models = REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
  return { version: 1, request, schedule: [], models, device: FAKE_DEVICE, events };
}
