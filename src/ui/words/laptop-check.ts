/** Words of check.html: what a laptop can do in a class. */
import type { CheckState } from "../../state/check/laptop-check.svelte.ts";
import type { Grade, LaptopFacts, Letter, Measured, Verdict } from "../../state/check/grade.ts";
import { bytes, count, fixed, perSecond, plural, seconds } from "./format.ts";
import { localized } from "./language.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  all: "Good: this laptop runs the laboratory and the chat model.",
  laboratory: "Fine: this laptop runs the laboratory. Let it play the recordings of the chat model.",
  recordings: "Slow: let this laptop play the recordings. They show the same as a run.",
};
const LETTERS: Readonly<Record<Letter, string>> = {
  A: "Models run on the graphics card.",
  B: "Models run on several processor threads.",
  C: "Models run on one processor thread.",
  D: "No model runs here.",
};
const STATES: Readonly<Record<CheckState, string>> = {
  looking: "Looking at this laptop …",
  loading: "Loading the small models …",
  writing: "Measuring the speed …",
  done: "The check is done.",
};

export const laptopCheck = localized("laptop-check.laptopCheck", {
  title: "Check this laptop",
  pageTitle: "Tiller: check this laptop",
  about: "This page loads the small models of the laboratory and writes one text with them. Nothing is sent.",
  state: (state: CheckState, written: number) =>
    state === "writing" ? `${STATES.writing} ${plural(written, "token")}` : STATES[state],
  code: "Code",
  codeText: ({ letter, digit }: Grade) => `${letter}${digit}`,
  verdict: (verdict: Verdict) => VERDICTS[verdict],
  letter: (letter: Letter) => LETTERS[letter],
  speed: "Speed of the small policy",
  speedText: (measured: Measured | null) =>
    measured === null
      ? "not measured"
      : `${perSecond(measured.tokensPerSecond)} tokens a second, loaded in ${seconds(measured.loadSeconds)}`,
  gpu: "Graphics card (WebGPU)",
  gpuText: ({ hasWebGpu, isSecure }: LaptopFacts, measured: Measured | null) => {
    if (measured?.backend === "webgpu") return measured.isSoftware ? "imitated by the processor" : "used";
    if (!isSecure) return "withheld by the browser over plain http";
    return hasWebGpu ? "offered, but not used" : "not offered by this browser";
  },
  threads: "Processor threads",
  threadsText: ({ cores, isIsolated, isSecure }: LaptopFacts, measured: Measured | null) => {
    const used = measured === null || measured.backend === "webgpu" ? "" : `${count(measured.threads)} used of `;
    if (isIsolated) return `${used}${count(cores)}`;
    return `${used}${count(cores)}; ${isSecure ? "this visit allows one, the next one may allow more" : "plain http allows one"}`;
  },
  memory: "Memory",
  memoryText: ({ memoryGb }: LaptopFacts) =>
    memoryGb === null
      ? "the browser does not say"
      : `${fixed(memoryGb, memoryGb < 1 ? 2 : 0)} GB${memoryGb >= 8 ? " or more" : ""}`,
  storage: "Storage for this page",
  storageText: ({ freeBytes }: LaptopFacts) =>
    freeBytes === null ? "the browser does not say" : `${bytes(freeBytes)} free`,
  failed: "The models did not run:",
  again: "Check again",
  toPage: "Open Tiller",
});
