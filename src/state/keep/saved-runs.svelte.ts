/** Runs that the visitor keeps on this device under names of their own: saved, opened, renamed, deleted, brought back. */
import * as v from "valibot";
import { OBJECTIVES_OF_KIND, type Trace } from "../../core/types.ts";
import type { RunStore } from "./run-store.ts";
import { slug } from "./file-name.ts";
import { MAX_TRACE_BYTES, readTrace, writeTrace } from "./trace-file.ts";

export const MAX_NAME = 80;

const aboutSchema = v.strictObject({
  version: v.literal(1),
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_NAME)),
  /** Milliseconds since 1970. */
  savedAt: v.pipe(v.number(), v.finite()),
  kind: v.picklist(Object.keys(OBJECTIVES_OF_KIND) as (keyof typeof OBJECTIVES_OF_KIND)[]),
  prompt: v.pipe(v.string(), v.maxLength(20_000)),
  lanes: v.pipe(v.array(v.pipe(v.string(), v.maxLength(80))), v.maxLength(12)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
});
export type SavedAbout = v.InferOutput<typeof aboutSchema>;

export interface SavedRun {
  readonly id: string;
  /** Null where what is kept about the run cannot be read; it can still be exported and deleted. */
  readonly about: SavedAbout | null;
}

/** What went wrong; the words are the page's. `detail` is a reason. */
export interface SavedTrouble {
  readonly type: "full" | "unavailable" | "broken" | "missing";
  readonly detail: string;
}

interface Removed {
  readonly run: SavedRun;
  readonly about: unknown;
  readonly trace: unknown;
}

export interface SavedRunsHost {
  readonly store: RunStore;
  readonly today: () => number;
  readonly newId: () => string;
  readonly saveFile: (name: string, content: string, type: string) => void;
}

export class SavedRuns {
  /** Newest first; null until they have been read. */
  list = $state.raw<readonly SavedRun[] | null>(null);
  trouble = $state.raw<SavedTrouble | null>(null);
  /** The run deleted last, until it is brought back or another takes its place. */
  removed = $state.raw<Removed | null>(null);
  isBusy = $state(false);
  readonly #around: SavedRunsHost;

  constructor(around: SavedRunsHost) {
    this.#around = around;
  }

  /** Reads what is there, other tabs' runs too. */
  async look(): Promise<void> {
    await this.#do(async ({ list }) => {
      const found = await list();
      this.list = found.map(([id, about]) => ({ id, about: checked(about) })).toSorted(byDate);
    });
  }

  /** @returns whether the run is kept now */
  async save(trace: Trace, name: string): Promise<boolean> {
    const text = writeTrace(trace);
    const { kind, prompt, lanes } = trace.request;
    const about: SavedAbout = {
      version: 1,
      name: name.trim().slice(0, MAX_NAME) || defaultName(trace),
      savedAt: this.#around.today(),
      kind,
      prompt,
      lanes: lanes.map((lane) => lane.name),
      bytes: new Blob([text]).size,
    };
    const id = this.#around.newId();
    const isKept = await this.#do(({ write }) => write(id, about, text));
    if (isKept) this.list = [{ id, about }, ...(this.list ?? [])];
    return isKept;
  }

  /** The run, or null after saying what is wrong with it. It stays where it is either way. */
  async open({ id }: SavedRun): Promise<Trace | null> {
    const text = await this.#text(id);
    if (text === null) return null;
    const reading = readTrace(text);
    if (reading.type === "broken") {
      this.trouble = { type: "broken", detail: reading.why };
      return null;
    }
    return reading.trace;
  }

  async rename({ id, about }: SavedRun, name: string): Promise<void> {
    const wanted = name.trim().slice(0, MAX_NAME);
    if (about === null || wanted === "" || wanted === about.name) return;
    const renamed = { ...about, name: wanted };
    if (!(await this.#do(({ describe }) => describe(id, renamed)))) return;
    this.list = this.list?.map((run) => (run.id === id ? { id, about: renamed } : run)) ?? null;
  }

  /** Takes a run away, and keeps it at hand until the next one goes. */
  async remove(run: SavedRun): Promise<void> {
    await this.#do(async ({ list, read, remove }) => {
      const about = new Map(await list()).get(run.id);
      const trace = await read(run.id);
      await remove(run.id);
      this.removed = { run, about, trace };
      this.list = this.list?.filter(({ id }) => id !== run.id) ?? null;
    });
  }

  async bringBack(): Promise<void> {
    const { removed } = this;
    if (removed === null) return;
    const { run, about, trace } = removed;
    if (!(await this.#do(({ write }) => write(run.id, about, trace)))) return;
    this.removed = null;
    this.list = [run, ...(this.list ?? [])].toSorted(byDate);
  }

  /** As a file, whatever it holds: a run that cannot be opened is not lost for that. */
  async exportFile(run: SavedRun): Promise<void> {
    const text = await this.#text(run.id);
    if (text !== null)
      this.#around.saveFile(`tiller-${slug(run.about?.name ?? run.id, "run")}.json`, text, "application/json");
  }

  async #text(id: string): Promise<string | null> {
    let text: unknown;
    if (!(await this.#do(async ({ read }) => void (text = await read(id))))) return null;
    if (typeof text === "string" && text.length <= MAX_TRACE_BYTES) return text;
    this.trouble =
      text === undefined
        ? { type: "missing", detail: "" }
        : { type: "broken", detail: typeof text === "string" ? "it is too long" : "it is not text" };
    return null;
  }

  /** One thing at a time; a database that refuses leaves the list as it is and says why. */
  async #do(act: (store: RunStore) => Promise<void>): Promise<boolean> {
    if (this.isBusy) return false;
    this.isBusy = true;
    this.trouble = null;
    try {
      await act(this.#around.store);
      return true;
    } catch (error) {
      this.trouble = troubleOf(error);
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}

/** "Two friends found an old …, seed 7": what a run is called when the visitor gives it no name. */
export function defaultName({ request: { prompt, seed } }: Trace): string {
  const words = prompt.trim().replaceAll(/\s+/g, " ");
  return `${words.length > 48 ? `${words.slice(0, 47).trimEnd()}…` : words}, seed ${seed}`;
}

function checked(about: unknown): SavedAbout | null {
  const result = v.safeParse(aboutSchema, about);
  return result.success ? result.output : null;
}

function byDate(a: SavedRun, b: SavedRun): number {
  return (b.about?.savedAt ?? 0) - (a.about?.savedAt ?? 0);
}

/** Browsers name a full disk alike, and a forbidden or broken database in many ways. */
function troubleOf(error: unknown): SavedTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : "";
  const detail = error instanceof Error || error instanceof DOMException ? error.message : String(error);
  return { type: name === "QuotaExceededError" ? "full" : "unavailable", detail };
}
