/**
 * A small judge, recorded: what a chat model said of pairs of the laboratory that the truth tells apart. The page shows it as
 * a lesson of how little a small model knows as a judge, without a model.
 */
import type { ProbePair } from "../../src/core/probe/pairs.ts";
import { pairsFrom } from "../../src/core/probe/pairs.ts";
import { POLICY } from "../../src/core/sources/spec.ts";
import { OBJECTIVE_IDS } from "../../src/core/types.ts";
import type { RecordedJudge, RecordedJudgement } from "../../src/core/compare/recorded-judge.ts";
import { compareTexts } from "../../src/engine/judge/compare-texts.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { plainSamples } from "../probe/samples.ts";

export const JUDGE_FILE = "judge.json";
const PAIRS = 100;
const SEEDS = 4;
const TOKENS = 48;
const DIGITS = 1000;

/** Pairs of the laboratory's own texts, as many of each objective as there are, spread over its prompts. */
export async function laboratoryPairs(laboratory: Models): Promise<ProbePair[]> {
  const samples = await plainSamples(laboratory, {
    world: "laboratory",
    prompts: null,
    seeds: SEEDS,
    maxTokens: TOKENS,
    onProgress: () => undefined,
  });
  const told = pairsFrom(samples).filter(({ category }) => category.startsWith("truth "));
  let left = PAIRS;
  return OBJECTIVE_IDS.flatMap((id, i) => {
    const own = told.filter(({ objective }) => objective === id);
    const wanted = Math.min(own.length, Math.ceil(left / (OBJECTIVE_IDS.length - i)));
    left -= wanted;
    return Array.from({ length: wanted }, (_, n) => own[Math.floor((n * own.length) / wanted)]!);
  });
}

export async function recordJudge(
  pairs: readonly ProbePair[],
  chat: Models,
  onPair: (done: number, of: number) => void,
): Promise<RecordedJudge> {
  const judgements: RecordedJudgement[] = [];
  for (const pair of pairs) {
    const { kind, prompt, chosen, rejected, rubric, objective = null, margin = 0 } = pair;
    const { reading } = await compareTexts(
      { model: POLICY, rubric, task: prompt, first: chosen, second: rejected },
      chat,
    );
    onPair(judgements.length + 1, pairs.length);
    if (reading === undefined || objective === null) continue;
    const { sharesOfA, onMarks, scores } = reading;
    const said = {
      sharesOfA: [rounded(sharesOfA[0]), rounded(sharesOfA[1])],
      onMarks: rounded(onMarks),
      scores: [rounded(scores[0]), rounded(scores[1])],
    } as const;
    judgements.push({ objective, kind, prompt, chosen, rejected, rubric, margin: rounded(margin), ...said });
  }
  const model = chat.refs.find(({ id }) => id === chat.policy.id) ?? { id: chat.policy.id, sha256: "" };
  return { version: 1, model, judgements };
}

function rounded(value: number): number {
  return Math.round(value * DIGITS) / DIGITS;
}
