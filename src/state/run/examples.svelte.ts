/** The recorded runs that ship with the page. */
import type { Trace } from "../../core/types.ts";

export interface ExampleInfo {
  readonly file: string;
  readonly title: string;
}

export class Examples {
  list = $state.raw<readonly ExampleInfo[]>([]);
  current = $state.raw<ExampleInfo | null>(null);
  readonly #read: (file: string) => Promise<unknown>;

  /** `read` answers with the parsed JSON of a file in the examples folder. */
  constructor(read: (file: string) => Promise<unknown>) {
    this.#read = read;
  }

  /** The list is a file of its own, so that recordings can be added without building the page again. */
  async find(): Promise<void> {
    const list = await this.#read("index.json");
    if (Array.isArray(list) && list.every(isInfo)) this.list = list;
  }

  /** The recording, or null when its file is missing or of another version. */
  async open(info: ExampleInfo): Promise<Trace | null> {
    const trace = await this.#read(info.file);
    if (!isTrace(trace)) return null;
    this.current = info;
    return trace;
  }
}

function isInfo(value: unknown): value is ExampleInfo {
  return isRecord(value) && typeof value["file"] === "string" && typeof value["title"] === "string";
}

/** Bundled files are written and tested by this project; only their version and outline are checked here. */
function isTrace(value: unknown): value is Trace {
  return isRecord(value) && value["version"] === 1 && isRecord(value["request"]) && Array.isArray(value["events"]);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
