/**
 * A server with the Hub's addresses and manners, for tests: `/api/models/<id>` with sizes and hashes,
 * `/<id>/resolve/<commit>/<path>` that sends large files on to a storage address, ranges, and faults that can be switched on.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const HUB_EXPOSES = "X-Repo-Commit, X-Linked-Size, X-Linked-ETag, ETag, Accept-Ranges, Content-Range, Retry-After";

export type Fault =
  /** Every answer of a file claims and sends so many bytes more (negative: fewer). */
  | { readonly kind: "wrong-length"; readonly by: number }
  /** Right length, wrong bytes. */
  | { readonly kind: "damaged"; readonly times: number }
  /** Sends so many bytes, then nothing more, with the connection open. */
  | { readonly kind: "stall"; readonly after: number; readonly times: number }
  /** Sends so many bytes, then breaks the connection. */
  | { readonly kind: "break"; readonly after: number; readonly times: number }
  | {
      readonly kind: "status";
      readonly status: 401 | 404 | 429 | 503;
      readonly times: number;
      readonly retryAfter?: string;
    }
  /** The listing never comes. */
  | { readonly kind: "silent"; readonly times: number }
  | { readonly kind: "no-ranges" }
  | { readonly kind: "no-cors" };

interface StoredFile {
  readonly bytes: Buffer;
  readonly sha256: string;
}

export interface HubServer {
  /** Ends in "/". */
  readonly base: string;
  /** Requests of files so far, as `path` or `path from offset`; api calls as `api`. */
  readonly log: readonly string[];
  /** Replaces the faults; those of a kind with `times` wear off. */
  fail(...faults: readonly Fault[]): void;
  put(id: string, path: string, bytes: Uint8Array): void;
  close(): Promise<void>;
}

export interface HubServerOptions {
  /** Folders below this one are models of `owner`. */
  readonly folder?: string;
  readonly owner?: string;
  readonly licence?: string;
  /** For pages that demand it of everything they load. */
  readonly corsOrigin?: string;
}

