/** What a sweep borrows. */
import type { KeptText } from "../settings/tab-storage.ts";
import type { PageModels } from "../worker/models.svelte.ts";
import type { Clock } from "../run/run.svelte.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { Supervisor } from "../worker/supervisor.ts";

/** What the playground lends: the sweep shares its worker, models and settings. */
export interface SweepHost {
  readonly supervisor: Supervisor;
  readonly models: PageModels;
  readonly settings: Settings;
  readonly storage: KeptText | null;
  readonly clock: Clock;
  readonly newId: () => string;
  /** A recording that comes with the page, parsed; null where there is none. */
  readonly readExample: (file: string) => Promise<unknown>;
  readonly saveFile: (name: string, text: string, type: string) => void;
  /** Ends the run on the other view; the worker answers one at a time. */
  readonly stopRun: () => Promise<void>;
  /** Once the models are here: gives the worker the heads that the settings name. */
  readonly prepare: () => Promise<void>;
}
