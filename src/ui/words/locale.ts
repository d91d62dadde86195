/** The language of the page, chosen once when it starts. In Node, where there is no page, English. */

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words, for whoever cannot read the others. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

/** Of numbers and lists. British English: the day comes before the month, and a sentence needs no comma before its "and". */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };
const KEY = "tiller.language";
type Here = readonly [chosen: Language, query: string];

/** What a browser says of the visitor's languages. */
export interface Wishes {
  /** The query of the address, "?lang=de" or "". */
  readonly query: string;
  /** What this visitor chose at this very address; null where nothing is kept. */
  readonly here: string | null;
  /** What this visitor chose before; null where nothing is kept. */
  readonly kept: string | null;
  /** The browser's languages, the best first, such as "de-CH". */
  readonly browser: readonly string[];
}

/** The address decides before an earlier choice, so that a teacher's link shows a class one language. */
export function languageOf({ query, here, kept, browser }: Wishes): Language {
  const wished = [here, new URLSearchParams(query).get("lang"), kept, ...browser];
  return wished.map(known).find((each) => each !== null) ?? "en";
}

function known(tag: unknown): Language | null {
  if (typeof tag !== "string") return null;
  const main = tag.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((each) => each === main) ?? null;
}

export let language: Language =
  typeof document === "undefined"
    ? "en"
    : languageOf({ query: location.search, here: chosenHere(), kept: keptLanguage(), browser: navigator.languages });

/** Where the words of the chosen language could not be fetched. */
export function fallBackToEnglish(): void {
  language = "en";
}

export function localeTag(): string {
  return LOCALES[language];
}

/** Loads the page again in that language. What the page keeps stays; a run that is not saved goes. */
export function changeLanguage(chosen: Language): void {
  try {
    localStorage.setItem(KEY, chosen);
    sessionStorage.setItem(KEY, JSON.stringify([chosen, location.search] satisfies Here));
    location.reload();
  } catch {
    // Where the browser keeps nothing, the choice has to stand in the address.
    const query = new URLSearchParams(location.search);
    query.set("lang", chosen);
    location.search = query.toString();
  }
}

/** Valid at this address only: a class link carries a checksum, so its own language cannot be changed in it. */
function chosenHere(): Language | null {
  try {
    const [chosen, query] = JSON.parse(sessionStorage.getItem(KEY) ?? "[]") as Partial<Here>;
    return query === location.search ? known(chosen ?? null) : null;
  } catch {
    return null;
  }
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
