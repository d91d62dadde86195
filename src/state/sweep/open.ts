/** The sweep of a playground, made when it is first asked for. */
import type { SweepHost } from "./host.ts";
import { browserStore } from "./store.ts";
import { Sweep } from "./sweep.svelte.ts";

/** The part of a playground that lends a sweep what it needs. */
export interface SweepLender {
  readonly sweep: { make(build: (host: SweepHost) => Sweep): Sweep };
}

export function sweepOf(playground: SweepLender): Sweep {
  return playground.sweep.make((host) => {
    const made = new Sweep(host, browserStore(host.newId));
    void made.open();
    return made;
  });
}

/** For a button beside a finished run: fills the form of the sweep with the lanes shown. The caller shows the view. */
export function repeatInSweep(playground: SweepLender): void {
  const sweep = sweepOf(playground);
  sweep.repeatLanes();
  sweep.chart = "matrix";
}

/** For a link beside a single run: the view opens at the win matrix, of a recorded sweep where the visitor has none. */
export function showMatrix(playground: SweepLender): void {
  sweepOf(playground).chart = "matrix";
}
