/** Decodes many requests one after another with the ordinary loop, and keeps of each only what it ended with. */
import { isFatal } from "../../core/errors.ts";
import type { JobOutcome, SweepEvent } from "../../core/sweep.ts";
import type { RunEvent, RunRequest, SampleResult } from "../../core/types.ts";
import { decode } from "./loop.ts";
import type { Models, RunControl } from "../interfaces.ts";

/**
 * Runs `requests` in order to one `finished` or `failed`. A request that is refused is reported and passed over. An
 * aborted one leaves nothing behind, so that it is decoded whole when the sweep goes on.
 */
export async function* sweep(
  sweepId: string,
  requests: readonly RunRequest[],
  models: Models,
  control: RunControl,
): AsyncGenerator<SweepEvent, void, undefined> {
  for (const [job, request] of requests.entries()) {
    if (control.signal.aborted) break;
    const samples: SampleResult[] = [];
    for await (const event of decode(`${sweepId}/${job}`, request, models, control)) {
      if (event.type === "step") yield { type: "step", sweepId, job, step: event.step };
      else if (event.type === "sample") samples.push(event.result);
      else if (event.type === "failed") {
        // No further request can succeed.
        if (isFatal(event.error.code)) {
          yield { type: "failed", sweepId, error: event.error };
          return;
        }
        yield { type: "refused", sweepId, job, error: event.error };
      } else if (event.type === "finished" && event.reason === "done") {
        yield { type: "ran", sweepId, job, outcome: outcomeOf(event, samples, models) };
      }
    }
  }
  yield { type: "finished", sweepId, reason: control.signal.aborted ? "aborted" : "done" };
}

function outcomeOf(
  { lanes }: Extract<RunEvent, { type: "finished" }>,
  samples: readonly SampleResult[],
  { refs, device }: Models,
): JobOutcome {
  return { models: refs, backend: device.backend, lanes, samples };
}
