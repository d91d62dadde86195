/** Words of the sweep page around its charts: settings, progress, texts and the pad of weights. */
import type { SweepForm, ValueAxis } from "../../state/sweep/form.ts";
import type { SweepPoint } from "../../state/sweep/points.ts";
import type { Sweep } from "../../state/sweep/sweep.svelte.ts";
import type { SweepTrouble } from "../../state/sweep/trouble.ts";
import { forwards, parts, prompts, runs, samples, seeds, tokens } from "./counts.ts";
import { BLANK, count, fixed, seconds, signed, listed } from "./format.ts";
import { unrankedText } from "./sweep-plan.ts";
import { BACKEND_NAMES, OBJECTIVE_NAMES } from "./names.ts";
import type { Backend, ModelRef, ObjectiveId } from "../../core/types.ts";
import type { SweepPlan } from "../../core/sweep.ts";
import { localized } from "./language.ts";

export const sweepView = localized("sweep-view.sweepView", {
  title: "Sweep",
  settings: "Sweep settings",
  closeSettings: "Close sweep settings",
  chart: "Chart",
  charts: { matrix: "Win matrix", map: "Trade-off map", over: "Over-optimisation", price: "Reward against KL" },
  about:
    "A sweep runs many settings over prompts and seeds. Its charts compare one objective with another, the truth with the judge’s score, and the reward with its price in KL.",
  kept: "Results stay on this device, also after a reload.",
  recorded: "A recorded sweep is shown below.",
});

/** What the recorded sweep is, and that it makes room. @param count of its runs */
export const recordedText = localized(
  "sweep-view.recordedText",
  (plan: SweepPlan, models: readonly ModelRef[], count: number): string => {
    const size = `${runs(count)} over ${prompts(plan.prompts.length)} and ${seeds(plan.seeds.length)}`;
    const by = plan.sources === undefined ? "the page’s own models" : (models[0]?.id ?? "a chat model");
    return `It was made by ${by}: ${size}, at most ${tokens(plan.maxTokens)} each. Your own sweep takes its place.`;
  },
);

const AXIS_NAMES: Readonly<Record<SweepForm["axis"], string>> = {
  lanes: "lanes",
  weights: "weights",
  strength: "strength 1/β",
  n: "N",
};
const VALUE_LABELS: Readonly<Record<ValueAxis, string>> = {
  weights: "Weights of both objectives",
  strength: "Strengths 1/β",
  n: "Sizes N",
};

export const sweepRail = localized("sweep-view.sweepRail", {
  moves: "What changes",
  axes: AXIS_NAMES,
  values: VALUE_LABELS,
  lanesAlone:
    "The lanes of the playground, over prompts and seeds. To compare strengths or N, give each its own lane there.",
  objective: { a: "First objective", b: "Second objective" },
  strategies: "Strategies",
  lanes: "Lanes of the playground",
  lanesAsTheyAre: "Each lane runs as it is set there, with its own weights, over all prompts and seeds.",
  branch: (name: string) => `${name} (a branch, left out)`,
  judge: "Judge",
  prompts: "Prompts",
  kind: "Kind of text",
  ownPrompts: "Your own, one a line",
  howMuch: "How much",
  seeds: "Seeds",
  length: "Length",
  n: "Samples N",
});

/**
 * What the sweep takes from the settings of the playground.
 * @param weights the weights in words; null where the sweep changes them, empty where all are 0
 * @param strength null where the sweep changes it
 */
export const fromPlayground = localized(
  "sweep-view.fromPlayground",
  (taken: {
    readonly weights: string | null;
    readonly strength: number | null;
    readonly temperature: number;
    readonly k: number;
    readonly seed: number;
  }): string => {
    const { weights, strength, temperature, k, seed } = taken;
    const words = [
      ...(weights === null ? [] : [weights === "" ? "no objective" : weights]),
      ...(strength === null ? [] : [`1/β ${fixed(strength, 1)}`]),
      `temperature ${fixed(temperature, 2)}`,
      `k ${k}`,
      `first seed ${seed}`,
    ];
    return `From the playground: ${words.join(", ")}.`;
  },
);

export const sweepBar = localized("sweep-view.sweepBar", {
  label: "Sweep",
  goOn: "Continue",
  pause: "Pause",
  cancel: "Cancel",
  resume: "Resume the sweep",
  start: "Start a new sweep",
  discard: "Discard these results and start",
  done: "Runs done",
  step: (step: number) => `token ${step}`,
  mixed: (backends: readonly Backend[]) =>
    `The runs of this sweep were made on ${listed(backends.map((own) => BACKEND_NAMES[own]))}. At close calls the same seed can give another text there.`,
  refused: (refused: number) => `${parts(refused)} of the sweep could not be decoded.`,
});

