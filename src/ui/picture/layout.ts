/** What is drawn where in a picture of the lanes: pure, so that a canvas and an SVG show the same and tests can read it. */
import type { Level } from "../../state/stage/tint.ts";
import type { Mark, TextMeasure, Picture } from "./marks.ts";
import { fillText, type Ink } from "./text-flow.ts";

export interface PictureLook {
  readonly paper: string;
  readonly panel: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
  readonly accent: string;
  readonly push: string;
  readonly pull: string;
  readonly ramp: string;
  readonly serif: string;
  readonly sans: string;
}

export interface PictureToken {
  readonly text: string;
  readonly level: Level;
  readonly isFlip: boolean;
}

export interface PictureLane {
  readonly letter: string;
  readonly name: string;
  readonly subtitle: string;
  readonly tokens: readonly PictureToken[];
  /** Lines of three: what, truth, judge. The first names the columns. */
  readonly scores: readonly (readonly [string, string, string])[];
  readonly facts: readonly (readonly [string, string])[];
}

export interface PictureContent {
  readonly prompt: string;
  /** The wish in words. */
  readonly asked: string;
  readonly legend: {
    readonly name: string;
    readonly ends: readonly [string, string];
    readonly levels: readonly Level[];
  };
  /** "push" has two hues, the other quantities one. */
  readonly isSigned: boolean;
  readonly lanes: readonly PictureLane[];
  readonly foot: string;
}

/** Opacity of a tint by the size of its level: the percentages of `theme.css`. */
export const TINTS = [0, 0.12, 0.2, 0.29, 0.38, 0.47] as const;
export const PAD = 24;
export const LANE_WIDTH = 340;
const GAP = 14;
const INSET = 16;
const ROW = 20;
const MIN_WIDTH = 2 * LANE_WIDTH;

export function layoutPicture(content: PictureContent, look: PictureLook, measure: TextMeasure): Picture {
  const columns = columnsOf(content.lanes.length);
  const width = Math.max(MIN_WIDTH, 2 * PAD + columns * LANE_WIDTH + (columns - 1) * GAP);
  const head = headOf(content, look, measure, width);
  const marks = [...head.marks];
  let y = head.height;
  for (let first = 0; first < content.lanes.length; first += columns) {
    const row = content.lanes.slice(first, first + columns);
    const cards = row.map((lane, i) => cardOf(lane, content, look, measure, PAD + i * (LANE_WIDTH + GAP), y));
    const height = Math.max(...cards.map((card) => card.height));
    for (const [i, card] of cards.entries()) {
      marks.push(...frame(PAD + i * (LANE_WIDTH + GAP), y, LANE_WIDTH, height, look), ...card.marks);
    }
    y += height + GAP;
  }
  marks.push(plainText(PAD, y + ROW, content.foot, `12px ${look.sans}`, look.muted));
  const height = Math.ceil(y + ROW + PAD);
  const ground: Mark = { type: "box", x: 0, y: 0, width, height, colour: look.paper, opacity: 1 };
  return { width, height, marks: [ground, ...marks] };
}

/** As the screen lays out its lanes. */
export function columnsOf(lanes: number): number {
  return lanes <= 4 ? Math.max(1, lanes) : 3;
}

interface Block {
  readonly marks: readonly Mark[];
  readonly height: number;
}

function headOf(
  { prompt, asked, legend, isSigned }: PictureContent,
  look: PictureLook,
  measure: TextMeasure,
  width: number,
): Block {
  const inner = width - 2 * PAD;
  const font = `italic 19px ${look.serif}`;
  const text = fillText(
    [{ text: prompt, ink: null }],
    { x: PAD, y: PAD, width: inner, lineHeight: 27, font },
    measure,
    {
      colour: look.ink,
    },
  );
  let y = PAD + text.height + ROW;
  const small = `13px ${look.sans}`;
  const marks: Mark[] = [...text.marks];
  marks.push(plainText(PAD, y, asked, small, look.muted));
  // The legend has a line of its own: a long wish must not run into it.
  y += ROW + 4;
  let x = PAD;
  const say = (words: string): void => {
    marks.push(plainText(x, y, words, small, look.muted));
    x += measure(words, small) + 8;
  };
  say(`Colour: ${legend.name}`);
  say(legend.ends[0]);
  for (const level of legend.levels) {
    marks.push(...swatch(x, y - 12, 14, 15, level, isSigned, look));
    x += 14;
  }
  x += 8;
  say(legend.ends[1]);
  return { marks, height: y + ROW };
}

