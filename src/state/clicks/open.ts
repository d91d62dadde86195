/** The taste of a playground, made when it is first asked for. */
import { Clicks, type ClicksHost } from "./clicks.svelte.ts";

/** The part of a playground that lends it what it needs. */
interface ClicksLender {
  readonly clicks: { make(build: (host: ClicksHost) => Clicks): Clicks };
}

export function clicksOf(playground: ClicksLender): Clicks {
  return playground.clicks.make((host) => new Clicks(host));
}
