/** What each failure means to a visitor, and the way out. One entry per code. */
import type { ErrorCode } from "../../core/errors.ts";
import { localized } from "./language.ts";

/** What the button beside the sentence does; null where there is no button. */
export type WayOut = "run-again" | "load-again" | "use-wasm" | "shorten" | null;

export const WAY_OUT_LABELS: Readonly<Record<NonNullable<WayOut>, string>> = localized("errors.WAY_OUT_LABELS", {
  "run-again": "Run again",
  "load-again": "Load again",
  "use-wasm": "Use the processor",
  shorten: "Shorten the answer",
});

export interface ErrorCopy {
  readonly title: string;
  readonly advice: string;
}

export const ERROR_COPY: Readonly<Record<ErrorCode, ErrorCopy>> = localized("errors.ERROR_COPY", {
  "invalid-request": {
    title: "These settings do not fit together.",
    advice: "The line below names the setting and its bounds. Change it and run again.",
  },
  "unknown-objective": {
    title: "No loaded model rewards that objective.",
    advice: "Set its slider to 0, or switch between story and advice.",
  },
  "context-overflow": {
    title: "The prompt and the answer together are too long.",
    advice: "Shorten the prompt or ask for fewer tokens.",
  },
  "vocab-mismatch": {
    title: "Two models have different tokens, so their numbers cannot be added.",
    advice:
      "Use models of one family, for example an instruct model and its base model. The page’s own models fit together.",
  },
  "non-finite-logits": {
    title: "The model returned values that are not numbers.",
    advice: "The graphics card may compute wrong numbers. Use the processor instead.",
  },
  "model-missing": {
    title: "A model file is missing.",
    advice: "The line below names it. Check the id or the folder, then load again.",
  },
  "model-corrupt": {
    title: "A model file is damaged.",
    advice: "It is not the file that its publisher listed, so it was not used. Load again to download a new copy.",
  },
  "model-unsupported": {
    title: "Tiller cannot run this kind of model.",
    advice: "Its files are not damaged. The line below says what is missing and what to choose instead.",
  },
  "self-check-failed": {
    title: "This device computes wrong numbers.",
    advice:
      "At the start, the models are tested with known numbers, and the results differ. Use the processor instead.",
  },
  "webgpu-unavailable": {
    title: "The graphics card cannot be used here.",
    advice: "Use the processor instead. Everything works, but more slowly.",
  },
  "device-lost": {
    title: "The graphics card stopped during the run.",
    advice: "Your text is kept. Run again, or use the processor.",
  },
  "out-of-memory": {
    title: "The device ran out of memory.",
    advice: "Your text is kept. Use fewer samples or lanes, a shorter length or smaller models, then run again.",
  },
  network: {
    title: "The models could not be downloaded.",
    advice: "The network or the server did not answer. The files that have arrived are kept. Load again.",
  },
  aborted: {
    title: "The run was stopped.",
    advice: "Your text is kept. Run again to start from the same seed.",
  },
  "worker-crashed": {
    title: "The part of the page that runs the models stopped.",
    advice: "Your text is kept. Run again to restart it.",
  },
  internal: {
    title: "Tiller has a fault.",
    advice: "Your text is kept. Run again. If it fails again, report the line below.",
  },
});

export const WAYS_OUT: Readonly<Record<ErrorCode, WayOut>> = {
  "invalid-request": "run-again",
  "unknown-objective": "run-again",
  "context-overflow": "shorten",
  "vocab-mismatch": "load-again",
  "non-finite-logits": "use-wasm",
  "model-missing": "load-again",
  "model-corrupt": "load-again",
  "model-unsupported": null,
  "self-check-failed": "use-wasm",
  "webgpu-unavailable": "use-wasm",
  "device-lost": "run-again",
  "out-of-memory": "run-again",
  network: "load-again",
  aborted: "run-again",
  "worker-crashed": "run-again",
  internal: "run-again",
};
