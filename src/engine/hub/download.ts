/** One file from a repository into the cache: goes on where it broke off, waits when asked to, and checks what came. */
import { RunError } from "../../core/errors.ts";
import { aborted } from "../bundle/loader.ts";
import { sha256 } from "../bundle/sha256.ts";
import type { Draft, FileCache } from "./file-cache.ts";
import { checkSubstance } from "./half-there.ts";
import { SlowDown, type RepoFile, type RepoFiles, type Timing } from "./repo.ts";

export interface DownloadJob {
  readonly repo: RepoFiles;
  readonly revision: string;
  readonly file: RepoFile;
  readonly cache: FileCache;
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** Called with the bytes of the file that are here; falls back when a download starts again. */
  readonly onBytes: (bytes: number) => void;
  readonly patience?: Partial<Patience>;
}

/** When to give up, in tries without a new byte and in milliseconds. */
export interface Patience {
  readonly tries: number;
  /** A connection that brings no byte for so long counts as broken. */
  readonly stallMs: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

export const PATIENCE: Patience = { tries: 5, stallMs: 20_000, firstWaitMs: 500, longestWaitMs: 60_000 };

/** Pointers and pages that stand in a file's place are small. */
const STAND_IN_BYTES = 2 ** 20;

/** @throws RunError "network", "model-missing", "model-corrupt", "out-of-memory", "aborted" */
export async function downloadFile(job: DownloadJob): Promise<void> {
  const { repo, file, cache, signal } = job;
  const patience = { ...PATIENCE, ...job.patience };
  if (signal.aborted) throw aborted();
  const draft = await cache.draft(repo.key, file);
  let vain = 0;
  let wasDamaged = false;
  for (;;) {
    const before = draft.bytes;
    let reason: unknown = null;
    try {
      await pull(job, draft, patience);
    } catch (error) {
      if (signal.aborted) throw aborted();
      if (!isPassing(error)) throw error;
      reason = error;
    }
    if (draft.bytes === file.bytes) {
      const isSmall = draft.bytes <= STAND_IN_BYTES;
      const contents = isSmall || file.sha256 !== null ? await draft.contents() : null;
      // What is no file of a model is not kept: it would be found in the cache again and again.
      if (isSmall && contents !== null) await checkKept(repo.id, file, draft, contents);
      if (file.sha256 === null || contents === null || (await sha256(contents)) === file.sha256) return draft.finish();
      await draft.discard();
      if (wasDamaged) throw damaged(file, "its checksum differs from the repository's");
      wasDamaged = true;
    }
    vain = draft.bytes > before ? 0 : vain + 1;
    if (vain >= patience.tries) {
      // A server that tells no length may have sent something else, and all of it.
      if (draft.bytes > 0 && draft.bytes <= STAND_IN_BYTES) checkSubstance(repo.id, file.path, await draft.contents());
      throw gaveUp(file, draft.bytes, patience.tries, reason);
    }
    await rest(job, patience, vain, reason);
  }
}

async function checkKept(id: string, file: RepoFile, draft: Draft, contents: Uint8Array): Promise<void> {
  try {
    checkSubstance(id, file.path, contents);
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

/** Reads one connection to its end. */
async function pull(
  { repo, revision, file, timing, signal, onBytes }: DownloadJob,
  draft: Draft,
  patience: Patience,
): Promise<void> {
  // A connection of its own end: a stall must close it without ending the job.
  const connection = new AbortController();
  const cut = (): void => connection.abort();
  signal.addEventListener("abort", cut, { once: true });
  try {
    const opening = repo.open(file, revision, draft.bytes, connection.signal);
    const answer = await inTime(opening, timing, patience, connection);
    const isOther = draft.bytes > 0 && draft.tag !== null && answer.version !== null && answer.version !== draft.tag;
    if (answer.totalBytes === -1 || isOther) {
      // What is kept is part of another file than the one that lies there now.
      await draft.discard();
      onBytes(0);
      return;
    }
    if (answer.totalBytes !== null && answer.totalBytes !== file.bytes) {
      if (answer.from === 0 && answer.totalBytes <= STAND_IN_BYTES) {
        const body = new Response(answer.body as BodyInit | null).arrayBuffer();
        checkSubstance(repo.id, file.path, new Uint8Array(await inTime(body, timing, patience, connection)));
      }
      throw damaged(file, `the server sends ${answer.totalBytes} bytes, the repository lists ${file.bytes}`);
    }
    draft.tag ??= answer.version;
    const reader = answer.body?.getReader();
    if (reader === undefined) return;
    // A server that cannot send a part sends all: what is here already passes by.
    let toSkip = draft.bytes - answer.from;
    if (toSkip < 0) throw damaged(file, "the server left out a part of it");
    try {
      for (;;) {
        const part = await inTime(reader.read(), timing, patience, connection);
        if (part.done) return;
        const chunk = part.value.subarray(Math.min(toSkip, part.value.byteLength));
        toSkip -= part.value.byteLength - chunk.byteLength;
        if (draft.bytes + chunk.byteLength > file.bytes) {
          await draft.discard();
          throw damaged(file, `the server sent more than the ${file.bytes} bytes that the repository lists`);
        }
        await draft.append(chunk);
        if (chunk.byteLength > 0) onBytes(draft.bytes);
      }
    } finally {
      // The other side may be gone already; the connection is closed either way.
      await reader.cancel().catch(() => undefined);
    }
  } finally {
    signal.removeEventListener("abort", cut);
    connection.abort();
  }
}

class Stalled extends Error {}

/** @throws where the work takes longer than a stall may, or the connection was cut */
export async function inTime<T>(
  work: Promise<T>,
  timing: Timing,
  { stallMs }: Pick<Patience, "stallMs">,
  connection: AbortController,
): Promise<T> {
  const done = new AbortController();
  const late = timing.sleep(stallMs, done.signal).then(() => {
    if (done.signal.aborted) return new Promise<never>(() => undefined);
    throw new Stalled(`no byte came for ${stallMs / 1000} seconds`);
  });
  const cut = new Promise<never>((_, reject) =>
    connection.signal.addEventListener("abort", () => reject(aborted()), { once: true, signal: done.signal }),
  );
  // The losers of the race may still fail when the connection is closed; their failure is known by then.
  for (const loser of [work, late, cut]) loser.catch(() => undefined);
  try {
    return await Promise.race([work, late, cut]);
  } finally {
    done.abort();
  }
}

/** Failures that another try may not have: broken connections, stalls, servers that ask for patience. */
function isPassing(error: unknown): boolean {
  return !(error instanceof RunError) || error.code === "network";
}

async function rest(
  { timing, signal, file }: DownloadJob,
  patience: Patience,
  vain: number,
  reason: unknown,
): Promise<void> {
  const asked = reason instanceof SlowDown ? reason.waitMs : null;
  if (asked !== null && asked > patience.longestWaitMs) {
    const message = `The server is busy and asks to wait ${Math.ceil(asked / 1000)} seconds before ${file.path} is fetched again. What has arrived is kept; try again then.`;
    throw new RunError("network", message, { file: file.path, waitMs: asked });
  }
  const backoff = vain === 0 ? 0 : patience.firstWaitMs * 2 ** (vain - 1);
  await timing.sleep(Math.max(asked ?? 0, Math.min(backoff, patience.longestWaitMs)), signal);
  if (signal.aborted) throw aborted();
}

function gaveUp(file: RepoFile, bytes: number, tries: number, reason: unknown): RunError {
  if (reason instanceof RunError && bytes === 0) return reason;
  const why = reason instanceof Error ? reason.message : "the connection ended early";
  const message = `${file.path} stopped at ${bytes} of ${file.bytes} bytes, and ${tries} more tries failed (${why}). What has arrived is kept; try again later.`;
  return new RunError("network", message, { file: file.path, bytes, total: file.bytes });
}

function damaged(file: RepoFile, reason: string): RunError {
  const message = `${file.path} was refused: ${reason}. The repository may have just changed: look it up again, then load.`;
  return new RunError("model-corrupt", message, { file: file.path, bytes: file.bytes, reason });
}
