/** Models of the Hub as the page sees them. Nothing here asks another machine before the visitor does. */
import type { StepMs } from "../../core/step-ms.ts";
import type { DownloadProgress, Dtype } from "../../core/hub.ts";
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import type { HubApi, KeptModels, ModelAddress, ModelWish, RepoReport, Settled } from "../../../workers/protocol.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";
import { Mirrors } from "./mirrors.ts";
import { settingsForLineup } from "./lineup-settings.ts";
import { FirstModel } from "./first-model.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import { Served } from "./served.svelte.ts";
import { Speeds } from "./speeds.ts";
import { baseOf, isSameWish } from "./same-wish.ts";

/** What happens on the stage when models change. */
export interface Stage {
  readonly stop: () => Promise<void>;
  /** Takes the text of other models away. */
  readonly clear: () => void;
}

/** What is used of the surroundings. */
export interface HubPlace {
  readonly storage: KeptText | null;
  readonly sharedStorage: KeptText | null;
  readonly servedUrl: string;
  readonly readServed: () => Promise<unknown>;
  /** Memory that models may take; null where the browser does not tell. */
  readonly budgetBytes: number | null;
}

/** What was found at an address. */
export interface Found {
  readonly address: ModelAddress;
  readonly report: RepoReport;
}

/** Of a shorter run the prompt would count for too much. */
const FEWEST_STEPS = 8;

/** Policies, siblings and classifiers together: memory ends before this does. */
export const MAX_MODELS = 6;

