/** Puts the words of the page's language in the place of the English ones. */
import type { german } from "./de/index.ts";
import { fallBackToEnglish, language } from "./locale.ts";

/** The same words in any language: keys and parameters stay, a text may be any text. */
export type Words<T> = T extends string
  ? string
  : T extends (...given: infer Given) => infer Said
    ? (...given: Given) => Words<Said>
    : { readonly [Key in keyof T]: Words<T[Key]> };

type Translation = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** English stands beside the code; another language comes with its first visitor and is kept for use offline. */
const translation: Translation | null =
  language === "de"
    ? await import("./de/index.ts").then(
        ({ german }): Translation => german,
        () => null,
      )
    : null;
if (translation === null) fallBackToEnglish();
if (typeof document !== "undefined") document.documentElement.lang = language;

type German = typeof german;
/** "header.shareMenu": only what has German words is a key, so no English word stays without them. */
type Key = { [File in keyof German]: `${File}.${keyof German[File] & string}` }[keyof German];

/**
 * The words of the page's language.
 * @param key     file and name of the words: "header.shareMenu" stands in `header.ts`, here and in the language's folder
 * @param english shown where the language has no such words
 */
// @__NO_SIDE_EFFECTS__
export function localized<const T>(key: Key, english: T): Words<T> {
  const [file = "", name = ""] = key.split(".");
  // The German of each key has the type of its English, which de/*.ts name themselves.
  return (translation?.[file]?.[name] ?? english) as Words<T>;
}
