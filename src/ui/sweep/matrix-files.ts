/** A sweep as files: the matrix as Markdown and CSV, and every text as CSV and JSONL. */
import { settingsOf } from "../../core/sweep.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { KlReport } from "../../core/types.ts";
import { sourceIds } from "../../core/push-ids.ts";
import { groupBy } from "../../state/sweep/group-by.ts";
import { contestantsOf, verdictOf, type WinMatrix } from "../../state/sweep/matrix.ts";
import { measureId, scoreOf, type Measure } from "../../state/sweep/measures.ts";
import { ruleName, type SweepPoint } from "../../state/sweep/points.ts";
import { objectivesOf } from "../../state/settings/settings-data.ts";
import { originCells, ORIGIN_HEAD, SETTING_HEAD, settingCells, type ChartOrigin } from "./chart-tables.ts";
import { BLANK, pointed } from "../words/format.ts";
import { csvOf, modelsCell, type Cell } from "../words/csv.ts";
import { pushName } from "../words/names.ts";
import { contestantNames, intervalText, measureName, percent, VERDICTS } from "../words/sweep-matrix.ts";
import { inOneLine } from "../words/tables.ts";

export interface MatrixOrigin extends ChartOrigin {
  readonly measure: Measure;
  /** K, characters; null where ties by length are off. */
  readonly longerBy: number | null;
}

export function matrixMarkdown(matrix: WinMatrix, names: readonly string[], origin: MatrixOrigin): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const { plan, measure, longerBy } = origin;
  const ties =
    longerBy === null
      ? ""
      : ` A win below ${pointed(matrix.margin, 2)} is a tie if it is more than ${longerBy} characters longer.`;
  const about = `Wins plus half of the ties, by ${measureName(measure, plan)}, with 95 % intervals. ${plan.prompts.length} prompts, ${plan.seeds.length} seeds, at most ${plan.maxTokens} tokens.${ties} Models: ${modelsCell(origin.models)}.`;
  return [
    line(["wins of", ...names.map((name) => `against ${inOneLine(name)}`), "mean", "characters"]),
    line(["---", ...names.map(() => "---:"), "---:", "---:"]),
    ...matrix.rows.map(({ cells, mean, characters }, row) =>
      line([
        inOneLine(names[row] ?? ""),
        ...cells.map((cell) => (cell === null ? BLANK : `${percent(cell.rate)} (${intervalText(cell.ci95)})`)),
        mean === null ? BLANK : percent(mean),
        pointed(characters, 0),
      ]),
    ),
    "",
    inOneLine(about),
  ].join("\n");
}

/** One row a pair of lanes. */
export function matrixCsv(matrix: WinMatrix, names: readonly string[], origin: MatrixOrigin): string {
  const head = ["lane", "against", "measure", "rate", "95% from", "95% to", "wins", "ties", "losses", "verdict"];
  const rows = matrix.rows.flatMap(({ contestant, cells }, row) =>
    cells.flatMap((cell, column): Cell[][] => {
      if (cell === null) return [];
      const { rate, ci95, wins, ties, losses } = cell;
      const found: Cell[] = [rate, ...ci95, wins, ties, losses, VERDICTS[verdictOf(cell)]];
      const others = matrix.rows[column]?.contestant.points ?? [];
      const rule: Cell[] = [matrix.margin, origin.longerBy];
      return [
        [
          names[row] ?? "",
          names[column] ?? "",
          measureName(origin.measure, origin.plan),
          ...found,
          ...rule,
          ...originCells([...contestant.points, ...others], origin),
        ],
      ];
    }),
  );
  return csvOf([...head, "slight below", "tie if longer by", ...ORIGIN_HEAD], rows);
}

