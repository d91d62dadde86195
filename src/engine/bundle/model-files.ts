/** Where model files come from: the page's host here, the disk in Node. */
import { RunError } from "../../core/errors.ts";

export interface ReadOptions {
  readonly signal: AbortSignal;
  /** Go past every cache on the way. */
  readonly isFresh: boolean;
  /** Called with the bytes received so far. */
  readonly onBytes: (received: number) => void;
}

export interface ModelFiles {
  /** `path` is relative to the folder of models. Throws "model-missing" or "network". */
  read(path: string, options: ReadOptions): Promise<Uint8Array>;
}

/**
 * Files beside the page. The HTTP cache and the page's service worker keep them, so models load offline; a query that
 * no cache knows goes past both.
 */
export function fetchedFiles(baseUrl: string, fetchFile: typeof fetch = fetch): ModelFiles {
  return {
    async read(path, { signal, isFresh, onBytes }) {
      const url = new URL(path, baseUrl);
      if (isFresh) url.searchParams.set("fresh", "1");
      const response = await open(fetchFile, url, path, { signal, cache: isFresh ? "reload" : "default" });
      const chunks: Uint8Array[] = [];
      let received = 0;
      try {
        for await (const chunk of chunksOf(response)) {
          chunks.push(chunk);
          received += chunk.byteLength;
          onBytes(received);
        }
      } catch (error) {
        throw unreachable(path, error);
      }
      return concatenate(chunks, received);
    },
  };
}

async function open(fetchFile: typeof fetch, url: URL, path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetchFile(url, init);
  } catch (error) {
    throw unreachable(path, error);
  }
  // Hosts of single-page applications answer a missing file with their start page.
  const isPage = response.headers.get("Content-Type")?.includes("text/html") ?? false;
  if (response.ok && !isPage) return response;
  throw new RunError(
    "model-missing",
    `The file ${path} is not there (the server answered ${response.status}). Check that the models folder is complete.`,
    { file: path, status: response.status },
  );
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

function concatenate(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

function unreachable(path: string, error: unknown): RunError {
  const message = `The file ${path} could not be fetched. Check the connection and try again.`;
  return new RunError("network", message, { file: path, reason: String(error) }, error);
}
