/** The kept runs of a playground, made when they are first asked for. */
import { SavedRuns, type SavedRunsHost } from "./saved-runs.svelte.ts";

/** The part of a playground that lends them what they need. */
interface SavedLender {
  readonly saved: { make(build: (host: SavedRunsHost) => SavedRuns): SavedRuns };
}

export function savedOf(playground: SavedLender): SavedRuns {
  return playground.saved.make((host) => new SavedRuns(host));
}
