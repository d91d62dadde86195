/**
 * A head that was just taught, tried on prompts that it has not seen: plain and steered answers with the same noise, how far
 * the teacher's score rises, what that costs, and where the texts fall apart.
 */
import { perplexity } from "../../core/kl.ts";
import { logSoftmax } from "../../core/logprobs.ts";
import type { Metric } from "../../core/heads/head-card.ts";
import type { HeadTrial, TrialPair } from "../../core/heads/lesson.ts";
import { RunError } from "../../core/errors.ts";
import { mean, meanInterval } from "../../core/stats.ts";
import type { RunEvent, RunRequest, SampleResult, TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import { decode } from "../decode/loop.ts";
import type { Models, RunControl } from "../interfaces.ts";
import { probeEnd } from "../reweigh/probe-end.ts";
import PROMPTS from "./trial-prompts.json" with { type: "json" };

export const TRIAL_PROMPTS: readonly string[] = PROMPTS;

export interface TrialOptions {
  /** Id of the head, which `models` hold. */
  readonly head: string;
  readonly better: string;
  readonly worse: string;
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
const STRENGTH = 1;

interface Tried {
  readonly pair: TrialPair;
  readonly gain: number;
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
  const end = await probeEnd(requestOf(first, options), "s1", STRENGTH, models, { signal, now, turn: rest });
  if (signal.aborted) throw aborted();
  control.onProgress(prompts.length + 1, prompts.length + 1);
  const costs = tried.flatMap(({ klSteer }) => (klSteer === null ? [] : [klSteer]));
  return {
    pairs: tried.map(({ pair }) => pair),
    gain: metric(tried.map(({ gain }) => gain)),
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
  const score = (sample: SampleResult): Promise<number> => contrastScore(models, prompt, options, sample.tokens);
  return {
    pair: { prompt, plain: plain.text.trim(), steered: steered.text.trim() },
    gain: (await score(steered)) - (await score(plain)),
    klSteer: steered.klSteer,
    plain,
    steered,
  };
}

function take(event: RunEvent, samples: SampleResult[]): void {
  if (event.type === "failed") throw new RunError(event.error.code, event.error.message, event.error.details);
  if (event.type === "sample") samples.push(event.result);
}

function requestOf(prompt: string, { head, seed, maxTokens }: TrialOptions): RunRequest {
  return {
    version: 1,
    kind: "advice",
    prompt,
    seed,
    maxTokens,
    sources: [{ id: "s1", name: head, type: "head", head }],
    lanes: [
      { name: "plain", strategy: { id: "base" }, sampling: SAMPLING },
      { name: "head", strategy: { id: "genarm", beta: 1, weights: { s1: STRENGTH } }, sampling: SAMPLING },
    ],
  };
}

/** Mean of log π(token | better) − log π(token | worse) over the tokens of an answer, nats; 0 for an answer of no tokens. */
export async function contrastScore(
  models: Models,
  prompt: string,
  { better, worse }: Pick<TrialOptions, "better" | "worse">,
  tokens: readonly TokenId[],
): Promise<number> {
  if (tokens.length === 0) return 0;
  const read = async (instruction: string): Promise<number> => {
    const ids = models.promptIds(models.policy.id, { kind: "advice", prompt, instruction, system: "", turns: [] });
    const rows = await models.policy.read([...ids, ...tokens.slice(0, -1)], tokens.length);
    return mean(rows.map((row, at) => logSoftmax(Float64Array.from(row))[tokens[at]!]!));
  };
  return (await read(better)) - (await read(worse));
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
