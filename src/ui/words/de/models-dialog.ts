import type { LineupReport } from "../../../../workers/protocol.ts";
import { bytes, count, seconds } from "../format.ts";
import type * as english from "../models-dialog.ts";
import { checkWords } from "./check.ts";
import { FORMS } from "./hub.ts";

export const modelsDialog: typeof english.modelsDialog = {
  title: "Modelle",
  all: "Alle Modelle",
  back: "Zurück zu den eigenen Modellen der Seite",
  intro:
    "Die Seite hat eigene kleine Modelle. Sie kann auch Modelle vom Hugging Face Hub oder einem Spiegel herunterladen, oder sie aus einem Ordner lesen. Alle Modelle laufen auf diesem Gerät. Die Seite fragt keinen anderen Rechner, bevor „Nachschlagen“, „Behalten“ oder „Laden“ gedrückt wird. Auch dann holt sie nur Dateien. Eingaben bleiben hier.",
};

export const chosenModels: typeof english.chosenModels = {
  title: "Zu laden",
  none: "Die eigenen Modelle der Seite. Unten ein Modell wählen, das schreibt. Weitere können es belohnen.",
  writes: "Schreibt",
  rewards: "Belohnt",
  form: (dtype) => (dtype === null ? "die Form, die zu diesem Gerät passt" : FORMS[dtype]),
  remove: "Entfernen",
  load: "Diese Modelle laden",
  loaded: "Geladen",
};

export const curatedModels: typeof english.curatedModels = {
  title: "Bekannte Modelle",
  asOf: (date) => `Größen und Lizenzen vom ${date}. Wo „unbekannt“ steht, fragt „Nachschlagen“ den Hub.`,
  heads: {
    model: "Modell",
    download: "Download",
    memory: "Speicher",
    licence: "Lizenz",
    here: "Hier",
    use: "Verwenden",
  },
  unknown: "unbekannt",
  notHere: "nein",
  lookUp: "Nachschlagen",
  file: (file, repo) => `${file} aus ${repo}`,
  memory: (need, dtype) => `etwa ${bytes(need)} (${dtype})`,
};

export const sizesText: typeof english.sizesText = (sizes) => {
  const all = [...sizes];
  const known = all.flatMap(([dtype, size]) => (size === null ? [] : [`${dtype} ${bytes(size)}`]));
  const others = all.flatMap(([dtype, size]) => (size === null ? [dtype] : []));
  return [...known, ...(others.length === 0 ? [] : [`${others.join(", ")} unbekannt`])].join(" · ");
};

export const roleButtons: typeof english.roleButtons = {
  write: "Schreiben",
  writes: "Schreibt",
  reward: "Belohnen",
  rewards: "Belohnt",
  keep: "Behalten",
  withModel: (name) => `mit ${name}`,
  forOffline: (name) => `${name} für ohne Netz`,
  chooseFirst: "Zuerst das Modell wählen, das schreibt",
  keepTitle: "Lädt das Modell für die Nutzung ohne Netz herunter, nimmt es aber nicht in Betrieb",
};

export const downloadBar: typeof english.downloadBar = {
  label: "Download",
  lookingUp: (id) => `${id} wird nachgeschlagen`,
  fetching: (id) => `${id} wird geholt`,
  labelOf: (id) => `Download von ${id}`,
  cancel: "Abbrechen",
};

export const downloadText: typeof english.downloadText = ({ loadedBytes, totalBytes, bytesPerSecond, secondsLeft }) =>
  [
    `${bytes(loadedBytes)} von ${bytes(totalBytes)}`,
    ...(bytesPerSecond === null ? [] : [`${bytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === null ? [] : [`noch ${seconds(secondsLeft)}`]),
  ].join(" · ");

export const folderList: typeof english.folderList = {
  choose: "Einen Ordner wählen und hier merken",
  open: "Öffnen",
  forget: "Vergessen",
};

export const keptList: typeof english.keptList = {
  title: "Auf diesem Gerät behalten",
  looking: "Wird nachgesehen …",
  none: "Kein heruntergeladenes Modell ist behalten.",
  form: (dtype, mirror, served) =>
    mirror === null ? dtype : `${dtype} von ${mirror === served ? "diesem Server" : mirror}`,
  delete: "Löschen",
  deleteAll: "Alle löschen",
};

export const keptText: typeof english.keptText = (total, { unfinishedBytes, freeBytes }) =>
  [
    `${bytes(total)} insgesamt.`,
    ...(unfinishedBytes > 0 ? [`${bytes(unfinishedBytes)} davon gehören zu unfertigen Downloads.`] : []),
    ...(freeBytes === null ? [] : [`Der Browser hat Platz für ${bytes(freeBytes)} mehr.`]),
  ].join(" ");

export const loadedList: typeof english.loadedList = {
  title: "Geladen",
  unload: "Entladen",
  andOthers: ", und damit alle anderen",
  unloadWriter: "Entlädt alle Modelle vom Hub und bringt die eigenen Modelle der Seite zurück",
  unloadReward: "Gibt seinen Speicher frei und entfernt die Belohnungen, die es benutzen",
};

type Pair = LineupReport["pairs"][number];

export const loadedText: typeof english.loadedText = (model, pair, isPolicy) =>
  [
    isPolicy ? chosenModels.writes : chosenModels.rewards,
    FORMS[model.dtype],
    ...(model.arithmetic === "float32" && model.dtype !== "fp32"
      ? ["auf 32 Bit entfaltet, was hier schneller ist"]
      : []),
    `etwa ${bytes(model.peakBytes)} Speicher`,
    checkWords(model.check),
    ...(model.labels.length > 0 ? [`Label ${model.labels.join(", ")}`] : []),
    ...(pair === undefined ? [] : [`hat die Tokens von ${pair.first}: ${count(pair.shared)} Nummern verglichen`]),
    ...(pair === undefined || pair.dropped.length === 0 ? [] : [droppedText(pair.dropped)]),
  ].join(" · ");

function droppedText(dropped: Pair["dropped"]): string {
  const shown = dropped.slice(0, 3).map(({ token }) => token);
  return `${count(dropped.length)} Nummern am Ende werden nicht benutzt (${shown.join(" ")}${dropped.length > 3 ? " …" : ""})`;
}

const PLACES = { folder: "im eigenen Ordner", kept: "hier", elsewhere: "noch nicht hier" } as const;

export const lookUp: typeof english.lookUp = {
  title: "Jedes andere Modell",
  id: "Kennung auf dem Hub",
  idExample: "Besitzer/Name",
  mirror: "Spiegel",
  optional: "(freiwillig)",
  mirrorExample: "https://…",
  button: "Nachschlagen",
  folder: "oder ein Ordner auf diesem Gerät",
  licence: (licence) => `Lizenz ${licence ?? "nicht angegeben"}`,
  from: (mirror) => `von ${mirror}`,
  form: (dtype) => `${FORMS[dtype]} (${dtype})`,
  doesNotRun: (why) => `läuft hier nicht: ${why}`,
  needs: (least, place, isBest) =>
    [`mindestens ${bytes(least)} Speicher`, PLACES[place], ...(isBest ? ["passt zu diesem Gerät"] : [])].join(", "),
  nameAs: (id, dtype) => `${id} als ${dtype}`,
};
