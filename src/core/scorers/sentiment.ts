/**
 * Sentiment of a text by VADER: a lexicon of words with grades from -4 to 4, and rules for what stands around them.
 *
 *   compound = s / sqrt(s² + 15),   s = sum of the words' grades + exclamation and question marks        from -1 to 1
 *
 * Hutto and Gilbert, "VADER: a parsimonious rule-based model for sentiment analysis of social media text", ICWSM 2014. Rules
 * and constants are those of the authors' program, version 3.3.2, and its results are the tests'. Without its table of
 * emoji: a text's emoji count nothing, smileys such as `:)` do. Typographic apostrophes count as straight ones.
 */
import { BOOSTERS, isNegation, PHRASES, WEAKER_PAIR_STEP, WEAKER_PAIRS } from "./sentiment-words.ts";

/** Grades by word in small letters. */
export type Lexicon = ReadonlyMap<string, number>;

const SHOUT = 0.733;
const NEGATED = -0.74;
const NEVER_SO = 1.25;
/** A word counts less the further it stands before the graded one. */
const DISTANCE = [1, 0.95, 0.9] as const;
const PUNCTUATION = "!-/:-@\\[-`{-~";
const STRIPPED = new RegExp(`^[${PUNCTUATION}]+|[${PUNCTUATION}]+$`, "g");

/** From -1 (bad) to 1 (good), rounded to four decimals as the authors' program does; 0 for a text without graded words. */
export function sentiment(text: string, lexicon: Lexicon): number {
  const words = new Words(text.replaceAll("’", "'"), lexicon);
  const but = words.lower.indexOf("but");
  let sum = 0;
  for (let i = 0; i < words.lower.length; i++) {
    const emphasis = but < 0 || i === but ? 1 : i < but ? 0.5 : 1.5;
    sum += emphasis * words.grade(i);
  }
  const marks = punctuationWeight(text);
  if (sum > 0) sum += marks;
  else if (sum < 0) sum -= marks;
  return Math.round((1e4 * sum) / Math.sqrt(sum * sum + 15)) / 1e4 || 0;
}

/** Up to four exclamation marks; two or more question marks. */
function punctuationWeight(text: string): number {
  const exclamations = Math.min(4, text.match(/!/g)?.length ?? 0);
  const questions = text.match(/\?/g)?.length ?? 0;
  return 0.292 * exclamations + (questions < 2 ? 0 : questions <= 3 ? 0.18 * questions : 0.96);
}

class Words {
  readonly lower: readonly string[];
  readonly #given: readonly string[];
  readonly #lexicon: Lexicon;
  /** Some words are in capitals and some are not: only then capitals are shouting. */
  readonly #hasShouting: boolean;

  constructor(text: string, lexicon: Lexicon) {
    this.#given = text
      .split(/\s+/)
      .filter((piece) => piece !== "")
      .map(wordOf);
    this.lower = this.#given.map((word) => word.toLowerCase());
    this.#lexicon = lexicon;
    const shouted = this.#given.filter(isUpper).length;
    this.#hasShouting = shouted > 0 && shouted < this.#given.length;
  }

  /** The grade of word i in its surroundings; 0 for a word that is not in the lexicon, or that only changes others. */
  grade(i: number): number {
    const word = this.lower[i]!;
    const own = this.#lexicon.get(word);
    if (own === undefined || BOOSTERS.has(word) || (word === "kind" && this.lower[i + 1] === "of")) return 0;
    let grade = this.#afterNo(i, own);
    if (this.#isShouted(i)) grade += grade > 0 ? SHOUT : -SHOUT;
    for (let back = 1; back <= 3 && i >= back; back++) {
      if (this.#lexicon.has(this.lower[i - back]!)) continue;
      grade += this.#boost(i - back, grade) * DISTANCE[back - 1]!;
      grade = this.#negated(i, back, grade);
      if (back === 3) grade = this.#inPhrase(i, grade);
    }
    return this.#afterLeast(i, grade);
  }

  /** "no" before a graded word turns that word round, and has no grade of its own there. */
  #afterNo(i: number, own: number): number {
    const { lower } = this;
    const isBefore = lower[i - 1] === "no" || lower[i - 2] === "no";
    if (isBefore || (lower[i - 3] === "no" && (lower[i - 1] === "or" || lower[i - 1] === "nor"))) return own * NEGATED;
    const next = lower[i + 1];
    return lower[i] === "no" && next !== undefined && this.#lexicon.has(next) ? 0 : own;
  }

  #boost(i: number, grade: number): number {
    const step = BOOSTERS.get(this.lower[i]!);
    if (step === undefined) return 0;
    const signed = grade < 0 ? -step : step;
    return this.#isShouted(i) ? signed + (grade > 0 ? SHOUT : -SHOUT) : signed;
  }

  /** @param back how many words before word i the negation may stand */
  #negated(i: number, back: number, grade: number): number {
    const at = (n: number): string | undefined => this.lower[i - n];
    const isEmphasis = (n: number): boolean => at(n) === "so" || at(n) === "this";
    if (back === 2) {
      if (at(2) === "never" && isEmphasis(1)) return grade * NEVER_SO;
      if (at(2) === "without" && at(1) === "doubt") return grade;
    }
    if (back === 3) {
      // The program asks for "never" before the first of the two alone; its published results hold that.
      if ((at(3) === "never" && isEmphasis(2)) || isEmphasis(1)) return grade * NEVER_SO;
      if (at(3) === "without" && (at(2) === "doubt" || at(1) === "doubt")) return grade;
    }
    return isNegation(at(back)!) ? grade * NEGATED : grade;
  }

  #inPhrase(i: number, grade: number): number {
    const phrase = (from: number, count: number): string => this.lower.slice(from, from + count).join(" ");
    const before = [phrase(i - 1, 2), phrase(i - 2, 3), phrase(i - 2, 2), phrase(i - 3, 3), phrase(i - 3, 2)];
    let value = before.map((each) => PHRASES.get(each)).find((each) => each !== undefined) ?? grade;
    value = PHRASES.get(phrase(i, 2)) ?? value;
    value = PHRASES.get(phrase(i, 3)) ?? value;
    for (const pair of [phrase(i - 3, 2), phrase(i - 2, 2)]) if (WEAKER_PAIRS.has(pair)) value += WEAKER_PAIR_STEP;
    return value;
  }

  #afterLeast(i: number, grade: number): number {
    if (this.lower[i - 1] !== "least" || this.#lexicon.has("least")) return grade;
    return this.lower[i - 2] === "at" || this.lower[i - 2] === "very" ? grade : grade * NEGATED;
  }

  #isShouted(i: number): boolean {
    return this.#hasShouting && isUpper(this.#given[i]!);
  }
}

/** Without the punctuation around it, unless hardly anything else is left: that is a smiley. */
function wordOf(piece: string): string {
  const stripped = piece.replace(STRIPPED, "");
  return stripped.length <= 2 ? piece : stripped;
}

function isUpper(word: string): boolean {
  return word === word.toUpperCase() && word !== word.toLowerCase();
}
