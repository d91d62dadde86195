/** The sentences of a text that came token by token, and sums over them. */

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

export interface SentenceSpan {
  /** Without the white space around it. */
  readonly text: string;
  /** Places of its tokens, ascending. */
  readonly tokens: readonly number[];
}

/**
 * @param pieces the text of each token. A token that begins with white space belongs to where its first letter stands; one
 *   without text, as the end has, to where the text has come.
 */
export function sentenceSpans(pieces: readonly string[]): readonly SentenceSpan[] {
  const parts = [...segmenter.segment(pieces.join(""))].filter(({ segment }) => segment.trim() !== "");
  const found = parts.map((): number[] => []);
  let at = 0;
  for (const [place, piece] of pieces.entries()) {
    const from = at + (piece.length - piece.trimStart().length);
    // At the very end of the text, the last sentence.
    const index = parts.findLastIndex((part) => part.index <= from);
    found[Math.max(0, index)]?.push(place);
    at += piece.length;
  }
  return parts.map(({ segment }, i) => ({ text: segment.trim(), tokens: found[i] ?? [] }));
}

/** Sum of the tokens' numbers in each sentence; tokens without one count nothing. */
export function sentenceSums(spans: readonly SentenceSpan[], values: readonly (number | null)[]): number[] {
  return spans.map(({ tokens }) => tokens.reduce((sum, place) => sum + (values[place] ?? 0), 0));
}
