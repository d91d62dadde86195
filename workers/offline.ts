/**
 * The service worker: after the first visit the page runs without the network, from any sub-path. Files are kept under
 * their path and hash, so a new version downloads only what changed and an old page never meets a new file. Documents
 * and workers get the isolation headers that a plain static host does not send, so WebAssembly threads work there from
 * the second visit on.
 *
 * A new version waits until every page of the old one is closed, or the visitor asks for it in the only one that is left:
 * two versions never mix, and nothing is taken from a run.
 */

import { withMirrors } from "./connect-policy.ts";

/**
 * Filled in by the build: `[path, hash]` of every file, apart those that are kept only once a page has asked for them, and
 * the headers for each sort of answer.
 */
declare const __FILES__: readonly (readonly [path: string, hash: string])[];
declare const __ON_DEMAND__: readonly (readonly [path: string, hash: string])[];
declare const __PAGE_HEADERS__: Readonly<Record<string, string>>;
/** The page that others may frame, and its headers. */
declare const __EMBED_PAGE__: string;
declare const __EMBED_HEADERS__: Readonly<Record<string, string>>;
declare const __WORKER_HEADERS__: Readonly<Record<string, string>>;
declare const __FILE_HEADERS__: Readonly<Record<string, string>>;

// The worker library types `self` as the base of all workers; this file only ever runs as a service worker.
const scope = self as unknown as ServiceWorkerGlobalScope;
const root = new URL("./", scope.location.href).href;
// The origin may hold other copies of the page under other paths: each keeps to its own cache.
const cacheName = `tiller ${root}`;

/** Of the two runtimes, the page loads one; keep that one only. */
const unusedRuntime = "Suspending" in WebAssembly ? ".asyncify." : ".jspi.";
const wanted = keysOf(__FILES__.filter(([path]) => !path.includes(unusedRuntime)));
const onDemand = keysOf(__ON_DEMAND__);

/** Under what each file is kept, by its address. */
function keysOf(files: typeof __FILES__): ReadonlyMap<string, string> {
  return new Map(files.map(([path, hash]) => [root + path, `${root}${path}?${hash}`]));
}

async function keepEveryFile(): Promise<void> {
  const cache = await caches.open(cacheName);
  for (const [url, key] of wanted) {
    if (await cache.match(key)) continue;
    // One file at a time: the page itself is loading models meanwhile and comes first.
    const response = await fetch(url, { cache: "no-cache" });
    if (!response.ok)
      throw new Error(`${url} answered ${response.status}; the page cannot work offline until the next visit`);
    await cache.put(key, response);
  }
}

async function dropOldFiles(): Promise<void> {
  const cache = await caches.open(cacheName);
  const keep = new Set([...wanted.values(), ...onDemand.values()]);
  for (const request of await cache.keys()) {
    if (!keep.has(request.url)) await cache.delete(request);
  }
  await scope.clients.claim();
}

function withHeaders(response: Response, extra: Readonly<Record<string, string>>): Response {
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(extra)) headers.set(name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

async function answer(event: FetchEvent, url: string): Promise<Response> {
  const { request } = event;
  const askedKey = onDemand.get(url);
  // A page that found such a file damaged asks past every cache: nobody compared it when it was kept.
  const key = wanted.get(url) ?? (request.cache === "reload" ? undefined : askedKey);
  const cached = key === undefined ? undefined : await (await caches.open(cacheName)).match(key);
  const response = cached ?? (await fetch(request).catch((error: unknown) => noModels(url, error)));
  if (askedKey !== undefined && cached === undefined && response.ok) {
    event.waitUntil(keepAnswer(askedKey, response.clone()));
  }
  // A redirect that the browser follows itself has no status, and may not be copied.
  if (response.type === "opaqueredirect") return response;
  return withHeaders(response, headersFor(request));
}

/** Without the network no server offers models; that is no failure. */
function noModels(url: string, error: unknown): Response {
  if (url === `${root}served/index.json`) return Response.json({ version: 1, models: [] });
  throw error;
}

/** A full disk is no reason not to answer. */
async function keepAnswer(key: string, response: Response): Promise<void> {
  const cache = await caches.open(cacheName);
  await cache.put(key, response).catch(() => undefined);
}

function headersFor(request: Request): Readonly<Record<string, string>> {
  if (request.mode === "navigate") {
    return new URL(request.url).pathname.endsWith(`/${__EMBED_PAGE__}`) ? __EMBED_HEADERS__ : __PAGE_HEADERS__;
  }
  if (request.destination !== "worker") return __FILE_HEADERS__;
  const policy = withMirrors(__WORKER_HEADERS__["Content-Security-Policy"] ?? "", new URL(request.url).search);
  return { ...__WORKER_HEADERS__, "Content-Security-Policy": policy };
}

/** Asked for by a press. Other tabs may be in the middle of a run; frames have what they need. */
async function takeOverWhenAlone(answer: MessagePort | undefined): Promise<void> {
  const windows = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  const tabs = windows.filter(({ url, frameType }) => url.startsWith(root) && frameType !== "nested");
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port takes none
  answer?.postMessage(tabs.length <= 1 ? "taken" : "others");
  if (tabs.length <= 1) await scope.skipWaiting();
}

scope.addEventListener("message", (event) => {
  // Older pages asked by themselves as they started, and gave no port.
  if (event.data === "take over" && event.ports.length > 0) event.waitUntil(takeOverWhenAlone(event.ports[0]));
});
scope.addEventListener("install", (event) => event.waitUntil(keepEveryFile()));
scope.addEventListener("activate", (event) => event.waitUntil(dropOldFiles()));
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = request.url.split(/[?#]/, 1)[0] ?? request.url;
  if (request.method !== "GET" || !url.startsWith(root)) return;
  const isPage = url === root && request.mode === "navigate";
  event.respondWith(answer(event, isPage ? `${root}index.html` : url));
});
