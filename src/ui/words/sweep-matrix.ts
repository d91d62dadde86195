/** Words of the win matrix, of what one press repeats, and of the files that take a sweep home. */
import type { EqualN } from "../../core/compare/equal-n.ts";
import type { WinRate } from "../../core/compare/win-rate.ts";
import { settingsOf, type SweepPlan } from "../../core/sweep.ts";
import { ruleName } from "../../state/sweep/points.ts";
import type { Contestant, Pair, verdictOf } from "../../state/sweep/matrix.ts";
import type { Measure } from "../../state/sweep/measures.ts";
import { prompts, seeds, texts } from "./counts.ts";
import { BLANK, fixed, signed } from "./format.ts";
import { pushName } from "./names.ts";
import { ruleWords, settingWords } from "./sweep.ts";
import { localized } from "./language.ts";

export const repeat = localized("sweep-matrix.repeat", {
  button: "Repeat the lanes over 10 prompts and 5 seeds",
  about:
    "One text says little about a lane. This fills the form with the lanes of the playground, ten prompts and five seeds. The win matrix then says how often each lane beats each other one, and how sure that is.",
});

export const matrix = localized("sweep-matrix.matrix", {
  title: "Win matrix",
  by: "Measured by",
  slight: "A win is slight below",
  slightUnit: "sd",
  longerBy: "A slight win is a tie if it is longer by",
  longerByUnit: "characters",
  off: "never",
  shown: "Settings in the matrix",
  tooMany: (max: number) => `The matrix shows at most ${max}.`,
  scroll: "Win matrix, table",
  row: "Wins of",
  against: "against",
  mean: "mean",
  characters: "characters",
  equal: "equals best of",
  interval: "95 % interval",
  itself: BLANK,
  nothing: "No two texts of this sweep can be compared by this measure.",
  oneLane: "A matrix compares at least two. Add a lane or a strategy.",
  markdown: "Copy as Markdown",
  csv: "Save the matrix as CSV",
  runsCsv: "Save every text as CSV",
  jsonl: "Save every text as JSONL",
  jsonlIs:
    "JSONL has a line for each prompt and seed: all texts with their scores, and the best and the worst by this measure as chosen and rejected. Two equal texts are never a pair.",
  choose: "Choose a cell to read its texts.",
  pairs: "Texts of the chosen cell",
  allPairs: (count: number) => `Show all ${count} pairs`,
});

const BY: Readonly<Record<Measure["by"], string>> = { truth: "truth", judge: "judge", source: "source" };

/** "Joy, truth", "all as weighted, judge", "Cheerful, source" */
export const measureName = localized(
  "sweep-matrix.measureName",
  ({ by, of }: Measure, plan: Pick<SweepPlan, "sources">): string => {
    return `${of === "wish" ? "all as weighted" : pushName(of, plan.sources)}, ${BY[by]}`;
  },
);

/** Distinct also where two lanes have one name. */
export function contestantNames(contestants: readonly Contestant[], plan: SweepPlan): string[] {
  const settings = settingsOf(plan);
  const seen = new Map<string, number>();
  return contestants.map(({ setting, rule }) => {
    const own = settings[setting];
    const words = own === undefined ? String(setting) : settingWords(own);
    const ranked = rule === null || ruleName(rule) === "mean" ? "" : ` · ${ruleWords(ruleName(rule))}`;
    const name = `${words}${ranked}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name} (${count})`;
  });
}

export function percent(share: number): string {
  return `${fixed(100 * share, 0)} %`;
}

export const intervalText = localized("sweep-matrix.intervalText", ([low, high]: readonly [number, number]): string => {
  return `${fixed(100 * low, 0)} to ${fixed(100 * high, 0)}`;
});

export const VERDICTS: Readonly<Record<ReturnType<typeof verdictOf>, string>> = localized("sweep-matrix.VERDICTS", {
  better: "better",
  worse: "worse",
  open: "open",
});

/** What a screen reader hears of a cell before and after what it shows. */
export const cellStart = localized("sweep-matrix.cellStart", (first: string, second: string): string => {
  return `${first} against ${second}:`;
});

export const countsText = localized("sweep-matrix.countsText", ({ wins, ties, losses }: WinRate): string => {
  return `${wins} wins, ${ties} ties, ${losses} losses`;
});

/** What the numbers in a cell are, and how sure. */
export const matrixHint = localized("sweep-matrix.matrixHint", (plan: SweepPlan): string => {
  const few =
    plan.prompts.length === 1
      ? " This sweep has one prompt: the intervals speak of that prompt alone."
      : ` Seeds of one prompt count less than as many prompts.`;
  return `Each cell compares the row with the column, text against text of ${prompts(plan.prompts.length)} and ${seeds(plan.seeds.length)}: wins plus half of the ties, in per cent, and the 95 % interval under it (Wilson, by prompts).${few} “Better” and “worse” mean that the whole interval is on one side of 50. One cell in twenty may say so by chance.`;
});

/** "5.3", "< 1", "> 32" */
export function equalText(equal: EqualN | null): string {
  if (equal === null) return BLANK;
  if (equal.type === "equal") return fixed(equal.n, 1);
  return `${equal.type === "below" ? "<" : ">"} ${equal.n}`;
}

export const equalHint = localized("sweep-matrix.equalHint", (pools: number): string => {
  return `“Equals best of” is the N at which best-of-N, ranked as its lane ranks, has the same mean by this measure. It is read off the ${pools} pools of samples that were drawn anyway.`;
});

export const ownJudge = localized(
  "sweep-matrix.ownJudge",
  "This score chose or pushed the texts of some lanes, so it favours them. Another measure, or the truth, is the fairer judge.",
);

export const undefinedText = localized("sweep-matrix.undefinedText", (count: number): string => {
  return `${texts(count)} without a value by this measure: their pairs are left out.`;
});

/** What the rule means in the unit of the measure. */
export const marginText = localized("sweep-matrix.marginText", (margin: number): string => {
  return `= ${fixed(margin, 2)} in this measure`;
});

export const longerText = localized("sweep-matrix.longerText", (extra: number | null): string => {
  return extra === null
    ? "Nobody wins."
    : `Winners are ${fixed(Math.abs(extra), 0)} characters ${extra < 0 ? "shorter" : "longer"} than losers on average.`;
});

const OUTCOMES: Readonly<Record<Pair["outcome"], string>> = { 1: "wins", 0.5: "tie", 0: "loses" };

export const pairText = localized("sweep-matrix.pairText", ({ difference, outcome }: Pair): string => {
  return `${OUTCOMES[outcome]} by ${signed(difference, 2)}`;
});
