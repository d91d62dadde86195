/** The part of a lesson that two instructions decide. */
import type { NamedHead } from "../../core/heads/head-file.ts";
import type { LessonTeacher } from "../../core/heads/lesson.ts";
import { logSoftmax } from "../../core/logprobs.ts";
import { mean } from "../../core/stats.ts";
import type { TokenId } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import type { Made, Making } from "./lesson-parts.ts";
import { keptList, keyOf } from "./lesson-shelf.ts";
import type { Reading } from "./read-rewards.ts";
import { contrastRewards, fitContrast, readInstruction, type Contrast } from "./teach-contrast.ts";

/**
 * Nats of spread at which the head is tried and its slider starts: the manner shows, and answers of 120 tokens hold. Of the
 * heads that ship, some answers of that length begin to repeat themselves at 0.8 and many at 1.5 (docs/heads.md).
 */
const START = 0.6;
/** Where no trial told more, its slider ends here. */
const SLIDER_END = 3;

export async function makeFromContrast(
  models: Models,
  { better, worse }: LessonTeacher & { readonly kind: "contrast" },
  making: Making,
): Promise<Made> {
  const { rounds, card, rank, control } = making;
  const { signal, memory, onProgress, shelf = null } = control;
  const answers = rounds.flatMap((round) => round.answers);
  const total = 2 * answers.length;
  const readings = { better: [] as Reading[], worse: [] as Reading[] };
  for (const [side, [key, instruction]] of Object.entries({ better, worse }).entries()) {
    const own = readings[key as keyof typeof readings];
    for (const round of rounds) {
      const before = side * answers.length + own.length;
      const tell = (done: number): void => onProgress({ phase: "read", done: before + done, total });
      const place = keyOf(instruction, round.key);
      const read = async () => {
        const kept = await keptList<Reading>(shelf, place);
        return readInstruction(models, round.lesson, instruction, round.answers, signal, tell, kept);
      };
      own.push(...(await memory.readings.find(place, read)));
    }
  }
  const { lesson } = rounds[0]!;
  const rewards = contrastRewards(models, lesson, answers, readings.better, readings.worse);
  const taught = await fitContrast(models, rewards, { ...lesson, fit: { rank } }, control);
  const { explained } = taught.measured;
  const head: NamedHead = {
    card: {
      ...card,
      teacher: { kind: "contrast", model: models.policy.id, better, worse },
      sliderEnd: SLIDER_END,
      explained: explained.value,
      metrics: { explained: { value: explained.value, n: explained.n, ci95: explained.ci95 } },
    },
    head: taught.head,
  };
  return {
    head,
    value: null,
    start: START,
    unit: "nats",
    score: (prompt, { tokens }) => contrastScore(models, prompt, { better, worse }, tokens),
  };
}

/** Mean of log π(token | better) − log π(token | worse) over the tokens of an answer, nats; 0 for an answer of no tokens. */
export async function contrastScore(
  models: Models,
  prompt: string,
  { better, worse }: Contrast,
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
