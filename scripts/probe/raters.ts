/** Whatever can say which of two texts is better: the judge, sources, scorers, and a model that is asked. */
import { OBJECTIVES_OF_KIND, type Kind, type ObjectiveId, type TokenId } from "../../src/core/types.ts";
import { mean } from "../../src/core/stats.ts";
import { POLICY, type SourceKind, type SourceSpec } from "../../src/core/sources/spec.ts";
import { Binding } from "../../src/engine/decode/binding.ts";
import { compareTexts } from "../../src/engine/decode/compare-texts.ts";
import { scoreText } from "../../src/engine/decode/text-scores.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { CONTRASTS } from "../../src/state/settings/worlds.ts";
import { truthOf, type ProbePair } from "./pairs.ts";

export interface Judged {
  /** 1 where the better text is ahead, 0.5 for a tie, 0 else; null where the rater says nothing. */
  readonly outcome: number | null;
  /** Of a model that is asked in both orders. */
  readonly orders?: { readonly isConsistent: boolean; readonly bias: number; readonly onMarks: number };
}

export interface Rater {
  readonly name: string;
  /** Whether it has anything to say of pairs of this category. */
  readonly takes: (category: string) => boolean;
  readonly judge: (pair: ProbePair) => Promise<readonly (Judged & { readonly as: string })[]>;
}

export interface RaterOptions {
  readonly models: Models;
  /** The laboratory's models write after a space, and its truth and judges know its objectives. */
  readonly isLab: boolean;
  readonly sources: readonly SourceSpec[];
  /** Whether the policy is asked which text is better. */
  readonly asks: boolean;
}

export function ratersOf(options: RaterOptions): Rater[] {
  const sources = options.sources.map((spec) => scoring(spec.name, options, sourceScore(spec, options)));
  return [...judges(options), ...sources, ...(options.asks ? [asked(options.models)] : [])];
}

/** Sources that every policy can be probed with. */
export function usualSources(models: Models, isLab: boolean): SourceSpec[] {
  const kinds: (SourceKind & { readonly name: string })[] = [
    ...(isLab
      ? [...models.arms].map(([objective, { model }]) => ({
          name: `ARM of ${objective}`,
          type: "sibling" as const,
          model: model.id,
        }))
      : CONTRASTS.map(({ name, better, worse }) => ({
          name: `contrast ${name}`,
          type: "contrastive" as const,
          model: POLICY,
          better,
          worse,
        }))),
    ...[...(models.heads?.keys() ?? [])].map((head) => ({ name: `head ${head}`, type: "head" as const, head })),
    { name: "average log-probability", type: "average-logprob", model: POLICY },
    ...(["sentiment", "formality", "flesch", "simple-words", "brevity"] as const).map((type) => ({
      name: `scorer ${type}`,
      type: "scorer" as const,
      scorer: { type },
    })),
  ];
  return kinds.map((kind, i): SourceSpec => ({ ...kind, id: `s${i + 1}` }));
}

type Score = (kind: Kind, prompt: string, text: string) => Promise<number | null>;

/** @param objective whose truth alone it claims to know; null for a rater of everything */
function scoring(name: string, { isLab }: RaterOptions, score: Score, objective: ObjectiveId | null = null): Rater {
  const known = new Map<string, Promise<number | null>>();
  const of = (kind: Kind, prompt: string, text: string): Promise<number | null> => {
    const key = JSON.stringify([kind, prompt, text]);
    const found = known.get(key) ?? score(kind, prompt, text);
    known.set(key, found);
    return found;
  };
  const claims = objective ?? (isLab ? /^ARM of (\w+)$/.exec(name)?.[1] : undefined);
  return {
    name,
    takes: (category) => !category.startsWith(truthOf("")) || claims === undefined || category === truthOf(claims),
    async judge({ kind, prompt, chosen, rejected }) {
      const [better, worse] = [await of(kind, prompt, chosen), await of(kind, prompt, rejected)];
      if (better === null || worse === null) return [{ as: name, outcome: null }];
      return [{ as: name, outcome: better > worse ? 1 : better === worse ? 0.5 : 0 }];
    },
  };
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
    return scoring(`${judge.id} of ${objective}`, options, score, objective);
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

/** The policy as a judge: by both orders, and by its score of each text. */
function asked(models: Models): Rater {
  const name = `${models.policy.id}, asked in both orders`;
  return {
    name,
    takes: () => true,
    async judge({ prompt, chosen, rejected, rubric }) {
      const { verdict, reading } = await compareTexts(
        { model: POLICY, rubric, task: prompt, first: chosen, second: rejected },
        models,
      );
      if (reading === undefined) return [{ as: name, outcome: null }];
      const { preferFirst, bias, onMarks, scores } = reading;
      const half = (difference: number): number => (difference > 0 ? 1 : difference === 0 ? 0.5 : 0);
      return [
        {
          as: name,
          outcome: half(preferFirst - 0.5),
          orders: { isConsistent: verdict.type === "prefers", bias, onMarks },
        },
        { as: `${models.policy.id}, score from 1 to 5`, outcome: half(scores[0] - scores[1]) },
      ];
    },
  };
}
