import type { CheckState } from "../../../state/check/laptop-check.svelte.ts";
import type { Letter, Verdict } from "../../../state/check/grade.ts";
import { bytes, count, fixed, perSecond, plural, seconds } from "../format.ts";
import type * as english from "../laptop-check.ts";

const VERDICTS: Readonly<Record<Verdict, string>> = {
  all: "Gut: Auf diesem Gerät laufen das Labor und das Chatmodell.",
  laboratory: "Brauchbar: Auf diesem Gerät läuft das Labor. Vom Chatmodell die Aufzeichnungen zeigen.",
  recordings: "Langsam: Auf diesem Gerät die Aufzeichnungen zeigen. Sie zeigen dasselbe wie ein Lauf.",
};
const LETTERS: Readonly<Record<Letter, string>> = {
  A: "Die Modelle rechnen auf der Grafikkarte.",
  B: "Die Modelle rechnen auf mehreren Prozessor-Threads.",
  C: "Die Modelle rechnen auf einem Prozessor-Thread.",
  D: "Hier läuft kein Modell.",
};
const STATES: Readonly<Record<CheckState, string>> = {
  looking: "Das Gerät wird angesehen …",
  loading: "Die kleinen Modelle laden …",
  writing: "Die Geschwindigkeit wird gemessen …",
  done: "Die Prüfung ist fertig.",
};

export const laptopCheck: typeof english.laptopCheck = {
  title: "Dieses Gerät prüfen",
  pageTitle: "Tiller: dieses Gerät prüfen",
  about: "Diese Seite lädt die kleinen Modelle des Labors und schreibt damit einen Text. Nichts wird gesendet.",
  state: (state, written) => (state === "writing" ? `${STATES.writing} ${plural(written, "Token")}` : STATES[state]),
  code: "Kennung",
  codeText: ({ letter, digit }) => `${letter}${digit}`,
  verdict: (verdict) => VERDICTS[verdict],
  letter: (letter) => LETTERS[letter],
  speed: "Geschwindigkeit des kleinen Modells",
  speedText: (measured) =>
    measured === null
      ? "nicht gemessen"
      : `${perSecond(measured.tokensPerSecond)} Tokens in der Sekunde, geladen in ${seconds(measured.loadSeconds)}`,
  gpu: "Grafikkarte (WebGPU)",
  gpuText: ({ hasWebGpu, isSecure }, measured) => {
    if (measured?.backend === "webgpu") return measured.isSoftware ? "vom Prozessor nachgeahmt" : "wird verwendet";
    if (!isSecure) return "der Browser gibt sie über http nicht frei";
    return hasWebGpu ? "vorhanden, aber nicht verwendet" : "dieser Browser bietet sie nicht an";
  },
  threads: "Prozessor-Threads",
  threadsText: ({ cores, isIsolated, isSecure }, measured) => {
    const used = measured === null || measured.backend === "webgpu" ? "" : `${count(measured.threads)} verwendet von `;
    if (isIsolated) return `${used}${count(cores)}`;
    return `${used}${count(cores)}; ${isSecure ? "dieser Besuch erlaubt einen, der nächste vielleicht mehr" : "http erlaubt einen"}`;
  },
  memory: "Speicher",
  memoryText: ({ memoryGb }) =>
    memoryGb === null
      ? "der Browser sagt es nicht"
      : `${fixed(memoryGb, memoryGb < 1 ? 2 : 0)} GB${memoryGb >= 8 ? " oder mehr" : ""}`,
  storage: "Platz für diese Seite",
  storageText: ({ freeBytes }) => (freeBytes === null ? "der Browser sagt es nicht" : `${bytes(freeBytes)} frei`),
  failed: "Die Modelle liefen nicht:",
  again: "Noch einmal prüfen",
  toPage: "Tiller öffnen",
};