function cardOf(
  lane: PictureLane,
  content: PictureContent,
  look: PictureLook,
  measure: TextMeasure,
  left: number,
  top: number,
): Block {
  const x = left + INSET;
  const end = left + LANE_WIDTH - INSET;
  const marks: Mark[] = [];
  let y = top + 28;
  marks.push(plainText(x, y, lane.letter, `13px ${look.sans}`, look.muted));
  marks.push(
    plainText(x + 22, y, clipped(lane.name, 180, `600 15px ${look.sans}`, measure), `600 15px ${look.sans}`, look.ink),
  );
  marks.push(plainText(end, y, lane.subtitle, `12px ${look.sans}`, look.muted, true));
  y += 14;
  const spans = lane.tokens.map(({ text, level, isFlip }) => ({
    text,
    ink: { ...hueOf(level, content.isSigned, look), underline: isFlip ? look.push : null } satisfies Ink,
  }));
  const flow = fillText(
    spans,
    { x, y, width: LANE_WIDTH - 2 * INSET, lineHeight: 29, font: `17px ${look.serif}` },
    measure,
    { colour: look.ink },
  );
  marks.push(...flow.marks);
  y += flow.height + 12;
  marks.push(box(x, y, end - x, 1, look.line, 1));
  const numbers = `13px ${look.sans}`;
  for (const [name, truth, judge] of lane.scores) {
    y += ROW;
    marks.push(plainText(x, y, name, `13px ${look.sans}`, look.muted));
    marks.push(plainText(end - 76, y, truth, numbers, look.ink, true));
    marks.push(plainText(end, y, judge, numbers, look.ink, true));
  }
  y += 12;
  marks.push(box(x, y, end - x, 1, look.line, 1));
  for (const [name, value] of lane.facts) {
    y += ROW;
    marks.push(plainText(x, y, name, `13px ${look.sans}`, look.muted));
    marks.push(plainText(end, y, value, numbers, look.ink, true));
  }
  return { marks, height: y + INSET - top };
}

function frame(x: number, y: number, width: number, height: number, look: PictureLook): readonly Mark[] {
  return [box(x, y, width, height, look.line, 1), box(x + 1, y + 1, width - 2, height - 2, look.panel, 1)];
}

function swatch(
  x: number,
  y: number,
  width: number,
  height: number,
  level: Level,
  isSigned: boolean,
  look: PictureLook,
): Mark[] {
  const { tint, opacity } = hueOf(level, isSigned, look);
  const ground = box(x, y, width, height, look.panel, 1);
  return tint === null ? [ground] : [ground, box(x, y, width, height, tint, opacity)];
}

function hueOf(
  level: Level,
  isSigned: boolean,
  look: PictureLook,
): { readonly tint: string | null; readonly opacity: number } {
  if (level === 0) return { tint: null, opacity: 0 };
  const tint = isSigned ? (level < 0 ? look.pull : look.push) : look.ramp;
  return { tint, opacity: TINTS[Math.abs(level)] ?? 0 };
}

function box(x: number, y: number, width: number, height: number, colour: string, opacity: number): Mark {
  return { type: "box", x, y, width, height, colour, opacity };
}

function plainText(x: number, y: number, text: string, font: string, colour: string, isAtEnd = false): Mark {
  return { type: "text", x, y, text, font, colour, isAtEnd };
}

function clipped(text: string, width: number, font: string, measure: TextMeasure): string {
  if (measure(text, font) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && measure(`${characters.join("")}…`, font) > width) characters.pop();
  return `${characters.join("")}…`;
}
