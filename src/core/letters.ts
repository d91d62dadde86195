/**
 * Letters that the bundled models never saw, written with those that they know: their world is written in plain English
 * letters and marks. Letters of other scripts have no such form and are left out, as are pictures.
 */

/** What Unicode's own compatibility forms do not turn into plain letters and marks. */
const PLAIN: Readonly<Record<string, string>> = {
  "‘": "'",
  "’": "'",
  "‚": "'",
  "‛": "'",
  ʼ: "'",
  ʻ: "'",
  "′": "'",
  "´": "'",
  "`": "'",
  "‹": "'",
  "›": "'",
  "“": '"',
  "”": '"',
  "„": '"',
  "‟": '"',
  "″": '"',
  "«": '"',
  "»": '"',
  "–": "-",
  "—": "-",
  "―": "-",
  "‐": "-",
  "‑": "-",
  "‒": "-",
  "−": "-",
  "•": "-",
  "·": "-",
  "…": "...",
  "×": "x",
  "⁄": "/",
  ß: "ss",
  ẞ: "SS",
  æ: "ae",
  Æ: "Ae",
  œ: "oe",
  Œ: "Oe",
  ø: "o",
  Ø: "O",
  ł: "l",
  Ł: "L",
  đ: "d",
  Đ: "D",
  ð: "d",
  Ð: "D",
  þ: "th",
  Þ: "Th",
  ı: "i",
  ħ: "h",
  Ħ: "H",
  ŋ: "n",
  Ŋ: "N",
  ŧ: "t",
  Ŧ: "T",
  ĸ: "k",
  "¿": "",
  "¡": "",
};

/** Accents, once they stand apart from their letters. */
const ACCENT = /\p{M}+/gu;
/** A run of what has no plain form. */
const STRANGE = /[^\x20-\x7e\t\n\r]+/g;
const SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/gu;
const INVISIBLE = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]|\p{Variation_Selector}/gu;

/** The text in plain letters and marks; a text that has no others comes back as it is. */
export function plainLetters(text: string): string {
  const known = text.replace(INVISIBLE, "").replace(SPACES, " ");
  const mapped = (each: string): string => PLAIN[each] ?? each;
  const spelt = Array.from(Array.from(known, mapped).join("").normalize("NFKD").replace(ACCENT, ""), mapped).join("");
  // What is left out takes one of the spaces beside it along.
  return spelt.replace(new RegExp(` ?${STRANGE.source}( ?)`, "g"), "$1");
}
