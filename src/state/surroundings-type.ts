/** What the state needs of the page, so that tests can give something else. */
import type { KeptText } from "./settings/tab-storage.ts";
import type { World } from "./settings/worlds.ts";
import type { Backend } from "../core/types.ts";
import type { ClickStore } from "./clicks/click-store.ts";
import type { FolderShelf } from "./hub/folder-shelf.ts";
import type { HeadStore } from "./heads/head-store.ts";
import type { Clock } from "./run/run.svelte.ts";
import type { LessonRunStore } from "./handin/lesson-run-store.ts";
import type { RunStore } from "./keep/run-store.ts";
import type { Outlets } from "./keep/share.svelte.ts";
import type { Link } from "./worker/supervisor.ts";

/** What the page gives: the state reads no global but in `surroundings.ts`. */
export interface Surroundings extends Outlets {
  readonly spawn: (mirrors: readonly string[]) => Link;
  /** The address from `?` to `#`, as the page was opened with it. */
  readonly search: string;
  /** Of this tab, where a new tab begins with what another wrote last. */
  readonly storage: KeptText | null;
  /** Of all tabs together: lists that each adds to. */
  readonly sharedStorage: KeptText | null;
  readonly root: HTMLElement;
  readonly clock: Clock;
  readonly modelsUrl: string;
  /** Address of the folder in which the page's server may have real models, ending in "/". */
  readonly servedUrl: string;
  /** The list in that folder, as it came; null where there is none. */
  readonly readServed: () => Promise<unknown>;
  /** Memory that models may take; null where the browser does not tell. */
  readonly budgetBytes: number | null;
  /** Which backend to try; "auto" prefers the GPU. */
  readonly backend: Backend | "auto";
  /** The world that the address asks for; null leaves it to the visitor. */
  readonly world: World | null;
  readonly readExample: (file: string) => Promise<unknown>;
  readonly random32: () => number;
  readonly newId: () => string;
  readonly runStore: RunStore;
  /** A learner's own runs of lessons. */
  readonly lessonRuns: LessonRunStore;
  readonly headStore: HeadStore;
  readonly clickStore: ClickStore;
  /** A file of the page's folder of reward heads; null where it is missing or no JSON. */
  readonly readHeadFile: (file: string) => Promise<unknown>;
  /** Null where the browser cannot remember folders. */
  readonly folders: FolderShelf | null;
  /** Milliseconds since 1970. */
  readonly today: () => number;
  readonly wantsLessMotion: () => boolean;
  readonly savesData: boolean;
}
