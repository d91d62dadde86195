/** A run as a file: written from what ran, read back only when everything in it fits together. */
import * as v from "valibot";
import type { BlockChoice } from "../../core/blocks/spec.ts";
import { RunError } from "../../core/errors.ts";
import { sourceIds } from "../../core/push-ids.ts";
import { parseChange, parseRequest } from "../../core/request.ts";
import { rowsOf } from "../../core/rows.ts";
import type { RunEvent, RunRequest, ScheduledChange, Trace } from "../../core/types.ts";
import { withSteerOfLane, withSteerOfSample, withSteerOfStep } from "./older-traces.ts";
import { traceSchema, type RawTrace } from "./trace-schema.ts";
import { readJson } from "../settings/untrusted.ts";

export const MAX_TRACE_BYTES = 100_000_000;

export type TraceReading =
  { readonly type: "trace"; readonly trace: Trace } | { readonly type: "broken"; readonly why: string };

export function writeTrace(trace: Trace): string {
  return JSON.stringify(trace, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? String(value) : value,
  );
}

/** Untrusted text to a trace that the page can play. */
export function readTrace(json: string): TraceReading {
  const reading = readJson(json);
  if (reading.type === "broken") return { type: "broken", why: `${reading.why}. Choose a file that Tiller saved.` };
  if (Array.isArray(reading.value))
    return { type: "broken", why: "it holds a list instead of a run. Choose a file that Tiller saved." };
  return checkTrace(reading.value);
}

/** The same for what is parsed already. */
function checkTrace(value: unknown): TraceReading {
  const result = v.safeParse(traceSchema, value);
  if (!result.success) {
    const issue = result.issues[0];
    return { type: "broken", why: `${v.getDotPath(issue) ?? "the file"}: ${issue.message}` };
  }
  try {
    return { type: "trace", trace: join(result.output) };
  } catch (error) {
    if (error instanceof RunError) return { type: "broken", why: error.message };
    throw error;
  }
}

/** The trace in a parsed file, or null. */
export function traceIn(value: unknown): Trace | null {
  const reading = checkTrace(value);
  return reading.type === "trace" ? reading.trace : null;
}

/** What the schema cannot see: one run, its lanes and samples, every text growing one token at a time. */
function join(raw: RawTrace): Trace {
  const request = requestOf(raw.request);
  const runId = raw.events[0]?.runId ?? "";
  const lengths = new Map<string, number>();
  const events = raw.events.map((event, index): RunEvent => {
    const at = `events.${index}`;
    if (event.runId !== runId) throw refuseAt(at, "belongs to another run");
    if ((event.type === "started") !== (index === 0))
      throw refuseAt(at, "is out of order: a run starts once, with its first event");
    if (index > 0 && raw.events[index - 1]?.type === "finished") throw refuseAt(at, "comes after the end");
    switch (event.type) {
      case "started":
        if (JSON.stringify(requestOf(event.request)) !== JSON.stringify(request)) {
          throw refuseAt(`${at}.request`, "differs from the request of the file");
        }
        return { ...event, request };
      case "changed":
        return { ...event, change: readChange(event.change, at, request) };
      case "moved":
        checkPlace(request, event.move.lane, 0, at);
        checkSources(request, [event.move.weights, event.move.rewards], at);
        return event;
      case "step":
        for (const row of event.rows) {
          checkPlace(request, row.lane, row.sample, at);
          const key = `${row.lane}/${row.sample}`;
          const length = lengths.get(key) ?? 0;
          if (row.position !== length) throw refuseAt(at, `has position ${row.position} instead of ${length}`);
          lengths.set(key, length + 1);
          checkSources(request, [row.contributions, row.top?.contributions, row.top?.sources], at);
        }
        return { ...event, rows: event.rows.map((row) => withSteerOfStep(row, request.lanes[row.lane]!)) };
      case "block":
        checkBlock(request, event.choice, lengths, at);
        return event;
      case "sample":
        checkPlace(request, event.result.lane, event.result.sample, at);
        checkSources(request, [event.result.sources], at);
        return { ...event, result: withSteerOfSample(event.result, request.lanes[event.result.lane]!) };
      case "finished":
        for (const { lane, chosen } of event.lanes) checkPlace(request, lane, chosen, at);
        return { ...event, lanes: event.lanes.map((own) => withSteerOfLane(own, request.lanes[own.lane]!)) };
      default:
        return event satisfies never;
    }
  });
  if (events.length === 0) throw refuseAt("events", "is empty, so there is nothing to show");
  const schedule = Array.isArray(raw.schedule) ? raw.schedule : [];
  return { ...raw, request, schedule: schedule.map((each, i) => readChange(each, `schedule.${i}`, request)), events };
}

