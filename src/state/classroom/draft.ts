/** What a teacher ticks for a class, and the link that says it. */
import { writeLink, type LinkState } from "../keep/link.ts";
import { lessonAddress } from "../lessons/address.ts";
import type { Lesson } from "../lessons/lesson-file.ts";
import { lessonSettings } from "../lessons/lesson-settings.ts";
import { hiddenParts, type Part } from "../lessons/parts.ts";
import type { World } from "../settings/worlds.ts";
import { HIDEABLE, writeClassLink, type ClassLink } from "./class-link.ts";

/** Longer addresses are cut by some programs, and their QR codes are hard to read. Characters of the whole address. */
export const MAX_CLASS_LINK = 2000;
/** Shorter texts are not worth a word. Characters. */
const LITTLE = 40;

export interface ClassDraft {
  readonly shown: readonly Part[];
  readonly isSeedHeld: boolean;
  readonly lang: ClassLink["lang"];
  readonly isProjector: boolean;
  /** Null where the class has no choice of model. */
  readonly load: ClassLink["load"];
}

/** What is shared: the lesson, or the page as it stands where that is null. */
export interface ClassSubject {
  readonly lesson: Lesson | null;
  readonly state: LinkState;
  /** Id of the model that the page's own server carries for the chat world, null where it lies elsewhere. */
  readonly model: string | null;
}

export interface ClassAddress {
  /** Null where the settings do not fit into any link. */
  readonly address: string | null;
  readonly length: number;
  readonly isTooLong: boolean;
  /** What could be shortened, with its characters, the longest first. */
  readonly savings: readonly { readonly what: Shortened; readonly characters: number }[];
}
export type Shortened = "prompt" | "system" | "turns" | "sources" | "personas" | "openings" | "gate";

export function worldOf({ lesson, state }: ClassSubject): World {
  return lesson?.world ?? state.world;
}

/** The parts that the page has in a world. */
export function partsOf(world: World): readonly Part[] {
  const absent: Part = world === "chat" ? "objectives" : "system";
  return HIDEABLE.filter((part) => part !== absent);
}

/** Everything is shown, or what the lesson needs. */
export function freshDraft(subject: ClassSubject): ClassDraft {
  const shown = partsOf(worldOf(subject)).filter((part) => subject.lesson?.parts.includes(part) ?? true);
  return { shown, isSeedHeld: true, lang: null, isProjector: false, load: null };
}

export function seedOf({ lesson, state }: ClassSubject): number {
  const own = lesson === null ? null : lessonSettings(lesson, {});
  return (own ?? state.settings).seed;
}

/** Parts that are left out although a step of the lesson points at them. */
export function missedParts({ lesson }: ClassSubject, { shown }: ClassDraft): readonly Part[] {
  const wanted = lesson?.steps.flatMap((step) => ("part" in step && step.part !== null ? [step.part] : [])) ?? [];
  return HIDEABLE.filter((part) => wanted.includes(part) && !shown.includes(part));
}

export function classLinkOf(subject: ClassSubject, draft: ClassDraft): ClassLink {
  const world = worldOf(subject);
  const hide = partsOf(world).filter((part) => !draft.shown.includes(part));
  // A part that the page lacks in this world is no reason to say the lesson's own list again.
  const own = hiddenParts(subject.lesson?.parts ?? HIDEABLE).filter((part) => partsOf(world).includes(part));
  return {
    hide: hide.join() === own.join() ? null : hide,
    seed: draft.isSeedHeld ? seedOf(subject) : null,
    lang: draft.lang,
    look: draft.isProjector ? "projector" : null,
    model: world === "chat" ? subject.model : null,
    load: draft.load,
  };
}

/** @param page address of the page without query and without `#` */
export function classAddress(page: string, subject: ClassSubject, draft: ClassDraft): ClassAddress {
  const hash = hashOf(subject);
  if (hash === null) return { address: null, length: Infinity, isTooLong: true, savings: savingsIn(subject) };
  const address = page + writeClassLink(classLinkOf(subject, draft), hash) + hash;
  const isTooLong = address.length > MAX_CLASS_LINK;
  return { address, length: address.length, isTooLong, savings: isTooLong ? savingsIn(subject) : [] };
}

function hashOf({ lesson, state }: ClassSubject): string | null {
  return lesson === null ? writeLink(state) : lessonAddress(lesson.id);
}

/** Characters of each sort of text in the state. */
function savingsIn({ lesson, state }: ClassSubject): ClassAddress["savings"] {
  if (lesson !== null) return [];
  const { prompts, system, turns, sources, personas, gate, lanes } = state.settings;
  const sizes: Readonly<Record<Shortened, number>> = {
    prompt: prompts.story.length + prompts.advice.length,
    system: system.length,
    turns: turns.reduce((sum, { prompt, answer }) => sum + prompt.length + answer.length, 0),
    sources: sizeOf(sources),
    personas: sizeOf(personas),
    gate: sizeOf(gate.prompts ?? []),
    openings: lanes.reduce((sum, { opening }) => sum + (opening?.text.length ?? 0), 0),
  };
  return Object.entries(sizes)
    .map(([what, characters]) => ({ what: what as Shortened, characters }))
    .filter(({ characters }) => characters > LITTLE)
    .toSorted((a, b) => b.characters - a.characters);
}

function sizeOf(list: readonly unknown[]): number {
  return list.length === 0 ? 0 : JSON.stringify(list).length;
}
