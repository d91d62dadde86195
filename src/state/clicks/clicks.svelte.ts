/**
 * My taste: answers are written, a person clicks which one is better, and the taste is fitted anew after each click. What was
 * written and clicked is kept on this device.
 */
import { agreement } from "../../core/clicks/agreement.ts";
import { ANSWERS_LIMITS, type AnswersAsk, type AnswersNews } from "../../core/clicks/answers.ts";
import { likesOf } from "../../core/clicks/likes.ts";
import { preferencePairs } from "../../core/clicks/preference-pairs.ts";
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import { Pace } from "../../core/pace.ts";
import type { LoadReport } from "../../../workers/protocol.ts";
import type { HeadEntry } from "../heads/head-entry.ts";
import type { Heads } from "../heads/heads.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor, WatchClock } from "../worker/supervisor.ts";
import type { ClickStore } from "./click-store.ts";
import { freshPairs, pairToShow, shownClicks, tasteOf } from "./pairs.ts";
import {
  judgedPairs,
  newSession,
  readSession,
  withAnswers,
  type KeptClick,
  type Measure,
  type Session,
  type ShownPair,
} from "./session.ts";
import { setWeights, type WeightsSet } from "./set-weights.ts";

export type WriteState =
  | { readonly status: "idle" }
  /** The model that is to write is on its way. */
  | { readonly status: "loading" }
  | { readonly status: "writing"; readonly done: number; readonly secondsLeft: number | null }
  /** Another model wrote the answers that are here. */
  | { readonly status: "other-model"; readonly policy: string }
  | { readonly status: "failed"; readonly error: ErrorData };

/** Prompts that are answered at one press. */
const PROMPTS_AT_ONCE = 20;
const PROMPTS_KEY = "tiller.clicks.prompts";

export interface ClicksHost {
  readonly supervisor: Supervisor;
  readonly heads: Heads;
  readonly settings: Settings;
  readonly models: PageModels;
  readonly clock: WatchClock;
  readonly storage: KeptText | null;
  readonly clickStore: ClickStore;
  readonly random32: () => number;
  readonly saveFile: (name: string, content: string, type: string) => void;
  /** Loads the model that the visitor uses; whether it is here. Ends what runs on it. */
  readonly prepare: () => Promise<boolean>;
}

export class Clicks {
  state = $state.raw<WriteState>({ status: "idle" });
  session = $state.raw<Session>(newSession(0));
  /** The pair on the screen; it stays while more answers come. */
  pair = $state.raw<ShownPair | null>(null);
  /** The visitor's own prompts, one a line. */
  prompts = $state.raw("");
  /** What went wrong last with the device's storage. */
  trouble = $state.raw<ErrorData | null>(null);
  /** What the last press on the button for weights did; null after another click. */
  applied = $state.raw<WeightsSet | null>(null);
  readonly taste = $derived(tasteOf(this.session));
  readonly likes = $derived(likesOf(this.taste));
  readonly agreement = $derived(agreement(shownClicks(this.session), this.session.measures.length));
  readonly freshPairs = $derived(freshPairs(this.session));
  readonly #host: ClicksHost;
  #looking: Promise<void> | null = null;
  #saving: Promise<void> = Promise.resolve();

  constructor(host: ClicksHost) {
    this.#host = host;
    this.prompts = host.storage?.getItem(PROMPTS_KEY) ?? "";
    this.session = newSession(host.random32());
  }

  get isBusy(): boolean {
    return this.state.status === "loading" || this.state.status === "writing";
  }

