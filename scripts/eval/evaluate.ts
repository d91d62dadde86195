/** Runs the evaluation, and keeps the file of results up to date from the first moment to the last. */
import type { DeviceReport, ModelRef } from "../../src/core/types.ts";
import type { OutFile } from "../node/out-file.ts";
import type { EvalRequest, Prompt } from "./input.ts";
import { isFailed, runAll, type EvalRun, type FailedRun, type RunOnce } from "./runs.ts";
import { summarise, table, type SummaryRow } from "./summary.ts";

/** What decodes. */
export interface Place {
  readonly device: DeviceReport;
  readonly models: readonly ModelRef[];
  readonly runOnce: RunOnce;
  readonly close: () => Promise<void>;
}

type Runs = readonly (EvalRun | FailedRun)[];

/** Writing takes at most one part in so many of the time: the file grows with every run. */
const WRITE_SHARE = 20;
/** As shells report a program that a signal ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143 } as const;

export async function evaluate(
  prompts: readonly Prompt[],
  request: EvalRequest,
  out: OutFile,
  { models, device, runOnce, close }: Place,
): Promise<void> {
  const lanes = request.lanes.map((lane) => lane.name);
  const total = prompts.length * request.seeds.length * lanes.length;
  const file = { version: 1, request: request.raw, models, device };
  const summaryOf = (runs: Runs): SummaryRow[] => summarise(lanes, runs.filter(isAnswered));
  let known: Runs = [];
  // A file that was cut off must not pass for a whole one, so it says that runs are missing.
  const writeUnfinished = (): boolean =>
    out.tryWrite({ ...file, unfinished: { done: known.length, total }, runs: known, summary: summaryOf(known) });
  const stopListening = onSignal((status) => {
    writeUnfinished();
    out.close();
    console.error(`\nstopped; the results hold ${known.length} of ${total} runs and say so`);
    process.exit(status);
  });
  let due = 0;
  const keep = (runs: Runs): void => {
    known = runs;
    const before = performance.now();
    if (before < due) return;
    // A full disk may have room again at the end, and nothing decoded is given up before.
    if (!writeUnfinished()) console.error("\nthe results cannot be written just now");
    due = performance.now() + WRITE_SHARE * (performance.now() - before);
  };
  try {
    // Results of an earlier command would look like those of this one.
    keep([]);
    const onProgress = (done: number): void => void process.stderr.write(`\r${done} of ${total} runs`);
    const runs = await runAll(prompts, request, runOnce, onProgress, keep);
    process.stderr.write("\n");
    const summary = summaryOf(runs);
    console.log(table(lanes, summary));
    reportFailures(runs);
    out.write({ ...file, runs, summary });
  } finally {
    stopListening();
    await close();
  }
}

function isAnswered(run: EvalRun | FailedRun): run is EvalRun {
  return !isFailed(run);
}

function reportFailures(runs: Runs): void {
  const failed = runs.filter(isFailed);
  for (const { promptId, lane, error } of failed.slice(0, 10)) {
    console.error(`prompt ${promptId}, lane ${lane}: ${error.message}`);
  }
  if (failed.length > 0)
    console.error(`${failed.length} of ${runs.length} runs failed; the results give the error in their place`);
  if (failed.length === runs.length) process.exitCode = 1;
}

/** @returns what ends the listening */
function onSignal(stop: (status: number) => void): () => void {
  const listeners = Object.entries(SIGNALS).map(([name, status]) => {
    const listener = (): void => stop(status);
    process.once(name, listener);
    return { name, listener };
  });
  return () => listeners.forEach(({ name, listener }) => process.off(name, listener));
}
