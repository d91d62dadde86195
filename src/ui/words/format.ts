/** The only place where numbers and lists become text, as the page's language writes them. */
import { language, localeTag, type Language } from "./locale.ts";

const MINUS = "\u2212";
/** Holds the place of a number that is not there yet. */
export const BLANK = "\u2013";

/** With the language's decimal mark, and a real minus sign. */
export function fixed(value: number, digits: number): string {
  return withSign(value, digits, decimals(digits).format(Math.abs(value)));
}

/** With a point in every language, for tables that programs read. */
export function pointed(value: number, digits: number): string {
  return withSign(value, digits, Math.abs(value).toFixed(digits));
}

function withSign(value: number, digits: number, text: string): string {
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : "∞";
  return value < 0 && isShown(value, digits) ? MINUS + text : text;
}

/** Whether any digit of it is left but zeros. */
function isShown(value: number, digits: number): boolean {
  return Number(value.toFixed(digits)) !== 0;
}

/** Made once for each number of digits: a chart writes thousands of numbers. */
const formats = new Map<string, Intl.NumberFormat>();
function decimals(digits: number): Intl.NumberFormat {
  const key = `${language} ${digits}`;
  const own =
    formats.get(key) ??
    new Intl.NumberFormat(localeTag(), {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
      useGrouping: false,
    });
  formats.set(key, own);
  return own;
}

/** With its sign, and none on a value that rounds to zero. */
export function signed(value: number, digits: number): string {
  const text = fixed(value, digits);
  return value > 0 && isShown(value, digits) ? `+${text}` : text;
}

/** The decimals that these numbers need, from two to four. */
export function decimalsOf(...values: readonly number[]): number {
  const own = values.map((value) => Number(value.toFixed(4)).toString().split(".")[1]?.length ?? 0);
  return Math.max(2, ...own);
}

export function optional(value: number | undefined, digits: number): string {
  return value === undefined ? BLANK : fixed(value, digits);
}

/** A probability with three digits, smaller ones as a bound. */
export function probability(value: number): string {
  return value > 0 && value < 0.001 ? `<${fixed(0.001, 3)}` : fixed(value, 3);
}

export function bytes(value: number): string {
  if (value < 1e3) return `${value} B`;
  if (value < 1e6) return `${fixed(value / 1e3, 0)} kB`;
  if (value < 1e9) return `${fixed(value / 1e6, value < 1e7 ? 1 : 0)} MB`;
  return `${fixed(value / 1e9, 1)} GB`;
}

const LESS_THAN_A_SECOND: Readonly<Record<Language, string>> = {
  en: "less than a second",
  de: "weniger als eine Sekunde",
};

export function seconds(value: number): string {
  if (value < 1) return LESS_THAN_A_SECOND[language];
  return value < 90 ? `${Math.round(value)} s` : `${Math.round(value / 60)} min`;
}

/** A speed: under 10 a whole number would hide a difference of a tenth. */
export function perSecond(value: number): string {
  return fixed(value, value < 9.95 ? 1 : 0);
}

export function count(value: number): string {
  return value.toLocaleString(localeTag());
}

export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A moment in milliseconds since 1970, as the device's clock shows it. */
export function dateTime(ms: number): string {
  return new Intl.DateTimeFormat(localeTag(), { dateStyle: "medium", timeStyle: "short" }).format(ms);
}

/** One form of the noun for each plural category of the language. English and German have two. */
type Forms = readonly [one: string, other: string];

/** The number with the right form of its noun. */
export function counted([one, other]: Forms): (value: number) => string {
  return (value) => `${count(value)} ${new Intl.PluralRules(localeTag()).select(value) === "one" ? one : other}`;
}

/** "Joy, Adventure and Detail" */
export function listed(names: readonly string[]): string {
  return new Intl.ListFormat(localeTag(), { type: "conjunction" }).format(names);
}

/** "Joy or Adventure" */
export function oneOf(names: readonly string[]): string {
  return new Intl.ListFormat(localeTag(), { type: "disjunction" }).format(names);
}

/** So many figures that count: a slope, or a reward of one token, may be small. */
export function figures(value: number, count: number): string {
  const text = Number(Math.abs(value).toPrecision(count));
  return `${value < 0 ? MINUS : ""}${text.toLocaleString(localeTag(), { maximumFractionDigits: 20, useGrouping: false })}`;
}

/** Stands in a sentence for a part that has a look of its own, such as a token. */
export const HOLE = "\uFFFC";

/** What stands before and after the hole of a sentence, so that its order can change with the language. */
export function around(sentence: string): readonly [before: string, after: string] {
  const at = sentence.indexOf(HOLE);
  return at < 0 ? [sentence, ""] : [sentence.slice(0, at), sentence.slice(at + HOLE.length)];
}

/** Parameters of a model: 6.2 M, 900 k. */
export function parameters(value: number): string {
  return value >= 1e6 ? `${fixed(value / 1e6, 1)} M` : `${fixed(value / 1e3, 0)} k`;
}

/** A token where it stands alone: spaces, line ends and control characters are made visible. */
export function visibleToken(text: string): string {
  if (text === "") return "\u2205";
  return text
    .replace(/^ /, "\u00b7")
    .replaceAll("\n", "\u21b5")
    .replace(/[\p{Cc}\p{Cf}\p{Zs}\p{Zl}\p{Zp}]/gu, (character) =>
      character === " " ? character : `<0x${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}>`,
    );
}
