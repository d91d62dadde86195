/** Runs of a class as marks of a chart: runs with the same numbers share one, which says how many they are. */
import { shownSample } from "../run/view.ts";
import { viewOf } from "./gather.ts";
import type { RunDot } from "./class-report.ts";
import { figureAt, figureKeys, type FigureKey, type LaneFigures } from "./lane-figures.ts";

export interface RunMark {
  readonly id: string;
  readonly lane: number;
  readonly x: number;
  readonly y: number;
  /** Empty for the recording. */
  readonly dots: readonly RunDot[];
}

export interface RunMarks {
  readonly own: readonly RunMark[];
  readonly recorded: readonly RunMark[];
  /** Lanes of runs without one of the two numbers. */
  readonly unfit: number;
}

/** Numbers that differ by less look the same on the screen. */
const NEAR = 0.001;

export function runMarks(
  dots: readonly RunDot[],
  recording: readonly LaneFigures[],
  x: FigureKey,
  y: FigureKey,
): RunMarks {
  const groups = new Map<string, RunDot[]>();
  let unfit = 0;
  for (const dot of dots) {
    const place = placeOf(dot.figures, x, y);
    if (place === null) unfit++;
    else {
      const key = [dot.lane, ...place.map((value) => Math.round(value / NEAR))].join("/");
      groups.set(key, [...(groups.get(key) ?? []), dot]);
    }
  }
  return {
    own: [...groups].flatMap(([id, own]) => {
      const [first] = own;
      const place = first === undefined ? null : placeOf(first.figures, x, y);
      return first === undefined || place === null
        ? []
        : [{ id, lane: first.lane, x: place[0], y: place[1], dots: own }];
    }),
    recorded: recording.flatMap((lane, index) => {
      const place = placeOf(lane, x, y);
      return place === null ? [] : [{ id: `recording/${index}`, lane: index, x: place[0], y: place[1], dots: [] }];
    }),
    unfit,
  };
}

/** What the marks can stand by. The vertical axis begins with what steers: a source, or a wished objective by the judge. */
export function axesOf(dots: readonly RunDot[]): { readonly keys: readonly FigureKey[]; readonly y: FigureKey } {
  const keys = figureKeys(dots.map(({ figures }) => figures));
  const wished = dots[0]?.run.request.lanes.flatMap(({ strategy }) =>
    strategy.id === "base"
      ? []
      : Object.entries(strategy.weights).flatMap(([id, weight]) => (weight === 0 ? [] : [id])),
  );
  const y = keys.find((key) => wished?.some((id) => key === `source:${id}` || key === `reward:${id}`) === true);
  return { keys, y: y ?? "perplexity" };
}

/** What the runs of a mark say. Equal texts are one, with the names of all who have them; "" where a file has none. */
export function textsOf(
  dots: readonly RunDot[],
  nameOf: (key: string) => string,
): readonly { readonly text: string; readonly names: readonly string[] }[] {
  const found = new Map<string, string[]>();
  for (const { key, run, lane } of dots) {
    const own = run.trace === null ? undefined : viewOf(run.trace).lanes[lane];
    const text = own === undefined ? "" : (shownSample(own).result?.text.trim() ?? "");
    found.set(text, [...(found.get(text) ?? []), nameOf(key)]);
  }
  return [...found].map(([text, names]) => ({ text, names }));
}

function placeOf(lane: LaneFigures, x: FigureKey, y: FigureKey): readonly [number, number] | null {
  const [across, up] = [figureAt(lane, x), figureAt(lane, y)];
  return across === null || up === null || !Number.isFinite(across) || !Number.isFinite(up) ? null : [across, up];
}
