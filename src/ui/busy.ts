import type { Playground } from "../state/playground.svelte.ts";

/** Whether the models compute something that loading the page again would cut off. */
export function isBusy({ run, sweep, teaching, clicks, bench }: Playground): boolean {
  return (
    run.isLive || sweep.now?.isActive === true || [teaching, clicks, bench].some(({ now }) => now?.isBusy === true)
  );
}
