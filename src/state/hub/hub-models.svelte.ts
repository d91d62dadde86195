/** Models of the Hub as the page sees them. Nothing here asks another machine before the visitor does. */
import type { DownloadProgress, Dtype } from "../../core/hub.ts";
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { HubApi, KeptModels, ModelAddress, ModelWish, RepoReport, Settled } from "../../../workers/protocol.ts";
import type { Models } from "../models.svelte.ts";
import type { Settings } from "../settings.svelte.ts";
import type { Supervisor } from "../supervisor.ts";
import { modelSettingsOf, settingsForLineup, type ModelSettings } from "./lineup-settings.ts";

/** What was found at an address. */
export interface Found {
  readonly address: ModelAddress;
  readonly report: RepoReport;
}

/** Policies, siblings and classifiers together: memory ends before this does. */
export const MAX_MODELS = 6;
const MIRRORS_KEY = "tiller mirrors";

export class HubModels {
  /** Null until it was looked. */
  kept = $state.raw<KeptModels | null>(null);
  found = $state.raw<Found | null>(null);
  download = $state.raw<DownloadProgress | null>(null);
  error = $state.raw<ErrorData | null>(null);
  isBusy = $state(false);
  /** Models for the next load, the policy first; empty means the bundled ones. */
  chosen = $state.raw<readonly ModelWish[]>([]);
  /** What the loaded models are, or were asked to be. */
  inUse = $state.raw<readonly ModelWish[]>([]);
  readonly #supervisor: Supervisor;
  readonly #models: Models;
  readonly #settings: Settings;
  readonly #storage: Storage | null;
  readonly #stopRun: () => Promise<void>;
  #mirrors: readonly string[];
  /** What the bundled models were set to, for the way back. */
  #before: ModelSettings | null = null;

  constructor(
    supervisor: Supervisor,
    models: Models,
    settings: Settings,
    storage: Storage | null,
    stopRun: () => Promise<void>,
  ) {
    this.#supervisor = supervisor;
    this.#models = models;
    this.#settings = settings;
    this.#storage = storage;
    this.#stopRun = stopRun;
    this.#mirrors = readMirrors(storage);
  }

  /** Origins that the visitor named; a worker may ask these and the Hub alone. */
  get mirrors(): readonly string[] {
    return this.#mirrors;
  }

  /** Looks into the browser's storage; asks no other machine. */
  look(): Promise<void> {
    return this.#take((hub) => hub.keptModels());
  }

  /** Asks the Hub, or a mirror, what a repository offers. */
  async lookUp(address: ModelAddress): Promise<void> {
    this.found = null;
    this.#admit(address);
    await this.#work(async () => {
      const settled = await this.#supervisor.callHub((hub) => hub.lookUp(address, this.#models.backend));
      if (settled.ok) this.found = { address, report: settled.value };
      else this.error = settled.error;
    });
  }

  /** Fetches a model for times without a network; it is not loaded. */
  async prepare(wish: ModelWish): Promise<void> {
    this.#admit(wish.address);
    const onProgress = (progress: DownloadProgress): void => void (this.download = progress);
    await this.#take((hub) => hub.prepare(wish, this.#models.backend, onProgress));
    this.download = null;
  }

  async cancel(): Promise<void> {
    await this.#supervisor.callHub((hub) => hub.cancelPrepare());
  }

  forget(id: string, mirror: string | null, dtype: Dtype): Promise<void> {
    return this.#take((hub) => hub.forgetModel(id, mirror, dtype));
  }

  forgetAll(): Promise<void> {
    return this.#take((hub) => hub.forgetAllModels());
  }

  /** The model that writes; a model that was chosen as a reward before is it no longer. */
  choosePolicy(wish: ModelWish): void {
    this.chosen = [wish, ...this.chosen.slice(1).filter((each) => !isSame(each, wish))];
  }

  /** A model that rewards may ask. */
  addReward(wish: ModelWish): void {
    if (this.chosen.length === 0 || this.chosen.length >= MAX_MODELS) return;
    if (!this.chosen.some((each) => isSame(each, wish))) this.chosen = [...this.chosen, wish];
  }

  drop(wish: ModelWish): void {
    this.chosen = this.chosen.filter((each) => !isSame(each, wish));
  }

  /** Loads what is chosen, in place of what is loaded. @returns whether the models are ready */
  use(): Promise<boolean> {
    return this.#load(this.chosen);
  }

  /** Back to the models that came with the page. */
  useBundled(): Promise<boolean> {
    this.chosen = [];
    return this.#load([]);
  }

  async #load(wishes: readonly ModelWish[]): Promise<boolean> {
    this.error = null;
    await this.#stopRun();
    for (const { address } of wishes) this.#admit(address);
    this.inUse = wishes;
    const isReady = await this.#models.loadLineup(wishes.length === 0 ? null : wishes);
    if (this.#models.state.status === "failed") this.error = this.#models.state.error;
    if (isReady) this.#fitSettings(wishes);
    await this.look();
    return isReady;
  }

  #fitSettings(wishes: readonly ModelWish[]): void {
    const { data } = this.#settings;
    if (wishes.length > 0) {
      this.#before ??= modelSettingsOf(data);
      const ids = wishes.map(({ address }) => address.id);
      this.#settings.update(settingsForLineup(data, ids, this.#models.report?.context ?? Infinity));
    } else if (this.#before !== null) {
      this.#settings.update(this.#before);
      this.#before = null;
    }
  }

  /** A worker's address says which mirrors it may ask: one with a new mirror in it takes the place of the old. */
  #admit(address: ModelAddress): void {
    if (address.kind !== "hub" || address.mirror === null) return;
    const { origin } = new URL(address.mirror);
    if (!origin.startsWith("https:") || this.#mirrors.includes(origin)) return;
    this.#mirrors = [...this.#mirrors, origin];
    this.#storage?.setItem(MIRRORS_KEY, JSON.stringify(this.#mirrors));
    this.#supervisor.kill({ code: "aborted", message: "starting again with another mirror", details: {} });
  }

  #take(ask: (hub: HubApi) => Promise<Settled<KeptModels>>): Promise<void> {
    return this.#work(async () => {
      const settled = await this.#supervisor.callHub(ask);
      if (settled.ok) this.kept = settled.value;
      else if (settled.error.code !== "aborted") this.error = settled.error;
    });
  }

  async #work(job: () => Promise<void>): Promise<void> {
    this.isBusy = true;
    this.error = null;
    try {
      await job();
    } catch (error) {
      this.error = toErrorData(error);
    } finally {
      this.isBusy = false;
    }
  }
}

export function isSame(one: ModelWish, other: ModelWish): boolean {
  const mirror = ({ address }: ModelWish): string | null => (address.kind === "hub" ? address.mirror : null);
  return (
    one.address.kind === other.address.kind && one.address.id === other.address.id && mirror(one) === mirror(other)
  );
}

/** Storage is untrusted: anything may have written there. */
function readMirrors(storage: Storage | null): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(storage?.getItem(MIRRORS_KEY) ?? "[]");
    return Array.isArray(parsed)
      ? parsed.filter((each) => typeof each === "string" && each.startsWith("https://"))
      : [];
  } catch {
    return [];
  }
}
