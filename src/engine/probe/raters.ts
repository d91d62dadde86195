/** Whatever can say which of two texts is better: the judge, sources, scorers, and a model that is asked. */
import { OBJECTIVES_OF_KIND, type Kind, type ObjectiveId, type TokenId } from "../../core/types.ts";
import type { ComparisonAnswer, ComparisonQuestion, JudgeReading } from "../../core/comparison.ts";
import type { ProbePair } from "../../core/probe/pairs.ts";
import type { Verdict } from "../../core/probe/verdict.ts";
import { PLAIN_TYPES } from "../../core/scorers/spec.ts";
import { RunError } from "../../core/errors.ts";
import { mean } from "../../core/stats.ts";
import { POLICY, type SourceSpec } from "../../core/sources/spec.ts";
import { Binding } from "../decode/binding.ts";
import { scoreText } from "../decode/text-scores.ts";
import { compareTexts } from "../judge/compare-texts.ts";
import type { Models } from "../interfaces.ts";

export interface Rater {
  readonly name: string;
  /** Whether it has anything to say of this pair. */
  readonly takes: (pair: ProbePair) => boolean;
  readonly judge: (pair: ProbePair) => Promise<readonly Verdict[]>;
}

export interface RaterOptions {
  readonly models: Models;
  /** The laboratory's models write after a space, and its truth and judges know its objectives. */
  readonly isLab: boolean;
  /** Beside the judge, the ARMs, and what needs no setting: those of the visitor. */
  readonly sources: readonly SourceSpec[];
  /** Whether the policy is asked which text is better. */
  readonly asks: boolean;
}

export function ratersOf(options: RaterOptions): Rater[] {
  const { models, sources, asks } = options;
  const arms = [...models.arms].map(([objective, { model }]) => {
    const spec: SourceSpec = { id: "s1", name: `ARM of ${objective}`, type: "sibling", model: model.id };
    return scoring(spec.name, sourceScore(spec, options), objective);
  });
  const others = [...sources, ...USUAL].map((spec) => scoring(spec.name, sourceScore(spec, options), null));
  return [...judges(options), ...arms, ...others, ...(asks ? [asked(models)] : [])].map(passingOver);
}

/** A pair that is too long for a model is left out of its row, and the other pairs go on. */
function passingOver(rater: Rater): Rater {
  return {
    ...rater,
    async judge(pair) {
      try {
        return await rater.judge(pair);
      } catch (error) {
        if (error instanceof RunError && error.code === "context-overflow") return [verdict(rater.name, pair, null)];
        throw error;
      }
    },
  };
}

/** What every policy can be probed with. */
const USUAL: readonly SourceSpec[] = [
  { id: "s1", name: "average log-probability", type: "average-logprob", model: POLICY },
  ...PLAIN_TYPES.map((type): SourceSpec => ({ id: "s1", name: `scorer ${type}`, type: "scorer", scorer: { type } })),
];

type Score = (kind: Kind, prompt: string, text: string) => Promise<number | null>;

/** @param objective whose truth alone it claims to know; null for a rater of everything */
function scoring(name: string, score: Score, objective: ObjectiveId | null): Rater {
  const known = new Map<string, Promise<number | null>>();
  const once = (kind: Kind, prompt: string, text: string): Promise<number | null> => {
    const key = JSON.stringify([kind, prompt, text]);
    const found = known.get(key) ?? score(kind, prompt, text);
    known.set(key, found);
    return found;
  };
  /** Over all wordings of the prompt, where the pair has several. */
  const of = async ({ kind, prompt, wordings = [] }: ProbePair, text: string): Promise<number | null> => {
    const scores: number[] = [];
    for (const each of [prompt, ...wordings]) {
      const found = await once(kind, each, text);
      if (found === null) return null;
      scores.push(found);
    }
    return mean(scores);
  };
  return {
    name,
    takes: (pair) => objective === null || pair.objective === undefined || pair.objective === objective,
    async judge(pair) {
      const [better, worse] = [await of(pair, pair.chosen), await of(pair, pair.rejected)];
      return [verdict(name, pair, better === null || worse === null ? null : ahead(better - worse))];
    },
  };
}

function ahead(difference: number): number {
  return difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
}

function verdict(rater: string, { category, prompt, origin, chosen }: ProbePair, outcome: number | null): Verdict {
  return { rater, category, prompt: origin ?? prompt, chosen, outcome };
}

function judges(options: RaterOptions): Rater[] {
  const { judge } = options.models;
  if (judge === null) return [];
  return judge.objectives.map((objective, o) => {
    const score: Score = async (kind, prompt, text) => {
      const here: readonly ObjectiveId[] = OBJECTIVES_OF_KIND[kind];
      if (!here.includes(objective)) return null;
      const binding = new Binding(options.models, { kind, prompt });
      const [scores] = await judge.score([[...binding.policy.prompt, ...tokensOf(text, options)]]);
      const members = scores?.[o];
      return members === undefined ? null : mean(members);
    };
    return scoring(`${judge.id} of ${objective}`, score, objective);
  });
}

function sourceScore(spec: SourceSpec, options: RaterOptions): Score {
  const { models } = options;
  return (kind, prompt, text) => {
    const binding = new Binding(models, { kind, prompt, sources: [spec] });
    return scoreText(spec, { tokens: tokensOf(text, options), text }, { binding, charge: () => undefined });
  };
}

/** As the policy would have written it, to its end. */
function tokensOf(text: string, { models, isLab }: Pick<RaterOptions, "models" | "isLab">): TokenId[] {
  const { tokenizer } = models;
  const [end] = tokenizer.endIds;
  return [...tokenizer.encode(isLab ? ` ${text}` : text), ...(end === undefined ? [] : [end])];
}

/** The policy as a judge: by both orders, and by its score of each text. Over several wordings of the prompt, the means. */
function asked(models: Models): Rater {
  const name = `${models.policy.id}, asked in both orders`;
  const scoreName = `${models.policy.id}, score from 1 to 5`;
  /** A pair in other words asks what the mean over wordings asks too. */
  const known = new Map<string, Promise<ComparisonAnswer>>();
  const once = (question: ComparisonQuestion): Promise<ComparisonAnswer> => {
    const key = JSON.stringify(question);
    const found = known.get(key) ?? compareTexts(question, models);
    known.set(key, found);
    return found;
  };
  return {
    name,
    takes: () => true,
    async judge(pair) {
      const { prompt, chosen, rejected, rubric, wordings = [] } = pair;
      const answers: ComparisonAnswer[] = [];
      for (const task of [prompt, ...wordings])
        answers.push(await once({ model: POLICY, rubric, task, first: chosen, second: rejected }));
      const readings = answers.flatMap(({ reading }) => reading ?? []);
      if (readings.length < answers.length) return [verdict(name, pair, null)];
      const over = (read: (reading: JudgeReading) => number): number => mean(readings.map(read));
      return [
        {
          ...verdict(name, pair, ahead(over(({ preferFirst }) => preferFirst) - 0.5)),
          orders: {
            isConsistent: answers.every(({ verdict: said }) => said.type === "prefers"),
            bias: over(({ bias }) => bias),
            onMarks: over(({ onMarks }) => onMarks),
          },
        },
        verdict(scoreName, pair, ahead(over(({ scores }) => scores[0] - scores[1]))),
      ];
    },
  };
}
