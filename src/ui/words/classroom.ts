/** Words of a class: what its link did to the page, what is wrong with a link, and the way out. */
import { CLASS_LANGUAGES, type ClassKey, type ClassLink, type ClassTrouble } from "../../state/classroom/class-link.ts";
import { KEPT_PARTS, PARTS, type Part } from "../../state/lessons/parts.ts";
import { count, listed, plural } from "./format.ts";
import { localized } from "./language.ts";

/** As the page itself calls its parts, where it has a name for them. */
export const PART_NAMES: Readonly<Record<Part, string>> = localized("classroom.PART_NAMES", {
  world: "Choice of the world",
  views: "Sweep and Lens",
  share: "Share and save",
  prompt: "Prompt",
  system: "System prompt and earlier turns",
  objectives: "Objectives",
  rewards: "Rewards",
  "more-rewards": "Adding and combining rewards",
  strength: "Strength",
  sampling: "Sampling",
  seed: "Seed",
  run: "Run",
  colours: "Colours and views of the text",
  recordings: "Recordings",
  lanes: "Texts",
  "lane-menus": "Menus of the lanes",
  board: "Scoreboard",
  inspector: "Inspector",
  sentence: "What decided a sentence",
  comparison: "Comparison by a judge",
  reset: "Reset",
});

const ALLOWED: Readonly<Record<Exclude<ClassKey, "hide">, string>> = {
  seed: "A seed is a whole number from 0 to 4,294,967,295.",
  lang: `The languages are ${listed(CLASS_LANGUAGES)}.`,
  look: "The only look is projector.",
  model: "The name of a model has letters, digits, “.”, “-” and “_”.",
  load: "Models load “now” or on a “click”.",
};
const SHOWN_CHARACTERS = 40;

export const classroom = localized("classroom.classroom", {
  label: "Class link",
  says: (link: ClassLink, hidden: number) => {
    const parts = [
      ...(link.hide !== null && link.hide.length > 0
        ? [hidden === 0 ? "all controls are shown" : awayText(hidden)]
        : []),
      ...(link.seed === null ? [] : [`the seed is ${link.seed} for everybody`]),
    ];
    return parts.length === 0 ? "A class link opened this page." : `A class link opened this page: ${listed(parts)}.`;
  },
  model: (id: string, isServed: boolean) =>
    isServed
      ? `The class uses the model ${id}.`
      : `The class uses the model ${id}, which this server does not carry. The recordings play without it.`,
  showAll: "Show all controls",
  hideAgain: "Show the class’s controls only",
  leave: "Leave the class link",
  refused: (trouble: ClassTrouble) => `The class link in the address is not used. ${troubleText(trouble)}`,
  allShown: "The page shows all controls.",
});

function awayText(hidden: number): string {
  return `${plural(hidden, "part")} of the page ${hidden === 1 ? "is" : "are"} left out`;
}

function troubleText(trouble: ClassTrouble): string {
  switch (trouble.code) {
    case "damaged":
      return "It is cut off or was changed on its way. Copy the whole address again from where it was made.";
    case "newer":
      return `It was made by another version of Tiller (${short(trouble.version)}). Load the page again, or ask for a new link.`;
    case "twice":
      return `“${short(trouble.key)}” stands in it twice. Leave one of them out.`;
    case "too-long":
      return `“${short(trouble.key)}” has ${plural(trouble.length, "character")}, but may have ${count(trouble.bound)}.`;
    case "unknown":
      return `“${trouble.key}” cannot be “${short(trouble.value)}”. ${allowedText(trouble.key, trouble.value)}`;
    default:
      return trouble satisfies never;
  }
}

function allowedText(key: ClassKey, value: string): string {
  if (key !== "hide") return ALLOWED[key];
  if (KEPT_PARTS.some((part) => part === value)) return `The ${listed(KEPT_PARTS)} are always there.`;
  return `The parts that can be hidden are ${listed(PARTS.filter((part) => !KEPT_PARTS.includes(part)))}.`;
}

function short(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}
