/** A class as tables for a spreadsheet: one row for each thing that was asked, and one for each lane of a run. */
import type { Handed } from "../../state/handin/class-report.ts";
import { questionsOf } from "../../state/handin/asked.ts";
import { figureAt, figureKeys } from "../../state/handin/lane-figures.ts";
import { csvOf, type Cell } from "../words/csv.ts";
import { figureName } from "../words/class-view.ts";
import { outcomeText, predictionText, said } from "../words/lessons.ts";

type NameOf = (key: string) => string;

const HEAD = [
  "learner",
  "saved at",
  "lesson",
  "version of the lesson",
  "finished",
  "step",
  "of steps",
  "kind",
  "id",
  "question",
  "prediction or answer",
  "own run",
  "recording",
  "verdict",
];

export function classCsv(handed: readonly Handed[], nameOf: NameOf): string {
  const rows = handed.flatMap(({ key, handIn }) =>
    handIn.lessons.flatMap((each): Cell[][] => {
      const { lesson, isDone, step, steps } = each;
      const start = [nameOf(key), isoTime(handIn.savedAt), lesson.id, lesson.mark, isDone ? 1 : 0, step + 1, steps];
      const predictions = questionsOf(lesson).map(({ id, text, question, lanes }): Cell[] => {
        const made = each.predictions.find((own) => own.id === id);
        const { prediction = null, own = null, recorded = null, verdict = null } = made ?? {};
        return [
          ...start,
          "prediction",
          id,
          said(text),
          prediction === null ? null : predictionText(question, prediction, lanes, () => made?.word ?? ""),
          own === null ? null : outcomeText(question, own, lanes),
          recorded === null ? null : outcomeText(question, recorded, lanes),
          verdict,
        ];
      });
      const answers = each.answers.map(({ id, text }): Cell[] => {
        const asked = lesson.asked.find((one) => one.id === id);
        return [...start, "answer", id, asked === undefined ? null : said(asked.text), text, null, null, null];
      });
      return [...predictions, ...answers];
    }),
  );
  return csvOf(HEAD, rows);
}

export function runsCsv(handed: readonly Handed[], nameOf: NameOf): string {
  const runs = handed.flatMap(({ key, handIn }) =>
    handIn.lessons.flatMap(({ lesson, runs: own }) => own.map((run) => ({ key, lesson, run }))),
  );
  const keys = figureKeys(runs.flatMap(({ run }) => run.figures));
  const rows = runs.flatMap(({ key, lesson, run }) =>
    run.figures.map((lane): Cell[] => [
      nameOf(key),
      lesson.id,
      run.recording,
      isoTime(run.finishedAt),
      run.request.seed,
      run.request.prompt,
      lane.name,
      ...keys.map((figure) => figureAt(lane, figure)),
    ]),
  );
  const sources = runs.flatMap(({ run }) => run.request.sources ?? []);
  const head = ["learner", "lesson", "recording", "finished at", "seed", "prompt", "lane"];
  return csvOf([...head, ...keys.map((key) => figureName(key, sources))], rows);
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
