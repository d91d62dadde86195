/**
 * A `TillerApi` that answers at once with made-up words and numbers, so that the screen can be tested without models.
 * For tests alone: nothing of this reaches the product.
 */
import type { RowStep, RunEvent, RunRequest, SampleResult, Trace, Weights } from "../../src/core/types.ts";
import { countOf, fakeLane, fakeSample, fakeStep, weightsOf } from "./fake-run.ts";
import { fakeAnswers } from "./clicks/fake-answers.ts";
import { fakeReading } from "./lens/fake-reading.ts";
import { FakeHub } from "./fake-hub.ts";
import { verdictOf, type ComparisonQuestion } from "../../src/core/comparison.ts";
import { readPool } from "../../src/core/pool.ts";
import { deferred } from "../../src/state/worker/deferred.ts";
import { defaultSettings } from "../../src/state/settings/settings-data.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import type { Link } from "../../src/state/worker/supervisor.ts";
import type { ErrorData } from "../../src/core/errors.ts";
import type { AnswersAsk, WrittenAnswer } from "../../src/core/clicks/answers.ts";
import type { ProbeAsk } from "../../src/core/probe/ask.ts";
import type { Lesson } from "../../src/core/heads/lesson.ts";
import type { LensAsk } from "../../src/core/lens/reading.ts";
import type { HubApi, LoadReport, ProbedCost, ProbedEnd, TillerApi } from "../../workers/protocol.ts";

export const FAKE_DEVICE = {
  backend: "wasm",
  adapter: "",
  isSoftware: false,
  threads: 2,
  fallbackReason: null,
} as const;
export const FAKE_REPORT: LoadReport = {
  device: FAKE_DEVICE,
  models: [
    { id: "policy", sha256: "00ab".repeat(16), kind: "policy", objectives: [], params: 6_200_000, bytes: 6_900_000 },
    { id: "arm-joy", sha256: "00cd".repeat(16), kind: "arm", objectives: ["joy"], params: 900_000, bytes: 1_100_000 },
  ],
  objectives: [],
  context: 512,
};

const FAILED_LESSON = {
  code: "invalid-request",
  message: "The two instructions make no difference.",
  details: {},
} as const;

