/** What a class predicted, answered and ran, lesson by lesson: counts and dots out of its hand-ins. */
import type { StrategyId } from "../../core/types.ts";
import { WAYS, type Outcome, type Prediction, type Verdict } from "../lessons/figures.ts";
import type { AskedLesson, AskedQuestion } from "./asked.ts";
import { questionsOf } from "./asked.ts";
import type { HandedLesson, HandedRun, HandIn } from "./hand-in.ts";
import type { LaneFigures } from "./lane-figures.ts";
import { median } from "./median.ts";

/** A hand-in in the order in which the class is shown, with what tells it from the others. */
export interface Handed {
  readonly key: string;
  readonly handIn: HandIn;
}

export interface LessonReport {
  readonly lesson: AskedLesson;
  /** "other": the page has a lesson of this name that asks otherwise. "unknown": it has none. */
  readonly origin: "same" | "other" | "unknown";
  readonly handed: number;
  readonly done: number;
  readonly questions: readonly QuestionReport[];
  readonly asks: readonly AskReport[];
  readonly runs: readonly RunReport[];
}

export interface Bar {
  /** Index of a lane, a way, or the position of a token. */
  readonly option: Prediction;
  /** What stood at a position; "" for every other kind. */
  readonly word: string;
  readonly count: number;
  readonly isRecorded: boolean;
}

export interface QuestionReport {
  readonly asked: AskedQuestion;
  readonly predicted: number;
  readonly missing: number;
  readonly verdicts: Readonly<Record<Verdict | "unjudged", number>>;
  /** Of a question with options, in their order; of a word question, the positions that somebody chose or the recording has. */
  readonly bars: readonly Bar[];
  /** Of a scale question: each prediction, lowest first. */
  readonly dots: readonly { readonly key: string; readonly value: number; readonly verdict: Verdict | null }[];
  /** Of the dots. */
  readonly median: number | null;
  readonly recorded: Outcome | null;
}

export interface AskReport {
  readonly id: string;
  readonly text: AskedLesson["title"];
  readonly answers: readonly { readonly key: string; readonly text: string }[];
  readonly missing: number;
}

export interface RunDot {
  readonly key: string;
  readonly run: HandedRun;
  readonly lane: number;
  readonly figures: LaneFigures;
}

export interface RunReport {
  readonly recording: string;
  /** By their place: names differ with the language of a learner's page. */
  readonly lanes: readonly { readonly name: string; readonly strategy: StrategyId }[];
  readonly dots: readonly RunDot[];
}

/** What the page knows of its own lessons. */
export interface Known {
  readonly lessons: readonly AskedLesson[];
  /** What the page's recording says; null where it cannot be read. */
  readonly recorded: (asked: AskedQuestion) => Outcome | null;
}

export function classReport(handed: readonly Handed[], known: Known): LessonReport[] {
  const groups = new Map<string, { readonly handed: Handed; readonly lesson: HandedLesson }[]>();
  for (const each of handed) {
    for (const lesson of each.handIn.lessons) {
      const key = `${lesson.lesson.id}/${lesson.lesson.mark}`;
      groups.set(key, [...(groups.get(key) ?? []), { handed: each, lesson }]);
    }
  }
  const order = known.lessons.map(({ id }) => id);
  const place = (id: string): number => (order.includes(id) ? order.indexOf(id) : order.length);
  return [...groups.values()]
    .map((group) => lessonReport(group, known))
    .toSorted(
      (a, b) => place(a.lesson.id) - place(b.lesson.id) || Number(a.origin !== "same") - Number(b.origin !== "same"),
    );
}

type Group = readonly { readonly handed: Handed; readonly lesson: HandedLesson }[];

