/** The recorded runs that ship with the page. */
import type { Trace } from "../../core/types.ts";
import type { World } from "../settings/worlds.ts";

export interface ExampleInfo {
  readonly file: string;
  readonly title: string;
  /** Absent for the laboratory. */
  readonly world?: World;
}

interface TraceReader {
  /** The trace in a parsed file, as this version reads it; null where it is none. */
  readonly traceIn: (value: unknown) => Trace | null;
}

export class Examples {
  list = $state.raw<readonly ExampleInfo[]>([]);
  current = $state.raw<ExampleInfo | null>(null);
  readonly #read: (file: string) => Promise<unknown>;
  readonly #reader: () => Promise<TraceReader>;

  /**
   * @param read   answers with the parsed JSON of a file in the examples folder
   * @param reader the code that checks such a file, fetched beside it
   */
  constructor(read: (file: string) => Promise<unknown>, reader: () => Promise<TraceReader>) {
    this.#read = read;
    this.#reader = reader;
  }

  /** The list is a file of its own, so that recordings can be added without building the page again. */
  async find(): Promise<void> {
    this.list = examplesIn(await this.#read("index.json"));
  }

  of(world: World): readonly ExampleInfo[] {
    return this.list.filter((each) => worldOfExample(each) === world);
  }

  /** The recording, or null when its file is missing or of another version. */
  async open(info: ExampleInfo): Promise<Trace | null> {
    const trace = await this.read(info.file);
    if (trace !== null) this.current = info;
    return trace;
  }

  /** The same of a recording that is not in the list, as those of lessons. */
  async read(file: string): Promise<Trace | null> {
    // Without its code, the page has no recordings.
    const reader = this.#reader().catch(() => null);
    const value = await this.#read(file);
    return (await reader)?.traceIn(value) ?? null;
  }
}

/** The list in a parsed file; empty where it is none. */
export function examplesIn(list: unknown): readonly ExampleInfo[] {
  return Array.isArray(list) && list.every(isInfo) ? list : [];
}

export function worldOfExample({ world }: ExampleInfo): World {
  return world ?? "laboratory";
}

function isInfo(value: unknown): value is ExampleInfo {
  if (!isRecord(value)) return false;
  const { file, title, world } = value;
  const hasWorld = world === undefined || world === "chat" || world === "laboratory";
  return typeof file === "string" && typeof title === "string" && hasWorld;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
