/** Breaks running text into lines: at spaces, and inside a word only where the word alone is wider than a line. */
import type { Mark, TextMeasure } from "./marks.ts";

export interface Ink {
  readonly tint: string | null;
  readonly opacity: number;
  readonly underline: string | null;
}

interface Span {
  readonly text: string;
  readonly ink: Ink | null;
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly lineHeight: number;
  readonly font: string;
}

/** A run of characters of one span, without spaces. */
interface Piece {
  readonly text: string;
  readonly ink: Ink | null;
}

/** A word may go over several spans: tokens are parts of words. `isNewLine` breaks the line before it. */
interface Word {
  readonly pieces: Piece[];
  readonly isNewLine: boolean;
}

export function fillText(
  spans: readonly Span[],
  { x, y, width, lineHeight, font }: Area,
  measure: TextMeasure,
  { colour }: { readonly colour: string },
): { readonly marks: readonly Mark[]; readonly height: number } {
  const marks: Mark[] = [];
  const space = measure(" ", font);
  let at = 0;
  let line = 0;
  const breakLine = (): void => {
    line++;
    at = 0;
  };
  const put = ({ text, ink }: Piece, size: number): void => {
    const top = y + line * lineHeight;
    if (ink !== null && ink.tint !== null) {
      const { tint, opacity } = ink;
      marks.push({ type: "box", x: x + at, y: top + 3, width: size, height: lineHeight - 6, colour: tint, opacity });
    }
    if (ink !== null && ink.underline !== null) {
      const under = { y: top + lineHeight - 4, height: 2, colour: ink.underline, opacity: 1 };
      marks.push({ type: "box", x: x + at, width: size, ...under });
    }
    marks.push({ type: "text", x: x + at, y: top + 0.7 * lineHeight, text, font, colour, isAtEnd: false });
    at += size;
  };
  for (const { pieces, isNewLine } of wordsIn(spans)) {
    if (isNewLine) breakLine();
    const sizes = pieces.map((piece) => measure(piece.text, font));
    const size = sizes.reduce((sum, each) => sum + each, 0);
    if (at > 0) {
      if (at + space + size > width) breakLine();
      else at += space;
    }
    if (size <= width) for (const [i, piece] of pieces.entries()) put(piece, sizes[i] ?? 0);
    else {
      for (const { text, ink } of pieces) {
        for (const character of text) {
          const own = measure(character, font);
          if (at > 0 && at + own > width) breakLine();
          put({ text: character, ink }, own);
        }
      }
    }
  }
  return { marks, height: (line + 1) * lineHeight };
}

function wordsIn(spans: readonly Span[]): readonly Word[] {
  const words: Word[] = [];
  let word: Word | null = null;
  let isNewLine = false;
  for (const { text, ink } of spans) {
    for (const [part] of text.matchAll(/\n|[^\S\n]+|\S+/g)) {
      if (part.trim() === "") {
        word = null;
        if (part === "\n") isNewLine = words.length > 0;
        continue;
      }
      if (word === null) {
        word = { pieces: [], isNewLine };
        words.push(word);
        isNewLine = false;
      }
      word.pieces.push({ text: part, ink });
    }
  }
  return words;
}
