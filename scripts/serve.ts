import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, resolve, sep } from "node:path";
import { withMirrors } from "../workers/connect-policy.ts";
import { documentHeaders, workerHeaders } from "./headers.ts";

export interface ServeOptions {
  /** Folder whose files are served. */
  readonly folder: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Path under which the folder appears, with both slashes: "/", "/workshops/tiller/". */
  readonly basePath?: string;
  /** Isolation and security headers; without them this is the plainest static host. Default true. */
  readonly headers?: boolean;
}

export interface RunningServer {
  /** Address of the folder, with a slash at the end. */
  readonly url: string;
  /** `METHOD path status` of every answer so far. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

const contentTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

function refuse(status: number, why: string): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8" }, body: `${why}\n` };
}

/** The file that a request path names, or null where it is outside the folder or not valid. */
function filePath(folder: string, basePath: string, path: string): string | null {
  if (!path.startsWith(basePath)) return null;
  const inside = path.slice(basePath.length);
  const file = resolve(folder, inside === "" || inside.endsWith("/") ? `${inside}index.html` : inside);
  return file.startsWith(folder + sep) && !file.includes("\0") ? file : null;
}

async function answer(folder: string, basePath: string, request: IncomingMessage): Promise<Answer> {
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(405, "Only GET and HEAD are answered.");
  let path: string;
  try {
    path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
  } catch {
    return refuse(400, "The address is not valid.");
  }
  const file = filePath(folder, basePath, path);
  if (file === null) return refuse(404, "Not found.");
  let body: Buffer;
  try {
    body = await readFile(file);
  } catch {
    // Missing, a folder, or not readable: to a visitor all the same.
    return refuse(404, "Not found.");
  }
  const etag = `"${createHash("sha1").update(body).digest("base64url")}"`;
  const headers = {
    "Content-Type": contentTypes[extname(file)] ?? "application/octet-stream",
    ETag: etag,
    "Cache-Control": "no-cache",
  };
  if (request.headers["if-none-match"] === etag) return { status: 304, headers, body: "" };
  return { status: 200, headers, body };
}

/** Browsers say what they will do with a file: a worker has another policy than a page. */
function headersFor(request: IncomingMessage): Readonly<Record<string, string>> {
  if (request.headers["sec-fetch-dest"] !== "worker") return documentHeaders;
  const policy = withMirrors(workerHeaders["Content-Security-Policy"], request.url?.split("?")[1] ?? "");
  return { ...workerHeaders, "Content-Security-Policy": policy };
}

function listen(server: Server, port: number): Promise<AddressInfo> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("the server has no TCP address");
      done(address);
    });
  });
}

/**
 * Serves a folder on 127.0.0.1.
 * @throws the system's error, for example `EADDRINUSE` where the port is taken
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const folder = resolve(options.folder);
  const basePath = options.basePath ?? "/";
  const hasHeaders = options.headers ?? true;
  const log: string[] = [];

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { status, headers, body } = await answer(folder, basePath, request);
    log.push(`${request.method} ${request.url} ${status}`);
    const extra = hasHeaders ? headersFor(request) : {};
    response.writeHead(status, { ...extra, ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" || status === 304 ? undefined : body);
  }

  const server = createServer((request, response) => {
    respond(request, response).catch((reason: unknown) =>
      response.destroy(reason instanceof Error ? reason : undefined),
    );
  });
  const { port } = await listen(server, options.port ?? 0);
  return {
    url: `http://127.0.0.1:${port}${basePath}`,
    log,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
