/**
 * A whole lesson, as the page asks for it: write answers, read or score them, fit, try, and put everything into the head's
 * file. What was written and read is remembered, so another reward over the same answers costs its own reading and fit
 * alone, and a longer lesson only what is new in it.
 */
import type { HeadCard } from "../../core/heads/head-card.ts";
import { readHead, writeHead, type NamedHead } from "../../core/heads/head-file.ts";
import { headIdOf, type HeadTrial, type Lesson, type LessonResult } from "../../core/heads/lesson.ts";
import { RunError } from "../../core/errors.ts";
import { aborted } from "../bundle/loader.ts";
import type { Models } from "../interfaces.ts";
import { withHeads } from "../heads/loaded-head.ts";
import { makeFromContrast } from "./lesson-contrast.ts";
import type { LessonControl, Making, Round } from "./lesson-parts.ts";
import { makeFromScorer } from "./lesson-scorer.ts";
import { keptList, keyOf } from "./lesson-shelf.ts";
import type { Answer } from "./sample-answers.ts";
import PROMPTS from "./prompts.json" with { type: "json" };
import { restingPolicy } from "./resting-policy.ts";
import { writeAnswers, type Lesson as Writing } from "./teach-contrast.ts";
import { scorerFeatures } from "./teach-scorer.ts";
import { TRIAL_PROMPTS, tryHead } from "./try-head.ts";

/** Learned from at temperature 1: a head has to know what to do at unlikely states too. */
const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const ROWS = 16;

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
  const { signal, rest, now, onProgress } = control;
  const pause = async (): Promise<void> => {
    await rest();
    if (signal.aborted) throw aborted();
  };
  const { heads: _, ...bare } = models;
  const patient: Models = { ...bare, policy: restingPolicy(models.policy, pause) };
  const { teacher } = lesson;
  const rounds = await write(patient, lesson, control, size);
  const making: Making = { rounds, card: await cardOf(models, lesson, rounds), rank: size.rank, control };
  const made =
    teacher.kind === "contrast"
      ? await makeFromContrast(patient, teacher, making)
      : await makeFromScorer(patient, teacher, making);
  // What is tried is what the file says: its numbers are rounded.
  const first = readHead(writeHead(made.head, "int8"));
  const trial = await tryHead(
    await withHeads(bare, [first]),
    {
      head: first.card.id,
      strength: made.start,
      score: made.score,
      unit: made.unit,
      prompts: TRIAL_PROMPTS.slice(0, size.triedPrompts),
      seed: lesson.seed,
      maxTokens: size.triedTokens,
    },
    { signal, now, rest, onProgress: (done, total) => onProgress({ phase: "try", done, total }) },
  );
  await control.shelf?.keepOnly([]);
  return {
    file: writeHead({ ...made.head, card: { ...made.head.card, ...triedCard(made.head, trial) } }, "int8"),
    value: made.value === null ? null : writeHead(made.value, "float16"),
    trial,
  };
}

async function write(
  models: Models,
  lesson: Lesson,
  { signal, rest, memory, onProgress, shelf = null }: LessonControl,
  { learnedTokens }: LessonSize,
): Promise<readonly Round[]> {
  const prompts = promptsOf(lesson);
  const { perPrompt, rounds, seed, teacher } = lesson;
  const features = teacher.kind === "scorer" ? scorerFeatures(models) : (["last"] as const);
  const total = rounds * prompts.length * perPrompt;
  const policy = [await models.teaching?.identity(), models.refs[0]?.sha256, learnedTokens];
  const keys = Array.from({ length: rounds }, (_, round) => keyOf(prompts, perPrompt, seed + round, features, policy));
  const instructions = teacher.kind === "contrast" ? [teacher.better, teacher.worse] : [];
  await shelf?.keepOnly(keys.flatMap((key) => [key, ...instructions.map((each) => keyOf(each, key))]));
  const written: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own: Writing = {
      prompts,
      perPrompt,
      maxTokens: learnedTokens,
      sampling: SAMPLING,
      features,
      seed: seed + round,
    };
    const key = keys[round]!;
    const before = (round * total) / rounds;
    const tell = ({ done }: { readonly done: number }): void =>
      onProgress({ phase: "sample", done: before + done, total });
    const make = async () => {
      const kept = await keptList<Answer>(shelf, key);
      return writeAnswers(models, own, { signal, rest, rows: ROWS, onProgress: tell }, kept);
    };
    written.push({ lesson: own, key, answers: await memory.answers.find(key, make) });
  }
  return written;
}

function promptsOf({ ownPrompts }: Lesson): readonly string[] {
  return [...new Set([...ownPrompts, ...PROMPTS])];
}

async function cardOf(
  { policy, teaching }: Models,
  lesson: Lesson,
  rounds: readonly Round[],
): Promise<Pick<HeadCard, "id" | "name" | "policy" | "training">> {
  if (teaching === undefined) throw new RunError("model-unsupported", `${policy.id} does not give its states.`);
  return {
    id: headIdOf(lesson.name),
    name: lesson.name,
    policy: await teaching.identity(),
    training: {
      samples: rounds.reduce((sum, { answers }) => sum + answers.length, 0),
      prompts: promptsOf(lesson).length,
      seed: lesson.seed,
      command: "Teach a reward, on the page",
    },
  };
}

function triedCard({ card }: NamedHead, trial: HeadTrial): Pick<NamedHead["card"], "sliderEnd" | "metrics"> {
  const { gain, klSteer, perplexity, end, pairs, strength } = trial;
  const ratio = { value: perplexity.steered / perplexity.plain, n: pairs.length, ci95: null };
  const startStrength = { value: strength, n: pairs.length, ci95: null };
  return {
    sliderEnd: end === null ? card.sliderEnd : end.weight,
    metrics: { ...card.metrics, startStrength, gain, klSteer, perplexityRatio: ratio },
  };
}
