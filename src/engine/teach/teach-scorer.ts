/**
 * Heads that learn what a scorer of whole texts likes: samples of the frozen policy, each with one number.
 *
 *   R     the score of a sample, in standard deviations over the samples
 *   V(s)  the value head: ridge regression of R on the states (`core/heads/fit-value.ts`)
 *   c     the direction: what each token was worth to V, V(s') - V(s), on the rows of the LM head (`core/heads/fit-direction.ts`)
 *
 * The direction steers token by token at the price of plain decoding. The value head judges texts, finished or not.
 */
import { RunError } from "../../core/errors.ts";
import { checkEnough, standardiseScores } from "../../core/heads/enough.ts";
import type { FeatureName } from "../../core/heads/features.ts";
import { DIRECTION_DEFAULTS, DirectionFit, type DirectionOptions } from "../../core/heads/fit-direction.ts";
import { ValueFit, type ValueOptions } from "../../core/heads/fit-value.ts";
import type { Metric } from "../../core/heads/head-card.ts";
import { directionRewards, type Direction, type ValueHead } from "../../core/heads/head.ts";
import type { Explained } from "../../core/heads/measures.ts";
import { meanRow } from "../../core/heads/unembedding.ts";
import type { ScorerSpec } from "../../core/scorers/spec.ts";
import { aborted } from "../bundle/loader.ts";
import { featuresGiven } from "../decode/answer-features.ts";
import type { Models } from "../interfaces.ts";
import { openScorer } from "../scorers/open-scorer.ts";
import type { AnswerState } from "./answer-states.ts";
import type { Answer } from "./sample-answers.ts";
import { episodesOf, stateScores, type ScoredAnswer } from "./scorer-episodes.ts";
import { pairAccuracy } from "./scorer-pairs.ts";
import { writeAnswers, type Lesson, type TeachControl } from "./teach-contrast.ts";

export interface ScorerLesson extends Omit<Lesson, "fit"> {
  readonly scorer: ScorerSpec;
  readonly value?: Partial<ValueOptions>;
  readonly direction?: Partial<DirectionOptions>;
}

export interface TaughtByScorer {
  readonly direction: Direction;
  /** How often it tells the better of two answers to one held-out prompt; null where no two differ. */
  readonly pairs: Metric | null;
  readonly value: ValueHead;
  /** Share of the scores that V explains at the states of held-out prompts. */
  readonly explained: Explained;
  /** Standard deviation of V's change by one token: 1 over it is the weight at which V spreads tokens by about a nat. */
  readonly valueStep: number;
  /** Mean and standard deviation of the scores, in the scorer's unit. */
  readonly mean: number;
  readonly sd: number;
  /** Answers that the scorer says something about, and their prompts. */
  readonly samples: number;
  readonly prompts: number;
  readonly states: number;
}

/** What the value head reads: the last state, the middle one, and their means over the answer. */
export function scorerFeatures({ policy }: Pick<Models, "policy">): readonly FeatureName[] {
  return policy.states === undefined ? [] : featuresGiven(policy.states);
}

/** @throws RunError "invalid-request" where there is too little to learn, or nothing was; "model-unsupported", "aborted" */
export async function teachScorer(
  models: Models,
  lesson: ScorerLesson,
  control: TeachControl,
): Promise<TaughtByScorer> {
  checkEnough("texts", lesson.prompts.length * lesson.perPrompt, lesson.prompts.length);
  return fitScorer(models, await writeAnswers(models, lesson, control), lesson, control);
}

/**
 * @param answers of `writeAnswers`, with the lesson's features
 * @throws RunError as `teachScorer`
 */
export async function fitScorer(
  models: Models,
  answers: readonly Answer[],
  lesson: Pick<ScorerLesson, "scorer" | "features" | "seed" | "value" | "direction">,
  control: Pick<TeachControl, "signal" | "onProgress" | "rest">,
): Promise<TaughtByScorer> {
  const { policy, teaching, tokenizer } = models;
  const { scored, mean, sd } = await score(models, answers, lesson.scorer, control);
  const prompts = new Set(scored.map(({ prompt }) => prompt)).size;
  checkEnough("texts", scored.length, prompts);
  const { seed, features } = lesson;
  const data = stateScores(scored, features, policy.states!.hidden);
  const valueFit = new ValueFit(data, { ...SCORER_VALUE, seed, ...lesson.value });
  while (!valueFit.isDone) {
    const { residual } = valueFit.step();
    await pause(control, HALF * Math.min(1, Math.max(0, Math.log(residual) / LOG_ENOUGH)));
  }
  const value = valueFit.head();
  const explained = valueFit.measure();
  const heldOut = new Set(Array.from(valueFit.heldOut, (state) => data.prompts[state]!));
  const valueOf = valueReader(value);
  const [endId] = tokenizer.endIds;
  const training = episodesOf(
    scored.filter(({ prompt }) => !heldOut.has(prompt)),
    valueOf,
    endId!,
  );
  const unembedding = await teaching!.unembedding();
  const centre = meanRow(unembedding);
  const options = { ...DIRECTION_DEFAULTS.differences, ...lesson.direction };
  const directionFit = new DirectionFit(training, unembedding, centre, options);
  while (!directionFit.isDone) {
    const { texts, of } = directionFit.step();
    await pause(control, HALF + (HALF * texts) / of);
  }
  const direction = directionFit.head();
  const unseen = scored.filter(({ prompt }) => heldOut.has(prompt));
  const pairs = pairAccuracy(unseen, directionRewards(direction, unembedding, centre), endId!, seed);
  checkLearned(lesson.scorer.type, explained, pairs);
  const valueStep = stepSize(scored, valueOf);
  return {
    direction,
    pairs,
    value,
    explained,
    valueStep,
    mean,
    sd,
    samples: scored.length,
    prompts,
    states: data.prompts.length,
  };
}

