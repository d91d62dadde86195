/** Samples with their scores, as the fits of a value head and of a direction take them. */
import type { FeatureName } from "../../core/heads/features.ts";
import type { Episodes } from "../../core/heads/fit-direction.ts";
import type { StateScores } from "../../core/heads/fit-value.ts";
import type { TokenId } from "../../core/types.ts";
import type { AnswerState } from "./answer-states.ts";
import type { Answer } from "./sample-answers.ts";

/** An answer that the scorer says something about. */
export interface ScoredAnswer extends Answer {
  /** Standard deviations. */
  readonly score: number;
}

/** Likeliest tokens of a state that a direction's expectation runs over. */
const WIDTH = 24;

/** Every state has the score of the text that it belongs to. */
export function stateScores(
  answers: readonly ScoredAnswer[],
  features: readonly FeatureName[],
  hidden: number,
): StateScores {
  const total = answers.reduce((sum, { states }) => sum + states.length, 0);
  const inputs = features.length * hidden;
  const states = new Float32Array(total * inputs);
  const prompts = new Int32Array(total);
  const scores = new Float32Array(total);
  let at = 0;
  for (const { prompt, score, states: own } of answers) {
    for (const each of own) {
      states.set(each.features, at * inputs);
      prompts[at] = prompt;
      scores[at++] = score;
    }
  }
  return { features, hidden, states, prompts, scores };
}

/**
 * @param valueOf V of a state
 * @param endId   stands for an end token that was drawn: the answer then has one state more than tokens
 */
export function episodesOf(
  answers: readonly ScoredAnswer[],
  valueOf: (state: AnswerState) => number,
  endId: TokenId,
): Episodes {
  const starts = Int32Array.from({ length: answers.length + 1 }, () => 0);
  for (const [text, { states }] of answers.entries()) starts[text + 1] = starts[text]! + states.length;
  const total = starts[answers.length]!;
  const chosen = new Int32Array(total);
  const values = new Float32Array(total);
  const tokens = new Int32Array(total * WIDTH);
  // What is not filled has no mass.
  const logprobs = new Float32Array(total * WIDTH).fill(-Infinity);
  let at = 0;
  for (const answer of answers) {
    for (const [t, state] of answer.states.entries()) {
      chosen[at] = answer.tokens[t] ?? endId;
      values[at] = valueOf(state);
      for (const [k, [token, logprob]] of likeliest(state).entries()) {
        tokens[at * WIDTH + k] = token;
        logprobs[at * WIDTH + k] = logprob;
      }
      at++;
    }
  }
  return {
    starts,
    chosen,
    values,
    rewards: Float32Array.from(answers, ({ score }) => score),
    width: WIDTH,
    tokens,
    logprobs,
  };
}

/** Candidates with log pi, nats, over all tokens; the likeliest first. */
export function likeliest({ candidates, logits, logZ }: AnswerState): readonly (readonly [TokenId, number])[] {
  const all = Array.from(candidates, (token, i) => [token, logits[i]! - logZ] as const);
  return all.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, WIDTH);
}
