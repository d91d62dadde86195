/** A request decoded to its end, for programs that wait for all of it. */
import { RunError } from "../../src/core/errors.ts";
import type { RunEvent, RunRequest } from "../../src/core/types.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import type { Models } from "../../src/engine/interfaces.ts";

/** @throws RunError what the run failed with */
export async function wholeRun(id: string, request: RunRequest, models: Models): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const control = {
    signal: new AbortController().signal,
    now: () => performance.now(),
    turn: () => Promise.resolve(),
    takeChanges: () => [],
  };
  for await (const event of decode(id, request, models, control)) {
    if (event.type === "failed")
      throw new RunError(event.error.code, `${id}: ${event.error.message}`, event.error.details);
    events.push(event);
  }
  return events;
}
