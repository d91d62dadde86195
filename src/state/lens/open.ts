/** The lens of a playground, made when it is first asked for. */
import type { LensHost } from "./host.ts";
import { Lens } from "./lens.svelte.ts";

/** The part of a playground that lends the lens what it needs. */
export interface LensLender {
  readonly lens: { make(build: (host: LensHost) => Lens): Lens };
}

export function lensOf(playground: LensLender): Lens {
  return playground.lens.make((host) => new Lens(host));
}
