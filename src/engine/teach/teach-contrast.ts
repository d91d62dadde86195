/**
 * A head that learns what two instructions prefer: samples of the frozen policy, read under both, and a fit. It then does
 * with the policy's own forward what the contrast does with three.
 */
import { checkEnough, checkLearned } from "../../core/heads/enough.ts";
import type { FeatureName } from "../../core/heads/features.ts";
import { LOW_RANK_DEFAULTS, LowRankFit, type LowRankOptions } from "../../core/heads/fit-low-rank.ts";
import type { LowRankHead } from "../../core/heads/head.ts";
import { rewardSpread, type HeadMeasures } from "../../core/heads/measures.ts";
import { TokenRewardsBuilder } from "../../core/heads/token-rewards.ts";
import { RunError } from "../../core/errors.ts";
import type { Sampling } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { Models } from "../interfaces.ts";
import { readAnswer, type ContrastPrompts } from "./read-rewards.ts";
import { sampleAnswers, type Answer } from "./sample-answers.ts";

export interface ContrastLesson {
  readonly better: string;
  readonly worse: string;
  readonly prompts: readonly string[];
  readonly perPrompt: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly features: readonly FeatureName[];
  readonly seed: number;
  readonly fit?: Partial<LowRankOptions>;
}

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
  const { teaching, policy } = models;
  if (teaching === undefined || policy.states === undefined) {
    const message = `${policy.id} does not give its states, so no head can be taught on it. Choose a GGUF model.`;
    throw new RunError("model-unsupported", message, { model: policy.id });
  }
  const { prompts, perPrompt, features, seed } = lesson;
  checkEnough("tokens", prompts.length * perPrompt, prompts.length);
  const told = prompts.map((prompt): ContrastPrompts => {
    const under = (instruction: string | null) => {
      return models.promptIds(policy.id, { kind: "advice", prompt, instruction, system: "", turns: [] });
    };
    return { plain: under(null), better: under(lesson.better), worse: under(lesson.worse) };
  });
  const answers = await allAnswers(models, told, lesson, control);
  const data = new TokenRewardsBuilder(features, policy.states.hidden);
  for (const [done, answer] of answers.entries()) {
    if (control.signal.aborted) throw aborted();
    await readAnswer(policy, answer, told[answer.prompt]!, features, data);
    control.onProgress({ phase: "read", done: done + 1, total: answers.length });
  }
  const rewards = data.data();
  const fit = new LowRankFit(rewards, await teaching.unembedding(), { ...LOW_RANK_DEFAULTS, seed, ...lesson.fit });
  while (!fit.isDone) {
    if (control.signal.aborted) throw aborted();
    const { step, steps } = fit.step();
    control.onProgress({ phase: "fit", done: step, total: steps });
    await control.rest();
  }
  const { head, measured } = fit.head();
  const spread = rewardSpread(rewards);
  checkLearned(measured.explained, spread);
  return { head, measured, spread, samples: answers.length, states: data.states };
}

async function allAnswers(
  models: Models,
  told: readonly ContrastPrompts[],
  { perPrompt, maxTokens, sampling, seed }: ContrastLesson,
  { rows, signal, onProgress }: TeachControl,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const total = told.length * perPrompt;
  const options = { perPrompt, maxTokens, sampling, seed, rows, signal };
  const plain = told.map((each) => each.plain);
  for await (const group of sampleAnswers(models, plain, options)) {
    answers.push(...group);
    onProgress({ phase: "sample", done: answers.length, total });
  }
  return answers;
}
