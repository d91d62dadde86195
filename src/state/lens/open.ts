/** The lens of a playground, made when it is first asked for. */
import type { LensHost } from "./host.ts";
import { Lens } from "./lens.svelte.ts";

/** The part of a playground that lends the lens what it needs. */
export interface LensLender {
  openLens(make: (host: LensHost) => Lens): Lens;
}

export function lensOf(playground: LensLender): Lens {
  return playground.openLens((host) => new Lens(host));
}
