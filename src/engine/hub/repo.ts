/** A repository of model files, wherever it lies: on the Hub, on a mirror of it, or in a folder of the visitor's. */

export interface RepoFile {
  /** Relative to the repository, with "/" between folders. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 in hex where the repository says it; the finished download is then checked against it. */
  readonly sha256: string | null;
  /** Changes with the contents: a hash or an ETag. Null where the repository tells none. */
  readonly version: string | null;
}

export interface RepoListing {
  readonly id: string;
  /** The commit that the files belong to. */
  readonly revision: string;
  /** As the repository names it, or null where it names none. */
  readonly licence: string | null;
  readonly files: readonly RepoFile[];
}

/** The bytes of a file from some place on, and what the answer says of the whole. */
export interface RepoAnswer {
  /** Where the body begins: the offset that was asked for, or 0 when the other side cannot do that. */
  readonly from: number;
  /** Size of the whole file, or null where the answer does not tell. */
  readonly totalBytes: number | null;
  readonly version: string | null;
  readonly body: ReadableStream<Uint8Array> | null;
}

export interface RepoFiles {
  /** Names the repository in the cache; two places with one id are two repositories. */
  readonly key: string;
  readonly id: string;
  /** False where the files already lie on this device: nothing is downloaded, and nothing cached. */
  readonly isRemote: boolean;
  /** @throws RunError "network", "model-missing", or {@link SlowDown} */
  list(signal: AbortSignal): Promise<RepoListing>;
  /** @throws RunError "network", "model-missing", or {@link SlowDown} */
  open(file: RepoFile, revision: string, from: number, signal: AbortSignal): Promise<RepoAnswer>;
}

/** The other side is busy and says for how long; not yet a failure. */
export class SlowDown extends Error {
  /** Milliseconds to wait; null where the answer does not say. */
  readonly waitMs: number | null;
  readonly status: number;

  constructor(status: number, waitMs: number | null) {
    super(`the server asked to slow down (${status})`);
    this.name = "SlowDown";
    this.status = status;
    this.waitMs = waitMs;
  }
}

/** Time as an argument, so that tests need not wait. */
export interface Timing {
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}
