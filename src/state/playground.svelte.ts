/** Everything behind one screen: holds the parts together and decides what a press of a button means. */
import type { JudgeId } from "../core/judges.ts";
import { Classroom } from "./classroom/classroom.svelte.ts";
import { Clicks } from "./clicks/clicks.svelte.ts";
import { chooseJudge } from "./run/choose-judge.ts";
import { Examples, type ExampleInfo } from "./run/examples.svelte.ts";
import { Folders } from "./hub/folders.svelte.ts";
import { asSource } from "./heads/head-entry.ts";
import { Heads } from "./heads/heads.svelte.ts";
import { Teaching, type TeachHost } from "./heads/teaching.svelte.ts";
import { GateStates } from "./run/gate-states.ts";
import { HubModels } from "./hub/hub-models.svelte.ts";
import { JudgeSoFar } from "./stage/judge-so-far.svelte.ts";
import { LaneComparison } from "./stage/comparison.svelte.ts";
import { LiveSender } from "./run/live-sender.ts";
import { PageModels } from "./worker/models.svelte.ts";
import { Prefs } from "./settings/prefs.svelte.ts";
import { Branching } from "./what-if/branching.ts";
import { ProbeBench } from "./probe/bench.svelte.ts";
import { Reweighing } from "./what-if/reweighing.svelte.ts";
import { Run } from "./run/run.svelte.ts";
import { isOfOtherSettings, isSameRequest } from "./run/same-request.ts";
import { OpenedRuns } from "./keep/opened-runs.ts";
import { SavedRuns } from "./keep/saved-runs.svelte.ts";
import { Selection } from "./stage/selection.svelte.ts";
import { keptWorld } from "./settings/kept.ts";
import { bringsNoRun } from "./lessons/address.ts";
import { Settings } from "./settings/settings.svelte.ts";
import type { World } from "./settings/worlds.ts";
import { SourceProbes } from "./run/source-probes.svelte.ts";
import type { SettingsData } from "./settings/settings-data.ts";
import { traceIn } from "./keep/trace-file.ts";
import { Share } from "./keep/share.svelte.ts";
import { stageLanes } from "./stage/stage.ts";
import { Supervisor } from "./worker/supervisor.ts";
import type { Surroundings } from "./surroundings-type.ts";
import type { SweepHost } from "./sweep/host.ts";
import type { Sweep } from "./sweep/sweep.svelte.ts";
import type { Lens } from "./lens/lens.svelte.ts";
import type { LensHost } from "./lens/host.ts";

export class Playground {
  readonly settings: Settings;
  readonly prefs: Prefs;
  readonly models: PageModels;
  readonly hub: HubModels;
  readonly folders: Folders;
  readonly run: Run;
  readonly examples: Examples;
  readonly selection: Selection;
  readonly share: Share;
  readonly saved: SavedRuns;
  readonly opened: OpenedRuns;
  /** Made when their views are first opened. They and a run share the worker, so one gives way to the other. */
  sweep: Sweep | null = null;
  lens: Lens | null = null;
  readonly judgeSoFar: JudgeSoFar;
  readonly laneComparison: LaneComparison;
  /** What other weights would make of the run on the screen. */
  readonly reweighing: Reweighing;
  readonly branching: Branching;
  readonly probes: SourceProbes;
  /** Reward heads that sources can name, and the lessons that make more of them. */
  readonly heads: Heads;
  readonly teaching: Teaching;
  readonly clicks: Clicks;
  readonly bench: ProbeBench;
  readonly classroom: Classroom;
  /** A run that was asked for before the models were ready. */
  isRunWaiting = $state(false);
  readonly lanes;
  /** Whether the text on the screen came from other settings than the rail shows. */
  readonly isStale;
  readonly around: Surroundings;
  readonly #supervisor: Supervisor;
  readonly #sender: LiveSender;
  /** The settings that the run on the screen came from; null for a recording with its own. */
  #ranWith: SettingsData | null = null;

