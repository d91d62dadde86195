/**
 * A whole lesson, as the page asks for it: write answers, read them, fit, try, and put everything into the head's file.
 * What was written and read is remembered, so another reward over the same answers costs its own reading and fit alone, and
 * a longer lesson only what is new in it.
 */
import { readHead, writeHead, type NamedHead } from "../../core/heads/head-file.ts";
import {
  headIdOf,
  type HeadTrial,
  type Lesson,
  type LessonProgress,
  type LessonResult,
} from "../../core/heads/lesson.ts";
import { RunError } from "../../core/errors.ts";
import { aborted } from "../bundle/loader.ts";
import type { Models } from "../interfaces.ts";
import { withHeads } from "../heads/loaded-head.ts";
import type { LessonMemory } from "./lesson-memory.ts";
import PROMPTS from "./prompts.json" with { type: "json" };
import type { Reading } from "./read-rewards.ts";
import { restingPolicy } from "./resting-policy.ts";
import type { Answer } from "./sample-answers.ts";
import {
  contrastRewards,
  fitContrast,
  readInstruction,
  writeAnswers,
  type ContrastLesson,
  type Taught,
} from "./teach-contrast.ts";
import { TRIAL_PROMPTS, tryHead } from "./try-head.ts";

export interface LessonControl {
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Lets other work of the thread run. */
  readonly rest: () => Promise<void>;
  readonly onProgress: (progress: LessonProgress) => void;
  readonly memory: LessonMemory;
}

/** Learned from at temperature 1: a head has to know what to do at unlikely states too. */
const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const ROWS = 16;
/** Where no trial told more, a slider ends at this many nats of spread. */
const SLIDER_END = 3;

export interface LessonSize {
  /** Tokens of an answer, in the lesson and in the trial. */
  readonly learnedTokens: number;
  readonly triedTokens: number;
  readonly triedPrompts: number;
  /** Of the head: 48 fill a file of 80 kB where a state has 576 numbers. */
  readonly rank: number;
}
const USUAL: LessonSize = { learnedTokens: 42, triedTokens: 44, triedPrompts: 5, rank: 48 };

/** @throws RunError in the words of what was too little or made no difference; "model-unsupported", "aborted" */
export async function runLesson(
  models: Models,
  lesson: Lesson,
  control: LessonControl,
  size: LessonSize = USUAL,
): Promise<LessonResult> {
  const { signal, rest } = control;
  const pause = async (): Promise<void> => {
    await rest();
    if (signal.aborted) throw aborted();
  };
  const { heads: _, ...bare } = models;
  const patient: Models = { ...bare, policy: restingPolicy(models.policy, pause) };
  const taught = await teach(patient, lesson, control, size);
  const named = { card: await cardOf(models, lesson, taught), head: taught.head };
  // What is tried is what the file says: its numbers are rounded.
  const first = readHead(writeHead(named, "int8"));
  const trial = await tryHead(
    await withHeads(bare, [first]),
    {
      head: first.card.id,
      better: lesson.better,
      worse: lesson.worse,
      prompts: TRIAL_PROMPTS.slice(0, size.triedPrompts),
      seed: lesson.seed,
      maxTokens: size.triedTokens,
    },
    {
      signal,
      now: control.now,
      rest,
      onProgress: (done, total) => control.onProgress({ phase: "try", done, total }),
    },
  );
  return { file: writeHead({ ...named, card: { ...named.card, ...triedCard(named, trial) } }, "int8"), trial };
}

/** Rounds are answers to the same prompts with other noise. */
async function teach(models: Models, lesson: Lesson, control: LessonControl, size: LessonSize): Promise<Taught> {
  const { signal, rest, memory, onProgress } = control;
  const rounds = Array.from({ length: lesson.rounds }, (_, round) => contrastOf(lesson, lesson.seed + round, size));
  const each = rounds[0]!.prompts.length * lesson.perPrompt;
  const answers: Answer[] = [];
  for (const [round, own] of rounds.entries()) {
    const tell = ({ done }: { readonly done: number }): void =>
      onProgress({ phase: "sample", done: round * each + done, total: rounds.length * each });
    const write = () => writeAnswers(models, own, { signal, rest, rows: ROWS, onProgress: tell });
    answers.push(...(await memory.answers.find(keyOf(own), write)));
  }
  const readings = { better: [] as Reading[], worse: [] as Reading[] };
  for (const [side, key] of (["better", "worse"] as const).entries()) {
    for (const [round, own] of rounds.entries()) {
      const before = side * answers.length + round * each;
      const tell = (done: number): void =>
        onProgress({ phase: "read", done: before + done, total: 2 * answers.length });
      const written = answers.slice(round * each, (round + 1) * each);
      const read = () => readInstruction(models, own, lesson[key], written, signal, tell);
      readings[key].push(...(await memory.readings.find(`${lesson[key]} ${keyOf(own)}`, read)));
    }
  }
  const own = rounds[0]!;
  const rewards = contrastRewards(models, own, answers, readings.better, readings.worse);
  const taught = await fitContrast(models, rewards, own, { signal, rest, onProgress });
  return { ...taught, samples: answers.length };
}

/** What decides the answers of a round. */
function keyOf({ prompts, perPrompt, seed }: ContrastLesson): string {
  return JSON.stringify([prompts, perPrompt, seed]);
}

function contrastOf(
  { better, worse, ownPrompts, perPrompt }: Lesson,
  seed: number,
  { learnedTokens, rank }: LessonSize,
): ContrastLesson {
  const prompts = [...new Set([...ownPrompts, ...PROMPTS])];
  return {
    better,
    worse,
    prompts,
    perPrompt,
    maxTokens: learnedTokens,
    sampling: SAMPLING,
    features: ["last"],
    seed,
    fit: { rank },
  };
}

async function cardOf(
  { policy, teaching }: Models,
  { name, better, worse, seed, ownPrompts }: Lesson,
  { measured, samples }: Taught,
): Promise<NamedHead["card"]> {
  if (teaching === undefined) throw new RunError("model-unsupported", `${policy.id} does not give its states.`);
  const { explained } = measured;
  return {
    id: headIdOf(name),
    name,
    policy: await teaching.identity(),
    teacher: { kind: "contrast", model: policy.id, better, worse },
    sliderEnd: SLIDER_END,
    explained: explained.value,
    training: {
      samples,
      prompts: new Set([...ownPrompts, ...PROMPTS]).size,
      seed,
      command: "Teach a reward, on the page",
    },
    metrics: { explained: { value: explained.value, n: explained.n, ci95: explained.ci95 } },
  };
}

function triedCard({ card }: NamedHead, trial: HeadTrial): Pick<NamedHead["card"], "sliderEnd" | "metrics"> {
  const { gain, klSteer, perplexity, end, pairs } = trial;
  const ratio = { value: perplexity.steered / perplexity.plain, n: pairs.length, ci95: null };
  return {
    sliderEnd: end === null ? card.sliderEnd : end.weight,
    metrics: { ...card.metrics, gain, klSteer, perplexityRatio: ratio },
  };
}
