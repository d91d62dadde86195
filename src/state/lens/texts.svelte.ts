/** The texts that can be read: of the run on the screen, of a sweep, written for the lens, or pasted. */
import { LENS_LIMITS } from "../../core/lens/reading.ts";
import type { RunRequest } from "../../core/types.ts";
import { pastedGroup, runGroups, shownText, sweepGroups, type LensGroup, type LensSample } from "./groups.ts";
import { requestInView, type LensHost } from "./host.ts";

const PASTED_KEY = "tiller.lens.pasted";

export class LensTexts {
  /** Where the texts come from, beside those that are pasted. */
  from = $state<"run" | "sweep">("run");
  pasted = $state("");
  /** Null reads pasted texts under the prompt in view. */
  ownPrompt = $state<string | null>(null);
  #key = $state<string | null>(null);
  #written = $state.raw<{ readonly of: string; readonly groups: readonly LensGroup[] } | null>(null);
  readonly groups: readonly LensGroup[];
  /** Null where there is none. */
  readonly chosen: LensSample | null;
  readonly #host: LensHost;

  constructor(host: LensHost) {
    this.#host = host;
    this.pasted = host.storage?.getItem(PASTED_KEY) ?? "";
    this.groups = $derived(this.#groups());
    this.chosen = $derived(this.#chosen());
  }

  choose(key: string): void {
    this.#key = key;
  }

  /** What is pasted comes into view. */
  paste(pasted: string): void {
    this.pasted = pasted.slice(0, LENS_LIMITS.characters);
    this.#host.storage?.setItem(PASTED_KEY, this.pasted);
    this.#choosePasted();
  }

  setPrompt(prompt: string): void {
    this.ownPrompt = prompt.trim() === "" ? null : prompt;
    this.#choosePasted();
  }

  /** Shows what a lane of the run says. */
  openLane(lane: number): void {
    this.from = "run";
    this.#key = shownText(this.#host.run.view, lane, this.#isForeign)?.key ?? null;
  }

  /** Samples that were written to a request. */
  keep(request: RunRequest, groups: readonly LensGroup[]): void {
    this.#written = { of: textsOf(request), groups };
  }

  #choosePasted(): void {
    const [first] = this.#pastedGroup().samples;
    if (first !== undefined) this.#key = first.key;
  }

  #groups(): readonly LensGroup[] {
    const pasted = this.#pastedGroup();
    const found = this.from === "sweep" ? this.#sweepGroups() : this.#runGroups();
    return pasted.samples.length === 0 ? found : [...found, pasted];
  }

  #sweepGroups(): readonly LensGroup[] {
    const sweep = this.#host.sweep();
    return sweep === null || sweep.plan === null ? [] : sweepGroups(sweep.plan, sweep.outcomes);
  }

  /** What was written for the lens stands for the run's own texts, which may be shorter. */
  #runGroups(): readonly LensGroup[] {
    const own = runGroups(this.#host.run.view, this.#isForeign);
    const written = this.#written?.of === textsOf(requestInView(this.#host)) ? this.#written.groups : [];
    const ids = new Set(written.map(({ id }) => id));
    const all = [...written, ...own.filter(({ id }) => !ids.has(id))];
    return [...all.filter(({ id }) => id === "plain"), ...all.filter(({ id }) => id !== "plain")];
  }

  /** Whether other models than those that are here wrote the run on the screen: its tokens mean nothing to these. */
  get #isForeign(): boolean {
    const { models } = this.#host.run.view;
    const policy = this.#host.models.report?.models.find(({ kind }) => kind === "policy");
    return policy !== undefined && models.length > 0 && models.every(({ sha256 }) => sha256 !== policy.sha256);
  }

  #pastedGroup(): LensGroup {
    const { kind, prompt } = requestInView(this.#host);
    return pastedGroup({ kind, prompt: this.ownPrompt ?? prompt, pasted: this.pasted });
  }

  #chosen(): LensSample | null {
    const all = this.groups.flatMap(({ samples }) => samples);
    const { view } = this.#host.run;
    const isRun = this.from === "run";
    const lanes = isRun ? view.lanes.flatMap((_, lane) => shownText(view, lane, this.#isForeign) ?? []) : [];
    const chosen = [...all, ...lanes].find(({ key }) => key === this.#key);
    // A steered text shows more than a plain one.
    const steered = this.groups.find(({ id }) => id !== "plain")?.samples[0];
    return chosen ?? steered ?? all[0] ?? null;
  }
}

/** What samples belong to: those of another prompt or conversation are not theirs. */
function textsOf({ kind, prompt, system, turns }: RunRequest): string {
  return JSON.stringify([kind, prompt, system, turns]);
}
