/** How programs reach the Hub: its address, or the mirror that HF_ENDPOINT names, and the clock that a download waits by. */
import { HUB } from "../../src/engine/hub/addresses.ts";
import type { Timing } from "../../src/engine/hub/repo.ts";
import { BadInput } from "./bad-input.ts";

/** Ends in "/". @throws BadInput where HF_ENDPOINT is no address */
export function hubBase(endpoint: string | undefined = process.env["HF_ENDPOINT"]): string {
  if (endpoint === undefined || endpoint.trim() === "") return HUB;
  const base = `${endpoint.trim().replace(/\/+$/, "")}/`;
  if (/^https?:\/\//.test(base) && URL.canParse(base)) return base;
  throw new BadInput(`HF_ENDPOINT is "${endpoint}"; give a mirror as https://…, or leave it out for the Hub itself`);
}

export const timing: Timing = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    }),
};
