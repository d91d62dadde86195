/** What an embedded page shows: a request with its recording, or a request alone. */
import { CAREFUL_JUDGE, judgeAmong, type JudgeId } from "../../core/judges.ts";
import { POLICY } from "../../core/sources/spec.ts";
import type { LaneRequest, RunRequest, Trace } from "../../core/types.ts";
import { readLink, writeLink } from "../keep/link.ts";
import { modelsMark } from "../keep/models-mark.ts";
import { readTrace, traceIn } from "../keep/trace-file.ts";
import { examplesIn, worldOfExample } from "../run/examples.svelte.ts";
import { isSameRequest } from "../run/same-request.ts";
import type { RunView } from "../run/view.ts";
import { settingsFrom } from "../settings/from-request.ts";
import { toRequest } from "../settings/to-request.ts";
import { defaultsOf, type World } from "../settings/worlds.ts";
import type { StageLane } from "../stage/stage.ts";
import { harmless, type Wanted } from "./messages.ts";

export interface Subject {
  readonly world: World;
  readonly request: RunRequest;
  /** Null where a link says what to run, and nobody recorded it. */
  readonly trace: Trace | null;
  readonly judge: JudgeId;
  /** What the whole page opens, from # on; "" where the prompt is too long for a link. */
  readonly hash: string;
}

export type SubjectReading =
  { readonly type: "subject"; readonly subject: Subject } | { readonly type: "refused"; readonly why: string };

/** Recordings by name, as they came; null where there is none. */
export type ReadRecording = (name: string) => Promise<unknown>;

/** @returns the subject, or why there is none; nothing is changed by reading */
export async function readSubject(wanted: Wanted, read: ReadRecording): Promise<SubjectReading> {
  if ("trace" in wanted) {
    const reading = readTrace(wanted.trace);
    return reading.type === "trace" ? shown(ofTrace(reading.trace)) : refused(`the run: ${reading.why}`);
  }
  if ("recording" in wanted) {
    const trace = traceIn(await read(wanted.recording));
    return trace === null
      ? refused(`there is no recording "${wanted.recording}" here; index.json in the folder examples names them`)
      : shown(ofTrace(trace));
  }
  return ofLink(wanted.link, read);
}

async function ofLink(link: string, read: ReadRecording): Promise<SubjectReading> {
  const reading = readLink(link);
  if (reading.type === "none") return refused("the link holds no state; it begins with #2. or #play-");
  if (reading.type === "broken") return refused(`the link: ${reading.why}`);
  const { world, settings } = reading.state;
  const request = toRequest(settings);
  const trace = await recordingOf(world, request, read);
  return shown({ world, request: trace?.request ?? request, trace, judge: settings.judge, hash: link });
}

/** Of the world's recordings in the list, the one of this very request. */
async function recordingOf(world: World, request: RunRequest, read: ReadRecording): Promise<Trace | null> {
  for (const { file } of examplesIn(await read("index")).filter((each) => worldOfExample(each) === world)) {
    const trace = traceIn(await read(file.replace(/\.json$/, "")));
    if (trace !== null && trace.request.seed === request.seed && isSameRequest(trace.request, request)) return trace;
  }
  return null;
}

function ofTrace(trace: Trace): Subject {
  const { request, models } = trace;
  // The bundled models are named by what they do; a run that names others is one of models from elsewhere.
  const world = models.some(({ id }) => id === POLICY) ? "laboratory" : "chat";
  const judge = judgeAmong(models) ?? CAREFUL_JUDGE;
  const settings = { ...settingsFrom(request, defaultsOf(world)), judge };
  const view = { quantity: "push", textView: "text" } as const;
  return { world, request, trace, judge, hash: writeLink({ world, settings, view, models: modelsMark(models) }) ?? "" };
}

/** The lanes of what runs, or of what would run. */
export function subjectLanes({ request }: Subject, view: RunView): readonly StageLane[] {
  const isRun = view.lanes.length === request.lanes.length;
  return request.lanes.map((lane: LaneRequest, index) => ({
    key: `lane-${index}`,
    letter: String.fromCharCode(65 + index),
    request: lane,
    index: isRun ? index : null,
    view: isRun ? (view.lanes[index] ?? null) : null,
    settings: null,
  }));
}

function shown(subject: Subject): SubjectReading {
  return { type: "subject", subject };
}
function refused(why: string): SubjectReading {
  return { type: "refused", why: harmless(why) };
}
