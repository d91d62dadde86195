/** Words of the hand-in: the learner's page, the sheet that is printed, and what is missing. */
import type { HandedLesson, HandIn } from "../../state/handin/hand-in.ts";
import type { Missing } from "../../state/handin/missing.ts";
import { bytes, dateTime, plural } from "./format.ts";
import { localized } from "./language.ts";

const UNREAD: Readonly<Record<HandIn["unread"][number]["why"], string>> = {
  damaged: "Its notes or runs are damaged, and only what could be read is handed in.",
  unknown: "This page does not have the lesson, so its notes stay on the device.",
};

export const handIn = localized("hand-in.handIn", {
  title: "Hand in",
  open: "Hand in",
  read: "For teachers: read the hand-ins of a class",
  about: "What you predicted, answered and ran in the lessons, as one file for your teacher.",
  private: "Nothing is sent. The file is saved on this device, and you give it to your teacher yourself.",
  holds: (most: number) =>
    `The file holds your predictions, answers, settings and own runs, and at most ${bytes(most)}. If it would become larger, the texts of the oldest runs are left out.`,
  name: "Your name or a nickname (you may leave it empty)",
  save: "Save the file",
  print: "Print",
  saved: (file: string) => `Saved as ${file} on this device. Nothing was sent.`,
  gathering: "Reading your notes …",
  failed: (why: string) => `Your notes could not be read: ${why}. Load the page again.`,
  none: "There is nothing to hand in yet. Do a lesson first.",
  toLessons: "All lessons",
  missing: "Missing",
  complete: "Nothing is missing.",
  by: "From",
  when: "Saved",
  lane: "Lane",
  nameless: "No name",
  at: (time: number) => dateTime(time),
  lesson: (each: HandedLesson) => (each.isDone ? "Finished" : `Step ${each.step + 1} of ${each.steps}`),
  prediction: "Predicted",
  own: "Own run",
  recording: "Recording",
  verdict: "Result",
  verdicts: { right: "right", close: "close", other: "different", unjudged: "open" },
  noPrediction: "none",
  noOwn: "none",
  noRecording: "could not be read",
  noAnswer: "No answer.",
  run: (count: number, seed: number, time: number) => `Run ${count}, seed ${seed}, ${dateTime(time)}`,
  prompt: "Prompt",
  figuresOnly: "The text of this run was left out, because the file would have become too large.",
  unread: (lesson: string, why: HandIn["unread"][number]["why"]) => `“${lesson}”: ${UNREAD[why]}`,
});

export const missingText = localized("hand-in.missingText", (missing: Missing): string => {
  switch (missing.type) {
    case "steps":
      return `not finished (step ${missing.step} of ${missing.of})`;
    case "predictions":
      return plural(missing.count, "prediction");
    case "answers":
      return plural(missing.count, "answer");
    case "own-run":
      return "a run of your own";
    case "traces":
      return `the text of ${plural(missing.count, "run")}`;
    default:
      return missing satisfies never;
  }
});
