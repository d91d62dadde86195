/** Words of *Share for a class*: what the teacher ticks, and the link that comes of it. */
import type { LoadReport } from "../../../workers/protocol.ts";
import { MAX_CLASS_LINK, type ClassAddress, type Shortened } from "../../state/classroom/draft.ts";
import type { FirstModelFacts } from "../../state/hub/first-model.svelte.ts";
import type { Part } from "../../state/lessons/parts.ts";
import type { World } from "../../state/settings/worlds.ts";
import { PART_NAMES } from "./classroom.ts";
import { bytes, count, listed, plural } from "./format.ts";
import { localized } from "./language.ts";
import { LANGUAGE_NAMES } from "./locale.ts";

const SHORTENED: Readonly<Record<Shortened, string>> = {
  prompt: "the prompt",
  system: "the system prompt",
  turns: "the earlier turns",
  sources: "the rewards that you added",
  personas: "your own personas",
  gate: "your own labelled prompts",
  openings: "the beginnings of branches",
};
/** A code with more modules on a side is hard to read from the last row. */
const DENSE_MODULES = 80;

export const classDialog = localized("class-dialog.classDialog", {
  title: "Share for a class",
  what: "What the link opens",
  asItIs: "The page as it is now",
  lesson: (title: string) => `Lesson: ${title}`,
  shown: "Controls that are shown",
  always: "The texts, the button that runs, errors, licences, help and the way out are always there.",
  all: "All",
  none: "None",
  asLesson: "As the lesson has it",
  missed: (parts: readonly Part[]) =>
    `A step of the lesson points at ${listed(parts.map((part) => PART_NAMES[part]))}, which this link leaves out.`,
  more: "For everybody alike",
  seed: (seed: number) => `The seed is ${seed}, and stays`,
  projector: "Projector look: larger type",
  language: "Language of the page",
  ownLanguage: "Each browser’s own",
  languages: LANGUAGE_NAMES,
  model: "Model",
  modelSays: (world: World, facts: FirstModelFacts, report: LoadReport | null) =>
    world === "chat" ? chatText(facts) : laboratoryText(report),
  atOnce: "Load it as soon as the page opens",
  waits: "Load them only on a click",
  preview: "What the class sees",
  result: "Link and QR code",
  link: "Link",
  qr: "QR code of the link",
  length: (length: number, modules: number) =>
    `${plural(length, "character")} of at most ${count(MAX_CLASS_LINK)}.${
      modules > DENSE_MODULES ? " The QR code is fine-grained: show it large." : ""
    }`,
  copy: "Copy the link",
  copied: "The link is copied.",
  saveQr: "Save the QR code as a picture",
  tryIt: "Open it in a new tab",
  thisMachine:
    "This address works on this machine only. Open the page under the address that the class will use, then make the link there.",
  tooLong: (length: number) =>
    Number.isFinite(length)
      ? `This link would have ${plural(length, "character")}. More than ${count(MAX_CLASS_LINK)} do not arrive everywhere.`
      : `These settings are too long for any link. ${count(MAX_CLASS_LINK)} characters arrive everywhere.`,
  shorten: (savings: ClassAddress["savings"]) =>
    `What to shorten: ${listed(savings.map(({ what, characters }) => `${SHORTENED[what]} (${plural(characters, "character")})`))}.`,
});

function chatText({ name, bytes: size, from }: FirstModelFacts): string {
  const sized = size === null ? name : `${name}, ${bytes(size)}`;
  return from === "server"
    ? `${sized}, from this server. Each laptop downloads it once. The recordings play without it.`
    : `${sized}. It is on another server, so each laptop downloads it once on a click. The recordings play without it.`;
}

function laboratoryText(report: LoadReport | null): string {
  const isHere = report !== null && report.lineup === undefined;
  const total = isHere ? report.models.reduce((sum, model) => sum + model.bytes, 0) : null;
  const sized = total === null ? "" : `, ${bytes(total)}`;
  return `The small models of the laboratory${sized}. They come with the page and load as soon as it opens.`;
}
