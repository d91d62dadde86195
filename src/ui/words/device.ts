/** Words of the device menu: which models are loaded, where they run, and how far loading is. */
import type { DeviceReport } from "../../core/types.ts";
import type { LoadProgress, ModelSummary } from "../../../workers/protocol.ts";
import type { LoadState, Memory } from "../../state/worker/models.svelte.ts";
import { liveTensors, models as modelCount, threads } from "./counts.ts";
import { bytes, count, parameters, seconds } from "./format.ts";
import { BACKEND_NAMES } from "./names.ts";
import { localized } from "./language.ts";

const KINDS: Readonly<Record<ModelSummary["kind"], string>> = {
  policy: "policy",
  arm: "ARM",
  value: "value model",
  reward: "judge",
  reader: "reward source",
  classifier: "classifier",
};

const PHASES: Readonly<Record<LoadProgress["phase"], (id: string) => string>> = {
  fetch: (id) => `Downloading ${id}`,
  verify: (id) => `Checking the files of ${id}`,
  compile: (id) => `Preparing ${id}`,
  "self-check": (id) => `Testing ${id} with known numbers`,
  ready: (id) => `${id} is ready`,
};

export const device = localized("device.device", {
  title: "Device and models",
  absent:
    "The models run in this page, on this device. Nothing you type leaves it. No model is loaded yet. The page’s own models take about 16 MB, and the browser keeps them for your next visit.",
  load: "Load models",
  loadAgain: "Load again",
  otherBackend: (other: "webgpu" | "wasm") => `Use ${BACKEND_NAMES[other]} instead`,
  otherModels: "Choose other models…",
  adapter: "Device",
  adapterName: (name: string) => (name === "" ? "processor" : name),
  memory: "Memory",
  context: "Context",
  contextSize: (tokens: number) => `${count(tokens)} tokens`,
  models: "Models",
  heads: { model: "Model", kind: "Kind", size: "Size", hash: "SHA-256" },
  kind: (kind: ModelSummary["kind"]) => KINDS[kind],
  size: (params: number | null, size: number) =>
    params === null ? bytes(size) : `${parameters(params)} · ${bytes(size)}`,
  check: (model: string, check: string) => `${model}: ${check}.`,
});

/**
 * Where the models run, in whole sentences.
 * @param page whether the browser counts its address as safe, and whether it is isolated from other pages
 */
export const whereText = localized(
  "device.whereText",
  (
    { backend, isSoftware, threads: used, fallbackReason }: DeviceReport,
    page: { readonly isSecure: boolean; readonly isIsolated: boolean },
  ): string => {
    const where =
      backend !== "webgpu"
        ? used === 1
          ? ["The models run on the processor, as WebAssembly, with 1 thread.", ...whyOneThread(page)].join(" ")
          : `The models run on the processor, as WebAssembly, with ${threads(used)}.`
        : isSoftware
          ? "The models run through WebGPU, but this device has no graphics card for it. Software imitates one, which is slow."
          : "The models run on the graphics card, through WebGPU.";
    return [where, ...(fallbackReason === null ? [] : [fallbackReason]), "Nothing you type leaves this device."].join(
      " ",
    );
  },
);

/** An isolated page has one thread because the processor has no more to spare. */
function whyOneThread({
  isSecure,
  isIsolated,
}: {
  readonly isSecure: boolean;
  readonly isIsolated: boolean;
}): readonly string[] {
  if (isIsolated) return [];
  return [
    isSecure
      ? "More threads need a server that sends isolation headers."
      : "Browsers give more threads, and the graphics card, only over https or at localhost.",
  ];
}

export const memoryText = localized("device.memoryText", (memory: Memory | null): string => {
  if (memory === null) return "measured after a run";
  return [
    ...(memory.heapBytes === null ? [] : [`${bytes(memory.heapBytes)} on the heap`]),
    ...(memory.gpuBytes === null ? [] : [`${bytes(memory.gpuBytes)} on the graphics card`]),
    liveTensors(memory.tensors),
  ].join(" · ");
});

export const chipText = localized("device.chipText", (load: LoadState): string => {
  switch (load.status) {
    case "absent":
      return "Models not loaded";
    case "loading":
      return load.progress === null ? "Starting" : ["Loading", ...bytesText(load.progress)].join(" ");
    case "failed":
      return "Models failed";
    case "ready": {
      const { device: own, models } = load.report;
      const size = models.reduce((sum, model) => sum + model.bytes, 0);
      return `${BACKEND_NAMES[own.backend]} · ${modelCount(models.length)} · ${bytes(size)}`;
    }
    default:
      return load satisfies never;
  }
});

export const loading = localized("device.loading", {
  label: "Loading models",
  starting: "Starting",
  cancel: "Cancel",
});

/** Nothing where nothing is fetched: the model is kept here. */
function bytesText({ loadedBytes, totalBytes }: LoadProgress): readonly string[] {
  return totalBytes === 0 ? [] : [`${bytes(loadedBytes)} of ${bytes(totalBytes)}`];
}

/** What is loading now, and how far it is. */
export const loadingText = localized(
  "device.loadingText",
  (progress: LoadProgress | null, secondsLeft: number | null): string => {
    if (progress === null) return "Starting";
    const { phase, modelId, modelsDone, modelsTotal } = progress;
    return [
      PHASES[phase](modelId),
      `${modelsDone} of ${modelCount(modelsTotal)}`,
      ...bytesText(progress),
      ...(secondsLeft === null ? [] : [`${seconds(secondsLeft)} left`]),
    ].join(" · ");
  },
);
