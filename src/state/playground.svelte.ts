/** Everything behind one screen: holds the parts together and decides what a press of a button means. */
import type { JudgeId } from "../core/judges.ts";
import { Classroom } from "./classroom/classroom.svelte.ts";
import type { Clicks, ClicksHost } from "./clicks/clicks.svelte.ts";
import { chooseJudge } from "./run/choose-judge.ts";
import { Examples, type ExampleInfo } from "./run/examples.svelte.ts";
import { asSource } from "./heads/as-source.ts";
import { Heads } from "./heads/heads.svelte.ts";
import type { Teaching, TeachHost } from "./heads/teaching.svelte.ts";
import { GateStates } from "./run/gate-states.ts";
import { HubModels } from "./hub/hub-models.svelte.ts";
import type { JudgeSoFar, JudgeSoFarHost } from "./stage/judge-so-far.svelte.ts";
import type { ComparisonHost, LaneComparison } from "./stage/comparison.svelte.ts";
import { LiveSender } from "./run/live-sender.ts";
import { PageModels } from "./worker/models.svelte.ts";
import { Prefs } from "./settings/prefs.svelte.ts";
import { Branching } from "./what-if/branching.ts";
import type { BenchHost, ProbeBench } from "./probe/bench.svelte.ts";
import { Reweighing } from "./what-if/reweighing.svelte.ts";
import { Run } from "./run/run.svelte.ts";
import { isOfOtherSettings, isSameRequest } from "./run/same-request.ts";
import { OpenedRuns } from "./keep/opened-runs.ts";
import type { SavedRuns, SavedRunsHost } from "./keep/saved-runs.svelte.ts";
import { Selection } from "./stage/selection.svelte.ts";
import { keptWorld } from "./settings/kept.ts";
import { bringsNoRun } from "./lessons/address.ts";
import { Settings } from "./settings/settings.svelte.ts";
import type { World } from "./settings/worlds.ts";
import { SourceProbes } from "./run/source-probes.svelte.ts";
import type { SettingsData } from "./settings/settings-data.ts";
import { Share } from "./keep/share.svelte.ts";
import { PlaygroundPart } from "./playground-part.svelte.ts";
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
  readonly run: Run;
  readonly examples: Examples;
  readonly selection: Selection;
  readonly share: Share;
  readonly opened: OpenedRuns;
  /** Made when they are first shown. They and a run share the worker, so one gives way to the other. */
  readonly sweep: PlaygroundPart<SweepHost, Sweep>;
  readonly lens: PlaygroundPart<LensHost, Lens>;
  readonly judgeSoFar: PlaygroundPart<JudgeSoFarHost, JudgeSoFar>;
  readonly comparison: PlaygroundPart<ComparisonHost, LaneComparison>;
  readonly saved: PlaygroundPart<SavedRunsHost, SavedRuns>;
  readonly clicks: PlaygroundPart<ClicksHost, Clicks>;
  readonly bench: PlaygroundPart<BenchHost, ProbeBench>;
  /** The lessons that make more reward heads. */
  readonly teaching: PlaygroundPart<TeachHost, Teaching>;
  /** What other weights would make of the run on the screen. */
  readonly reweighing: Reweighing;
  readonly branching: Branching;
  readonly probes: SourceProbes;
  /** Reward heads that sources can name. */
  readonly heads: Heads;
  readonly classroom: Classroom;
  /** A run that was asked for before the models were ready. */
  isRunWaiting = $state(false);
  /** The first recording is on its way, and nothing is on the stage yet. */
  readonly isArriving;
  #isRecordingDue = $state(true);
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
    this.run = new Run(this.#supervisor, around.clock, around.newId);
    const ran = (): void => void (this.#ranWith = this.settings.data);
    this.#sender = new LiveSender(this.run, this.settings, around.clock.sleep, ran);
    this.probes = new SourceProbes(this.#supervisor, this.settings, this.models, () => this.run.isLive);
    this.heads = new Heads(around, this.#supervisor, this.settings, this.models);
    const { settings, models, heads, run } = this;
    const lent = { ...around, supervisor: this.#supervisor, settings, models, heads, run, sweep: () => this.sweep.now };
    const prepare = (): Promise<boolean> => this.#stopAll().then(() => this.#loadInUse());
    const load = async (): Promise<boolean> => (await this.#loadInUse()) && (await heads.ready(), true);
    const use: TeachHost["use"] = (entry) => void settings.addHead(asSource(entry));
    const kept = { ...lent, storage: around.sharedStorage, prepare, use };
    this.sweep = new PlaygroundPart(() => ({ ...lent, stopRun: () => this.stop(), prepare: () => heads.ready() }));
    this.lens = new PlaygroundPart(() => ({ ...lent, load }));
    this.teaching = new PlaygroundPart(() => kept);
    this.clicks = new PlaygroundPart(() => kept);
    this.bench = new PlaygroundPart(() => kept);
    this.comparison = new PlaygroundPart(() => lent);
    this.judgeSoFar = new PlaygroundPart(() => lent);
    this.saved = new PlaygroundPart(() => ({ ...around, store: around.runStore }));
    this.examples = new Examples(around.readExample, () => import("./keep/trace-file.ts"));
    const gateStates = new GateStates(this.#supervisor, settings, models, () => this.run.isLive);
    this.settings.onChange = () => {
      this.share.settingsMoved();
      this.#lookAgain();
      void Promise.all([this.#sender.moved(), this.heads.ready(), this.probes.look(), gateStates.look()]);
    };
    const inView = () => this.selection.placeInRun;
    this.reweighing = new Reweighing(this.#supervisor, around.clock, this.run, this.settings, inView);
    this.lanes = $derived(stageLanes(this.settings.data, this.reweighing.view, this.run.laneIds, this.run.source));
    this.isArriving = $derived(this.#isRecordingDue && this.run.source === "none" && !this.isRunWaiting);
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
    this.selection.onChange = () => {
      this.reweighing.look();
      this.judgeSoFar.now?.look(this.selection.current);
    };
    this.share = new Share(around, this.settings, this.prefs, this.run);
    this.opened = new OpenedRuns(this.share, async (trace) => {
      await this.clearStage();
      await this.run.play(trace, [], true);
    });
  }

  /** First visit: a recording plays, and the models follow when that costs the visitor nothing unasked. */
  async arrive(): Promise<void> {
    try {
      await this.#arrive();
    } finally {
      this.#isRecordingDue = false;
    }
  }

  async #arrive(): Promise<void> {
    const isLooking = this.hub.served.find().then(() => this.hub.enterWorld());
    const finding = [isLooking, this.examples.find(), this.heads.find()];
    const isFromLink = await this.share.openLink();
    await Promise.all(finding);
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
  async openLink(): Promise<boolean> {
    if (!(await this.share.openLink())) return false;
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
    await Promise.all([this.sweep.now?.stop(), this.lens.now?.stop(), this.run.stop()]);
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
    await Promise.all([this.lens.now?.stop(), this.run.stop()]);
  }

  async #stopAll(): Promise<void> {
    await Promise.all([this.sweep.now?.stop(), this.stop()]);
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