/** Names of the terms that went when the models changed, and what happened to these. */
export interface Turnover {
  readonly terms: readonly string[];
  /** A model's id, or that others took the place of all. */
  readonly unloaded: string | null;
  readonly isBackToBundled: boolean;
}

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
  /** Told in words until the next change. */
  turnover = $state.raw<Turnover | null>(null);
  /** What the page's own server offers. */
  readonly served: Served;
  readonly speeds: Speeds;
  readonly budgetBytes: number | null;
  readonly #supervisor: Supervisor;
  readonly #models: PageModels;
  readonly #settings: Settings;
  readonly #stage: Stage;
  readonly #mirrors: Mirrors;
  /** What the chat world loads. */
  readonly first: FirstModel;

  constructor(supervisor: Supervisor, models: PageModels, settings: Settings, around: HubPlace, stage: Stage) {
    this.#supervisor = supervisor;
    this.#models = models;
    this.#settings = settings;
    this.#stage = stage;
    this.speeds = new Speeds(around.sharedStorage);
    this.budgetBytes = around.budgetBytes;
    this.#mirrors = new Mirrors(around.sharedStorage);
    this.served = new Served(around.servedUrl, around.readServed);
    this.first = new FirstModel(this.served, around.storage);
    if (settings.world === "chat") {
      this.chosen = this.inUse = this.first.wishes;
      this.#models.want(this.inUse);
    }
  }

  /** The models of the world that the settings are in are wanted from now on; what is loaded of the other one goes. */
  async enterWorld(): Promise<void> {
    const wishes = this.#settings.world === "chat" ? this.first.wishes : [];
    if (wishes.length === this.inUse.length && wishes.every((wish, i) => isSameWish(wish, this.inUse[i]!))) return;
    this.error = null;
    this.turnover = null;
    await this.#stage.stop();
    this.chosen = this.inUse = wishes;
    await this.#models.expect(wishes.length === 0 ? null : wishes);
  }

  get mirrors(): readonly string[] {
    return this.#mirrors.origins;
  }

  /** Looks into the browser's storage; asks no other machine. */
  look(): Promise<void> {
    return this.#take((hub) => hub.keptModels());
  }

  /** Whether the models of the chat world lie on this device, as far as it was looked. */
  get isFirstKept(): boolean {
    const models = this.kept?.models ?? [];
    return this.first.wishes.every((wish) =>
      models.some(({ id, mirror }) => id === wish.address.id && mirror === baseOf(wish.address)),
    );
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
    this.chosen = [wish, ...this.chosen.slice(1).filter((each) => !isSameWish(each, wish))];
  }

  /** A model that rewards may ask. */
  addReward(wish: ModelWish): void {
    if (this.chosen.length === 0 || this.chosen.length >= MAX_MODELS) return;
    if (!this.chosen.some((each) => isSameWish(each, wish))) this.chosen = [...this.chosen, wish];
  }

  drop(wish: ModelWish): void {
    this.chosen = this.chosen.filter((each) => !isSameWish(each, wish));
  }

  /** Loads what is chosen, in place of what is loaded. @returns whether the models are ready */
  use(): Promise<boolean> {
    return this.#load(this.chosen);
  }

  /** Loads one model that writes, in place of all that are loaded. @returns whether it is ready */
  useAlone(wish: ModelWish): Promise<boolean> {
    this.chosen = [wish];
    return this.#load(this.chosen);
  }

  /** Loads again what was asked for last. */
  useAgain(): Promise<boolean> {
    return this.#load(this.inUse);
  }

  /** How fast the loaded model wrote, for the next choice among models. */
  noteSpeed(steps: readonly StepMs[]): void {
    const { report } = this.#models;
    const [policy] = this.inUse;
    if (report === null || policy === undefined || report.device.backend === "cpu") return;
    if (steps.length < FEWEST_STEPS) return;
    // Rewards may cost as much again; the card speaks of the model by itself.
    const ms = steps.reduce((sum, step) => sum + step.policy + step.tail, 0);
    this.speeds.note(policy.address.id, report.device.backend, (1000 * steps.length) / ms);
  }

  /** Loads what is in use and not here yet, for a run that waits for it. @returns whether it is ready */
  async loadInUse(): Promise<boolean> {
    for (const { address } of this.inUse) this.#admit(address);
    const isReady = await this.#models.load();
    if (isReady) this.#fitSettings(this.inUse);
    void this.look();
    return isReady;
  }

  /**
   * Begins to load the models that the visitor chose in the chat world, where this device kept all their files: no other
   * machine is asked. @returns whether they are on their way
   */
  async loadIfKept(): Promise<boolean> {
    if (this.#settings.world !== "chat" || !this.first.wasChosen) return false;
    if (this.#models.state.status !== "absent") return true;
    await this.look();
    if (this.isFirstKept) void this.loadInUse();
    return this.isFirstKept;
  }

  /** Back to the models that came with the page. */
  useBundled(): Promise<boolean> {
    this.chosen = [];
    return this.#load([]);
  }

  /** Frees one model that rewards, and its terms go. Without the one that writes, the page's own models come back. */
  async unload(wish: ModelWish): Promise<void> {
    const { id } = wish.address;
    if (this.inUse.findIndex((each) => isSameWish(each, wish)) === 0) return void (await this.useBundled());
    await this.#work(async () => {
      await this.#stage.stop();
      this.error = await this.#models.unload(id);
      if (this.error !== null) return;
      this.drop(wish);
      this.inUse = this.inUse.filter((each) => !isSameWish(each, wish));
      this.turnover = { unloaded: id, terms: this.#fitSettings(this.inUse), isBackToBundled: false };
    });
  }

  async #load(wishes: readonly ModelWish[]): Promise<boolean> {
    this.error = null;
    this.turnover = null;
    await this.#stage.stop();
    for (const { address } of wishes) this.#admit(address);
    const before = this.inUse;
    this.inUse = wishes;
    const isReady = await this.#models.loadLineup(wishes.length === 0 ? null : wishes);
    const { state } = this.#models;
    if (state.status === "failed") this.error = state.error;
    // A load that was cancelled leaves the wish for the models that were there before.
    if (state.status === "absent" && this.inUse === wishes) {
      this.inUse = before;
      this.#models.want(before.length === 0 ? null : before);
    }
    const terms = isReady ? this.#fitSettings(wishes) : [];
    if (isReady) this.#stage.clear();
    if (terms.length > 0) this.turnover = { unloaded: null, terms, isBackToBundled: wishes.length === 0 };
    await this.look();
    return isReady;
  }

  /** @returns the names of the terms that are gone */
  #fitSettings(wishes: readonly ModelWish[]): readonly string[] {
    const { data } = this.#settings;
    this.#settings.enter(wishes.length > 0 ? "chat" : "laboratory");
    if (wishes.length > 0) {
      this.first.remember(wishes);
      const ids = wishes.map(({ address }) => address.id);
      const { context = Infinity, lineup } = this.#models.report ?? {};
      const isBase = lineup?.models[0]?.hasChat === false;
      this.#settings.isBase = isBase;
      this.#settings.update(settingsForLineup(this.#settings.data, isBase ? "base" : "chat", ids, context));
    }
    const isLeft = new Set(this.#settings.data.sources.map(({ id }) => id));
    return data.sources.filter(({ id }) => !isLeft.has(id)).map(({ name }) => name);
  }

  /** A worker's address says which mirrors it may ask: one with a new mirror in it takes the place of the old. */
  #admit(address: ModelAddress): void {
    if (!this.#mirrors.admit(address)) return;
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
