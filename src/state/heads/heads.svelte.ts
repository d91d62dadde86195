/**
 * The reward heads that a source can name: those that come with the page, and the visitor's own, which are kept on this
 * device. The worker is given the ones that the settings name, before a run needs them.
 */
import * as v from "valibot";
import { RunError, toErrorData, type ErrorData } from "../../core/errors.ts";
import { headIdOf, type HeadTrial, type Lesson } from "../../core/heads/lesson.ts";
import type { PolicyIdentity } from "../../core/heads/head-card.ts";
import type { LoadReport } from "../../../workers/protocol.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { CONTRASTS, worldSchema, type ContrastPreset, type World } from "../settings/worlds.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";
import type { HeadEntry } from "./head-entry.ts";
import type { HeadStore } from "./head-store.ts";

type HeadCode = typeof import("./head-entry.ts");
/** Comes with the first head that is looked at. */
const headCode = (): Promise<HeadCode> => import("./head-entry.ts");

/** A head that comes with the page, as its list tells it: the file is fetched once a source names it. */
export interface ShippedHead {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  /** Which policy it belongs to; a list that does not say so leaves it to the file. */
  readonly policy?: PolicyIdentity | undefined;
  /** The world whose models it is for; the chat world where nothing is said. */
  readonly world?: World | undefined;
}

const listSchema = v.array(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/)),
    name: v.pipe(v.string(), v.maxLength(80)),
    file: v.pipe(v.string(), v.regex(/^[\w.-]+\.json$/)),
    policy: v.optional(v.object({ fingerprint: v.string(), hidden: v.number(), vocabulary: v.number() })),
    world: v.optional(worldSchema),
  }),
);

export interface HeadPlace {
  readonly headStore: HeadStore;
  /** A file beside the page in its folder of heads; null where it is missing or no JSON. */
  readonly readHeadFile: (file: string) => Promise<unknown>;
  readonly today: () => number;
  readonly saveFile: (name: string, content: string, type: string) => void;
}

export class Heads {
  shipped = $state.raw<readonly ShippedHead[]>([]);
  /** Newest first. */
  own = $state.raw<readonly HeadEntry[]>([]);
  /** What went wrong last with a file, with the device's storage, or with heads that do not fit. */
  trouble = $state.raw<ErrorData | null>(null);
  readonly #place: HeadPlace;
  readonly #supervisor: Supervisor;
  readonly #settings: Settings;
  readonly #models: PageModels;
  readonly #fetched = new Map<string, HeadEntry | null>();
  /** What the worker was given, under which models. */
  #given: { readonly report: LoadReport; readonly names: string } | null = null;
  #giving: Promise<void> = Promise.resolve();

  constructor(place: HeadPlace, supervisor: Supervisor, settings: Settings, models: PageModels) {
    this.#place = place;
    this.#supervisor = supervisor;
    this.#settings = settings;
    this.#models = models;
  }