function checkPlace(request: RunRequest, lane: number, sample: number, at: string): void {
  const strategy = request.lanes[lane]?.strategy;
  if (strategy === undefined) throw refuseAt(at, `names lane ${lane} of ${request.lanes.length}`);
  const samples = rowsOf(strategy);
  if (sample >= samples) throw refuseAt(at, `names sample ${sample} of ${samples}`);
}

/** The chosen candidate was written to its end; from there the lane's rows go on. */
function checkBlock(request: RunRequest, choice: BlockChoice, lengths: Map<string, number>, at: string): void {
  const { lane, candidates, chosen, start } = choice;
  const strategy = request.lanes[lane]?.strategy;
  if (strategy?.id !== "blockwise") throw refuseAt(at, `names a block of lane ${lane}, which writes none`);
  checkPlace(request, lane, chosen, at);
  if (candidates.length !== strategy.k) throw refuseAt(at, `has ${candidates.length} candidates of ${strategy.k}`);
  const end = start + candidates[chosen]!.tokens;
  const length = lengths.get(`${lane}/${chosen}`) ?? 0;
  if (end !== length) throw refuseAt(at, `ends at position ${end}, where its text has ${length} tokens`);
  for (const sample of candidates.keys()) lengths.set(`${lane}/${sample}`, end);
}

/** Every source that a table names is defined by the request. */
function checkSources({ sources = [] }: RunRequest, tables: readonly (object | undefined)[], at: string): void {
  const named = tables.flatMap((table) => (table === undefined ? [] : sourceIds(table)));
  const stray = named.find((id) => !sources.some((spec) => spec.id === id));
  if (stray !== undefined) throw refuseAt(at, `names the source ${stray}, which the request does not define`);
}

function readChange(raw: unknown, at: string, request: RunRequest): ScheduledChange {
  const { token, lane, change } = fields(raw);
  const strategy = typeof lane === "number" ? request.lanes[lane]?.strategy : undefined;
  if (typeof token !== "number" || typeof lane !== "number" || strategy === undefined) {
    throw refuseAt(at, "names no lane of this run");
  }
  return { token, lane, change: parseChange(withBeta(change), `${at}.change`, strategy, request) };
}

/** The request in a file, checked by the core. @throws RunError that names what is wrong */
export function requestOf(raw: unknown): RunRequest {
  return parseRequest({ ...fields(raw), ...revived(raw) });
}

/** The lanes of a request with "Infinity" read back: strength 0 is beta Infinity. */
function revived(request: unknown): Readonly<Record<string, unknown>> {
  const { lanes } = fields(request);
  if (!Array.isArray(lanes)) return {};
  return { lanes: lanes.map((lane) => ({ ...fields(lane), strategy: withBeta(fields(lane)["strategy"]) })) };
}

function withBeta(value: unknown): unknown {
  return fields(value)["beta"] === "Infinity" ? { ...fields(value), beta: Infinity } : value;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function refuseAt(at: string, what: string): RunError {
  return new RunError("invalid-request", `${at} ${what}`, { path: at });
}
