/** What each failure means to a visitor, and the way out. One entry per code; nothing technical in the first line. */
import type { ErrorCode } from "../../core/errors.ts";

/** What the button beside the sentence does; null where reading is enough. */
export type WayOut = "run-again" | "load-again" | "use-wasm" | "shorten" | null;

export interface ErrorCopy {
  readonly title: string;
  readonly advice: string;
  readonly wayOut: WayOut;
}

export const ERROR_COPY: Readonly<Record<ErrorCode, ErrorCopy>> = {
  "invalid-request": {
    title: "These settings do not fit together.",
    advice: "The line below names the setting and its bounds. Change it and run again.",
    wayOut: "run-again",
  },
  "unknown-objective": {
    title: "No model here knows that objective.",
    advice: "Set its slider to 0, or switch between story and advice.",
    wayOut: "run-again",
  },
  "context-overflow": {
    title: "The prompt and the answer are too long together.",
    advice: "Shorten the prompt or ask for fewer tokens.",
    wayOut: "shorten",
  },
  "vocab-mismatch": {
    title: "Two models cut words differently, so their numbers cannot be added.",
    advice:
      "Use models of one family, such as an instruct model with its base. The models of the page all fit together.",
    wayOut: "load-again",
  },
  "non-finite-logits": {
    title: "The model answered with something that is not a number.",
    advice: "This device may calculate wrongly on the GPU. Run on the processor instead.",
    wayOut: "use-wasm",
  },
  "model-missing": {
    title: "A model file is not there.",
    advice: "The line below names it. Check the id or the folder, then load again.",
    wayOut: "load-again",
  },
  "model-corrupt": {
    title: "A model file is damaged.",
    advice: "It differs from what was promised, so it was refused. Load again to fetch a fresh copy.",
    wayOut: "load-again",
  },
  "model-unsupported": {
    title: "A model is of a kind that does not run here.",
    advice: "Nothing is wrong with its files. The line below says what is missing, and what to choose instead.",
    wayOut: null,
  },
  "self-check-failed": {
    title: "This device calculates something else than the models expect.",
    advice: "The start-up check compares known numbers and they differ. Run on the processor instead.",
    wayOut: "use-wasm",
  },
  "webgpu-unavailable": {
    title: "The GPU cannot be used here.",
    advice: "Everything also runs on the processor, somewhat slower.",
    wayOut: "use-wasm",
  },
  "device-lost": {
    title: "The GPU was taken away in mid-run.",
    advice: "Your text is kept. A fresh worker is ready; run again, or use the processor.",
    wayOut: "run-again",
  },
  "out-of-memory": {
    title: "The device ran out of memory.",
    advice: "Your text is kept. Use fewer samples or lanes, a shorter length or smaller models, then run again.",
    wayOut: "run-again",
  },
  network: {
    title: "The models could not be fetched.",
    advice: "The network or the server did not answer. What has arrived is kept; try again.",
    wayOut: "load-again",
  },
  aborted: {
    title: "The run was stopped.",
    advice: "Your text is kept. Run again from the same seed whenever you like.",
    wayOut: "run-again",
  },
  "worker-crashed": {
    title: "The part that runs the models stopped.",
    advice: "Your text is kept. A fresh one starts when you run again.",
    wayOut: "run-again",
  },
  internal: {
    title: "Something went wrong in Tiller itself.",
    advice: "Your text is kept. The line below helps whoever mends it; running again may work.",
    wayOut: "run-again",
  },
};
