/** The settings under edit: kept over reloads, told to whoever must act on a change. */
import type { KeptText } from "./tab-storage.ts";
import { POLICY, SOURCE_LIMITS, type SourceId, type SourceSpec, type SourceType } from "../../core/sources/spec.ts";
import { LIMITS as REQUEST_LIMITS } from "../../core/limits.ts";
import { twoDigits } from "../../core/rounding.ts";
import { isObjective } from "../../core/push-ids.ts";
import { judgeAmong } from "../../core/judges.ts";
import type { Kind, PushId, RunRequest, TokenId, Trace } from "../../core/types.ts";
import { settingsFrom } from "./from-request.ts";
import { byHand, gated, type PromptStates } from "./gate.ts";
import { withSeed } from "./held-seed.ts";
import { keepSettings, keepWorld, keptSettings } from "./kept.ts";
import { LIMITS, MAX_LANES, newLane, type LaneSettings, type SettingsData } from "./settings-data.ts";
import { draftSource, draftWeight, freeName, type SourceModels } from "./source-drafts.ts";
import { toRequest } from "./to-request.ts";
import { defaultsOf, promptsOf, writingOf, type ContrastPreset, type World } from "./worlds.ts";

/** A reward head as a source; start and end are weight times strength. */
export interface HeadSource {
  readonly head: string;
  readonly name: string;
  readonly isValue: boolean;
  readonly start: number;
  readonly end: number;
}

export class Settings {
  /** Each world has settings of its own. */
  world: World = $state("laboratory");
  /** Whether the loaded model only goes on from a text: it has no chat template. */
  isBase = $state(false);
  data = $state.raw<SettingsData>(defaultsOf("laboratory"));
  readonly request = $derived(toRequest(this.data));
  /** What the models make of a prompt. */
  readonly writing = $derived(writingOf(this.world, this.isBase, this.data.kind));
  /** What the policy makes of prompts, where the prompt chooses the weights and the policy was asked. */
  promptStates: PromptStates = $state.raw(new Map());
  /** Nothing was saved and nothing set yet: a recording may then bring its own settings. */
  isUntouched = true;
  /** Saved settings were found but could not be read, so the defaults stand. */
  wasBroken = $state(false);
  /** The seed that a class link set for everybody; null where the visitor chooses. */
  heldSeed = $state<number | null>(null);
  readonly #storage: KeptText | null;
  readonly #random32: () => number;
  onChange: () => void = () => undefined;
  /** Sources whose weight the visitor has not set: a probe may. */
  readonly #untouchedSources = new Set<SourceId>();

  constructor(storage: KeptText | null, random32: () => number, world: World = "laboratory") {
    this.#storage = storage;
    this.#random32 = random32;
    this.#find(world);
  }

