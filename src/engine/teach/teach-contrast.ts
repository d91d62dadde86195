/**
 * Heads that learn what two instructions prefer: samples of the frozen policy, read under both, and a fit. A head then does
 * with the policy's own forward what the contrast does with three.
 *
 * Several heads learn from the same samples, and an instruction that stands in several contrasts is read once.
 */
import { checkEnough, checkLearned } from "../../core/heads/enough.ts";
import type { FeatureName } from "../../core/heads/features.ts";
import { LOW_RANK_DEFAULTS, LowRankFit, type LowRankOptions } from "../../core/heads/fit-low-rank.ts";
import type { LowRankHead } from "../../core/heads/head.ts";
import { rewardSpread, type HeadMeasures } from "../../core/heads/measures.ts";
import { TokenRewardsBuilder, type TokenRewards } from "../../core/heads/token-rewards.ts";
import { RunError } from "../../core/errors.ts";
import type { Sampling } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { Models } from "../interfaces.ts";
import { addRewards, readUnder, type Reading } from "./read-rewards.ts";
import { noneKept, type KeptList } from "./lesson-shelf.ts";
import { sampleAnswers, type Answer, type Guide } from "./sample-answers.ts";

/** What the samples are made of. */
export interface Lesson {
  readonly prompts: readonly string[];
  readonly perPrompt: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly features: readonly FeatureName[];
  readonly seed: number;
  /** Heads of an earlier round, which lead every second answer. */
  readonly guides?: readonly Guide[];
  readonly fit?: Partial<LowRankOptions>;
}

/** Two instructions. */
export interface Contrast {
  readonly better: string;
  readonly worse: string;
}

export interface ContrastLesson extends Lesson, Contrast {}

export interface TeachControl {
  readonly signal: AbortSignal;
  /** Answers that are written at once. */
  readonly rows: number;
  /** Told after each group of answers, each answer read and each batch of the fit. */
  readonly onProgress: (progress: TeachProgress) => void;
  /** Lets other work of the thread run; awaited between batches of the fit. */
  readonly rest: () => Promise<void>;
}

export interface TeachProgress {
  readonly phase: "sample" | "read" | "fit";
  readonly done: number;
  readonly total: number;
}

export interface Taught {
  readonly head: LowRankHead;
  readonly measured: HeadMeasures;
  /** Of the rewards that it learned from, nats. */
  readonly spread: number;
  readonly samples: number;
  readonly states: number;
}

/** @throws RunError "invalid-request" where there is too little to learn, or nothing was; "model-unsupported", "aborted" */
export async function teachContrast(models: Models, lesson: ContrastLesson, control: TeachControl): Promise<Taught> {
  const answers = await writeAnswers(models, lesson, control);
  const total = 2 * answers.length;
  const tell = (from: number) => (done: number) => control.onProgress({ phase: "read", done: from + done, total });
  const better = await readInstruction(models, lesson, lesson.better, answers, control.signal, tell(0));
  const worse = await readInstruction(models, lesson, lesson.worse, answers, control.signal, tell(answers.length));
  return fitContrast(models, contrastRewards(models, lesson, answers, better, worse), lesson, control);
}

/**
 * Samples of all prompts with their states, for any number of contrasts.
 * @param kept those that an earlier lesson was cut off with, and where each group goes
 * @throws RunError as `teachContrast`
 */
export async function writeAnswers(
  models: Models,
  { prompts, perPrompt, maxTokens, sampling, features, seed, guides = [] }: Lesson,
  { rows, signal, onProgress }: TeachControl,
  kept: KeptList<Answer> = noneKept(),
): Promise<readonly Answer[]> {
  const { teaching, policy } = models;
  if (teaching === undefined || policy.states === undefined) {
    const message = `${policy.id} does not give its states, so no head can be taught on it. Choose a GGUF model.`;
    throw new RunError("model-unsupported", message, { model: policy.id });
  }
  checkEnough("tokens", prompts.length * perPrompt, prompts.length);
  const answers: Answer[] = [...kept.known];
  const plain = prompts.map((prompt) => promptUnder(models, prompt, null));
  for await (const group of sampleAnswers(models, plain, {
    perPrompt,
    maxTokens,
    sampling,
    seed,
    rows,
    features,
    guides,
    done: answers.length,
    signal,
  })) {
    answers.push(...group);
    await kept.add(group);
    onProgress({ phase: "sample", done: answers.length, total: prompts.length * perPrompt });
  }
  return answers;
}

/**
 * What the policy says of the answers under one instruction, in the order of the answers.
 * @param answers of `writeAnswers`: those to one prompt side by side
 * @param tell    after each answer, how many are read
 * @param kept    readings that an earlier lesson was cut off with, and where those of each prompt go
 */
export async function readInstruction(
  models: Models,
  { prompts }: Pick<Lesson, "prompts">,
  instruction: string,
  answers: readonly Answer[],
  signal: AbortSignal,
  tell: (done: number) => void,
  kept: KeptList<Reading> = noneKept(),
): Promise<readonly Reading[]> {
  const readings: Reading[] = [...kept.known];
  while (readings.length < answers.length) {
    const { prompt } = answers[readings.length]!;
    const from = readings.length;
    const after = answers.findIndex((answer, at) => at > from && answer.prompt !== prompt);
    const group = answers.slice(from, after < 0 ? answers.length : after);
    const beginning = promptUnder(models, prompts[prompt]!, instruction);
    for await (const reading of readUnder(models.policy, beginning, group)) {
      readings.push(reading);
      tell(readings.length);
      if (signal.aborted) throw aborted();
    }
    await kept.add(readings.slice(from));
  }
  return readings;
}

/** The rewards of the answers' states under two instructions that were read. */
export function contrastRewards(
  { policy }: Models,
  { features }: Pick<Lesson, "features">,
  answers: readonly Answer[],
  better: readonly Reading[],
  worse: readonly Reading[],
): TokenRewards {
  const data = new TokenRewardsBuilder(features, policy.states!.hidden);
  for (const [at, answer] of answers.entries()) addRewards(data, answer, better[at]!, worse[at]!);
  return data.data();
}

/** @throws RunError as `teachContrast` */
export async function fitContrast(
  { teaching }: Models,
  rewards: TokenRewards,
  { seed, fit: options, prompts, perPrompt }: Pick<Lesson, "seed" | "fit" | "prompts" | "perPrompt">,
  { signal, onProgress, rest }: Pick<TeachControl, "signal" | "onProgress" | "rest">,
): Promise<Taught> {
  const fit = new LowRankFit(rewards, await teaching!.unembedding(), { ...LOW_RANK_DEFAULTS, seed, ...options });
  while (!fit.isDone) {
    if (signal.aborted) throw aborted();
    const { step, steps } = fit.step();
    onProgress({ phase: "fit", done: step, total: steps });
    await rest();
  }
  const { head, measured } = fit.head();
  const spread = rewardSpread(rewards);
  checkLearned(measured.explained, spread);
  return { head, measured, spread, samples: prompts.length * perPrompt, states: rewards.prompts.length };
}

function promptUnder(models: Models, prompt: string, instruction: string | null): number[] {
  return models.promptIds(models.policy.id, { kind: "advice", prompt, instruction, system: "", turns: [] });
}
