/** Words in and around the charts of a sweep. */
import type { SweepPlan, SweepSetting } from "../../core/sweep.ts";
import type { ObjectiveId } from "../../core/types.ts";
import type { Curve, CurvePoint, KlTarget, XAxis } from "../../state/sweep/curves.ts";
import type { Dot, Grain, MapMeasure, MapView } from "../../state/sweep/tradeoff.ts";
import { dots, members, prompts, runs, seeds } from "./counts.ts";
import { fixed, signed } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { curveName, ruleWords, settingWords } from "./sweep.ts";
import { localized } from "./language.ts";

/** What is measured: by its formula, or by the judge. */
export const MEASURE_NAMES = localized("charts.MEASURE_NAMES", {
  truth: "truth",
  judge: "judge",
  proxy: "judge",
} as const satisfies Readonly<Record<MapMeasure | "proxy", string>>);

export const figure = localized("charts.figure", {
  marks: (title: string) => `${title}: marks`,
  hint: "Point at a mark, or focus the chart and press the arrow keys. Enter shows the texts of a mark.",
  hintBare: "Point at a mark, or focus the chart and press the arrow keys.",
  svg: "Save as SVG",
  csv: "Save numbers as CSV",
  table: "The numbers as a table",
  numbers: (title: string) => `${title}, numbers`,
  texts: "texts",
  show: "show",
  measuredBy: "Measured by",
});

const GRAIN_NAMES: Readonly<Record<Grain, string>> = { settings: "mean of a setting", runs: "each run" };

export const tradeoff = localized("charts.tradeoff", {
  title: "Trade-off map",
  across: "Across",
  up: "Up",
  oneDot: "One dot for",
  grains: GRAIN_NAMES,
  fronts: "Fronts",
  frontsAre: "are the lines through the marks in full colour.",
  areas: "Hypervolume of each strategy",
  area: (area: number) => `${fixed(area, 2)} sd²`,
  dots,
  unplaced: (count: number) => `${runs(count)} without a dot: an empty text has no value on one of the axes.`,
});

/** @param reference the corner that areas are measured from; null while there is no dot */
export const hypervolumeText = localized(
  "charts.hypervolumeText",
  (reference: readonly [number, number] | null): string => {
    const where = reference === null ? "" : ` (× at ${signed(reference[0], 1)}, ${signed(reference[1], 1)})`;
    return `Hypervolume is the area between a front and the reference point${where}. Compare it within this map only.`;
  },
);

const X_NAMES: Readonly<Record<XAxis, string>> = { n: "N", kl: "KL (estimate)", bound: "KL (bound)" };

export const curveChart = localized("charts.curveChart", {
  horizontal: "Horizontal axis",
  axes: X_NAMES,
  of: "Of",
  asWeighted: "all, as weighted",
  notJoined:
    "This sweep changes the weights, so its settings have different targets and no line joins them. Sweep strength or N to see curves.",
  solid:
    "Solid lines show the truth. Dashed lines with hollow marks show the judge’s score: for best-of-N by the rule that ranked, for other strategies the mean of the judges.",
  noTurn: "The truth does not fall in this sweep.",
});

/** How sure the curves are. */
export const bandText = localized("charts.bandText", (plan: SweepPlan, isBanded: boolean): string => {
  return isBanded
    ? `Bands show 95% confidence intervals (Student) over ${seeds(plan.seeds.length)}. Each seed counts by its mean over ${prompts(plan.prompts.length)}.`
    : `No confidence bands: ${seeds(plan.seeds.length)} cannot show how sure a curve is. Sweep at least three.`;
});

/** From where on the truth of a curve falls. The curve is named before it. */
export const turnText = localized(
  "charts.turnText",
  (turn: NonNullable<Curve["turn"]>, point: CurvePoint, x: XAxis): string => {
    const where = x === "n" ? `N = ${point.setting.n}` : `${fixed(point.x, 2)} nats`;
    const { mean, ci95 } = turn.fall;
    const interval = ci95 === null ? "" : ` (95% interval ${signed(ci95[0], 2)} to ${signed(ci95[1], 2)})`;
    const sure = turn.isClear ? "This is more than noise." : "This may be noise.";
    return `the truth falls after ${where}. At the end it is ${fixed(mean, 2)} lower${interval}. ${sure}`;
  },
);

export const rankingRules = localized("charts.rankingRules", {
  label: "How best-of-N ranks",
  rankBy: "Rank the samples by",
  always: (rule: string) => `${ruleWords(rule)} (always shown)`,
  nothingYet: "Nothing has been judged yet.",
  oneMember:
    "The judge of these runs has one member, so all these rules rank alike. To compare them, choose judges with several members and start a new sweep.",
  lambda: "λ of the disagreement",
  members: (count: number) => `${members(count)}. Disagreement is the population variance of their scores.`,
  caps: "Caps",
  capsHint: "The ranking counts no more of an objective than its cap. An empty field means no cap.",
  cap: (id: ObjectiveId) => `${OBJECTIVE_NAMES[id]}, judge ≤`,
  noCap: "none",
});

/** Names of axes and marks within a drawing. */
export const drawing = localized("charts.drawing", {
  mapX: ({ a, measure }: MapView) => `${OBJECTIVE_NAMES[a]}, ${measure} (standard deviations) →`,
  mapY: ({ b, measure }: MapView) => `↑ ${OBJECTIVE_NAMES[b]}, ${measure} (standard deviations)`,
  reference: "reference",
  falls: "truth falls from here",
});

const KL_TARGETS: Readonly<Record<KlTarget, string>> = { plain: "plain sampling", base: "the base model" };

export const curveX = localized("charts.curveX", (x: XAxis, target: KlTarget): string => {
  if (x === "n") return "N, samples drawn (log scale) →";
  const kind = x === "kl" ? "estimate" : "upper bound";
  return `KL to ${KL_TARGETS[target]} (nats, ${kind} for best-of-N) →`;
});

export const curveY = localized(
  "charts.curveY",
  (of: "wish" | ObjectiveId, shown: "both" | "truth" | "proxy"): string => {
    const word = shown === "both" ? "truth and judge" : MEASURE_NAMES[shown];
    return of === "wish"
      ? `↑ Σ weight × objective: ${word} (weighted standard deviations)`
      : `↑ ${OBJECTIVE_NAMES[of]}: ${word} (standard deviations)`;
  },
);

export const dotText = localized(
  "charts.dotText",
  (dot: Pick<Dot, "setting" | "x" | "y" | "isOnFront">, { a, b }: MapView): string => {
    const values = `${OBJECTIVE_NAMES[a]} ${signed(dot.x, 2)}, ${OBJECTIVE_NAMES[b]} ${signed(dot.y, 2)}`;
    return `${settingWords(dot.setting)}: ${values}${dot.isOnFront ? ", on the front" : ""}`;
  },
);

export const pointText = localized(
  "charts.pointText",
  (
    curve: Pick<Curve, "strategy" | "rule">,
    point: Pick<CurvePoint, "kl" | "truth" | "proxy"> & { readonly setting: SweepSetting },
    of: "truth" | "proxy",
  ): string => {
    const value = point[of];
    const band = value?.ci95 ? ` (95% interval ${signed(value.ci95[0], 2)} to ${signed(value.ci95[1], 2)})` : "";
    const measured = `${MEASURE_NAMES[of]} ${signed(value?.mean ?? 0, 2)}${band}`;
    return `${curveName(curve)}, ${settingWords(point.setting)}: ${measured}, KL ${fixed(point.kl, 2)} nats`;
  },
);
