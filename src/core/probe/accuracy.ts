/**
 * Accuracy of each rater on each category of pairs, with an interval by prompts.
 *
 * One against several: a text counts as found only if it is ahead of every spoiled form of itself, as in RewardMATH (Kim et
 * al., arXiv:2410.01729), where one right solution stands against several wrong ones. It is harder than the mean of the
 * pairs, and chance is lower than one half.
 */
import { groupedInterval } from "../compare/interval.ts";
import { mean } from "../stats.ts";
import { ONE_AGAINST_SEVERAL, SPOILED } from "./pairs.ts";
import type { Verdict } from "./verdict.ts";

export interface Accuracy {
  readonly rater: string;
  readonly category: string;
  /** Share of pairs with the better text ahead, ties counted half. */
  readonly accuracy: number;
  readonly ci95: readonly [number, number];
  readonly pairs: number;
}

/** Of a model that was asked. */
export interface AskedOrders {
  readonly rater: string;
  readonly pairs: number;
  /** Pairs for which both orders gave the same answer. */
  readonly consistent: number;
  /** Mean position bias, from -1/2 to 1/2. */
  readonly bias: number;
  /** Mean probability on the letters. */
  readonly onMarks: number;
}

/** In the order of the verdicts; one against several stands last. */
export function accuracies(verdicts: readonly Verdict[]): Accuracy[] {
  const all = [...verdicts, ...againstSeveral(verdicts)];
  return grouped(all, ({ rater, category }) => `${rater}\n${category}`).flatMap((own): Accuracy[] => {
    const known = own.flatMap(({ outcome, prompt }) => (outcome === null ? [] : [{ value: outcome, prompt }]));
    const [first] = own;
    if (first === undefined || known.length === 0) return [];
    const prompts = [...new Set(known.map(({ prompt }) => prompt))];
    const { ci95 } = groupedInterval(known.map(({ value, prompt }) => ({ value, group: prompts.indexOf(prompt) })));
    const { rater, category } = first;
    return [{ rater, category, accuracy: mean(known.map(({ value }) => value)), ci95, pairs: known.length }];
  });
}

/** The worst outcome of a text over all its spoiled forms; none where it has fewer than two. */
function againstSeveral(verdicts: readonly Verdict[]): Verdict[] {
  const spoiled = verdicts.filter(({ category, outcome }) => isSpoiled(category) && outcome !== null);
  return grouped(spoiled, ({ rater, prompt, chosen }) => `${rater}\n${prompt}\n${chosen}`).flatMap((own): Verdict[] => {
    const [first] = own;
    if (first === undefined || new Set(own.map(({ category }) => category)).size < 2) return [];
    const { rater, prompt, chosen } = first;
    const outcome = Math.min(...own.map((each) => each.outcome ?? 0));
    return [{ rater, category: ONE_AGAINST_SEVERAL, prompt, chosen, outcome }];
  });
}

function isSpoiled(category: string): boolean {
  return SPOILED.some((each) => each === category);
}

/**
 * Mean over the categories of a rater, each category alike, as RewardBench (Lambert et al., arXiv:2403.13787) has it. One
 * against several is left out, because it is made of the others' pairs. null without a category.
 */
export function meanAccuracy(found: readonly Accuracy[], rater: string): number | null {
  const own = found.filter((each) => each.rater === rater && each.category !== ONE_AGAINST_SEVERAL);
  return own.length === 0 ? null : mean(own.map(({ accuracy }) => accuracy));
}

export function ordersOf(verdicts: readonly Verdict[]): AskedOrders[] {
  const asked = verdicts.flatMap(({ rater, orders: own }) => (own === undefined ? [] : [{ rater, ...own }]));
  return grouped(asked, ({ rater }) => rater).map((own) => ({
    rater: own[0]!.rater,
    pairs: own.length,
    consistent: own.filter(({ isConsistent }) => isConsistent).length,
    bias: mean(own.map(({ bias }) => bias)),
    onMarks: mean(own.map(({ onMarks }) => onMarks)),
  }));
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const own = groups.get(key);
    if (own === undefined) groups.set(key, [item]);
    else own.push(item);
  }
  return [...groups.values()];
}
