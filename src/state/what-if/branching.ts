/** What a visitor does with a chosen token or with moved sliders: a lane that goes on otherwise, or the way back. */
import type { TokenId } from "../../core/types.ts";
import { ownToKeep, weighedAs } from "../run/ran-with.ts";
import type { Run } from "../run/run.svelte.ts";
import type { LaneSettings, SettingsData } from "../settings/settings-data.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import { stepsOf, type Selected } from "../stage/selection.svelte.ts";
import type { StageLane } from "../stage/stage.ts";
import type { Reweighing } from "./reweighing.svelte.ts";

export interface BranchHost {
  readonly settings: Settings;
  readonly run: Run;
  readonly reweighing: Reweighing;
  readonly lanes: () => readonly StageLane[];
  /** The settings that the run on the screen came from. */
  readonly ranWith: () => SettingsData | null;
  readonly adoptRecorded: () => void;
  readonly start: () => Promise<void>;
}

export class Branching {
  readonly #host: BranchHost;

  constructor(host: BranchHost) {
    this.#host = host;
  }

  /**
   * Opens a lane that says the same up to the chosen token, takes another one there, and goes on. The whole request runs
   * again, so that all lanes come from one seed and one device; the others write what they wrote.
   */
  async branch(
    { lane, step }: Selected,
    token: TokenId,
    text: string,
    kept: Partial<LaneSettings> = {},
  ): Promise<void> {
    const { run, settings, adoptRecorded, start } = this.#host;
    if (run.source === "recorded" && run.laneIds.length === 0) adoptRecorded();
    const before = stepsOf(lane).slice(0, step.position);
    const id = lane.settings?.id ?? settings.data.lanes[lane.index ?? -1]?.id;
    if (id === undefined) return;
    const seed = run.view.request?.seed;
    if (seed !== undefined) settings.update({ seed });
    const opening = [...before.map((each) => each.token), token];
    const said = before.map((each) => each.text).join("") + text;
    if (!settings.branchLane(id, opening, said)) return;
    settings.updateLane(id, kept);
    await start();
  }

  /** Decodes what the new weights would say from where they part from the text; the lane that ran keeps its own. */
  async continueFrom(laneIndex: number): Promise<void> {
    const { reweighing, lanes, settings } = this.#host;
    const answer = reweighing.found.lanes.get(laneIndex)?.answer;
    const lane = lanes().find(({ index }) => index === laneIndex);
    if (answer?.type !== "steps" || answer.change === null || lane === undefined || lane.settings === null) return;
    const step = answer.steps[answer.change.position];
    if (step === undefined || !settings.canAddLane) return;
    const ran = this.#host.ranWith();
    const kept = ran === null ? {} : ownToKeep(lane.settings.id, ran, settings.data);
    await this.branch({ lane, step, isChosenByVisitor: true }, answer.change.token, answer.change.text, kept);
  }

  /** Moves the sliders back to what ran. */
  returnToRun(): void {
    const ran = this.#host.ranWith();
    if (ran !== null) this.#host.settings.update(weighedAs(ran, this.#host.settings.data));
  }
}