function lessonReport(group: Group, known: Known): LessonReport {
  const first = group[0]!.lesson.lesson;
  const own = known.lessons.find(({ id }) => id === first.id);
  const origin = own === undefined ? "unknown" : own.mark === first.mark ? "same" : "other";
  const lesson = origin === "same" && own !== undefined ? own : first;
  return {
    lesson,
    origin,
    handed: group.length,
    done: group.filter((each) => each.lesson.isDone).length,
    questions: questionsOf(lesson).map((asked) =>
      questionReport(asked, group, origin === "same" ? known.recorded : null),
    ),
    asks: lesson.asked.flatMap((each): AskReport[] => {
      if (each.type !== "ask") return [];
      const answers = group.flatMap(({ handed, lesson: mine }) => {
        const text = mine.answers.find(({ id }) => id === each.id)?.text ?? "";
        return text.trim() === "" ? [] : [{ key: handed.key, text }];
      });
      return [{ id: each.id, text: each.text, answers, missing: group.length - answers.length }];
    }),
    runs: runReports(group),
  };
}

function questionReport(asked: AskedQuestion, group: Group, ownRecorded: Known["recorded"] | null): QuestionReport {
  const all = group.flatMap(({ handed, lesson }) => {
    const found = lesson.predictions.find(({ id }) => id === asked.id);
    return found === undefined ? [] : [{ key: handed.key, ...found }];
  });
  const made = all.flatMap(({ prediction, ...rest }) => (prediction === null ? [] : [{ ...rest, prediction }]));
  const recorded = ownRecorded?.(asked) ?? all.find((each) => each.recorded !== null)?.recorded ?? null;
  const dots = made
    .flatMap(({ key, prediction, verdict }) =>
      prediction.type === "scale" ? [{ key, value: prediction.value, verdict }] : [],
    )
    .toSorted((a, b) => a.value - b.value);
  const counted = (wanted: Verdict | null): number => made.filter(({ verdict }) => verdict === wanted).length;
  return {
    asked,
    predicted: made.length,
    missing: group.length - made.length,
    verdicts: { right: counted("right"), close: counted("close"), other: counted("other"), unjudged: counted(null) },
    bars: barsOf(asked, made, recorded),
    dots,
    median: median(dots.map(({ value }) => value)),
    recorded,
  };
}

function barsOf(
  { question, lanes }: AskedQuestion,
  made: readonly { readonly prediction: Prediction; readonly word: string }[],
  recorded: Outcome | null,
): Bar[] {
  const bar = (option: Prediction, word: string, isRecorded: boolean): Bar => {
    const same = made.filter(({ prediction }) => JSON.stringify(prediction) === JSON.stringify(option));
    return { option, word: word === "" ? (same[0]?.word ?? "") : word, count: same.length, isRecorded };
  };
  switch (question.type) {
    case "which-lane":
      return lanes.map((_, lane) =>
        bar({ type: "lane", lane }, "", recorded?.type === "lane" && recorded.lanes.includes(lane)),
      );
    case "compare":
      return WAYS.map((way) => bar({ type: "compare", way }, "", recorded?.type === "compare" && recorded.way === way));
    case "word": {
      const right = recorded?.type === "word" ? recorded.position : null;
      const chosen = made.flatMap(({ prediction }) => (prediction.type === "word" ? [prediction.position] : []));
      const positions = [...new Set(right === null ? chosen : [...chosen, right])].toSorted((a, b) => a - b);
      return positions.map((position) => {
        const word = position === right && recorded?.type === "word" ? recorded.before : "";
        return bar({ type: "word", position }, word, position === right);
      });
    }
    case "scale":
      return [];
    default:
      return question satisfies never;
  }
}

function runReports(group: Group): RunReport[] {
  const dots = new Map<string, RunDot[]>();
  for (const { handed, lesson } of group) {
    for (const run of lesson.runs) {
      const own = run.figures.map((figures, lane): RunDot => ({ key: handed.key, run, lane, figures }));
      dots.set(run.recording, [...(dots.get(run.recording) ?? []), ...own]);
    }
  }
  return [...dots].map(([recording, own]) => ({
    recording,
    lanes: lanesOf(own),
    dots: own,
  }));
}

function lanesOf(dots: readonly RunDot[]): RunReport["lanes"] {
  const most = Math.max(0, ...dots.map(({ lane }) => lane + 1));
  return Array.from({ length: most }, (_, lane) => {
    const own = dots.find((dot) => dot.lane === lane);
    return { name: own?.figures.name ?? "", strategy: own?.run.request.lanes[lane]?.strategy.id ?? "base" };
  });
}
