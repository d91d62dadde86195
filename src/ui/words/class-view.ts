/** Words of the teacher's page, which reads the hand-ins of a class. */
import type { Refused } from "../../state/handin/given-files.ts";
import type { Twice } from "../../state/handin/class-desk.svelte.ts";
import type { LessonReport } from "../../state/handin/class-report.ts";
import type { RunMark } from "../../state/handin/run-marks.ts";
import type { FigureKey } from "../../state/handin/lane-figures.ts";
import type { SourceSpec } from "../../core/sources/spec.ts";
import type { ObjectiveId } from "../../core/types.ts";
import { bytes, fixed, plural } from "./format.ts";
import { localized } from "./language.ts";
import { OBJECTIVE_NAMES } from "./names.ts";

type Why = Refused["why"];

/** @param of what is measured @param name of an objective or a source */
export const figureKind = localized("class-view.figureKind", (of: string, name: string): string => {
  switch (of) {
    case "kl":
      return "KL (nats)";
    case "perplexity":
      return "perplexity";
    case "tokens":
      return "tokens";
    case "forwards":
      return "forwards a token";
    case "reward":
      return `${name} by the judge`;
    case "truth":
      return `${name} by the truth`;
    default:
      return name;
  }
});

export const refusalText = localized("class-view.refusalText", ({ type, detail }: Why): string => {
  switch (type) {
    case "too-large":
      return `It has ${bytes(Number(detail))}, which is more than a hand-in can have. Choose the file that “Hand in” saved.`;
    case "not-json":
      return `It is damaged or no hand-in (${detail}). Ask for the file again.`;
    case "a-run":
      return "It is a single run and not a hand-in. Open it with “Share” on the first page.";
    case "not-a-hand-in":
      return "It is not a hand-in of Tiller.";
    case "other-version":
      return `It was made by another version of Tiller (version ${detail === "" ? "unknown" : detail} of the file, and this page reads version 1). Open the newest page.`;
    case "changed":
      return "It was changed or damaged after it was saved: its checksum does not fit. Ask for the file again.";
    case "broken":
      return `Its parts do not fit together (${detail}). Ask for the file again.`;
    case "too-many":
      return `The page reads at most ${detail} hand-ins at a time. Remove some first.`;
    case "unreadable":
      return `The browser could not read it (${detail}).`;
    case "bad-zip":
      return "It holds no hand-in, or it is no zip that can be unpacked.";
    default:
      return type satisfies never;
  }
});

export const classView = localized("class-view.classView", {
  title: "Hand-ins of a class",
  about: "Choose the files that your learners saved. The page shows what they predicted, answered and ran.",
  private: "Everything stays on this device. Nothing is sent, and nothing is kept after this page is closed.",
  choose: "Choose files",
  chooseFolder: "Choose a folder",
  drop: "Or drop files, a folder or a zip here.",
  reading: (done: number, total: number) => `Reading file ${done} of ${total} …`,
  read: (count: number, refused: number, twice: number) =>
    [
      `${plural(count, "hand-in")} read.`,
      ...(refused === 0 ? [] : [`${plural(refused, "file")} refused.`]),
      ...(twice === 0 ? [] : [`${plural(twice, "file")} left out because a newer one of the same learner is there.`]),
    ].join(" "),
  hideNames: "Hide the names",
  clear: "Remove all",
  print: "Print",
  csv: "Save predictions and answers as CSV",
  runsCsv: "Save runs as CSV",
  refused: "Refused files",
  twice: "Files of the same learner",
  twiceText: ({ file, kept, isSame }: Twice) =>
    isSame ? `${file} says the same as ${kept}.` : `${file} is older than ${kept}, which was kept.`,
  who: "Who handed in what",
  learner: "Learner",
  learnerNumber: (count: number) => `Learner ${count}`,
  file: "File",
  results: "Right, close, different",
  actions: "Show or remove",
  remove: "Remove",
  removeWho: (name: string) => `Remove ${name}`,
  show: "Show",
  showWho: (name: string) => `Show the hand-in of ${name}`,
  close: "Close this hand-in",
  sheetOf: (name: string) => `Hand-in of ${name}`,
  nothing: "–",
  done: "finished",
  handed: (report: LessonReport) => `${plural(report.handed, "hand-in")}, ${report.done} finished.`,
  origins: {
    same: "",
    other: "These hand-ins are of another version of this lesson than this page has. They are counted apart.",
    unknown: "This page does not have this lesson. Its questions come from the files.",
  },
  predicted: (count: number, missing: number) =>
    missing === 0 ? plural(count, "prediction") : `${plural(count, "prediction")}, ${missing} missing`,
  verdicts: (right: number, close: number, other: number, unjudged: number) =>
    `${right} right, ${close} close, ${other} different${unjudged === 0 ? "" : `, ${unjudged} open`}`,
  recorded: "recording",
  recordedIs: (text: string) => `Recording: ${text}`,
  median: (text: string) => `Median of the class: ${text}`,
  distribution: "Predictions",
  search: "Search in the answers",
  found: (count: number, of: number) => `${count} of ${of} answers`,
  noAnswers: "Nobody answered.",
  unanswered: (count: number) => `${count} without an answer.`,
  runs: (recording: string) => `Runs (${recording})`,
  runsAbout: (own: number) =>
    `${plural(own, "run")} of their own. A large hollow mark is the recording. Runs with the same numbers share a mark, which grows with their number.`,
  runCount: (count: number) => plural(count, "run"),
  noRuns: "Nobody handed in a run of their own.",
  across: "Across",
  up: "Up",
  lane: "Lane",
  times: "Runs",
  textOf: (name: string, lane: string) => `${name}, ${lane}`,
  noText: "The file was too small for the text of this run.",
  unfit: (count: number) => `${plural(count, "lane")} without a mark: a number is not defined.`,
});

/** What a mark of the runs is: its lane, its two numbers, and how many runs it stands for. */
export function markText({ x, y, dots }: RunMark, lane: string, [across, up]: readonly [string, string]): string {
  const what = dots.length === 0 ? classView.recorded : classView.runCount(dots.length);
  return `${lane}: ${across} ${fixed(x, 2)}, ${up} ${fixed(y, 2)} (${what})`;
}

export function figureName(key: FigureKey, sources: readonly SourceSpec[]): string {
  const [of = "", id = ""] = key.split(":");
  const name =
    id in OBJECTIVE_NAMES ? OBJECTIVE_NAMES[id as ObjectiveId] : (sources.find((spec) => spec.id === id)?.name ?? id);
  return figureKind(of, name);
}
