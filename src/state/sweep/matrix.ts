/** The win matrix: how often each way of decoding beats each other one, text against text of one prompt and seed. */
import type { RankingRule } from "../../core/selection.ts";
import { settingsOf, type SweepPlan } from "../../core/sweep.ts";
import { outcomeOf, winRate, type Outcome, type WinRate } from "../../core/compare/win-rate.ts";
import { mean } from "../../core/stats.ts";
import { groupBy } from "./group-by.ts";
import { scoreOf, spreadOf, type Measure } from "./measures.ts";
import { ruleName, type SweepPoint } from "./points.ts";

/** Rows of a matrix that can still be read. */
export const MAX_CONTESTANTS = 12;

/** A setting, and for best-of-N the rule that ranked. */
export interface Contestant {
  readonly id: string;
  readonly setting: number;
  readonly rule: RankingRule | null;
  readonly points: readonly SweepPoint[];
}

export interface MatrixRule {
  readonly measure: Measure;
  /** Slight differences: below this many standard deviations of the measure over the sweep. */
  readonly slight: number;
  /** K, characters; Infinity switches ties by length off. */
  readonly longerBy: number;
}

/** Both texts of one prompt and seed. */
export interface Pair {
  readonly first: SweepPoint;
  readonly second: SweepPoint;
  readonly difference: number;
  readonly outcome: Outcome;
}

export interface MatrixRow {
  readonly contestant: Contestant;
  /** Against each contestant; null against itself and where no pair is defined. */
  readonly cells: readonly (WinRate | null)[];
  /** Mean of the rates in the row; null where there is none. */
  readonly mean: number | null;
  /** Mean length of its texts, characters. */
  readonly characters: number;
}

export interface WinMatrix {
  readonly rows: readonly MatrixRow[];
  /** Differences below it are slight, in units of the measure. */
  readonly margin: number;
  /** Texts for which the measure is not defined: their pairs are left out. */
  readonly undefinedTexts: number;
}

/** In the order of the plan, the rules of a pool beside each other. */
export function contestantsOf(points: readonly SweepPoint[]): Contestant[] {
  const groups = groupBy(points, ({ setting, rule }) => `${setting}/${rule === null ? "" : ruleName(rule)}`);
  return [...groups].map(([id, own]) => ({ id, setting: own[0]!.setting, rule: own[0]!.rule, points: own }));
}

/** The last setting of each strategy where a sweep has too many of them; all where they fit. */
export function firstShown(plan: SweepPlan, contestants: readonly Contestant[]): string[] {
  if (contestants.length <= MAX_CONTESTANTS) return contestants.map(({ id }) => id);
  const settings = settingsOf(plan);
  const isPlain = ({ rule }: Contestant): boolean => rule === null || ruleName(rule) === "mean";
  const byStrategy = groupBy(contestants.filter(isPlain), ({ setting }) => settings[setting]?.strategy);
  return [...byStrategy.values()].flatMap((own) => own.at(-1)?.id ?? []);
}

export function winMatrix(contestants: readonly Contestant[], all: readonly SweepPoint[], rule: MatrixRule): WinMatrix {
  const margin = rule.slight * spreadOf(all, rule.measure);
  const rows = contestants.map((contestant, i): MatrixRow => {
    const cells = contestants.map((other, j) =>
      i === j ? null : winRate(pairsOf(contestant, other, rule, margin).map(duelOf)),
    );
    const rates = cells.flatMap((cell) => cell?.rate ?? []);
    return {
      contestant,
      cells,
      mean: rates.length === 0 ? null : mean(rates),
      characters: mean(contestant.points.map(({ text }) => text.length)),
    };
  });
  const texts = contestants.flatMap(({ points }) => points);
  return { rows, margin, undefinedTexts: texts.filter((point) => scoreOf(point, rule.measure) === null).length };
}

function duelOf({ first, outcome }: Pair) {
  return { outcome, group: first.prompt };
}

/** Pairs of one prompt and seed in which both texts have a score. */
export function pairsOf(first: Contestant, second: Contestant, rule: MatrixRule, margin: number): Pair[] {
  const { measure, longerBy } = rule;
  const others = new Map(second.points.map((point) => [`${point.prompt}/${point.seed}`, point]));
  return first.points.flatMap((one): Pair[] => {
    const other = others.get(`${one.prompt}/${one.seed}`);
    const [a, b] = [scoreOf(one, measure), other === undefined ? null : scoreOf(other, measure)];
    if (other === undefined || a === null || b === null) return [];
    const outcome = outcomeOf(
      { score: a, length: one.text.length },
      { score: b, length: other.text.length },
      { margin, longerBy },
    );
    return [{ first: one, second: other, difference: a - b, outcome }];
  });
}

/** How much longer winners are than losers, mean in characters; null without a winner. */
export function winnersLonger(pairs: readonly Pair[]): number | null {
  const extra = pairs.flatMap(({ first, second, outcome }) =>
    outcome === 0.5 ? [] : [(outcome === 1 ? 1 : -1) * (first.text.length - second.text.length)],
  );
  return extra.length === 0 ? null : mean(extra);
}

/** Better or worse where the whole interval says so. */
export function verdictOf(cell: WinRate): "better" | "worse" | "open" {
  return cell.ci95[0] > 0.5 ? "better" : cell.ci95[1] < 0.5 ? "worse" : "open";
}
