/** Whole texts scored by the sources that need no training: what best-of-N ranks by, and what every lane is compared by. */
import { logSumExp } from "../../core/logprobs.ts";
import { averageLogprob } from "../../core/sources/average-logprob.ts";
import { labelLogOdds } from "../../core/sources/classifier.ts";
import { followUpReward } from "../../core/sources/follow-up.ts";
import { findPattern } from "../../core/patterns/pattern.ts";
import { ruleScore } from "../../core/sources/rules.ts";
import { textRatio } from "../../core/sources/sibling-ratio.ts";
import { textSibling } from "../../core/sources/sibling.ts";
import { isTerm, type SourceId, type SourceSpec } from "../../core/sources/spec.ts";
import type { Strategy, TokenId } from "../../core/types.ts";
import { AnswerFeatures } from "./answer-features.ts";
import type { CausalModel, LoadedHead, RowState } from "../interfaces.ts";
import { readerOf, type Binding } from "./binding.ts";
import { requireFinite } from "./finite-score.ts";
import { chargeForward } from "./lane.ts";
import type { Row } from "./row.ts";
import { TextStates } from "./text-states.ts";

/** Texts that sources have read, of all. */
export interface ScoringProgress {
  readonly done: number;
  readonly total: number;
}

export type SourceScores = Readonly<Record<SourceId, number | null>>;

/** Counts one row of one forward for a text. */
type Charge = (modelId: string) => void;

/**
 * Every source that some lane weighs, on every text, so that lanes can be compared. A lane is charged for what it ranks by;
 * the rest is measuring. Says after each text how far it is; where the run is ended meanwhile, the rest stays unscored.
 */
export async function* scoreTexts(
  rows: readonly Row[],
  binding: Binding,
  signal: AbortSignal,
): AsyncGenerator<ScoringProgress, ReadonlyMap<Row, SourceScores>> {
  const found = new Map<Row, Record<SourceId, number | null>>();
  const used = (binding.request.sources ?? []).filter(({ id }) => rows.some(({ lane }) => weighs(lane.strategy, id)));
  if (used.length === 0) return found;
  for (const row of rows) {
    const scores: Record<SourceId, number | null> = {};
    const text = row.stream.text.trim();
    const states = new TextStates(binding, row.tokens);
    for (const spec of used) {
      const isRanked = "n" in row.lane.strategy && weighs(row.lane.strategy, spec.id);
      const charge: Charge = (id) => {
        if (isRanked) chargeForward(row.lane, id);
      };
      const said = { tokens: row.tokens, text };
      scores[spec.id] = await scoreText(spec, said, { binding, charge, states });
    }
    found.set(row, scores);
    yield { done: found.size, total: rows.length };
    if (signal.aborted) break;
  }
  return found;
}

function weighs(strategy: Strategy, id: SourceId): boolean {
  return strategy.id !== "base" && (strategy.weights[id] ?? 0) !== 0;
}

interface Said {
  readonly tokens: readonly TokenId[];
  /** Without the white space around it. */
  readonly text: string;
}

interface ScoreContext {
  readonly binding: Binding;
  readonly charge: Charge;
  /** Of this text, where several sources score it. */
  readonly states?: TextStates;
}

/** @param said a text and its tokens; null comes back where there are none, for an answer without tokens has no score */
export async function scoreText(
  spec: SourceSpec,
  { tokens, text }: Said,
  { binding, charge, states }: ScoreContext,
): Promise<number | null> {
  if (tokens.length === 0) return null;
  const { models } = binding;
  if (isTerm(spec)) {
    const parts: Float64Array[] = [];
    for (const { prompted } of binding.termParts(spec)) {
      charge(prompted.model.id);
      parts.push(await logprobsOf(prompted.model, prompted.prompt, tokens));
    }
    const [first, second] = parts;
    return second === undefined ? textSibling(first!) : textRatio(first!, second);
  }
  switch (spec.type) {
    case "average-logprob": {
      const model = readerOf(models, spec.model, spec.name);
      charge(model.id);
      return averageLogprob(await logprobsOf(model, binding.prompted(model).prompt, tokens));
    }
    case "follow-up": {
      const model = readerOf(models, spec.model, spec.name);
      const { endIds } = models.tokenizer;
      const spoken = tokens.filter((token) => !endIds.includes(token));
      const before = [...binding.prompted(model).prompt, ...spoken];
      const read = async (texts: readonly string[]): Promise<Float64Array[]> => {
        const all: Float64Array[] = [];
        for (const each of texts) {
          const ids = models.tokenizer.encode(asFollowUp(each));
          if (each.trim() === "" || ids.length === 0) continue;
          charge(model.id);
          all.push(await logprobsOf(model, before, ids));
        }
        return all;
      };
      return followUpReward(await read(spec.positive), await read(spec.negative));
    }
    case "classifier": {
      const { classifier, label } = binding.label(spec);
      charge(classifier.id);
      const [logits] = await classifier.score([text]);
      return logits === undefined ? null : labelLogOdds(logits, label, classifier.isMultiLabel);
    }
    case "head": {
      const head = binding.head(spec);
      const reader = binding.siblingOf(head) ?? binding.policy;
      const read = await (states ?? new TextStates(binding, tokens)).of(reader, charge);
      return headScore(head, reader.model, tokens, read);
    }
    case "rule":
      return ruleScore(spec.rule, text, findPattern);
    case "scorer":
      return requireFinite(spec.name, (await binding.scorer(spec)).score(text));
    default:
      throw new Error(`unknown source ${JSON.stringify(spec satisfies never)}`);
  }
}

/** Stands after the answer: with the space or the line that it begins with, else with one space. */
export function asFollowUp(text: string): string {
  return /^\s/.test(text) ? text.trimEnd() : ` ${text.trimEnd()}`;
}

/**
 * A head that steers: the mean of r over the tokens of an answer, as a ratio of siblings has it. A value head: V of the answer's
 * last state, the end token not read.
 * @param states of `TextStates`
 */
function headScore(
  head: LoadedHead,
  { id, states: sizes }: CausalModel,
  tokens: readonly TokenId[],
  states: readonly RowState[],
): number {
  if (sizes === undefined) throw new Error(`${id} gives no states`);
  const answer = new AnswerFeatures(sizes);
  if (head.kind === "value") {
    for (const state of states) answer.add(state);
    return head.value(answer.latest);
  }
  const rewards = tokens.map((token, t) => head.rewards(answer.add(states[t]!), Int32Array.of(token))[0]!);
  return rewards.reduce((sum, reward) => sum + reward, 0) / tokens.length;
}

/** Teacher forcing: log-probability of each token after the ones before it, nats; one forward. */
export async function logprobsOf(
  model: CausalModel,
  before: readonly TokenId[],
  tokens: readonly TokenId[],
): Promise<Float64Array> {
  if (model.readLogprobs !== undefined) return model.readLogprobs([...before, ...tokens], tokens.length);
  const logits = await model.read([...before, ...tokens.slice(0, -1)], tokens.length);
  return Float64Array.from(tokens, (token, t) => logits[t]![token]! - logSumExp(logits[t]!));
}
