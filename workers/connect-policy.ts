/** Lets a worker ask the mirrors that its address names, and no others. The page puts them there when a visitor does. */

/** Name of the parameter in the worker's address; it may stand there more than once. */
export const CONNECT = "connect";

const ORIGIN = /^https:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/i;
const OWN = "connect-src 'self'";

/** @param search of the worker's address, as "?connect=https%3A%2F%2Fmodels.example.org" */
export function withMirrors(policy: string, search: string): string {
  const origins = new URLSearchParams(search).getAll(CONNECT).filter((origin) => ORIGIN.test(origin));
  return origins.length === 0 ? policy : policy.replace(OWN, `${OWN} ${origins.join(" ")}`);
}
