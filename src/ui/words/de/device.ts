import type { LoadProgress, ModelSummary } from "../../../../workers/protocol.ts";
import type * as english from "../device.ts";
import { bytes, count, parameters, seconds } from "../format.ts";
import { liveTensors, models as modelCount, threads } from "./counts.ts";
import { BACKEND_NAMES } from "./names.ts";

const KINDS: Readonly<Record<ModelSummary["kind"], string>> = {
  policy: "Policy",
  arm: "ARM",
  value: "Value-Modell",
  reward: "Gutachter",
  reader: "Belohnungsquelle",
  classifier: "Klassifikator",
};

const PHASES: Readonly<Record<LoadProgress["phase"], (id: string) => string>> = {
  fetch: (id) => `${id} wird geladen`,
  verify: (id) => `Dateien von ${id} werden geprüft`,
  compile: (id) => `${id} wird vorbereitet`,
  "self-check": (id) => `${id} wird mit bekannten Zahlen getestet`,
  ready: (id) => `${id} ist bereit`,
};

export const device: typeof english.device = {
  title: "Gerät und Modelle",
  absent:
    "Die Modelle laufen in dieser Seite, auf diesem Gerät. Eingaben verlassen es nicht. Noch ist kein Modell geladen. Die eigenen Modelle der Seite brauchen etwa 16 MB, und der Browser behält sie für den nächsten Besuch.",
  load: "Modelle laden",
  loadAgain: "Neu laden",
  otherBackend: (other) => `Stattdessen ${BACKEND_NAMES[other]} nehmen`,
  otherModels: "Andere Modelle wählen …",
  adapter: "Gerät",
  adapterName: (name) => (name === "" ? "Prozessor" : name),
  memory: "Speicher",
  context: "Kontext",
  contextSize: (tokens) => `${count(tokens)} Tokens`,
  models: "Modelle",
  heads: { model: "Modell", kind: "Art", size: "Größe", hash: "SHA-256" },
  kind: (kind) => KINDS[kind],
  size: (params, size) => (params === null ? bytes(size) : `${parameters(params)} · ${bytes(size)}`),
  check: (model, check) => `${model}: ${check}.`,
};

export const whereText: typeof english.whereText = (
  { backend, isSoftware, threads: used, fallbackReason },
  { isSecure, isIsolated },
) => {
  const whyOneThread = isIsolated
    ? []
    : [
        isSecure
          ? "Mehr Threads verlangen einen Server, der Isolationsheader sendet."
          : "Mehr Threads und die Grafikkarte geben Browser nur über https oder auf localhost.",
      ];
  const where =
    backend !== "webgpu"
      ? used === 1
        ? ["Die Modelle laufen auf dem Prozessor, als WebAssembly, mit 1 Thread.", ...whyOneThread].join(" ")
        : `Die Modelle laufen auf dem Prozessor, als WebAssembly, mit ${threads(used)}.`
      : isSoftware
        ? "Die Modelle laufen über WebGPU, aber dieses Gerät hat keine Grafikkarte dafür. Software ahmt eine nach, und das ist langsam."
        : "Die Modelle laufen auf der Grafikkarte, über WebGPU.";
  return [where, ...(fallbackReason === null ? [] : [fallbackReason]), "Eingaben verlassen dieses Gerät nicht."].join(
    " ",
  );
};

export const memoryText: typeof english.memoryText = (memory) => {
  if (memory === null) return "wird nach einem Lauf gemessen";
  return [
    ...(memory.heapBytes === null ? [] : [`${bytes(memory.heapBytes)} auf dem Heap`]),
    ...(memory.gpuBytes === null ? [] : [`${bytes(memory.gpuBytes)} auf der Grafikkarte`]),
    liveTensors(memory.tensors),
  ].join(" · ");
};

export const chipText: typeof english.chipText = (load) => {
  switch (load.status) {
    case "absent":
      return "Modelle nicht geladen";
    case "loading":
      return load.progress === null ? "Es geht los" : ["Lädt", ...bytesText(load.progress)].join(" ");
    case "failed":
      return "Modelle gescheitert";
    case "ready": {
      const { device: own, models } = load.report;
      const size = models.reduce((sum, model) => sum + model.bytes, 0);
      return `${BACKEND_NAMES[own.backend]} · ${modelCount(models.length)} · ${bytes(size)}`;
    }
    default:
      return load satisfies never;
  }
};

export const loading: typeof english.loading = {
  label: "Modelle werden geladen",
  starting: "Es geht los",
  cancel: "Abbrechen",
};

function bytesText({ loadedBytes, totalBytes }: LoadProgress): readonly string[] {
  return totalBytes === 0 ? [] : [`${bytes(loadedBytes)} von ${bytes(totalBytes)}`];
}

export const loadingText: typeof english.loadingText = (progress, secondsLeft) => {
  if (progress === null) return loading.starting;
  const { phase, modelId, modelsDone, modelsTotal } = progress;
  return [
    PHASES[phase](modelId),
    `${modelsDone} von ${modelCount(modelsTotal)}`,
    ...bytesText(progress),
    ...(secondsLeft === null ? [] : [`noch ${seconds(secondsLeft)}`]),
  ].join(" · ");
};
