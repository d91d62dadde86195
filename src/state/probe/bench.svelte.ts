/** The bench: pairs with a known answer, made of texts that are here, and how often each reward and judge is right on them. */
import { accuracies, ordersOf } from "../../core/probe/accuracy.ts";
import { PROBE_LIMITS, type ProbeAsk, type ProbeNews, type ProbeText } from "../../core/probe/ask.ts";
import type { Verdict } from "../../core/probe/verdict.ts";
import { toErrorData, type ErrorData } from "../../core/errors.ts";
import { sourceProblem } from "../../core/sources/parse.ts";
import { Pace } from "../../core/pace.ts";
import type { Run } from "../run/run.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { World } from "../settings/worlds.ts";
import { unpackSweep } from "../sweep/packed.ts";
import { tokenPoints } from "../sweep/points.ts";
import type { Sweep } from "../sweep/sweep.svelte.ts";
import { jobsOf } from "../../core/sweep.ts";
import type { Supervisor, WatchClock } from "../worker/supervisor.ts";
import { TEXT_SOURCES, textsOfRun, textsOfSweep, type TextSource } from "./texts.ts";

export type BenchState =
  | { readonly status: "idle" }
  /** The models, or the texts of the page, are on their way. */
  | { readonly status: "loading" }
  | {
      readonly status: "probing";
      readonly done: number;
      readonly total: number;
      readonly rater: string;
      readonly secondsLeft: number | null;
    }
  | { readonly status: "failed"; readonly error: ErrorData };

/** What was probed: a table is read beside it. */
export interface Probed {
  readonly source: TextSource;
  readonly texts: number;
  readonly isWhole: boolean;
}

export interface BenchHost {
  readonly supervisor: Supervisor;
  readonly settings: Settings;
  readonly run: Run;
  readonly clock: WatchClock;
  readonly sweep: () => Sweep | null;
  readonly readExample: (file: string) => Promise<unknown>;
  readonly saveFile: (name: string, text: string, type: string) => void;
  readonly heads: { readonly ready: () => Promise<unknown> };
  /** Loads the model that the visitor uses; whether it is here. Ends what runs on it. */
  readonly prepare: () => Promise<boolean>;
}

export class ProbeBench {
  state = $state.raw<BenchState>({ status: "idle" });
  source = $state<TextSource>("recorded");
  /** Pairs of each kind. */
  most = $state(10);
  asks = $state(false);
  verdicts = $state.raw<readonly Verdict[]>([]);
  probed = $state.raw<Probed | null>(null);
  readonly accuracies = $derived(accuracies(this.verdicts));
  /** Raters of which no verdict could be read. */
  readonly silent = $derived(
    [...new Set(this.verdicts.map(({ rater }) => rater))].filter(
      (name) => !this.accuracies.some(({ rater }) => rater === name),
    ),
  );
  readonly orders = $derived(ordersOf(this.verdicts));
  readonly saveFile: BenchHost["saveFile"];
  readonly #host: BenchHost;
  /** Texts that came with the page, by world. */
  readonly #recorded = new Map<World, readonly ProbeText[]>();
  #turn = 0;

  constructor(host: BenchHost) {
    this.#host = host;
    this.saveFile = host.saveFile;
  }

  get isBusy(): boolean {
    return this.state.status === "loading" || this.state.status === "probing";
  }

  /** Sources of texts that there are now; those of the page come from the world on the screen. */
  get sources(): readonly TextSource[] {
    return TEXT_SOURCES.filter((source) => source === "recorded" || this.#own(source).length > 0);
  }

  async start(): Promise<void> {
    if (this.isBusy) return;
    const turn = ++this.#turn;
    const source = this.sources.includes(this.source) ? this.source : "recorded";
    const own = this.#own(source);
    this.state = { status: "loading" };
    this.verdicts = [];
    this.probed = null;
    try {
      const recorded = await this.#texts();
      const texts = (source === "recorded" ? recorded : own).slice(0, PROBE_LIMITS.texts);
      const isHere = texts.length > 0 && (await this.#host.prepare());
      if (isHere) await this.#host.heads.ready();
      if (turn !== this.#turn) return;
      if (!isHere) {
        this.state = { status: "idle" };
        return;
      }
      this.probed = { source, texts: texts.length, isWhole: false };
      await this.#probe({ texts, others: recorded, most: this.most, sources: this.#sources(), asks: this.asks });
    } catch (error) {
      this.#fail(toErrorData(error));
    }
  }

  async cancel(): Promise<void> {
    this.#turn++;
    if (this.state.status === "loading") this.state = { status: "idle" };
    else await this.#host.supervisor.askToStop((api) => api.cancelJudging());
  }

  async #probe(ask: ProbeAsk): Promise<void> {
    const { supervisor, clock } = this.#host;
    const pace = new Pace();
    const turn = this.#turn;
    this.state = { status: "probing", done: 0, total: 0, rater: "", secondsLeft: null };
    const take = (news: ProbeNews): void => {
      if (news.type !== "verdicts" || turn !== this.#turn) return;
      const { done, total, rater, verdicts } = news;
      pace.mark(clock.now(), done);
      this.verdicts = [...this.verdicts, ...verdicts];
      this.state = { status: "probing", done, total, rater, secondsLeft: pace.secondsLeft(total - done) };
    };
    const settled = await supervisor.callLong(clock, (api, heard) =>
      api.probeRewards(ask, (news) => {
        heard();
        take(news);
      }),
    );
    if (!settled.ok) return this.#fail(settled.error);
    if (this.probed !== null) this.probed = { ...this.probed, isWhole: true };
    this.state = { status: "idle" };
  }

  /** What is done stays; the visitor knows that they cancelled. */
  #fail(error: ErrorData): void {
    this.state = error.code === "aborted" ? { status: "idle" } : { status: "failed", error };
    this.#host.supervisor.killIfFatal(error);
  }

  #own(source: TextSource): readonly ProbeText[] {
    if (source === "run") return textsOfRun(this.#host.run.view);
    const sweep = source === "sweep" ? this.#host.sweep() : null;
    return sweep === null || sweep.plan === null ? [] : textsOfSweep(sweep.plan, sweep.points, false);
  }

  /** The visitor's sources that are whole, also those of no weight. */
  #sources(): ProbeAsk["sources"] {
    return this.#host.settings.data.sources.filter((spec) => sourceProblem(spec) === null);
  }

  /** Plain texts of the recorded sweep of the world on the screen. */
  async #texts(): Promise<readonly ProbeText[]> {
    const { world } = this.#host.settings;
    const known = this.#recorded.get(world);
    if (known !== undefined) return known;
    const sweep = unpackSweep(await this.#host.readExample(`sweep-${world}.json`));
    if (sweep === null) return [];
    const texts = textsOfSweep(sweep.plan, tokenPoints(sweep.plan, jobsOf(sweep.plan), sweep.outcomes), true);
    this.#recorded.set(world, texts);
    return texts;
  }
}