/**
 * A dozen held-out prompts are needed to tell one number a text from chance. Lessons have hundreds of samples where the pilot
 * had 1,800, and need a larger ridge: with 480 of SmolLM2-135M-Instruct V explained -4 % of simple words and 14 % of
 * sentiment at the pilot's 0.6, 13 and 27 % at 3, and 15 and 26 % at 12.
 */
const SCORER_VALUE = { heldOut: 0.2, ridge: 3 } as const;
/** The fit's progress is told in hundredths, half for each head. */
const WHOLE = 100;
const HALF = WHOLE / 2;
/** Residual at which a value fit ends. */
const LOG_ENOUGH = Math.log(1e-6);

async function pause(
  { signal, onProgress, rest }: Pick<TeachControl, "signal" | "onProgress" | "rest">,
  done: number,
): Promise<void> {
  if (signal.aborted) throw aborted();
  onProgress({ phase: "fit", done: Math.round(done), total: WHOLE });
  await rest();
}

/** @throws RunError "invalid-request" for scores that nothing can be learned from */
async function score(
  { tokenizer }: Models,
  answers: readonly Answer[],
  spec: ScorerSpec,
  { signal, onProgress, rest }: Pick<TeachControl, "signal" | "onProgress" | "rest">,
): Promise<{ readonly scored: readonly ScoredAnswer[]; readonly mean: number; readonly sd: number }> {
  const scorer = await openScorer(spec);
  const given: (number | null)[] = [];
  for (const { tokens } of answers) {
    if (signal.aborted) throw aborted();
    const text = tokenizer.decode(tokens).trim();
    given.push(text === "" ? null : scorer.score(text));
    onProgress({ phase: "read", done: given.length, total: answers.length });
    await rest();
  }
  const { scores, mean, sd } = standardiseScores(spec.type, given);
  const scored = answers.flatMap((answer, i) => {
    const own = scores[i] ?? null;
    return own === null ? [] : [{ ...answer, score: own }];
  });
  return { scored, mean, sd };
}

/**
 * On held-out prompts, and beyond chance, V must explain some of the scores, or the direction order pairs of answers.
 * @throws RunError "invalid-request" with the figures, where neither does
 */
function checkLearned(scorer: string, explained: Explained, pairs: Metric | null): void {
  const isFound = (measure: Pick<Metric, "value" | "ci95">, chance: number): boolean =>
    (measure.ci95?.[0] ?? measure.value) > chance;
  if (isFound(explained, 0) || (pairs !== null && isFound(pairs, 0.5))) return;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const told = ({ value, ci95 }: Pick<Metric, "value" | "ci95">): string =>
    percent(value) + (ci95 === null ? "" : ` (95 %: ${percent(ci95[0])} to ${percent(ci95[1])})`);
  const ordered = pairs === null ? "" : `, and the direction orders ${told(pairs)} of ${pairs.n} pairs right`;
  const figures = `On ${explained.n} held-out prompts the value head explains ${told(explained)} of the scores${ordered}`;
  const message = `${figures}: nothing was learned of “${scorer}” that holds on other prompts. Sample more, or choose another scorer.`;
  throw new RunError("invalid-request", message, { scorer, explained: explained.value, prompts: explained.n });
}

/** V = intercept + <w, (raw - mean) / scale>, of features that lie side by side already. */
function valueReader({ weights, mean, scale, intercept }: ValueHead): (state: AnswerState) => number {
  const v = Float64Array.from(weights, (weight, i) => weight / scale[i]!);
  const offset = v.reduce((sum, each, i) => sum + each * mean[i]!, 0);
  return ({ features }) => {
    let value = intercept - offset;
    for (let i = 0; i < v.length; i++) value += v[i]! * features[i]!;
    return value;
  };
}

function stepSize(answers: readonly ScoredAnswer[], valueOf: (state: AnswerState) => number): number {
  const changes = answers.flatMap(({ states }) => {
    const values = states.map(valueOf);
    return values.slice(1).map((value, t) => value - values[t]!);
  });
  const mean = changes.reduce((sum, change) => sum + change, 0) / changes.length;
  return Math.sqrt(changes.reduce((sum, change) => sum + (change - mean) ** 2, 0) / changes.length);
}
