/** The lessons that make reward heads in a playground, made when they are first asked for. */
import { Teaching, type TeachHost } from "./teaching.svelte.ts";

/** The part of a playground that lends them what they need. */
interface TeachLender {
  readonly teaching: { make(build: (host: TeachHost) => Teaching): Teaching };
}

export function teachingOf(playground: TeachLender): Teaching {
  return playground.teaching.make((host) => new Teaching(host));
}
