/** Makes a recording small: only what the screen shows of it, rounded to what the screen can show. */
import type { RowStep, RunEvent, SampleResult, TopCandidates } from "../../src/core/types.ts";

const KEPT_CANDIDATES = 5;
/** Of plausible candidates more are kept: with all of them a recording is weighed anew exactly. */
const KEPT_PLAUSIBLE = 40;
const DIGITS = 3;

/** Keeps the rows that a lane shows: sample 0 while it runs, the chosen one in the end. */
export function trim(events: readonly RunEvent[]): readonly RunEvent[] {
  const shown = shownSamples(events);
  // How far scoring is says nothing of the run itself: a trace has no place for it.
  const lasting = events.filter((event) => event.type !== "scoring");
  return lasting.map((event) => {
    if (event.type === "step") {
      const rows = event.rows.filter((row) => shown.has(`${row.lane}/${row.sample}`)).map(trimRow);
      return rounded({ ...event, rows });
    }
    if (event.type === "sample") return rounded({ ...event, result: trimResult(event.result, shown) });
    return event.type === "finished" ? rounded(event) : event;
  });
}

function shownSamples(events: readonly RunEvent[]): ReadonlySet<string> {
  const last = events.at(-1);
  if (last?.type !== "finished") throw new Error("only a finished run can be an example");
  return new Set(last.lanes.flatMap(({ lane, chosen }) => [`${lane}/0`, `${lane}/${chosen}`]));
}

function trimRow(row: RowStep): RowStep {
  const { top, ...rest } = row;
  // Plain lanes push nothing, so their candidates have nothing to explain.
  if (top === undefined || Object.keys(row.contributions).length === 0) return rest;
  return { ...rest, top: trimTop(top, row) };
}

/** The likeliest few with the chosen token and plain's among them; the rest moves into the tail. */
function trimTop(top: TopCandidates, row: RowStep): TopCandidates {
  const all = top.ids.map((_, i) => i);
  const asked = all.filter((i) => top.ids[i] === row.token || top.ids[i] === row.plainToken);
  const isPlausible = (i: number): boolean => (top.guided[i] ?? 0) > -Infinity;
  const size = top.tail.plausible === undefined ? KEPT_CANDIDATES : KEPT_PLAUSIBLE;
  const others = all
    .filter((i) => !asked.includes(i) && (top.tail.plausible === undefined || isPlausible(i)))
    .slice(0, size - asked.length);
  const kept = [...asked, ...others].sort((a, b) => a - b);
  const dropped = all.filter((i) => !kept.includes(i));
  const pick = <T>(list: readonly T[]): T[] => kept.flatMap((i) => list.slice(i, i + 1));
  const mass = (distribution: readonly number[]): number =>
    dropped.reduce((sum, i) => sum + Math.exp(distribution[i] ?? -Infinity), 0);
  return {
    ids: pick(top.ids),
    ...(top.texts !== undefined && { texts: pick(top.texts) }),
    base: pick(top.base),
    guided: pick(top.guided),
    contributions: Object.fromEntries(Object.entries(top.contributions).map(([id, list]) => [id, pick(list)])),
    sources: {},
    tail: {
      base: top.tail.base + mass(top.base),
      guided: top.tail.guided + mass(top.guided),
      ...(top.tail.plausible !== undefined && {
        plausible: top.tail.plausible + mass(top.base.map((logprob, i) => (isPlausible(i) ? logprob : -Infinity))),
      }),
    },
  };
}

function trimResult(result: SampleResult, shown: ReadonlySet<string>): SampleResult {
  return shown.has(`${result.lane}/${result.sample}`) ? result : { ...result, tokens: [], text: "" };
}

/** Every number of a plain value to `DIGITS` decimals; whole numbers stay as they are, and infinities as words (docs/trace.md). */
function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, infinityAsWord), (_, each: unknown) =>
    typeof each === "number" ? Number(each.toFixed(DIGITS)) : each,
  ) as T;
}

function infinityAsWord(_: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