const CANCELLED = { code: "aborted", message: "cancelled", details: {} } as const;

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

  /** What loading comes to. */
  report: LoadReport = FAKE_REPORT;

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
    return { ok: true as const, value: { ...this.report } };
  }
  cancelLoad = () => Promise.resolve();
  unload = (id: string): ReturnType<TillerApi["unload"]> => {
    this.unloaded.push(id);
    return Promise.resolve({ ok: true, value: FAKE_REPORT });
  };
  readonly unloaded: string[] = [];

  async run(runId: string, request: RunRequest, emit: (event: RunEvent) => void | Promise<void>): Promise<void> {
    this.#emit = emit;
    this.#weights = request.lanes.map(weightsOf);
    const models = FAKE_REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
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
        const models = FAKE_REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
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
  /** Heads that were given, each time. */
  readonly heads: (readonly unknown[])[] = [];
  useHeads: TillerApi["useHeads"] = (files) => (this.heads.push(files), Promise.resolve({ ok: true, value: null }));
  /** What a lesson comes to; it waits for `lessonEnd`, and a cancel ends it at once. */
  lesson: Awaited<ReturnType<TillerApi["teach"]>> = { ok: false, error: FAILED_LESSON };
  lessonEnd: Promise<void> = Promise.resolve();
  readonly lessons: Lesson[] = [];
  readonly #lessonCancelled = deferred<void>();
  teach: TillerApi["teach"] = async (lesson, onProgress) => {
    this.lessons.push(lesson);
    await onProgress({ phase: "sample", done: 1, total: 2 });
    const isCancelled = await Promise.race([
      this.lessonEnd.then(() => false),
      this.#lessonCancelled.promise.then(() => true),
    ]);
    return isCancelled ? { ok: false, error: CANCELLED } : this.lesson;
  };
  cancelTeach = async (): Promise<void> => this.#lessonCancelled.resolve();
  /** What is written for a person to choose between, prompt by prompt; each prompt waits for `answersTurn`. */
  answered: (ask: AnswersAsk) => readonly (readonly WrittenAnswer[])[] = fakeAnswers;
  answersTurn: () => Promise<void> = () => Promise.resolve();
  answersError: ErrorData | null = null;
  readonly asks: AnswersAsk[] = [];
  #answersCancelled = deferred<void>();
  answersToJudge: TillerApi["answersToJudge"] = async (ask, emit) => {
    this.asks.push(ask);
    this.#answersCancelled = deferred<void>();
    const cancelled = this.#answersCancelled.promise.then(() => true);
    const all = this.answered(ask);
    for (const [n, answers] of all.entries()) {
      await emit({ type: "progress", done: n, total: all.length });
      if (await Promise.race([this.answersTurn().then(() => false), cancelled])) return { ok: false, error: CANCELLED };
      await emit({ type: "answers", answers, prompts: n + 1 });
    }
    return this.answersError === null ? { ok: true, value: null } : { ok: false, error: this.answersError };
  };
  cancelAnswers = async (): Promise<void> => this.#answersCancelled.resolve();
  /** What readings come to, text by text; each text waits for `readTurn`. */
  readonly readings: LensAsk[] = [];
  readTurn: () => Promise<void> = () => Promise.resolve();
  #readCancelled = deferred<void>();
  readTexts: TillerApi["readTexts"] = async (ask, emit) => {
    this.readings.push(ask);
    this.#readCancelled = deferred<void>();
    const cancelled = this.#readCancelled.promise.then(() => true);
    for (const [i, text] of ask.texts.entries()) {
      if (await Promise.race([this.readTurn().then(() => false), cancelled])) return { ok: false, error: CANCELLED };
      await emit({ type: "read", reading: fakeReading(ask, text) });
      await emit({ type: "progress", done: i + 1, total: ask.texts.length });
    }
    return { ok: true, value: null };
  };
  cancelReading = async (): Promise<void> => this.#readCancelled.resolve();
  judge = () => Promise.resolve({ ok: true, value: [] } as const);
  /** Two numbers of each prompt. */
  promptStates: TillerApi["promptStates"] = (of) =>
    Promise.resolve({ ok: true, value: of.map(({ prompt }) => Float32Array.of(prompt.length, prompt.charCodeAt(0))) });
  compare = async (...[question, onProgress]: Parameters<TillerApi["compare"]>): ReturnType<TillerApi["compare"]> => {
    this.questions.push(question);
    await onProgress(4, 4);
    const replies = ["A", question.rubric === "bias" ? "A" : "B"] as const;
    const verdict = verdictOf(replies[0], replies[1]);
    const [a, b] = replies.map((reply) => (reply === "A" ? 0.8 : 0.3)) as [number, number];
    const vote = { preferFirst: (a + 1 - b) / 2, bias: (a + b) / 2 - 0.5, sharesOfA: [a, b] as const, onMarks: 0.9 };
    const shares = [0.1, 0.1, 0.2, 0.2, 0.4];
    const reading = { ...vote, scores: [3.7, 3.7] as const, scoreShares: [shares, shares] as const };
    const checks = (question.checks ?? []).map((each) => ({ question: each, yes: [0.7, 0.2] as const, onMarks: 0.6 }));
    const votes = Array.from({ length: question.votes ?? 1 }, () => vote);
    return { ok: true, value: { verdict, replies, reading, votes, checks, forwards: 1 } };
  };
  explain: TillerApi["explain"] = async (question, onText) => {
    this.questions.push(question);
    await onText("Text A is better because");
    return { ok: true, value: "Text A is better because it is short." };
  };
  /** What rewards were probed with. */
  readonly rewardProbes: ProbeAsk[] = [];
  #isJudgingCancelled = false;
  probeRewards: TillerApi["probeRewards"] = async (ask, emit) => {
    this.rewardProbes.push(ask);
    this.#isJudgingCancelled = false;
    await emit({ type: "pairs", counts: { cut: ask.texts.length } });
    const work = ["brevity", "judge of joy"].flatMap((rater) => ask.texts.map((text) => ({ rater, text })));
    for (const [i, { rater, text }] of work.entries()) {
      const verdict = {
        rater,
        category: "cut",
        prompt: text.prompt,
        chosen: text.text,
        outcome: rater === "brevity" ? 0 : 1,
      };
      await emit({ type: "verdicts", done: i + 1, total: work.length, rater, verdicts: [verdict] });
      if (this.#isJudgingCancelled) return { ok: false, error: CANCELLED };
    }
    return { ok: true, value: null };
  };
  cancelJudging = async (): Promise<void> => {
    this.#isJudgingCancelled = true;
  };
  /** What was put to the judge of two texts. */
  readonly questions: ComparisonQuestion[] = [];
  memory = () => Promise.resolve({ heapBytes: 60_000_000, tensors: 12, gpuBytes: null });
  ping = () => Promise.resolve(true as const);
}

/** A link to a fake, with ways to kill it and to set it to work from outside. */
interface FakeLink extends Link {
  readonly api: TillerApi;
  readonly hub: HubApi;
  readonly crash: (error: ErrorData) => void;
  readonly work: (isBusy: boolean) => void;
}

export function fakeLink(api: TillerApi, hub: HubApi = new FakeHub()): FakeLink {
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
  const models = FAKE_REPORT.models.map(({ id, sha256 }) => ({ id, sha256 }));
  return { version: 1, request, schedule: [], models, device: FAKE_DEVICE, events };
}
