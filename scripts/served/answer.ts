/** Answers requests under `served/` out of a folder of real models: the list, and each file that it names. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { resolve } from "node:path";
import sirv from "sirv";
import { SERVED, SERVED_INDEX } from "../../src/core/served-models.ts";
import { listModels } from "./list-models.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

/** Goes on to `next` with what is none of its own, so that a folder made by `--with-model` is served where this one is empty. */
export function servedModels(folder: string): Answer {
  const files = sirv(resolve(folder), { dev: true, etag: true });
  const answer = async (request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> => {
    const path = decodeURIComponent((request.url ?? "/").split("?", 1)[0] ?? "/").slice(1);
    if (!path.startsWith(SERVED)) return next();
    const asked = path.slice(SERVED.length);
    const index = await listModels(folder);
    if (index.models.length === 0) return next();
    if (asked === SERVED_INDEX) {
      response.writeHead(200, { "Content-Type": "application/json", "Cache-Control": "no-store" });
      return void response.end(JSON.stringify(index));
    }
    // Nothing else of the folder is handed out.
    const isListed = index.models.some(({ id, files: own }) => own.some((file) => asked === `${id}/${file.path}`));
    if (!isListed) return next();
    request.url = `/${asked.split("/").map(encodeURIComponent).join("/")}`;
    files(request, response, next);
  };
  return (request, response, next) => {
    answer(request, response, next).catch(() => {
      // The folder changed while it was read; the next request finds it as it is then.
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}
