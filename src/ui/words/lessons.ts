/** Words of the lessons: the panel, questions, and what the runs answer. What a lesson itself says is in its file. */
import type { Measure, Question, Words } from "../../state/lessons/lesson-file.ts";
import type { Outcome, Prediction, Verdict, Way } from "../../state/lessons/figures.ts";
import type { World } from "../../state/settings/worlds.ts";
import { fixed, plural, signed, listed } from "./format.ts";
import { OBJECTIVE_NAMES } from "./names.ts";
import { localized } from "./language.ts";
import { language } from "./locale.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  right: "Your prediction is right.",
  close: "Your prediction is close.",
  other: "It came out differently than you predicted.",
};

export const lessons = localized("lessons.lessons", {
  title: "Lessons",
  list: "Six lessons of five to ten minutes. Each asks you for a prediction before a run shows the answer.",
  minutes: (minutes: number) => `${minutes} minutes`,
  worlds: (world: World) => (world === "chat" ? "Chat model, recorded" : "Laboratory"),
  start: "Start",
  resume: "Go on",
  again: "Do it again",
  done: "Done",
  leave: "Leave the lesson",
  share: "Share for a class",
  toList: "All lessons",
  place: (step: number, of: number) => `Step ${step} of ${of}`,
  back: "Back",
  next: "Next",
  finish: "Finish",
  finished: "You finished this lesson.",
  unknown: "There is no lesson of this name.",
  inSettings: "On a narrow screen it is under Settings, at the bottom.",
  runHere: "Run it here",
  showRecording: "Show the recording",
  chatRun: "“Run it here” downloads the chat model once. The recording shows the same without it.",
  ran: "The run is over. Go on when you have looked at it.",
  predictFirst: "Predict first. Then go on.",
  predicted: "Your prediction is kept. You can still change it.",
  yourAnswer: "Your answer",
  answerKept: "Your answer stays on this device.",
  yourPrediction: "You predicted",
  yourRun: "Your run",
  recording: "The recording",
  noOwn: "No run of your own. Press Run to make one.",
  noRecording: "The recording could not be read.",
  reading: "Reading the recording …",
  noPrediction: "You made no prediction.",
  verdict: (verdict: Verdict) => VERDICTS[verdict],
  ways: { more: "More", same: "About the same", less: "Less" } satisfies Record<Way, string>,
  take: "Take this value",
  pointAt: (lane: string) =>
    `Choose a word in the lane “${lane}”: click it, or go to it with the arrow keys. Then press the button.`,
  pointed: (word: string) => (word === "" ? "No word is chosen yet." : `Chosen: “${word}”`),
  takeWord: "I predict this word",
  scale: "Your prediction",
});

/** In the page's language; English where the lesson does not have it. */
export function said(words: Words): string {
  return words[language] ?? words.en;
}

export const figureText = localized("lessons.figureText", (measure: Measure, value: number): string => {
  switch (measure.of) {
    case "kl":
      return `${fixed(value, 1)} nats`;
    case "tokens":
      return plural(value, "token");
    case "changed":
      return plural(value, "changed token");
    case "characters":
      return plural(value, "character");
    case "perplexity":
      return `perplexity ${fixed(value, 1)}`;
    case "forwards":
      return `${fixed(value, 1)} forwards a token`;
    case "parting":
      return `token ${value + 1}`;
    case "truth":
      return `${OBJECTIVE_NAMES[measure.objective]} ${signed(value, 2)} by the truth`;
    case "reward":
      return `${OBJECTIVE_NAMES[measure.objective]} ${signed(value, 2)} by the judge`;
    case "source":
      return signed(value, 2);
    case "equal-n":
      return `best of ${fixed(value, 1)}`;
    default:
      return measure satisfies never;
  }
});

/** @param lanes names of the run's lanes @param word the token at a position of the lane that was pointed at */
export function predictionText(
  question: Question,
  made: Prediction,
  lanes: readonly string[],
  word: (position: number) => string,
): string {
  switch (made.type) {
    case "lane":
      return lanes[made.lane] ?? "";
    case "compare":
      return lessons.ways[made.way];
    case "scale":
      return question.type === "scale" ? figureText(question.measure, made.value) : "";
    case "word":
      return wordText(word(made.position), made.position);
    default:
      return made satisfies never;
  }
}

export const outcomeText = localized(
  "lessons.outcomeText",
  (question: Question, found: Outcome, lanes: readonly string[]): string => {
    switch (found.type) {
      case "lane": {
        const measure = question.type === "which-lane" ? question.measure : null;
        const all = found.values.flatMap((value, i) =>
          value === null || measure === null ? [] : [`${lanes[i] ?? ""}: ${figureText(measure, value)}`],
        );
        return `${listed(found.lanes.map((lane) => lanes[lane] ?? ""))} (${all.join("; ")})`;
      }
      case "compare": {
        if (question.type !== "compare") return "";
        const [value, than] = [found.value, found.than].map((each) => figureText(question.measure, each));
        return `${lessons.ways[found.way]}: ${value}, against ${than}`;
      }
      case "scale":
        return question.type === "scale" ? figureText(question.measure, found.value) : "";
      case "word":
        return found.position === null
          ? "The two texts are the same."
          : `${wordText(found.before, found.position)} became “${found.after}”`;
      default:
        return found satisfies never;
    }
  },
);

export const wordText = localized("lessons.wordText", (word: string, position: number): string =>
  word === "" ? `token ${position + 1}` : `“${word}”, token ${position + 1}`,
);
