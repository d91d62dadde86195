/** Models beside the page, on its own server. Large files may lie there in pieces, which are joined as they come. */
import { RunError } from "../../core/errors.ts";
import { pieceName, readServedIndex, SERVED_INDEX, type ServedModel } from "../../core/served-models.ts";
import { encodePath } from "./addresses.ts";
import { readAnswer } from "./hub-files.ts";
import { SlowDown, type RepoAnswer, type RepoFiles } from "./repo.ts";

/** @param base address of the folder with the list, ending in "/" */
export function servedFiles(id: string, base: string, fetchFile: typeof fetch = fetch): RepoFiles {
  const ask = async (path: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetchFile(base + encodePath(path), init);
    } catch (error) {
      const message = `${path} could not be fetched, because the page’s own server did not answer. Check the connection, then try again.`;
      throw new RunError("network", message, { id, reason: String(error) }, error);
    }
    if (response.ok || response.status === 416) return response;
    if (response.status === 429 || response.status >= 500) throw new SlowDown(response.status, null);
    const message = `The page’s own server does not have ${path} (it answered ${response.status}). Copy the whole folder to it again, or load the model from elsewhere.`;
    throw new RunError("model-missing", message, { id, status: response.status, url: response.url });
  };
  const openPart = async (path: string, from: number, signal: AbortSignal): Promise<RepoAnswer> => {
    const headers: Record<string, string> = from > 0 ? { Range: `bytes=${from}-` } : {};
    return readAnswer(await ask(`${id}/${path}`, { signal, headers, cache: "no-store" }), from);
  };
  let listed: ServedModel | null = null;
  const look = async (signal: AbortSignal): Promise<ServedModel> => {
    const response = await ask(SERVED_INDEX, { signal, cache: "no-cache" });
    const models = readServedIndex(await response.json().catch(() => null));
    listed = models.find((model) => model.id === id) ?? null;
    if (listed !== null) return listed;
    const known = models.map((model) => model.id).join(", ") || "none";
    const message = `The page’s own server has no model ${id} now. It has: ${known}. Reload the page, or load the model from elsewhere.`;
    throw new RunError("model-missing", message, { id });
  };
  return {
    id,
    key: `${base}${id}`,
    isRemote: true,
    list: async (signal) => {
      const { licence, files } = await look(signal);
      return {
        id,
        revision: "served",
        licence,
        files: files.map(({ path, bytes, sha256, version }) => ({ path, bytes, sha256, version })),
      };
    },
    open: async (file, _revision, from, signal) => {
      const { files } = listed ?? (await look(signal));
      const pieces = files.find(({ path }) => path === file.path)?.pieces;
      if (pieces === undefined) return openPart(file.path, from, signal);
      return joined(file.path, pieces, from, (path, offset) => openPart(path, offset, signal));
    },
  };
}

type OpenPart = (path: string, from: number) => Promise<RepoAnswer>;

/** The file from `from` on: the rest of the piece that holds this place, then the pieces behind it. */
async function joined(path: string, pieces: readonly number[], from: number, open: OpenPart): Promise<RepoAnswer> {
  let [index, start] = [0, 0];
  while (index < pieces.length - 1 && start + (pieces[index] ?? 0) <= from) start += pieces[index++] ?? 0;
  const first = await openPiece(path, pieces, index, from - start, open);
  let reader = first.body.getReader();
  let left = (pieces[index] ?? 0) - first.from;
  const body = new ReadableStream<Uint8Array>({
    pull: async (sink) => {
      for (;;) {
        const part = await reader.read();
        if (!part.done) {
          left -= part.value.byteLength;
          if (left < 0) throw odd(pieceName(path, index), pieces[index] ?? 0);
          return sink.enqueue(part.value);
        }
        if (left > 0) throw new Error(`${pieceName(path, index)} ended ${left} bytes early`);
        index += 1;
        if (index === pieces.length) return sink.close();
        const next = await openPiece(path, pieces, index, 0, open);
        reader = next.body.getReader();
        left = (pieces[index] ?? 0) - next.from;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  const totalBytes = pieces.reduce((sum, each) => sum + each, 0);
  return { from: start + first.from, totalBytes, version: null, body };
}

async function openPiece(
  path: string,
  pieces: readonly number[],
  index: number,
  offset: number,
  open: OpenPart,
): Promise<{ readonly from: number; readonly body: ReadableStream<Uint8Array> }> {
  const name = pieceName(path, index);
  const wanted = pieces[index] ?? 0;
  const answer = await open(name, offset);
  const { from, totalBytes, body } = answer;
  if (body === null || (totalBytes !== null && totalBytes !== wanted)) throw odd(name, wanted, totalBytes);
  return { from, body };
}

function odd(name: string, wanted: number, found: number | null = null): RunError {
  const has = found === null || found < 0 ? "another size" : `${found} bytes`;
  const message = `${name} on the page’s own server has ${has}, and its list says ${wanted} bytes. Copy the whole folder to the server again.`;
  return new RunError("model-corrupt", message, { file: name, wanted });
}
