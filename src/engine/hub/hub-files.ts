/** A repository on the Hub, or on a mirror with the Hub's addresses: `/api/models/<id>` and `/<id>/resolve/<commit>/<path>`. */
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import { encodePath, HUB } from "./addresses.ts";
import { SlowDown, type RepoAnswer, type RepoFile, type RepoListing, type RepoFiles } from "./repo.ts";

/** Answers come from another machine: only what is used here is read, and all of it is checked. */
const Info = v.looseObject({
  sha: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]+$/)), "main"),
  cardData: v.optional(v.nullable(v.looseObject({ license: v.optional(v.union([v.string(), v.array(v.string())])) }))),
  siblings: v.array(
    v.looseObject({
      rfilename: v.string(),
      size: v.optional(v.nullable(v.number())),
      blobId: v.optional(v.string()),
      lfs: v.optional(v.nullable(v.looseObject({ sha256: v.string(), size: v.number() }))),
    }),
  ),
});

/** No way out of the repository: the path becomes part of an address and of a key in the cache. */
const SAFE_PATH = /^(?!\/)(?!.*(^|\/)\.\.?(\/|$))[^\\?#]+$/;

export function hubFiles(id: string, base: string = HUB, fetchFile: typeof fetch = fetch): RepoFiles {
  const where = base === HUB ? "the Hub" : new URL(base).host;
  const ask = async (url: string, init: RequestInit): Promise<Response> => {
    let response: Response;
    try {
      response = await fetchFile(url, { ...init, credentials: "omit", referrerPolicy: "no-referrer" });
    } catch (error) {
      throw unreachable(id, where, error);
    }
    if (response.ok || response.status === 416) return response;
    throw refusal(response, id, where, url);
  };
  return {
    id,
    key: `${base}${id}`,
    isRemote: true,
    list: async (signal) => {
      const response = await ask(`${base}api/models/${encodePath(id)}?blobs=true`, { signal });
      return readListing(id, where, await readJson(response, id, where));
    },
    open: async (file, revision, from, signal) => {
      // A plain range is a header that needs no permission of the other side; If-Range would, and the Hub's storage
      // hosts do not answer such questions. So the version and the total are compared when the answer comes.
      const headers: Record<string, string> = from > 0 ? { Range: `bytes=${from}-` } : {};
      const url = `${base}${encodePath(id)}/resolve/${encodeURIComponent(revision)}/${encodePath(file.path)}`;
      return readAnswer(await ask(url, { signal, headers, cache: "no-store" }), from);
    },
  };
}

function readListing(id: string, where: string, json: unknown): RepoListing {
  const parsed = v.safeParse(Info, json);
  if (!parsed.success) throw strange(id, where, parsed.issues[0].message);
  const { sha, cardData, siblings } = parsed.output;
  const licence = cardData?.license;
  const files = siblings
    .filter(({ rfilename }) => SAFE_PATH.test(rfilename))
    .map(({ rfilename, size, blobId, lfs }): RepoFile => {
      const sha256 = lfs?.sha256 ?? null;
      return { path: rfilename, bytes: lfs?.size ?? size ?? 0, sha256, version: sha256 ?? blobId ?? null };
    });
  return { id, revision: sha, licence: Array.isArray(licence) ? licence.join(", ") : (licence ?? null), files };
}

export function readAnswer(response: Response, asked: number): RepoAnswer {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.headers.get("Content-Range") ?? "");
  const version = cleanTag(response.headers.get("X-Linked-ETag") ?? response.headers.get("ETag"));
  if (response.status === 206) {
    // Where the header may not be read, the size of the listing still tells whether the whole is right.
    const total = range?.[2] === undefined || range[2] === "*" ? null : Number(range[2]);
    return {
      from: range?.[1] === undefined ? asked : Number(range[1]),
      totalBytes: total,
      version,
      body: response.body,
    };
  }
  // 416: nothing lies behind the offset, so what is kept belongs to another file.
  if (response.status === 416) return { from: 0, totalBytes: -1, version, body: null };
  const length = response.headers.get("Content-Encoding") === null ? response.headers.get("Content-Length") : null;
  return { from: 0, totalBytes: length === null ? null : Number(length), version, body: response.body };
}

function cleanTag(tag: string | null): string | null {
  return tag === null ? null : tag.replace(/^W\//, "").replaceAll('"', "");
}

async function readJson(response: Response, id: string, where: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw strange(id, where, String(error));
  }
}

function refusal(response: Response, id: string, where: string, url: string): Error {
  const { status } = response;
  if (status === 429 || status >= 500) return new SlowDown(status, waitOf(response.headers.get("Retry-After")));
  const details = { id, status, url };
  if (status === 401 || status === 403) {
    const message = `${where} did not give ${id} (it answered ${status}): the model needs a login, or it does not exist. Check the id, choose an open model, or download the folder yourself and open it from disk.`;
    return new RunError("model-missing", message, details);
  }
  const message = `${where} does not have this file of ${id} (it answered ${status}). Check the id, or choose another model.`;
  return new RunError("model-missing", message, details);
}

/** Seconds, or a date that is compared with the answer's own clock by the caller's patience: null then. */
function waitOf(header: string | null): number | null {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function unreachable(id: string, where: string, error: unknown): RunError {
  const message = `${id} could not be fetched: ${where} did not answer, or it does not let this page read its files. Check the connection and the address, then try again.`;
  return new RunError("network", message, { id, reason: String(error) }, error);
}

function strange(id: string, where: string, reason: string): RunError {
  const message = `${where} answered for ${id}, but not as the Hub does. Check the address of the mirror.`;
  return new RunError("model-corrupt", message, { id, reason });
}
