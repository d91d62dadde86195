/** Which address a pack opens: a lesson, or a class link that somebody made in the page. */
import {
  CLASS_LANGUAGES,
  readClassLink,
  writeClassLink,
  type ClassLink,
} from "../../src/state/classroom/class-link.ts";
import { readLink } from "../../src/state/keep/link.ts";
import { lessonAddress, lessonInAddress } from "../../src/state/lessons/address.ts";
import { lessonSettings } from "../../src/state/lessons/lesson-settings.ts";
import { SHIPPED_LESSONS } from "../../src/state/lessons/shipped.ts";
import { classroom as words } from "../../src/ui/words/classroom.ts";
import { BadInput } from "../node/bad-input.ts";

export interface ClassWish {
  readonly lesson: string | null;
  readonly link: string | null;
  readonly lang: string | null;
  /** Models that the pack carries, the first is the one that the class uses. */
  readonly models: readonly string[];
}

const NOTHING: ClassLink = { hide: null, seed: null, lang: null, look: null, model: null, load: null };

/** @returns the address from `?` on @throws BadInput that names what is wrong, and what there is */
export function classAddressOf(wish: ClassWish): string {
  const { lesson, link } = wish;
  if ((lesson === null) === (link === null)) {
    throw new BadInput("give one of --lesson ID and --link URL, as in: npm run pack -- --lesson one-token");
  }
  const { asked, hash } = lesson === null ? fromLink(link ?? "") : fromLesson(lesson);
  const lang = wish.lang === null ? asked.lang : languageOf(wish.lang);
  return writeClassLink({ ...asked, lang, model: modelOf(wish, asked, hash) }, hash) + hash;
}

function fromLesson(id: string): { readonly asked: ClassLink; readonly hash: string } {
  const lesson = lessonOf(id);
  return { asked: { ...NOTHING, seed: lessonSettings(lesson, {})?.seed ?? null }, hash: lessonAddress(id) };
}

function fromLink(link: string): { readonly asked: ClassLink; readonly hash: string } {
  const url = URL.canParse(link, "http://localhost/") ? new URL(link, "http://localhost/") : null;
  if (url === null) throw new BadInput(`--link ${link}: this is no address; copy the whole link out of the page`);
  const { search, hash } = url;
  const reading = readClassLink(search, hash);
  if (reading.type === "broken") throw new BadInput(`--link: ${words.refused(reading.trouble)}`);
  const state = readLink(hash);
  const id = lessonInAddress(hash);
  if (id === null && state.type === "broken")
    throw new BadInput(`--link: the state in it cannot be read: ${state.why}`);
  if (id !== null && id !== "") lessonOf(id);
  if (reading.type === "none" && id === null && state.type === "none") {
    throw new BadInput(`--link ${link}: it opens nothing; make one with "Share for a class" in the page`);
  }
  return { asked: reading.type === "class" ? reading.link : NOTHING, hash };
}

function modelOf({ models }: ClassWish, asked: ClassLink, hash: string): string | null {
  const id = lessonInAddress(hash);
  const state = readLink(hash);
  const world =
    id === null ? (state.type === "link" ? state.state.world : "chat") : id === "" ? "chat" : lessonOf(id).world;
  if (asked.model !== null && models.length > 0 && !models.includes(asked.model)) {
    throw new BadInput(`--link names the model ${asked.model}; add --with-model ${asked.model}`);
  }
  return asked.model ?? (world === "chat" ? (models[0] ?? null) : null);
}

function lessonOf(id: string) {
  const lesson = SHIPPED_LESSONS.find((each) => each.id === id);
  if (lesson !== undefined) return lesson;
  throw new BadInput(`there is no lesson "${id}"; there are ${SHIPPED_LESSONS.map((each) => each.id).join(", ")}`);
}

function languageOf(text: string): ClassLink["lang"] {
  const lang = CLASS_LANGUAGES.find((each) => each === text);
  if (lang === undefined) throw new BadInput(`--lang ${text}: choose one of ${CLASS_LANGUAGES.join(", ")}`);
  return lang;
}
