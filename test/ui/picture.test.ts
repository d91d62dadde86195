import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { reduce } from "../../src/state/run/reduce.ts";
import { stageLanes } from "../../src/state/stage/stage.ts";
import { defaultSettings } from "../../src/state/settings/settings-data.ts";
import type { Level } from "../../src/state/stage/tint.ts";
import { IDLE_VIEW, shownSample } from "../../src/state/run/view.ts";
import { pictureContent } from "../../src/ui/picture/content.ts";
import {
  columnsOf,
  LANE_WIDTH,
  layoutPicture,
  PAD,
  TINTS,
  type PictureLook,
  type PictureContent,
  type PictureToken,
} from "../../src/ui/picture/layout.ts";
import type { Mark, TextMeasure } from "../../src/ui/picture/marks.ts";
import { pictureScale, toSvg } from "../../src/ui/picture/render.ts";
import { fc } from "../properties.ts";
import { fakeTrace } from "../state/fake-api.ts";

const LOOK: PictureLook = {
  paper: "paper",
  panel: "panel",
  ink: "ink",
  muted: "muted",
  line: "line",
  accent: "accent",
  push: "push",
  pull: "pull",
  ramp: "ramp",
  serif: "serif",
  sans: "sans",
};
/** Every character is as wide as half its font is high. */
const measure: TextMeasure = (text, font) => ([...text].length * Number(/(\d+)px/.exec(font)?.[1])) / 2;

type TextMark = Extract<Mark, { type: "text" }>;
type BoxMark = Extract<Mark, { type: "box" }>;
const isText = (mark: Mark): mark is TextMark => mark.type === "text";
const isBox = (mark: Mark): mark is BoxMark => mark.type === "box";
const isSaid = (mark: Mark): mark is TextMark => isText(mark) && mark.font === "17px serif";

function content(tokens: readonly PictureToken[], more: Partial<PictureContent> = {}): PictureContent {
  const lane = { letter: "A", name: "Lane", subtitle: "sub", tokens, scores: [], facts: [] };
  const legend = { name: "push", ends: ["down", "up"], levels: [-1, 0, 1] } as const;
  return { prompt: "P", asked: "joy", legend, isSigned: true, lanes: [lane], foot: "foot", ...more };
}
const plain = (text: string): PictureToken => ({ text, level: 0, isFlip: false });

