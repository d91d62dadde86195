/** Words of the models dialog: its lists, its buttons and its progress. */
import type { LineupReport } from "../../../workers/protocol.ts";
import type { DownloadProgress, Dtype } from "../../core/hub.ts";
import type { KeptModels } from "../../../workers/protocol.ts";
import { bytes, count, seconds } from "./format.ts";
import { checkWords } from "./check.ts";
import { FORMS } from "./hub.ts";
import { localized } from "./language.ts";

export const modelsDialog = localized("models-dialog.modelsDialog", {
  title: "Models",
  all: "All models",
  back: "Back to the page’s own models",
  intro:
    "The page has small models of its own. It can also download models from the Hugging Face Hub or a mirror, or read them from a folder. All models run on this device. The page asks no other machine before you press Look up, Keep or Load. Even then it only fetches files. What you type stays here.",
});

export const chosenModels = localized("models-dialog.chosenModels", {
  title: "To load",
  none: "The page’s own models. Choose a model below that writes. You can add more that reward it.",
  writes: "Writes",
  rewards: "Rewards",
  form: (dtype: Dtype | null) => (dtype === null ? "the form that suits this device" : FORMS[dtype]),
  remove: "Remove",
  load: "Load these models",
  loaded: "Loaded",
});

export const curatedModels = localized("models-dialog.curatedModels", {
  title: "Known models",
  asOf: (date: string) =>
    `Sizes and licences as of ${date}. Where the table says unknown, press Look up to ask the Hub.`,
  heads: { model: "Model", download: "Download", memory: "Memory", licence: "Licence", here: "Here", use: "Use" },
  unknown: "unknown",
  notHere: "no",
  lookUp: "Look up",
  file: (file: string, repo: string) => `${file} of ${repo}`,
  memory: (need: number, dtype: Dtype) => `about ${bytes(need)} (${dtype})`,
});

/** Forms whose size is known, then the names of the others. */
export const sizesText = localized(
  "models-dialog.sizesText",
  (sizes: Iterable<readonly [Dtype, number | null]>): string => {
    const all = [...sizes];
    const known = all.flatMap(([dtype, size]) => (size === null ? [] : [`${dtype} ${bytes(size)}`]));
    const others = all.flatMap(([dtype, size]) => (size === null ? [dtype] : []));
    return [...known, ...(others.length === 0 ? [] : [`${others.join(", ")} unknown`])].join(" · ");
  },
);

export const roleButtons = localized("models-dialog.roleButtons", {
  write: "Write",
  writes: "Writes",
  reward: "Reward",
  rewards: "Rewards",
  keep: "Keep",
  withModel: (name: string) => `with ${name}`,
  forOffline: (name: string) => `${name} for offline`,
  chooseFirst: "Choose the model that writes first",
  keepTitle: "Downloads the model for use without a network, but does not load it",
});

export const downloadBar = localized("models-dialog.downloadBar", {
  label: "Download",
  lookingUp: (id: string) => `Looking ${id} up`,
  fetching: (id: string) => `Fetching ${id}`,
  labelOf: (id: string) => `Download of ${id}`,
  cancel: "Cancel",
});

/** How much has come, how fast, and how long the rest takes. */
export const downloadText = localized(
  "models-dialog.downloadText",
  ({ loadedBytes, totalBytes, bytesPerSecond, secondsLeft }: DownloadProgress): string => {
    return [
      `${bytes(loadedBytes)} of ${bytes(totalBytes)}`,
      ...(bytesPerSecond === null ? [] : [`${bytes(bytesPerSecond)}/s`]),
      ...(secondsLeft === null ? [] : [`${seconds(secondsLeft)} left`]),
    ].join(" · ");
  },
);

export const folderList = localized("models-dialog.folderList", {
  choose: "Choose a folder and remember it here",
  open: "Open",
  forget: "Forget",
});

export const keptList = localized("models-dialog.keptList", {
  title: "Kept on this device",
  looking: "Looking…",
  none: "No downloaded model is kept.",
  /** @param served address of this server's own models */
  form: (dtype: Dtype, mirror: string | null, served: string) =>
    mirror === null ? dtype : `${dtype} from ${mirror === served ? "this server" : mirror}`,
  delete: "Delete",
  deleteAll: "Delete all",
});

/** @param total bytes of whole models and of unfinished downloads */
export const keptText = localized(
  "models-dialog.keptText",
  (total: number, { unfinishedBytes, freeBytes }: KeptModels): string => {
    return [
      `${bytes(total)} in all.`,
      ...(unfinishedBytes > 0 ? [`${bytes(unfinishedBytes)} of it belong to unfinished downloads.`] : []),
      ...(freeBytes === null ? [] : [`The browser has room for ${bytes(freeBytes)} more.`]),
    ].join(" ");
  },
);

export const loadedList = localized("models-dialog.loadedList", {
  title: "Loaded",
  unload: "Unload",
  andOthers: ", and with it all others",
  unloadWriter: "Unloads all models of the Hub and brings the page’s own models back",
  unloadReward: "Frees its memory and removes the rewards that use it",
});

type Loaded = LineupReport["models"][number];
type Pair = LineupReport["pairs"][number];

/** @param pair how its vocabulary compares with that of the model that writes; undefined where nothing was compared */
export const loadedText = localized(
  "models-dialog.loadedText",
  (model: Loaded, pair: Pair | undefined, isPolicy: boolean): string => {
    return [
      isPolicy ? chosenModels.writes : chosenModels.rewards,
      FORMS[model.dtype],
      ...(model.arithmetic === "float32" && model.dtype !== "fp32"
        ? ["unfolded to 32 bits, which is faster here"]
        : []),
      `about ${bytes(model.peakBytes)} of memory`,
      checkWords(model.check),
      ...(model.labels.length > 0 ? [`labels ${model.labels.join(", ")}`] : []),
      ...(pair === undefined ? [] : [`has the tokens of ${pair.first}: ${count(pair.shared)} ids were compared`]),
      ...(pair === undefined || pair.dropped.length === 0 ? [] : [droppedText(pair.dropped)]),
    ].join(" · ");
  },
);

function droppedText(dropped: Pair["dropped"]): string {
  const shown = dropped.slice(0, 3).map(({ token }) => token);
  return `${count(dropped.length)} ids at the end are not used (${shown.join(" ")}${dropped.length > 3 ? " …" : ""})`;
}

const PLACES = { folder: "in your folder", kept: "here", elsewhere: "not here yet" } as const;

export const lookUp = localized("models-dialog.lookUp", {
  title: "Any other model",
  id: "Hub id",
  idExample: "owner/name",
  mirror: "Mirror",
  optional: "(optional)",
  mirrorExample: "https://…",
  button: "Look up",
  folder: "or a folder on this device",
  licence: (licence: string | null) => `licence ${licence ?? "not stated"}`,
  from: (mirror: string) => `from ${mirror}`,
  form: (dtype: Dtype) => `${FORMS[dtype]} (${dtype})`,
  doesNotRun: (why: string) => `does not run here: ${why}`,
  needs: (least: number, place: "folder" | "kept" | "elsewhere", isBest: boolean) =>
    [`at least ${bytes(least)} of memory`, PLACES[place], ...(isBest ? ["suits this device"] : [])].join(", "),
  nameAs: (id: string, dtype: Dtype) => `${id} as ${dtype}`,
});
