/** Plays a recorded run as if it happened now. */
import type { RunEvent, Trace } from "../../core/types.ts";

/** About how fast a person reads four short texts that grow together. */
export const REPLAY_STEP_MS = 85;

/** Emits every event, resting between steps; `emit` may hold it back. Ends early when the signal aborts. */
export async function replay(
  trace: Trace,
  emit: (event: RunEvent) => Promise<void>,
  rest: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  for (const event of trace.events) {
    if (signal.aborted) return;
    await emit(event);
    if (event.type === "step") await rest();
  }
}
