/** What the lens borrows of the playground. */
import type { RunRequest } from "../../core/types.ts";
import type { Run } from "../run/run.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { KeptText } from "../settings/tab-storage.ts";
import type { Sweep } from "../sweep/sweep.svelte.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Supervisor, WatchClock } from "../worker/supervisor.ts";

export interface LensHost {
  readonly supervisor: Supervisor;
  readonly models: PageModels;
  readonly settings: Settings;
  readonly run: Run;
  /** Null while its view was never opened. */
  readonly sweep: () => Sweep | null;
  readonly storage: KeptText | null;
  readonly clock: WatchClock;
  readonly newId: () => string;
  readonly saveFile: (name: string, text: string, type: string) => void;
  /** Loads the model that the visitor uses, and gives it the heads that the settings name; whether it is here. */
  readonly load: () => Promise<boolean>;
}

/** The request that the texts in view answer: that of the run on the screen, else what the rail would run. */
export function requestInView({ run, settings }: Pick<LensHost, "run" | "settings">): RunRequest {
  return run.view.request ?? settings.request;
}
