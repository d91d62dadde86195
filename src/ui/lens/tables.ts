/** The numbers of the lens's charts as tables: what is drawn and nothing else, unrounded. */
import type { LengthFacts } from "../../state/lens/length.ts";
import type { ScoredGroup } from "../../state/lens/standing.ts";
import type { ChartTable } from "../sweep/chart-tables.ts";
import { csvOf } from "../words/csv.ts";
import { groupName, lengthLens, sentences, standing } from "../words/lens.ts";
import type { SentenceBar } from "./plots.ts";

const NO_POINTS: readonly string[] = [];

/** One row a text. The id of a row names its bar where `binOf` knows it. */
export function groupTable(
  groups: readonly ScoredGroup[],
  idOf: (group: number, score: number, text: number) => string,
): ChartTable {
  return {
    head: [...standing.table],
    rows: groups.flatMap(({ label, texts }, g) =>
      texts.map(({ reading, score }, t) => ({
        id: idOf(g, score, t),
        cells: [groupName(label), reading.text, score, reading.tokens, Array.from(reading.text).length],
        points: NO_POINTS,
      })),
    ),
  };
}

export function lengthTable({ points, bestBefore, bestAfter }: LengthFacts): ChartTable {
  return {
    head: [...lengthLens.table],
    rows: points.map((point, i) => ({
      id: String(i),
      cells: [
        point.text.reading.text,
        point.length,
        point.reward,
        point.free,
        [
          ...(point === bestBefore ? [lengthLens.winner.before] : []),
          ...(point === bestAfter ? [lengthLens.winner.after] : []),
        ].join(", "),
      ],
      points: NO_POINTS,
    })),
  };
}

export function sentenceTable(rows: readonly SentenceBar[], unit: string): ChartTable {
  return {
    head: [sentences.sentence, unit, sentences.tokens],
    rows: rows.map(({ text, sum, tokens }, i) => ({
      id: String(i),
      cells: [text.trim(), sum, tokens],
      points: NO_POINTS,
    })),
  };
}

export function tableCsv({ head, rows }: ChartTable): string {
  return csvOf(
    head,
    rows.map(({ cells }) => cells),
  );
}
