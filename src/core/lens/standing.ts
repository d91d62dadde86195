/**
 * Where a text stands among others, and how well a reward tells two groups of texts apart.
 *
 *   percentile  share of the sample below the number, equal ones counted half
 *   AUROC       P(x > y) + P(x = y) / 2 for x of the first group and y of the second (Mann and Whitney's U over n m)
 *
 * A reward model gives guided text higher scores than other text, so that its AUROC detects it: ReMoDetect (Lee et al.,
 * arXiv:2405.17382).
 */
import { midRanks } from "./ranks.ts";

/** 0 to 1; null for an empty sample. */
export function percentile(value: number, sample: readonly number[]): number | null {
  if (sample.length === 0) return null;
  const below = sample.reduce((sum, each) => sum + (each < value ? 1 : each === value ? 0.5 : 0), 0);
  return below / sample.length;
}

/** 1 where every number of `first` is above all of `second`, 0.5 where they are mixed; null where a group is empty. */
export function auroc(first: readonly number[], second: readonly number[]): number | null {
  const [n, m] = [first.length, second.length];
  if (n === 0 || m === 0) return null;
  const ranks = midRanks([...first, ...second]);
  let sum = 0;
  for (let i = 0; i < n; i++) sum += ranks[i]!;
  return (sum - (n * (n + 1)) / 2) / (n * m);
}
