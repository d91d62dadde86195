/** Words around the lanes: the toolbar, the strip with the prompt, the scoreboard and the status line. */
import type { JudgeId } from "../../core/judges.ts";
import type { LogitReads, WholeReason } from "../../core/types.ts";
import type { RunView } from "../../state/run/view.ts";
import { closeCalls, forwards, lanes, rows, tokens, wholeRows } from "./counts.ts";
import { fixed } from "./format.ts";
import { judgeName } from "./names.ts";
import { localized } from "./language.ts";

export const toolbar = localized("stage.toolbar", {
  label: "Run and look",
  run: "Run",
  loading: "Loading",
  pause: "Pause",
  goOn: "Continue",
  step: "Step",
  stop: "Stop",
  runLive: "Run it live",
  align: "Align lanes where they differ",
  alignTitle: "Scroll every lane to its first token that differs from the first lane",
  colourBy: "Colour by",
  showAs: "Show as",
  why: "Why?",
  whyTitle: "Go to the numbers of the chosen token",
});

export const strip = localized("stage.strip", {
  recorded: "recorded",
  changed: "· settings changed since",
  scoredBy: (judge: JudgeId) => `· scored by ${judgeName(judge)}`,
  adopt: "Use these settings",
  examples: "Examples",
  playOne: "play one…",
  addLane: "Lane",
});

export const scoreboard = localized("stage.scoreboard", {
  label: "Scoreboard: truth of each lane",
  asWeighted: "As weighted",
  klSpent: "KL spent",
  wins: (letters: string) => `${letters} best in this run`,
  cheapest: (letters: string) => `${letters} cheapest in this run`,
  unmet: "no lane met it",
  notKnown: "n/a",
  atMost: (value: string) => `≤${value}`,
  oneRun: "This is one prompt and one seed.",
  repeat: "Repeat these lanes over 10 prompts and 5 seeds",
  matrix: "Show the win matrix",
});

const wholeReasons: Readonly<Record<WholeReason, string>> = {
  "any-token": "Whole because Plausible is 0, so that any token may come",
  "many-plausible": "Whole because more than 64 tokens are plausible",
  opening: "Whole because the lane was told how to begin",
  "many-candidates": "Whole because the lane asks about more candidates",
  "weighed-anew": "Whole because a trial weighs them anew",
  odd: "Whole because the card could not cut them",
};

export const status = localized("stage.status", {
  closeCallsTitle: "At these tokens two candidates were so close that another device may choose the other one",
  closeCalls,
  wholeRows,
  wholeRowsTitle: ({ cut, whole }: LogitReads) =>
    [
      "The graphics card sends the 64 likeliest tokens of a row, and the whole row where these are not enough.",
      `Cut: ${rows(cut)}.`,
      ...(Object.keys(wholeReasons) as WholeReason[]).flatMap((reason) => {
        const times = whole[reason] ?? 0;
        return times === 0 ? [] : [`${wholeReasons[reason]}: ${rows(times)}.`];
      }),
    ].join(" "),
  seed: (seed: number) => `seed ${seed}`,
});

export const phaseText = localized(
  "stage.phaseText",
  ({ phase, scoring }: RunView, isRecorded: boolean, isPaused: boolean): string => {
    switch (phase) {
      case "idle":
        return "Ready.";
      case "running":
        if (scoring !== null) return `Scoring the texts: ${scoring.done} of ${scoring.total} done`;
        if (isPaused) return isRecorded ? "Recorded run paused" : "Run paused";
        return isRecorded ? "Recorded run in progress" : "Run in progress";
      case "finished":
        return isRecorded ? "Recorded run finished" : "Run finished";
      case "stopped":
        return isRecorded ? "Recorded run stopped" : "Run stopped";
      case "failed":
        return "Run failed. The text above is kept.";
      default:
        return phase satisfies never;
    }
  },
);

/** Size and speed of a run. */
export const costText = localized(
  "stage.costText",
  (run: {
    readonly steps: number;
    readonly lanes: number;
    readonly rows: number;
    readonly forwards: number;
    readonly ms: number;
  }): string => {
    return [
      tokens(run.steps),
      lanes(run.lanes),
      rows(run.rows),
      forwards(run.forwards),
      ...(run.ms > 0 ? [`${fixed(run.ms / run.steps, 1)} ms per token`] : []),
    ].join(" · ");
  },
);