export async function startHubServer(options: HubServerOptions = {}): Promise<HubServer> {
  const hub = new Hub(options);
  const server = createServer((request, response) => hub.answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/`,
    log: hub.log,
    fail: (...faults) => hub.fail(faults),
    put: (id, path, bytes) => hub.put(id, path, Buffer.from(bytes)),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class Hub {
  readonly log: string[] = [];
  readonly #options: HubServerOptions;
  readonly #models = new Map<string, Map<string, StoredFile>>();
  #faults: { readonly fault: Fault; left: number }[] = [];

  constructor(options: HubServerOptions) {
    this.#options = options;
    const { folder, owner = "test" } = options;
    for (const name of folder === undefined ? [] : readdirSync(folder)) {
      for (const file of filesBelow(join(folder ?? "", name))) {
        this.put(`${owner}/${name}`, relative(join(folder ?? "", name), file), readFileSync(file));
      }
    }
  }

  put(id: string, path: string, bytes: Buffer): void {
    const files = this.#models.get(id) ?? new Map<string, StoredFile>();
    files.set(path, { bytes, sha256: createHash("sha256").update(bytes).digest("hex") });
    this.#models.set(id, files);
  }

  fail(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ fault, left: "times" in fault ? fault.times : Infinity }));
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "/", "http://hub");
    const path = decodeURIComponent(url.pathname).slice(1);
    if (this.#take("no-cors") === null) {
      response.setHeader("Access-Control-Allow-Origin", this.#options.corsOrigin ?? "*");
      response.setHeader("Access-Control-Expose-Headers", HUB_EXPOSES);
    }
    if (path.startsWith("api/models/")) return this.#listing(path.slice("api/models/".length), response);
    const resolve = /^(?<id>.+?)\/resolve\/[^/]+\/(?<file>.+)$/.exec(path)?.groups;
    if (resolve !== undefined) return this.#resolve(resolve["id"] ?? "", resolve["file"] ?? "", request, response);
    const stored = /^storage\/(?<id>.+?)\/-\/(?<file>.+)$/.exec(path)?.groups;
    if (stored !== undefined) return this.#send(stored["id"] ?? "", stored["file"] ?? "", request, response);
    end(response, 404, "Entry not found");
  }

  #listing(id: string, response: ServerResponse): void {
    this.log.push("api");
    if (this.#refuse(response) || this.#take("silent") !== null) return;
    const files = this.#models.get(id);
    if (files === undefined) return end(response, 401, "Invalid username or password.");
    const siblings = [...files].map(([rfilename, { bytes, sha256 }]) => ({
      rfilename,
      size: bytes.byteLength,
      blobId: sha256.slice(0, 40),
      ...(isLarge(rfilename) && { lfs: { sha256, size: bytes.byteLength, pointerSize: 134 } }),
    }));
    const cardData = { license: this.#options.licence ?? "apache-2.0" };
    response.setHeader("Content-Type", "application/json");
    end(response, 200, JSON.stringify({ id, modelId: id, sha: COMMIT, cardData, siblings }));
  }

  /** Large files lie elsewhere; the Hub says what they are and sends the asker on. */
  #resolve(id: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const file = this.#models.get(id)?.get(path);
    response.setHeader("X-Repo-Commit", COMMIT);
    if (!isLarge(path) || file === undefined) return this.#send(id, path, request, response);
    response.setHeader("X-Linked-Size", file.bytes.byteLength);
    response.setHeader("X-Linked-ETag", `"${file.sha256}"`);
    response.setHeader("Location", `/storage/${id}/-/${path}`);
    end(response, 302, "");
  }

  #send(id: string, path: string, request: IncomingMessage, response: ServerResponse): void {
    const from =
      this.#take("no-ranges") === null ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0) : 0;
    this.log.push(from === 0 ? path : `${path} from ${from}`);
    if (this.#refuse(response)) return;
    const file = this.#models.get(id)?.get(path);
    if (file === undefined) return end(response, 404, "Entry not found");
    const body = this.#bodyOf(file);
    const total = body.byteLength;
    response.setHeader("ETag", `"${file.sha256.slice(0, 40)}"`);
    response.setHeader("Accept-Ranges", "bytes");
    if (from >= total && from > 0) {
      response.setHeader("Content-Range", `bytes */${total}`);
      return end(response, 416, "");
    }
    response.setHeader("Content-Length", total - from);
    if (from > 0) response.setHeader("Content-Range", `bytes ${from}-${total - 1}/${total}`);
    response.writeHead(from > 0 ? 206 : 200);
    if (request.method === "HEAD") return void response.end();
    this.#stream(body.subarray(from), response);
  }

  #bodyOf(file: StoredFile): Buffer {
    const wrong = this.#take("wrong-length");
    if (wrong?.kind === "wrong-length") {
      return wrong.by < 0 ? file.bytes.subarray(0, wrong.by) : Buffer.concat([file.bytes, Buffer.alloc(wrong.by)]);
    }
    if (this.#take("damaged") === null) return file.bytes;
    const copy = Buffer.from(file.bytes);
    copy[copy.byteLength >> 1] = (copy[copy.byteLength >> 1] ?? 0) ^ 1;
    return copy;
  }

  #stream(body: Buffer, response: ServerResponse): void {
    const cuts = this.#faults.flatMap(({ fault }) => ("after" in fault ? [fault.after] : []));
    // A fault that would come after the last byte waits for a larger file.
    if (cuts.every((after) => after >= body.byteLength)) return void response.end(body);
    const stall = this.#take("stall");
    if (stall?.kind === "stall") return void response.write(body.subarray(0, stall.after));
    const broken = this.#take("break");
    if (broken?.kind !== "break") return void response.end(body);
    // The bytes must be on their way before the connection goes.
    response.write(body.subarray(0, broken.after), () => setTimeout(() => response.destroy(), 20));
  }

  #refuse(response: ServerResponse): boolean {
    const fault = this.#take("status");
    if (fault?.kind !== "status") return false;
    if (fault.retryAfter !== undefined) response.setHeader("Retry-After", fault.retryAfter);
    end(response, fault.status, "refused");
    return true;
  }

  #take(kind: Fault["kind"]): Fault | null {
    const found = this.#faults.find(({ fault, left }) => fault.kind === kind && left > 0);
    if (found === undefined) return null;
    found.left -= 1;
    return found.fault;
  }
}

function isLarge(path: string): boolean {
  return /\.(onnx|onnx_data(_\d+)?|bin|safetensors)$/.test(path);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.statusCode = status;
  response.end(text);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}