  /** Brings back what is kept; to be called when the window opens. */
  look(): Promise<void> {
    this.#looking ??= this.#trying(async () => {
      const kept = readSession(await this.#host.clickStore.read());
      if (kept === null) return;
      this.session = kept;
      this.pair = pairToShow(kept, this.taste);
    });
    return this.#looking;
  }

  setPrompts(prompts: string): void {
    this.prompts = prompts;
    this.#host.storage?.setItem(PROMPTS_KEY, prompts);
  }

  /** Has answers written, more than are here; pairs of the first ones can be clicked while the rest is written. */
  async write(): Promise<void> {
    if (this.isBusy) return;
    this.state = { status: "loading" };
    await this.look();
    const isHere = await this.#host.prepare();
    if (this.state.status !== "loading") return;
    const { report } = this.#host.models;
    if (!isHere || report === null) {
      this.state = { status: "idle" };
      return;
    }
    const policy = policyOf(report);
    const { policy: before } = this.session;
    if (before !== null && before.key !== policy.key) {
      this.state = { status: "other-model", policy: before.id };
      return;
    }
    this.session = { ...this.session, policy };
    const heads = report.heads === undefined ? [] : await this.#measuringHeads();
    this.state = { status: "writing", done: 0, secondsLeft: null };
    await this.#write(heads);
  }

  async #write(heads: readonly HeadEntry[]): Promise<void> {
    const { supervisor, clock } = this.#host;
    const { seed, listed: from, answers } = this.session;
    const known = new Set(answers.map(({ prompt }) => prompt));
    const ownPrompts = linesOf(this.prompts).filter((prompt) => !known.has(prompt));
    const files = heads.map(({ file }) => file);
    const ask: AnswersAsk = { ownPrompts, listed: PROMPTS_AT_ONCE, from, heads: files, seed };
    const measures = [...newSession(0).measures, ...heads.map(measureOf)];
    const pace = new Pace();
    const take = (news: AnswersNews): void => {
      // A visitor who started over wants none of these.
      if (this.state.status !== "writing") return;
      if (news.type === "progress") {
        const done = news.done / news.total;
        pace.mark(clock.now(), done);
        this.state = { status: "writing", done, secondsLeft: pace.secondsLeft(1 - done) };
        return;
      }
      const listed = from + Math.max(0, news.prompts - ownPrompts.length);
      this.session = { ...withAnswers(this.session, measures, news.answers), listed };
      this.pair ??= pairToShow(this.session, this.taste);
      void this.#save();
    };
    try {
      const settled = await supervisor.callLong(clock, (api, heard) =>
        api.answersToJudge(ask, (news) => {
          heard();
          take(news);
        }),
      );
      if (settled.ok || settled.error.code === "aborted") this.state = { status: "idle" };
      else this.state = { status: "failed", error: settled.error };
    } catch (error) {
      this.state = { status: "failed", error: toErrorData(error) };
    }
  }

  async cancel(): Promise<void> {
    if (this.state.status === "loading") this.state = { status: "idle" };
    else if (this.state.status === "writing") await this.#host.supervisor.askToStop((api) => api.cancelAnswers());
  }

  choose(choice: KeptClick["choice"]): void {
    if (this.pair === null) return;
    this.session = { ...this.session, clicks: [...this.session.clicks, { ...this.pair, choice }] };
    this.pair = pairToShow(this.session, this.taste);
    this.applied = null;
    void this.#save();
  }

  /** The last click is taken back, and its pair is shown again. */
  undo(): void {
    const last = this.session.clicks.at(-1);
    if (last === undefined) return;
    const { left, right, isRandom } = last;
    this.session = { ...this.session, clicks: this.session.clicks.slice(0, -1) };
    this.pair = { left, right, isRandom };
    this.applied = null;
    void this.#save();
  }

  export(): void {
    this.#host.saveFile("preference-pairs.jsonl", preferencePairs(judgedPairs(this.session)), "application/jsonl");
  }

  /** Forgets the clicks and the answers, also on the device. */
  async startOver(): Promise<void> {
    await this.cancel();
    this.session = newSession(this.#host.random32());
    this.pair = null;
    this.applied = null;
    this.state = { status: "idle" };
    await this.#keep(() => this.#host.clickStore.remove());
  }

  /** Whether some measure is a head that can steer. */
  get canSetWeights(): boolean {
    return this.session.measures.some(
      (measure) => measure.type === "head" && measure.steers && this.#isHere(measure.head),
    );
  }

  setWeights(): void {
    const { settings } = this.#host;
    this.applied = setWeights(this.taste, this.session.measures, settings, (head) => this.#isHere(head));
  }

  #isHere(head: string): boolean {
    const { heads } = this.#host;
    return (
      heads.own.some(({ card }) => card.id === head && heads.fits(card)) ||
      heads.shipped.some((each) => each.id === head && heads.fits(each))
    );
  }

  /** The visitor's own first, as many as one ask may hold. */
  async #measuringHeads(): Promise<readonly HeadEntry[]> {
    const { heads } = this.#host;
    const ids = [
      ...heads.own.filter(({ card }) => heads.fits(card)).map(({ card }) => card.id),
      ...heads.shipped.filter((each) => heads.fits(each)).map(({ id }) => id),
    ];
    const entries = await Promise.all([...new Set(ids)].slice(0, ANSWERS_LIMITS.heads).map((id) => heads.entry(id)));
    // A file knows best which policy it belongs to.
    return entries.filter((entry) => entry !== null).filter(({ card }) => heads.fits(card));
  }

  #save(): Promise<void> {
    const { session } = this;
    return this.#keep(() => this.#host.clickStore.write(session));
  }

  /** One after another, so that the newest is kept. */
  #keep(work: () => Promise<void>): Promise<void> {
    this.#saving = this.#saving.then(() => this.#trying(work));
    return this.#saving;
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

function policyOf({ models, heads }: LoadReport): { readonly id: string; readonly key: string } {
  const policy = models.find(({ kind }) => kind === "policy");
  const id = policy?.id ?? "";
  return { id, key: heads?.fingerprint ?? policy?.sha256 ?? id };
}

function measureOf({ card, kind }: HeadEntry): Measure {
  return { type: "head", head: card.id, name: card.name, sliderEnd: card.sliderEnd, steers: kind !== "value" };
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim().slice(0, ANSWERS_LIMITS.promptCharacters));
  return [...new Set(lines.filter((line) => line !== ""))].slice(0, ANSWERS_LIMITS.ownPrompts);
}