/** One row a text. */
export function runsCsv(origin: ChartOrigin): string {
  const { plan, points } = origin;
  const settings = settingsOf(plan);
  const objectives = objectivesOf(plan.kind);
  const sources = sourcesOf(points);
  const lanes = laneNames(origin);
  const head = [
    "lane",
    ...SETTING_HEAD,
    "ranked by",
    ...objectives.flatMap((id) => [`${id} truth (sd)`, `${id} judge (sd)`]),
    "truth as weighted",
    "judge as weighted",
    ...sources.map((id) => `${nameOf(id, origin)} (source)`),
    "KL to plain (nats)",
    "KL to the base model (nats)",
    "tokens",
    "characters",
    "forwards",
    "text",
    ...ORIGIN_HEAD,
  ];
  const rows = points.map((point): Cell[] => [
    lanes.get(point) ?? null,
    ...settingCells(settings[point.setting]!, plan.sources),
    point.rule === null ? null : ruleName(point.rule),
    ...objectives.flatMap((id) => [point.truth[id] ?? null, point.reward[id] ?? null]),
    point.wished,
    point.proxy,
    ...sources.map((id) => point.sources[id] ?? null),
    point.klSteer === null ? null : natsOf(point.klSteer),
    natsOf(point.kl),
    point.length,
    point.text.length,
    point.forwards,
    point.text,
    ...originCells([point], origin),
  ]);
  return csvOf(head, rows);
}

/**
 * One line a prompt and seed: every text with its scores, and the best and the worst of them by `measure` as a pair of
 * preferences. There is no pair where all texts are equal or score alike.
 */
export function runsJsonl(origin: ChartOrigin, measure: Measure): string {
  const { plan, points, models } = origin;
  const settings = settingsOf(plan);
  const lanes = laneNames(origin);
  const groups = groupBy(points, ({ prompt, seed }) => `${prompt}/${seed}`);
  const lines = [...groups.values()].map((own) => {
    const pair = bestAndWorst(own, measure);
    const [first] = own;
    const line = {
      prompt: plan.prompts[first?.prompt ?? 0],
      seed: plan.seeds[first?.seed ?? 0],
      kind: plan.kind,
      ...(plan.system !== undefined && { system: plan.system }),
      measure: measure.by === "source" ? `source ${nameOf(measure.of, origin)}` : measureId(measure),
      chosen: pair?.best.text ?? null,
      rejected: pair?.worst.text ?? null,
      margin: pair?.margin ?? null,
      chosenLane: pair === null ? null : lanes.get(pair.best),
      rejectedLane: pair === null ? null : lanes.get(pair.worst),
      texts: own.map((point) => ({
        lane: lanes.get(point),
        strategy: point.strategy,
        weights: settings[point.setting]?.weights ?? {},
        text: point.text,
        score: scoreOf(point, measure),
        truth: point.truth,
        reward: point.reward,
        sources: Object.fromEntries(sourcesOf([point]).map((id) => [nameOf(id, origin), point.sources[id] ?? null])),
        klToPlain: point.klSteer === null ? null : natsOf(point.klSteer),
        klToBase: natsOf(point.kl),
        tokens: point.length,
      })),
      models: modelsCell(models),
    };
    return JSON.stringify(line);
  });
  return lines.map((line) => `${line}\n`).join("");
}

function bestAndWorst(points: readonly SweepPoint[], measure: Measure) {
  const scored = points.flatMap((point) => {
    const score = scoreOf(point, measure);
    return score === null ? [] : [{ point, score }];
  });
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  const [best, worst] = [sorted[0], sorted.at(-1)];
  if (best === undefined || worst === undefined || best.score === worst.score) return null;
  if (best.point.text === worst.point.text) return null;
  return { best: best.point, worst: worst.point, margin: best.score - worst.score };
}

/** The estimate, where it is one. */
function natsOf(kl: KlReport): number {
  return kl.type === "exact" ? kl.sum : kl.estimator;
}

function laneNames({ plan, points }: ChartOrigin): ReadonlyMap<SweepPoint, string> {
  const contestants = contestantsOf(points);
  const names = contestantNames(contestants, plan);
  return new Map(contestants.flatMap(({ points: own }, i) => own.map((point) => [point, names[i] ?? ""] as const)));
}

function sourcesOf(points: readonly SweepPoint[]): SourceId[] {
  return sourceIds(Object.assign({}, ...points.map(({ sources }) => sources)) as object);
}

function nameOf(id: SourceId, { plan }: ChartOrigin): string {
  return pushName(id, plan.sources);
}
