/**
 * How often a direction tells the better of two answers to one prompt, as the scorer does.
 *
 *   said(y) = sum_t ( r(a_t) - sum_v p(v|s_t) r(v) )           the better answer has the larger one; a tie counts half
 *
 * 0.5 is chance. Pairs that the scorer finds equal are left out. The interval resamples prompts with replacement (Efron's
 * percentile bootstrap), because pairs of one prompt share answers.
 */
import type { Metric } from "../../core/heads/head-card.ts";
import { STREAMS, uniform } from "../../core/heads/seeded.ts";
import type { TokenId } from "../../core/types.ts";
import { likeliest, type ScoredAnswer } from "./scorer-episodes.ts";

const DRAWS = 1000;

interface Judged {
  readonly score: number;
  readonly said: number;
}

interface Pairs {
  right: number;
  total: number;
}

/**
 * @param rewards of every token, `[V]`
 * @returns null where no prompt has two answers that differ
 */
export function pairAccuracy(
  answers: readonly ScoredAnswer[],
  rewards: Float64Array,
  endId: TokenId,
  seed: number,
): Metric | null {
  const byPrompt = new Map<number, Judged[]>();
  for (const answer of answers) {
    const own = byPrompt.get(answer.prompt) ?? [];
    byPrompt.set(answer.prompt, own);
    own.push({ score: answer.score, said: saidOf(answer, rewards, endId) });
  }
  const pairs = [...byPrompt.values()].map(countPairs).filter(({ total }) => total > 0);
  if (pairs.length === 0) return null;
  const share = (chosen: (i: number) => Pairs): number => {
    const sum = { right: 0, total: 0 };
    for (let i = 0; i < pairs.length; i++) {
      sum.right += chosen(i).right;
      sum.total += chosen(i).total;
    }
    return sum.right / sum.total;
  };
  const value = share((i) => pairs[i]!);
  const n = pairs.reduce((sum, { total }) => sum + total, 0);
  if (pairs.length < 2) return { value, n, ci95: null };
  const draws = Float64Array.from({ length: DRAWS }, (_, draw) =>
    share((i) => pairs[Math.floor(uniform(seed, STREAMS.pairs, draw, i) * pairs.length)]!),
  ).sort();
  return { value, n, ci95: [draws[Math.floor(0.025 * DRAWS)]!, draws[Math.ceil(0.975 * DRAWS) - 1]!] };
}

function saidOf({ tokens, states }: ScoredAnswer, rewards: Float64Array, endId: TokenId): number {
  return states.reduce((sum, state, t) => {
    const expected = likeliest(state).reduce((all, [token, logprob]) => all + Math.exp(logprob) * rewards[token]!, 0);
    return sum + rewards[tokens[t] ?? endId]! - expected;
  }, 0);
}

function countPairs(answers: readonly Judged[]): Pairs {
  const pairs = { right: 0, total: 0 };
  for (const [i, a] of answers.entries()) {
    for (const b of answers.slice(i + 1)) {
      if (a.score === b.score) continue;
      pairs.total++;
      if (a.said === b.said) pairs.right += 0.5;
      else if (a.said > b.said === a.score > b.score) pairs.right++;
    }
  }
  return pairs;
}
