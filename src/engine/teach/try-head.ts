/**
 * A head that was just taught, tried on prompts that it has not seen: plain and steered answers with the same noise, how far
 * the teacher's score rises, what that costs, and where the texts fall apart.
 */
import { perplexity } from "../../core/kl.ts";
import type { Metric } from "../../core/heads/head-card.ts";
import type { HeadTrial, TrialPair } from "../../core/heads/lesson.ts";
import { RunError } from "../../core/errors.ts";
import { meanInterval } from "../../core/stats.ts";
import type { RunEvent, RunRequest, SampleResult } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import { decode } from "../decode/loop.ts";
import type { Models, RunControl } from "../interfaces.ts";
import { probeEnd } from "../reweigh/probe-end.ts";
import PROMPTS from "./trial-prompts.json" with { type: "json" };

export const TRIAL_PROMPTS: readonly string[] = PROMPTS;

export interface TrialOptions {
  /** Id of the head, which `models` hold. */
  readonly head: string;
  /** At beta 1. */
  readonly strength: number;
  /** What the teacher says of an answer; null where it says nothing. */
  readonly score: (prompt: string, answer: SampleResult) => Promise<number | null>;
  readonly unit: HeadTrial["unit"];
  readonly prompts: readonly string[];
  readonly seed: number;
  readonly maxTokens: number;
}

export interface TrialControl {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Lets other work of the thread run. */
  readonly rest: () => Promise<void>;
  readonly onProgress: (done: number, total: number) => void;
}

/** As chat models are sampled on the page. */
const SAMPLING = { plausible: 0.1, temperature: 0.7, topK: 0, topP: 1, minP: 0 } as const;

interface Tried {
  readonly pair: TrialPair;
  readonly gain: number | null;
  readonly klSteer: number | null;
  readonly plain: SampleResult;
  readonly steered: SampleResult;
}

/** @throws RunError "aborted", and what a run under the head fails with */
export async function tryHead(models: Models, options: TrialOptions, control: TrialControl): Promise<HeadTrial> {
  const tried: Tried[] = [];
  const { prompts } = options;
  for (const prompt of prompts) {
    tried.push(await tryPrompt(models, prompt, options, control));
    control.onProgress(tried.length, prompts.length + 1);
  }
  const [first = ""] = prompts;
  const { signal, now, rest } = control;
  const end = await probeEnd(requestOf(first, options), "s1", options.strength, models, { signal, now, turn: rest });
  if (signal.aborted) throw aborted();
  control.onProgress(prompts.length + 1, prompts.length + 1);
  const costs = tried.flatMap(({ klSteer }) => (klSteer === null ? [] : [klSteer]));
  return {
    strength: options.strength,
    pairs: tried.map(({ pair }) => pair),
    unit: options.unit,
    gain: metric(tried.flatMap(({ gain }) => (gain === null ? [] : [gain]))),
    klSteer: metric(costs),
    perplexity: {
      plain: together(tried.map(({ plain }) => plain)),
      steered: together(tried.map((each) => each.steered)),
    },
    end,
  };
}

async function tryPrompt(models: Models, prompt: string, options: TrialOptions, control: TrialControl): Promise<Tried> {
  const samples: SampleResult[] = [];
  const run: RunControl = {
    signal: control.signal,
    now: control.now,
    turn: control.rest,
    takeChanges: () => [],
  };
  for await (const event of decode("trial", requestOf(prompt, options), models, run)) take(event, samples);
  if (control.signal.aborted) throw aborted();
  const [plain, steered] = [0, 1].map((lane) => samples.find((sample) => sample.lane === lane));
  if (plain === undefined || steered === undefined) throw new Error("a trial has two lanes");
  const [before, after] = [await options.score(prompt, plain), await options.score(prompt, steered)];
  return {
    pair: { prompt, plain: plain.text.trim(), steered: steered.text.trim() },
    gain: before === null || after === null ? null : after - before,
    klSteer: steered.klSteer,
    plain,
    steered,
  };
}

function take(event: RunEvent, samples: SampleResult[]): void {
  if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
  if (event.type === "sample") samples.push(event.result);
}

function requestOf(prompt: string, { head, strength, seed, maxTokens }: TrialOptions): RunRequest {
  return {
    version: 1,
    kind: "advice",
    prompt,
    seed,
    maxTokens,
    sources: [{ id: "s1", name: head, type: "head", head }],
    lanes: [
      { name: "plain", strategy: { id: "base" }, sampling: SAMPLING },
      { name: "head", strategy: { id: "genarm", beta: 1, weights: { s1: strength } }, sampling: SAMPLING },
    ],
  };
}

function metric(values: readonly number[]): Metric {
  if (values.length === 0) return { value: 0, n: 0, ci95: null };
  const found = meanInterval(values);
  return { value: found.mean, n: values.length, ci95: found.ci95 };
}

function together(samples: readonly SampleResult[]): number {
  const sum = samples.reduce((all, { baseLogprobSum }) => all + baseLogprobSum, 0);
  const tokens = samples.reduce((all, sample) => all + sample.tokens.length, 0);
  return perplexity(sum, tokens);
}