  /** The list that comes with the page, and what is kept on this device. */
  async find(): Promise<void> {
    const list = v.safeParse(listSchema, await this.#place.readHeadFile("index.json"));
    if (list.success) this.shipped = list.output;
    await this.#trying(async () => {
      const kept = await this.#place.headStore.list();
      if (kept.length === 0) return;
      const { entryOf } = await headCode();
      const found = kept.flatMap(([, each]) => readKept(each, entryOf));
      this.own = found.toSorted((a, b) => b.savedAt - a.savedAt).map(({ entry }) => entry);
    });
  }

  /** Null for a head that is not here. */
  async entry(id: string): Promise<HeadEntry | null> {
    const own = this.own.find(({ card }) => card.id === id);
    if (own !== undefined) return own;
    const shipped = this.shipped.find((each) => each.id === id);
    if (shipped === undefined) return null;
    const known = this.#fetched.get(id);
    if (known !== undefined) return known;
    const entry = await this.#fetch(shipped);
    this.#fetched.set(id, entry);
    return entry;
  }

  /** Whether a head belongs to the policy that is loaded; true while none is. */
  fits({ policy }: { readonly policy?: PolicyIdentity | undefined }): boolean {
    const { report } = this.#models;
    if (report === null) return true;
    return report.heads !== undefined && (policy === undefined || isSamePolicy(report.heads, policy));
  }

  /** Whether it can steer: by the states of the policy, or of a model that is loaded beside it. */
  canSteer(head: { readonly policy?: PolicyIdentity | undefined }): boolean {
    const { policy } = head;
    if (this.fits(head)) return true;
    const siblings = this.#models.report?.siblingHeads ?? [];
    return policy !== undefined && siblings.some((each) => isSamePolicy(each, policy));
  }

  /**
   * Keeps a new head. One of the same name gets a number, so that none is lost.
   * @param old takes its place and its name
   * @returns it as it is kept
   */
  async keep(
    file: unknown,
    { trial, lesson, old = null }: { trial: HeadTrial | null; lesson: Lesson | null; old?: HeadEntry | null },
  ): Promise<HeadEntry> {
    const { entryOf } = await headCode();
    const { card } = entryOf(file);
    const id = old?.card.id ?? this.#freeId(card.id);
    const entry = entryOf(typeof file === "object" && file !== null ? { ...file, id } : file, trial, lesson);
    this.own = [entry, ...this.own.filter((each) => each.card.id !== id)];
    // Other numbers under the same name: the worker has to hear of them.
    this.#given = null;
    await this.#trying(() =>
      this.#place.headStore.write(id, { file: entry.file, trial, lesson, savedAt: this.#place.today() }),
    );
    return entry;
  }

  /** @returns whether it could be read */
  async importFile(file: File): Promise<HeadEntry | null> {
    try {
      const { entryFrom } = await headCode();
      const entry = await entryFrom(file);
      this.trouble = null;
      return await this.keep(entry.file, { trial: null, lesson: null });
    } catch (error) {
      this.trouble = toErrorData(error);
      return null;
    }
  }

  exportFile({ card, file }: HeadEntry): void {
    this.#place.saveFile(`${card.id}.head.json`, `${JSON.stringify(file)}\n`, "application/json");
  }

  /** Also from the settings that name it. */
  async remove({ card }: HeadEntry): Promise<void> {
    this.own = this.own.filter((each) => each.card.id !== card.id);
    for (const spec of this.#settings.data.sources) {
      if (spec.type === "head" && spec.head === card.id) this.#settings.removeSource(spec.id);
    }
    await this.#trying(() => this.#place.headStore.remove(card.id));
  }

  /** Gives the worker the heads that the settings name, where it has others. To be awaited before a run. */
  ready(): Promise<void> {
    this.#giving = this.#giving.then(() => this.#give());
    return this.#giving;
  }

  async #give(): Promise<void> {
    const { report } = this.#models;
    if (report === null) return;
    const fitting = await this.#fitting();
    if (this.#models.report !== report) return;
    const names = fitting.map(({ card }) => card.id).join(" ");
    const had = this.#given?.report === report ? this.#given.names : "";
    if ((report.heads ?? report.siblingHeads) === undefined || names === had) return;
    await this.#trying(async () => {
      const settled = await this.#supervisor.call((api) => api.useHeads(fitting.map(({ file }) => file)));
      if (!settled.ok) throw new RunError(settled.error.code, settled.error.message, settled.error.details);
      this.#given = { report, names };
    });
  }

  /** Heads that the settings name and the loaded policy takes; contrasts of the same instructions stand in for the others. */
  async #fitting(): Promise<readonly HeadEntry[]> {
    const fitting = new Map<string, HeadEntry>();
    for (const spec of this.#settings.data.sources) {
      if (spec.type !== "head") continue;
      const entry = await this.entry(spec.head);
      // Only the policy looks ahead, so a value head must be its own.
      const isUsable = entry !== null && (entry.kind === "value" ? this.fits(entry.card) : this.canSteer(entry.card));
      if (isUsable) fitting.set(entry.card.id, entry);
      else this.#settings.replaceHead(spec, contrastFor(spec, entry));
    }
    return [...fitting.values()].toSorted((a, b) => a.card.id.localeCompare(b.card.id));
  }

  async #fetch({ file, id }: ShippedHead): Promise<HeadEntry | null> {
    try {
      const [{ entryOf }, read] = await Promise.all([headCode(), this.#place.readHeadFile(file)]);
      const entry = entryOf(read);
      return entry.card.id === id ? entry : null;
    } catch {
      // A file that cannot be read is as good as missing: a run that needs it says so.
      return null;
    }
  }

  #freeId(id: string): string {
    const taken = new Set([...this.own.map(({ card }) => card.id), ...this.shipped.map((each) => each.id)]);
    let free = headIdOf(id);
    for (let number = 2; taken.has(free); number++) free = `${headIdOf(id)}-${number}`;
    return free;
  }

  async #trying(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.trouble = null;
    } catch (error) {
      this.trouble = toErrorData(error);
    }
  }
}

function isSamePolicy(loaded: PolicyIdentity, own: PolicyIdentity): boolean {
  return loaded.fingerprint === own.fingerprint && loaded.hidden === own.hidden;
}

/** What does on any policy what a head does on its own; null where nothing is known that does. */
function contrastFor({ name }: { readonly name: string }, entry: HeadEntry | null): ContrastPreset | null {
  const preset = CONTRASTS.find((each) => each.name === name) ?? null;
  const teacher = entry?.card.teacher;
  if (teacher?.kind !== "contrast") return entry === null ? preset : null;
  const { better, worse } = teacher;
  return { name, better, worse, weight: preset?.weight ?? 1 };
}

/** One that cannot be read is left where it is, and out of the list. */
function readKept(
  kept: unknown,
  entryOf: HeadCode["entryOf"],
): { readonly entry: HeadEntry; readonly savedAt: number }[] {
  const read = v.safeParse(
    v.object({ file: v.unknown(), trial: v.unknown(), lesson: v.unknown(), savedAt: v.number() }),
    kept,
  );
  if (!read.success) return [];
  const { file, trial, lesson, savedAt } = read.output;
  try {
    return [{ entry: entryOf(file, trial, lesson), savedAt }];
  } catch {
    return [];
  }
}
