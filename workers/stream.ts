/** How events of a run reach the page: one by one, in order, and no faster than it takes them. */
import type { LaneChange } from "../src/core/types.ts";
import type { RunControl } from "../src/engine/interfaces.ts";

export type Emit<E> = (event: E) => void | Promise<void>;

export interface ActiveRun {
  readonly runId: string;
  readonly controller: AbortController;
  changes: { readonly lane: number; readonly change: LaneChange }[];
}

export interface StreamClock {
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** How long a cancelled run waits for the page to take its last event. */
const LAST_WORD_MS = 500;

/**
 * Passes events on one by one, each taken before the next is sent: that is the back-pressure. A cancel ends the wait, also for a page that
 * withholds its answer; what is left (samples, `finished`) is then sent without waiting, but in order.
 */
export async function stream<E extends { readonly type: string }>(
  active: ActiveRun,
  start: (control: RunControl) => AsyncGenerator<E, void, undefined>,
  emit: Emit<E>,
  { now, sleep }: StreamClock,
  keep: NonNullable<RunControl["keep"]>,
): Promise<void> {
  const { signal } = active.controller;
  const cancelled = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
  let taken: Promise<unknown> = Promise.resolve();
  const control: RunControl = {
    signal,
    now,
    turn: async () => void (await Promise.race([taken, cancelled])),
    takeChanges: () => {
      const { changes } = active;
      active.changes = [];
      return changes;
    },
    keep,
  };
  for await (const event of start(control)) {
    await control.turn();
    const isLast = event.type === "finished" || event.type === "failed";
    // A page that throws cannot follow any more: the run ends, and the page still hears how.
    taken = (async () => emit(event))().catch(() => active.controller.abort());
    // The run goes on with the policy's next forward meanwhile, and waits in `turn`.
    if (event.type === "step") continue;
    // The answer to the last event settles the run, so that its caller has seen everything.
    const patience = isLast ? cancelled.then(() => sleep(LAST_WORD_MS)) : cancelled;
    await Promise.race([taken, patience]);
  }
}
