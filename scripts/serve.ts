import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import sirv from "sirv";
import { withMirrors } from "../workers/connect-policy.ts";
import { documentHeaders, EMBED_PAGE, embedHeaders, workerHeaders } from "./headers.ts";
import { servedModels } from "./served/answer.ts";

export interface ServeOptions {
  /** Folder whose files are served. */
  readonly folder: string;
  /** Folder of real models that the page may load from here, as `models`; none where it is absent. */
  readonly models?: string;
  /** 0 takes any free port. */
  readonly port?: number;
  /** Whose requests are answered: this machine's by default, everybody's with "0.0.0.0". */
  readonly host?: string;
  /** Path under which the folder appears, with both slashes: "/", "/workshops/tiller/". */
  readonly basePath?: string;
  /** Isolation and security headers; without them this is the plainest static host. Default true. */
  readonly headers?: boolean;
}

export interface RunningServer {
  /** Address of the folder on this machine, with a slash at the end. */
  readonly url: string;
  /** `METHOD path status` of every answer so far. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" });
  response.end(`${why}\n`);
}

/** Browsers say what they will do with a file: a worker has another policy than a page. */
function headersFor(request: IncomingMessage): Readonly<Record<string, string>> {
  const [path = ""] = (request.url ?? "/").split("?", 1);
  if (path.endsWith(`/${EMBED_PAGE}`)) return embedHeaders;
  if (request.headers["sec-fetch-dest"] !== "worker") return documentHeaders;
  const policy = withMirrors(workerHeaders["Content-Security-Policy"], request.url?.split("?")[1] ?? "");
  return { ...workerHeaders, "Content-Security-Policy": policy };
}

/** Path and query of a request; null where it cannot be decoded. */
function targetOf(request: IncomingMessage): { readonly path: string; readonly query: string } | null {
  const [path = "/", query] = (request.url ?? "/").split("?", 2);
  try {
    decodeURIComponent(path);
  } catch {
    return null;
  }
  return { path, query: query === undefined ? "" : `?${query}` };
}

function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("the server has no TCP address");
      done(address);
    });
  });
}

/**
 * Serves a folder.
 * @throws the system's error, for example `EADDRINUSE` where the port is taken
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const basePath = options.basePath ?? "/";
  const hasHeaders = options.headers ?? true;
  const log: string[] = [];
  // A file with a compressed one beside it, such as app.js.gz, is sent compressed.
  // "dev" looks at the disk for each request: a build may replace the files meanwhile.
  const files = sirv(resolve(options.folder), { dev: true, etag: true, dotfiles: true, gzip: true });
  const models = options.models === undefined ? null : servedModels(options.models);

  function respond(request: IncomingMessage, response: ServerResponse): void {
    const asked = request.url;
    response.once("finish", () => log.push(`${request.method} ${asked} ${response.statusCode}`));
    for (const [name, value] of Object.entries(hasHeaders ? headersFor(request) : {})) response.setHeader(name, value);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(response, 405, "Only GET and HEAD are answered.");
    }
    const target = targetOf(request);
    if (target === null) return refuse(response, 400, "The address is not valid.");
    const { path, query } = target;
    if (`${path}/` === basePath) {
      // The page names its files by where it lies, so its address must end with a slash.
      response.writeHead(308, { Location: basePath + query });
      return void response.end();
    }
    if (!path.startsWith(basePath)) return refuse(response, 404, "Not found.");
    request.url = path.slice(basePath.length - 1) + query;
    const serveFile = (): void => files(request, response, () => refuse(response, 404, "Not found."));
    if (models === null) serveFile();
    else models(request, response, serveFile);
  }

  const server = createServer(respond);
  const { port } = await listen(server, options.host ?? "127.0.0.1", options.port ?? 0);
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