describe("the layout of a picture", () => {
  const token = fc.record({
    text: fc.oneof(fc.stringMatching(/^ ?[a-z]{0,9}$/), fc.constantFrom("\n", " ", "", ",", "ü", "x".repeat(70))),
    level: fc.integer({ min: -5, max: 5 }).map((level) => level as Level),
    isFlip: fc.boolean(),
  });

  test("draws every character of a lane, in order and inside its lane", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const { marks, width, height } = layoutPicture(content(tokens), LOOK, measure);
        const said = marks.filter(isSaid);
        expect(said.map((mark) => mark.text).join("")).toBe(
          tokens
            .map(({ text }) => text)
            .join("")
            .replaceAll(/\s/g, ""),
        );
        for (const mark of said) {
          expect(mark.x).toBeGreaterThanOrEqual(PAD);
          expect(mark.x + measure(mark.text, mark.font)).toBeLessThanOrEqual(PAD + LANE_WIDTH + 1e-9);
        }
        for (const mark of marks.filter(isBox)) {
          expect(mark.x + mark.width).toBeLessThanOrEqual(width);
          expect(mark.y + mark.height).toBeLessThanOrEqual(height);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("never writes one word over another", () => {
    fc.assert(
      fc.property(fc.array(token, { maxLength: 30 }), (tokens) => {
        const said = layoutPicture(content(tokens), LOOK, measure).marks.filter(isSaid);
        for (const [i, mark] of said.entries()) {
          const next = said[i + 1];
          if (next === undefined || next.y > mark.y) continue;
          expect(next.y).toBe(mark.y);
          expect(next.x).toBeGreaterThanOrEqual(mark.x + measure(mark.text, mark.font) - 1e-9);
        }
      }),
    );
  });

  test("tints a token by its level behind its own letters, and underlines a flip", () => {
    const tokens = [
      plain("the"),
      { text: " fox", level: 3, isFlip: true },
      { text: " ran", level: -5, isFlip: false },
    ] as const;
    const { marks } = layoutPicture(content(tokens), LOOK, measure);
    const fox = marks.filter(isSaid).find((mark) => mark.text === "fox")!;
    const ran = marks.filter(isSaid).find((mark) => mark.text === "ran")!;
    const behind = (text: TextMark) =>
      marks.filter(isBox).filter((box) => box.x === text.x && box.width === measure(text.text, text.font));
    expect(behind(fox)).toMatchObject([
      { colour: "push", opacity: TINTS[3] },
      { colour: "push", opacity: 1, height: 2 },
    ]);
    expect(behind(ran)).toMatchObject([{ colour: "pull", opacity: TINTS[5] }]);
    const tint = behind(fox)[0]!;
    expect(tint.y).toBeLessThan(fox.y);
    expect(tint.y + tint.height).toBeGreaterThan(fox.y);
  });

  test("keeps one hue where the quantity has no sign", () => {
    const { marks } = layoutPicture(
      content([{ text: "a", level: 2, isFlip: false }], { isSigned: false }),
      LOOK,
      measure,
    );
    const colours = new Set(marks.map((mark) => mark.colour));
    expect(colours.has("ramp")).toBe(true);
    expect(colours.has("push") || colours.has("pull")).toBe(false);
  });

  test("wraps a long text into as many lines as it needs", () => {
    const lines = (count: number) => {
      const words = Array.from({ length: count }, () => plain(" abcd"));
      const said = layoutPicture(content(words), LOOK, measure).marks.filter(isSaid);
      return new Set(said.map((mark) => mark.y)).size;
    };
    // 308 px hold 36 characters of 8.5 px: seven words of four and six spaces, 34 characters.
    expect([lines(7), lines(8), lines(70)]).toEqual([1, 2, 10]);
  });

  test("places lanes in the columns of the screen, cards of one row equally high", () => {
    expect([1, 2, 3, 4, 5, 6].map(columnsOf)).toEqual([1, 2, 3, 4, 3, 3]);
    const [lane] = content([plain("a")]).lanes;
    const lanes = Array.from({ length: 5 }, (_, i) => ({
      ...lane!,
      tokens: Array.from({ length: 1 + 40 * i }, () => plain(" abc")),
    }));
    const { marks, width } = layoutPicture(content([], { lanes }), LOOK, measure);
    const frames = marks.filter(isBox).filter((box) => box.width === LANE_WIDTH);
    expect(frames).toHaveLength(5);
    expect(new Set(frames.map((frame) => frame.y)).size).toBe(2);
    expect(frames[0]?.height).toBe(frames[2]?.height);
    expect(width).toBe(2 * PAD + 3 * LANE_WIDTH + 2 * 14);
  });

  test("uses the opacities of the page's own tints", () => {
    const css = readFileSync("src/ui/theme.css", "utf8");
    const amounts = [1, 2, 3, 4, 5].map((level) => {
      const rule = new RegExp(`data-level="${level}"\\][^{]*\\{\\s*--amount: (\\d+)%`).exec(css);
      return Number(rule?.[1]) / 100;
    });
    expect(amounts).toEqual(TINTS.slice(1));
  });
});

describe("a picture of a run", () => {
  test("says the prompt, the wish, every lane's name, text and figures, and the seed", async () => {
    const run = (await fakeTrace()).events.reduce(reduce, IDLE_VIEW);
    const lanes = stageLanes(defaultSettings(), run, [], "recorded");
    const picture = layoutPicture(pictureContent(lanes, run, "push")!, LOOK, measure);
    const texts = picture.marks.filter(isText).map((mark) => mark.text);
    const all = texts.join(" ");
    expect(all).toContain(`seed ${run.request?.seed}`);
    for (const [i, lane] of run.lanes.entries()) {
      expect(texts).toContain(lanes[i]?.request.name);
      const said = shownSample(lane)
        .steps.map((step) => step.text)
        .join("")
        .replaceAll(/\s/g, "");
      expect(all.replaceAll(/\s/g, "")).toContain(said);
      expect(texts).toContain(String(lane.result?.length));
    }
    expect(all).toContain("Adventure +");
    expect(pictureContent([], IDLE_VIEW, "push")).toBeNull();
  });

  test("is at most 16 million pixels", () => {
    expect(pictureScale({ width: 1440, height: 900, marks: [] })).toBe(2);
    const huge = { width: 1440, height: 40_000, marks: [] };
    expect(huge.width * huge.height * pictureScale(huge) ** 2).toBeLessThanOrEqual(16_000_001);
  });

  test("as SVG holds text as text", () => {
    const svg = toSvg(
      layoutPicture(content([plain(`<script>"&'\u0007`)], { prompt: "</text><image/>" }), LOOK, measure),
    );
    expect(svg.match(/<\w+/g)?.every((tag) => ["<svg", "<rect", "<text"].includes(tag))).toBe(true);
    expect(svg).toContain("&lt;script&gt;&quot;&amp;'\uFFFD");
    expect(svg).not.toMatch(/href|url\(|@import/);
  });
});
