/** The language of the page, chosen once when it starts. In Node, where there is no page, English. */

export const LANGUAGES = ["en", "de"] as const;
export type Language = (typeof LANGUAGES)[number];

/** Each in its own words, for whoever cannot read the others. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", de: "Deutsch" };

/** Of numbers and lists. British English: the day comes before the month, and a sentence needs no comma before its "and". */
const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", de: "de-DE" };
const KEY = "tiller.language";

/** What a browser says of the visitor's languages. */
export interface Wishes {
  /** The query of the address, "?lang=de" or "". */
  readonly query: string;
  /** What this visitor chose before; null where nothing is kept. */
  readonly kept: string | null;
  /** The browser's languages, the best first, such as "de-CH". */
  readonly browser: readonly string[];
}

/** The address decides before the visitor's own choice, so that a teacher's link shows a class one language. */
export function languageOf({ query, kept, browser }: Wishes): Language {
  const wished = [new URLSearchParams(query).get("lang"), kept, ...browser];
  return wished.map(known).find((each) => each !== null) ?? "en";
}

function known(tag: string | null): Language | null {
  const main = tag?.toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((each) => each === main) ?? null;
}

export let language: Language =
  typeof document === "undefined"
    ? "en"
    : languageOf({ query: location.search, kept: keptLanguage(), browser: navigator.languages });

/** Where the words of the chosen language could not be fetched. */
export function fallBackToEnglish(): void {
  language = "en";
}

export function localeTag(): string {
  return LOCALES[language];
}

/** Loads the page again in that language. What the page keeps stays; a run that is not saved goes. */
export function changeLanguage(chosen: Language): void {
  const address = new URL(location.href);
  if (isKept(chosen)) address.searchParams.delete("lang");
  else address.searchParams.set("lang", chosen);
  history.replaceState(null, "", address);
  location.reload();
}

/** False where the browser keeps nothing: then the choice has to stand in the address. */
function isKept(chosen: Language): boolean {
  try {
    localStorage.setItem(KEY, chosen);
    return true;
  } catch {
    return false;
  }
}

function keptLanguage(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