/** How much the planned sweep is. */
export const planText = localized(
  "sweep-view.planText",
  (size: { readonly runs: number; readonly read: number; readonly samples: number }): string => {
    if (size.read === 0) return `${runs(size.runs)}.`;
    return `${runs(size.runs)}. ${count(size.read)} of them share ${samples(size.samples)}, for a smaller N takes the first N samples of a larger one.`;
  },
);

export const progressText = localized(
  "sweep-view.progressText",
  ({ phase, done, size, secondsLeft }: Pick<Sweep, "phase" | "done" | "size" | "secondsLeft">): string => {
    const total = size?.runs ?? 0;
    const counted = `${done} of ${runs(total)}`;
    switch (phase) {
      case "none":
        return "No sweep yet.";
      case "loading":
        return "Loading the models.";
      case "running":
        return `Sweep under way: ${counted}${secondsLeft === null ? "" : `, about ${seconds(secondsLeft)} left`}.`;
      case "paused":
        return `Sweep paused: ${counted}.`;
      case "stopped":
        return `Sweep stopped: ${counted} kept.`;
      case "done":
        return `Sweep finished: ${runs(total)}.`;
      default:
        return phase satisfies never;
    }
  },
);

/** @param title what the failure is, where a run failed */
export const troubleText = localized(
  "sweep-view.troubleText",
  (
    trouble: SweepTrouble,
    title: (code: Extract<SweepTrouble, { type: "failed" }>["error"]["code"]) => string,
  ): { readonly title: string; readonly advice: string } => {
    switch (trouble.type) {
      case "failed":
        return { title: title(trouble.error.code), advice: "Finished runs are kept. You can resume the sweep." };
      case "other-models":
        return {
          title: "These results were made with other models than those loaded now.",
          advice:
            "One chart cannot show both. Save the numbers and start a new sweep, or load the models and the judge of these results again.",
        };
      case "unranked":
        return { title: title("unknown-objective"), advice: unrankedText(trouble.objectives) };
      case "storage-full":
      case "storage-closed":
        return {
          title:
            trouble.type === "storage-full"
              ? "The browser has no room left."
              : "The browser does not store results here.",
          advice: `${trouble.unsaved === 0 ? "A reload will lose the results." : `A reload will lose ${parts(trouble.unsaved)} of this sweep, which must then be decoded again.`} Save the numbers as CSV, or free some room and resume.`,
        };
      default:
        return trouble satisfies never;
    }
  },
);

const known = (value: number | null | undefined): string =>
  value === null || value === undefined ? BLANK : signed(value, 2);

export const textCards = localized("sweep-view.textCards", {
  label: "Texts of the chosen mark",
  none: "Choose a mark to read its texts.",
  rankedBy: (rule: string) => `Ranked by ${rule}.`,
  origin: (prompt: string, seed: number) => `“${prompt}” · seed ${seed}`,
  truth: (id: ObjectiveId, { truth }: SweepPoint) => `${OBJECTIVE_NAMES[id]} ${known(truth[id])}`,
  judge: (id: ObjectiveId, { reward }: SweepPoint) => `judge ${known(reward[id])}`,
  kl: ({ kl: toBase, klSteer }: SweepPoint, kl = klSteer ?? toBase) =>
    kl.type === "exact"
      ? `KL ${fixed(kl.sum, 2)} nats`
      : `KL estimate ${fixed(kl.estimator, 2)} nats, bound ${fixed(kl.upperBound, 2)} nats`,
  cost: (point: SweepPoint) => `${forwards(point.forwards)}, ${tokens(point.length)}`,
  open: "Open in the playground",
});

export const weightPad = localized("sweep-view.weightPad", {
  title: "Next weights",
  label: (a: ObjectiveId, b: ObjectiveId) =>
    `Weights of ${OBJECTIVE_NAMES[a]} (left and right) and ${OBJECTIVE_NAMES[b]} (up and down)`,
  value: (a: ObjectiveId, x: number, b: ObjectiveId, y: number) =>
    `${OBJECTIVE_NAMES[a]} ${signed(x, 1)}, ${OBJECTIVE_NAMES[b]} ${signed(y, 1)}`,
  hint: (a: ObjectiveId, across: number, b: ObjectiveId, up: number) =>
    `Drag the handle or press the arrow keys. With Shift, a key moves five steps. Small dots show weights of this sweep. The largest weights are ${fixed(across, 1)} for ${OBJECTIVE_NAMES[a]} and ${fixed(up, 1)} for ${OBJECTIVE_NAMES[b]}.`,
  across: (id: ObjectiveId) => `${OBJECTIVE_NAMES[id]} →`,
  up: (id: ObjectiveId) => `↑ ${OBJECTIVE_NAMES[id]}`,
  run: "Run these weights",
  use: "Use in the playground",
  recorded: "Nothing can be added to a recorded sweep. Start your own.",
  running: "Wait until the sweep is finished to add weights.",
  otherAxis: "You can add weights only to a sweep that changes the weights of these two objectives.",
});
