/** What `npm run build` is told. */
import { parseArgs } from "node:util";
import { BadInput } from "../node/bad-input.ts";

/** Hosts that need a file of their own beside the page. */
const HOSTS = ["space"] as const;
type Host = (typeof HOSTS)[number];

export interface BuildOptions {
  /** Ids of models that the build carries. */
  readonly models: readonly string[];
  /** Address at which the build will stand, ending in "/"; null where it is not known. */
  readonly site: string | null;
  readonly host: Host | null;
}

const USAGE =
  "usage: npm run build -- [--with-model smollm2-135m-instruct] [--site https://OWNER.github.io/NAME/] [--for space]";

/** @throws BadInput that names what is wrong, and how it is said */
export function buildOptions(args: readonly string[]): BuildOptions {
  const values = parse(args);
  return { models: values["with-model"] ?? [], site: siteOf(values.site), host: hostOf(values.for) };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      "with-model": { type: "string", multiple: true },
      site: { type: "string" },
      for: { type: "string" },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BadInput(`${error instanceof Error ? error.message : String(error)}; ${USAGE}`);
  }
}

function siteOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new BadInput(`--site ${text}: this is no address that begins with https:// or http://; ${USAGE}`);
  }
  if (url.search !== "" || url.hash !== "") throw new BadInput(`--site ${text}: the address of a folder has no ? or #`);
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}

function hostOf(text: string | undefined): Host | null {
  if (text === undefined) return null;
  const host = HOSTS.find((each) => each === text);
  if (host === undefined) throw new BadInput(`--for ${text}: choose ${HOSTS.join(" or ")}; ${USAGE}`);
  return host;
}