  constructor(around: Surroundings) {
    this.around = around;
    const forget = (): void => this.models.forget();
    this.#supervisor = new Supervisor(() => around.spawn(this.hub.mirrors), forget);
    this.settings = new Settings(around.storage, around.random32, around.world ?? keptWorld(around.storage) ?? "chat");
    this.prefs = new Prefs(around.storage, around.root);
    const judge = (): JudgeId => this.settings.data.judge;
    this.models = new PageModels(this.#supervisor, around.modelsUrl, around.backend, around.clock.now, judge);
    const ends = { stop: () => this.stop(), clear: () => this.#clear() };
    this.hub = new HubModels(this.#supervisor, this.models, this.settings, around, ends);
    this.classroom = new Classroom({ ...around, hash: around.address.hash() }, this);
    this.folders = new Folders(around.folders);
    this.run = new Run(this.#supervisor, around.clock, around.newId);
    const ran = (): void => void (this.#ranWith = this.settings.data);
    this.#sender = new LiveSender(this.run, this.settings, around.clock.sleep, ran);
    this.probes = new SourceProbes(this.#supervisor, this.settings, this.models, () => this.run.isLive);
    this.heads = new Heads(around, this.#supervisor, this.settings, this.models);
    const { settings, models, heads } = this;
    const own = { supervisor: this.#supervisor, settings, models, heads, storage: around.sharedStorage };
    const prepare = (): Promise<boolean> => this.#stopAll().then(() => this.#loadInUse());
    const use: TeachHost["use"] = (entry) => void settings.addHead(asSource(entry));
    this.teaching = new Teaching({ ...around, ...own, prepare, use });
    this.clicks = new Clicks({ ...around, ...own, prepare });
    this.bench = new ProbeBench({ ...around, ...own, prepare, run: this.run, sweep: () => this.sweep });
    this.examples = new Examples(around.readExample, traceIn);
    const gateStates = new GateStates(this.#supervisor, settings, models, () => this.run.isLive);
    this.settings.onChange = () => {
      this.share.settingsMoved();
      this.#lookAgain();
      void Promise.all([this.#sender.moved(), this.heads.ready(), this.probes.look(), gateStates.look()]);
    };
    const inView = () => this.selection.placeInRun;
    this.reweighing = new Reweighing(this.#supervisor, around.clock, this.run, this.settings, inView);
    this.lanes = $derived(stageLanes(this.settings.data, this.reweighing.view, this.run.laneIds, this.run.source));
    this.isStale = $derived(isOfOtherSettings(this.run.view, this.settings.request));
    this.selection = new Selection(() => this.lanes);
    this.branching = new Branching({
      settings: this.settings,
      run: this.run,
      reweighing: this.reweighing,
      lanes: () => this.lanes,
      ranWith: () => this.#ranWith,
      adoptRecorded: () => this.adoptRecorded(),
      start: () => this.start(),
    });
    this.laneComparison = new LaneComparison(this.#supervisor, around);
    this.judgeSoFar = new JudgeSoFar(this.#supervisor, this.run, this.models);
    this.selection.onChange = () => {
      this.reweighing.look();
      this.judgeSoFar.look(this.selection.current);
    };
    this.share = new Share(around, this.settings, this.prefs, this.run);
    this.saved = new SavedRuns({ ...around, store: around.runStore });
    this.opened = new OpenedRuns(this.share, this.saved, async (trace) => {
      await this.clearStage();
      await this.run.play(trace, [], true);
    });
  }

  /** First visit: a recording plays, and the models follow when that costs the visitor nothing unasked. */
  async arrive(): Promise<void> {
    const isLooking = this.hub.served.find().then(() => this.hub.enterWorld());
    const isFromLink = this.share.openLink();
    await Promise.all([isLooking, this.examples.find(), this.heads.find()]);
    const isOnItsWay = this.classroom.load();
    if (isFromLink) return this.#runLink();
    if (isOnItsWay || bringsNoRun(this.around.address.hash()) || (await this.hub.loadIfKept())) return;
    await this.playExample(this.examples.of(this.settings.world)[0], false);
  }

  /** The other world, with its own settings, models and recordings. */
  async enterWorld(world: World): Promise<void> {
    if (world === this.settings.world) return;
    await this.#stopAll();
    this.settings.enter(world);
    await this.hub.enterWorld();
    this.#clear();
    if (this.classroom.load() || (await this.hub.loadIfKept())) return;
    await this.playExample(this.examples.of(this.settings.world)[0], false);
  }

  /** Follows the link in the address, if there is one, and runs it. @returns whether there was a good one */
  openLink(): boolean {
    if (!this.share.openLink()) return false;
    void this.hub.enterWorld().then(this.#runLink);
    return true;
  }

  /** A link runs by itself where its models cost the visitor nothing unasked. */
  readonly #runLink = (): void => void (this.classroom.comesByItself && this.start());

  /** Plays a recording. One that was asked for brings its settings; the first one only where the visitor has set none. */
  async playExample(info?: ExampleInfo, isAskedFor = false, isInstant = this.around.wantsLessMotion()): Promise<void> {
    const trace = info === undefined ? null : await this.examples.open(info);
    // A visitor who was quicker than the first recording keeps the stage.
    if (trace === null || (!isAskedFor && (this.run.isActive || this.isRunWaiting))) return;
    await this.run.stop();
    this.selection.clear();
    if (isAskedFor || this.settings.isUntouched) this.settings.adopt(trace);
    // The bundled models come by themselves; a chat model is a download that nobody asked for.
    if (this.classroom.comesByItself) void this.models.load();
    const isOwn = isSameRequest(this.settings.request, trace.request);
    const laneIds = isOwn ? this.settings.data.lanes.map((lane) => lane.id) : [];
    this.#ranWith = isOwn ? this.settings.data : null;
    await this.run.play(trace, laneIds, isInstant);
    this.reweighing.look();
  }

  /** Takes over the settings of the recording on the screen, whose lanes then are the visitor's. */
  adoptRecorded(): void {
    const { request, models } = this.run.view;
    if (request === null) return;
    this.settings.adopt({ request, models });
    this.#ranWith = this.settings.data;
    this.run.laneIds = this.settings.data.lanes.map((lane) => lane.id);
  }

  /** Runs from the start; loads the models first when they are not here yet. */
  async start(isPaused = false): Promise<void> {
    if (this.isRunWaiting) return;
    this.isRunWaiting = true;
    await Promise.all([this.sweep?.stop(), this.lens?.stop(), this.run.stop()]);
    const isReady = await this.#loadInUse();
    if (isReady) await this.heads.ready();
    // Sources that came before the models start where they should.
    if (isReady) await this.probes.ready();
    if (!this.isRunWaiting) return;
    this.isRunWaiting = false;
    if (!isReady) return;
    if (!this.settings.data.seedLocked) this.settings.rollSeed();
    this.selection.clear();
    const request = $state.snapshot(this.settings.request);
    const laneIds = this.settings.data.lanes.map((lane) => lane.id);
    this.#sender.begin(request);
    this.#ranWith = this.settings.data;
    await this.run.start(request, laneIds, isPaused, this.models.report?.models);
    this.reweighing.look();
    this.share.compareModels();
    this.hub.noteSpeed(this.run.view.stepMs);
    await this.models.measure();
    void this.probes.look();
  }

  #loadInUse(): Promise<boolean> {
    const isChatAbsent = this.settings.world === "chat" && this.models.state.status === "absent";
    return isChatAbsent ? this.hub.loadInUse() : this.models.load();
  }

  /** @param make builds the sweep out of what the playground lends it; called once */
  openSweep(make: (host: SweepHost) => Sweep): Sweep {
    const own = { supervisor: this.#supervisor, models: this.models, settings: this.settings };
    const [stopRun, prepare] = [() => this.stop(), () => this.heads.ready()];
    return (this.sweep ??= make({ ...this.around, ...own, stopRun, prepare }));
  }

  openLens(make: (host: LensHost) => Lens): Lens {
    const { run, settings, models } = this;
    const load = async (): Promise<boolean> => (await this.#loadInUse()) && (await this.heads.ready(), true);
    const own = { supervisor: this.#supervisor, run, settings, models, load, sweep: () => this.sweep };
    return (this.lens ??= make({ ...this.around, ...own }));
  }

  /** The big button and the space bar. */
  async toggle(): Promise<void> {
    if (!this.run.isActive) await this.start();
    else if (this.run.isPaused) {
      void this.#sender.send();
      this.run.resume();
    } else this.run.pause();
  }

  async step(): Promise<void> {
    if (this.run.isActive) {
      void this.#sender.send();
      this.run.step();
    } else await this.start(true);
  }

  async stop(): Promise<void> {
    this.isRunWaiting = false;
    await Promise.all([this.lens?.stop(), this.run.stop()]);
  }

  async #stopAll(): Promise<void> {
    await Promise.all([this.sweep?.stop(), this.stop()]);
  }

  /** Scores and ranks by another judge from the next run on. */
  async chooseJudge(judge: JudgeId): Promise<void> {
    await this.#stopAll().then(() => chooseJudge(judge, this.settings, this.models));
  }

  async cancelLoad(): Promise<void> {
    this.isRunWaiting = false;
    await this.models.cancel();
  }

  /** The sliders moved: a text that stands still is weighed anew, and the step that the inspector shows stays in view. */
  #lookAgain(): void {
    const { current, place } = this.selection;
    if (this.reweighing.isActive && place === null && current !== null) {
      this.selection.select(current.lane.key, current.step.position);
    }
    this.reweighing.look();
  }

  /** Stops what runs and takes the text away. */
  async clearStage(): Promise<void> {
    await this.stop();
    this.#clear();
  }

  #clear(): void {
    this.run.clear();
    this.selection.clear();
    this.examples.current = null;
  }
}