  /** The settings of another world take the place of these, which are kept. */
  enter(world: World): void {
    if (world === this.world) return;
    this.#find(world);
    keepWorld(this.#storage, world);
    this.onChange();
  }

  #find(world: World): void {
    const kept = keptSettings(this.#storage, world);
    const parsed = typeof kept === "string" ? null : kept;
    this.world = world;
    this.wasBroken = kept === "broken";
    this.isUntouched = parsed === null;
    this.#untouchedSources.clear();
    this.data = withSeed(parsed ?? defaultsOf(world), this.heldSeed);
  }

  update(patch: Partial<SettingsData>): void {
    this.data = withSeed(gated(this.world, { ...this.data, ...patch }, this.promptStates), this.heldSeed);
    this.isUntouched = false;
    keepSettings(this.#storage, this.world, this.data);
    this.onChange();
  }

  /** What the policy makes of prompts: the weights that the prompt chooses may move. */
  takeStates(states: PromptStates): void {
    this.promptStates = states;
    this.update({});
  }

  reset(): void {
    this.update(defaultsOf(this.world));
  }

  /**
   * Shows settings that came from outside. They are kept only once the visitor changes one of them, and the own ones are
   * handed back for the way back.
   */
  visit(data: SettingsData): SettingsData {
    const own = this.data;
    this.data = withSeed(data, this.heldSeed);
    return own;
  }

  /** From now on every run of this visit has this seed. */
  holdSeed(seed: number): void {
    this.heldSeed = seed;
    this.data = withSeed(this.data, seed);
  }

  /** A run tells its judge by its models; one of models of the Hub leaves the choice as it is. */
  adopt({ request, models }: Pick<Trace, "request" | "models">): void {
    this.update({ ...settingsFrom(request, this.data), judge: judgeAmong(models) ?? this.data.judge });
  }

  setPrompt(prompt: string): void {
    this.update({ prompts: { ...this.data.prompts, [this.data.kind]: prompt } });
  }

  /** The next prompt answers what a lane said; the prompt is emptied for it. */
  goOnFrom({ prompt, turns = [] }: Pick<RunRequest, "prompt" | "turns">, answer: string): void {
    const next = [...turns, { prompt, answer }].slice(-REQUEST_LIMITS.turns);
    this.update({ turns: next, prompts: { ...this.data.prompts, [this.data.kind]: "" } });
  }

  startOver(): void {
    const { turns, prompts, kind } = this.data;
    const prompt = prompts[kind].trim() === "" ? (turns[0]?.prompt ?? "") : prompts[kind];
    this.update({ turns: [], prompts: { ...prompts, [kind]: prompt } });
  }

  setKind(kind: Kind): void {
    this.update({ kind });
  }

  setWeight(id: PushId, value: number): void {
    if (!isObjective(id)) this.#untouchedSources.delete(id);
    this.update({ weights: { ...this.data.weights, [id]: value }, gate: byHand(this.data.gate, id) });
  }

  isUntouchedSource(id: SourceId): boolean {
    return this.#untouchedSources.has(id);
  }

  /** What a probe found, in the slider's digits; a weight that the visitor set stays. */
  setProbedWeight(id: SourceId, weight: number): void {
    if (!this.isUntouchedSource(id)) return;
    const bound = LIMITS.sourceWeight;
    const rounded = twoDigits(Math.min(bound.max, weight));
    this.update({ weights: { ...this.data.weights, [id]: rounded } });
  }

  /** Where its slider ends; the weight stays where it is, also beyond. */
  setSliderEnd(id: SourceId, end: number): void {
    const rounded = twoDigits(Math.min(LIMITS.sourceWeight.max, end));
    if (this.data.ends[id] !== rounded) this.update({ ends: { ...this.data.ends, [id]: rounded } });
  }

  /** @returns its id, or null where there are as many as may be */
  addSource(type: SourceType, models: SourceModels): SourceId | null {
    const { sources, weights, ends } = this.data;
    const spec = draftSource(type, sources, this.writing, models);
    if (spec === null) return null;
    this.#untouchedSources.add(spec.id);
    const { id } = spec;
    // An id is given again after its source has gone, with other models for instance.
    const own = { weights: { ...weights, [id]: draftWeight(spec) }, ends: without(ends, id) };
    this.update({ sources: [...sources, spec], ...own });
    return spec.id;
  }

  /** A contrast that was tried, at the weight that it was tried with. @returns its id, or null where there are as many as may be */
  addContrast({ name, better, worse, weight }: ContrastPreset): SourceId | null {
    const { sources, weights, ends } = this.data;
    const draft = draftSource("contrastive", sources, this.writing, { readers: [POLICY], classifiers: [] });
    if (draft === null) return null;
    const { id } = draft;
    const spec: SourceSpec = { id, name: freeName(name, sources), type: "contrastive", model: POLICY, better, worse };
    this.update({ sources: [...sources, spec], weights: { ...weights, [id]: weight }, ends: without(ends, id) });
    return id;
  }

  /**
   * A reward head, at its start. One that is there already is left as it is.
   * @returns its id, or null where there are as many sources as may be
   */
  addHead({ head, name, isValue, start, end }: HeadSource): SourceId | null {
    const { sources, weights, ends, strength } = this.data;
    const there = sources.find((spec) => spec.type === "head" && spec.head === head);
    if (there !== undefined) return there.id;
    const draft = draftSource("head", sources, this.writing, { readers: [POLICY], classifiers: [] });
    if (draft === null) return null;
    const { id } = draft;
    const own = {
      id,
      name: freeName(name.slice(0, SOURCE_LIMITS.nameCharacters), sources),
      type: "head",
      head,
    } as const;
    const asWeight = (spread: number): number => twoDigits(Math.min(LIMITS.sourceWeight.max, spread / (strength || 1)));
    this.update({
      sources: [...sources, isValue ? { ...own, kind: "value" } : own],
      weights: { ...weights, [id]: asWeight(Math.min(start, end)) },
      ends: { ...ends, [id]: asWeight(end) },
    });
    return id;
  }

  /** A contrast in a head's place: the slider stays, at the contrast's own weight where it was not 0. */
  replaceHead({ id, name }: SourceSpec, contrast: ContrastPreset | null): void {
    if (contrast === null) return;
    const { better, worse, weight } = contrast;
    const { sources, weights, ends } = this.data;
    const spec: SourceSpec = { id, name, type: "contrastive", model: POLICY, better, worse };
    this.update({
      sources: sources.map((each) => (each.id === id ? spec : each)),
      weights: { ...weights, [id]: (weights[id] ?? 0) === 0 ? 0 : weight },
      ends: without(ends, id),
    });
  }

  updateSource(spec: SourceSpec): void {
    const { sources, ends } = this.data;
    const old = sources.find(({ id }) => id === spec.id);
    // Another source has another end; another name changes nothing.
    const isSame = JSON.stringify({ ...old, name: "" }) === JSON.stringify({ ...spec, name: "" });
    this.update({
      sources: sources.map((each) => (each.id === spec.id ? spec : each)),
      ends: isSame ? ends : without(ends, spec.id),
    });
  }

  /** With every weight on it. */
  removeSource(id: SourceId): void {
    const { sources, weights, ends, lanes } = this.data;
    this.#untouchedSources.delete(id);
    this.update({
      sources: sources.filter((spec) => spec.id !== id),
      weights: without(weights, id),
      // Else it would come back at once.
      gate: { ...this.data.gate, isOn: false },
      ends: without(ends, id),
      lanes: lanes.map((lane) => (lane.weights === null ? lane : { ...lane, weights: without(lane.weights, id) })),
    });
  }

  /** The next preset of this kind of models and text, in their written order. */
  anotherPrompt(): void {
    const list = promptsOf(this.writing);
    const next = list[(list.indexOf(this.data.prompts[this.data.kind]) + 1) % list.length];
    if (next !== undefined) this.setPrompt(next);
  }

  rollSeed(): void {
    this.update({ seed: this.#random32() % (LIMITS.seed.max + 1) });
  }

  addLane(): void {
    const id = this.#freeId();
    if (id !== null) this.update({ lanes: [...this.data.lanes, newLane(id, "genarm")] });
  }

  duplicateLane(id: string): void {
    const index = this.data.lanes.findIndex((lane) => lane.id === id);
    const lane = this.data.lanes[index];
    const free = this.#freeId();
    if (lane === undefined || free === null) return;
    this.update({ lanes: this.data.lanes.toSpliced(index + 1, 0, { ...lane, id: free }) });
  }

  /** A copy of a lane, beside it, that begins with the given tokens; the seed is locked, so that the rest stays. */
  branchLane(id: string, tokens: readonly TokenId[], text: string): boolean {
    const index = this.data.lanes.findIndex((lane) => lane.id === id);
    const lane = this.data.lanes[index];
    const free = this.#freeId();
    if (lane === undefined || free === null) return false;
    const branch = { ...lane, id: free, name: "", opening: { tokens: [...tokens], text } };
    this.update({ lanes: this.data.lanes.toSpliced(index + 1, 0, branch), seedLocked: true });
    return true;
  }

  removeLane(id: string): void {
    if (this.data.lanes.length > 1) this.update({ lanes: this.data.lanes.filter((lane) => lane.id !== id) });
  }

  updateLane(id: string, patch: Partial<LaneSettings>): void {
    this.update({ lanes: this.data.lanes.map((lane) => (lane.id === id ? { ...lane, ...patch } : lane)) });
  }

  get canAddLane(): boolean {
    return this.data.lanes.length < MAX_LANES;
  }

  #freeId(): string | null {
    if (!this.canAddLane) return null;
    const taken = new Set(this.data.lanes.map((lane) => lane.id));
    return [..."abcdefgh"].find((id) => !taken.has(id)) ?? null;
  }
}

function without<T extends Readonly<Record<SourceId, number>>>(all: T, gone: SourceId): Omit<T, SourceId> {
  const { [gone]: _, ...others } = all;
  return others;
}
