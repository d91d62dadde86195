/** What the browser gives the page: the only file of the state that reads globals. */
import { SERVED, SERVED_INDEX } from "../core/served-models.ts";
import type { Surroundings } from "./surroundings-type.ts";
import { indexedClickStore } from "./clicks/click-store.ts";
import { browserFolderShelf } from "./hub/folder-shelf.ts";
import { indexedHeadStore } from "./heads/head-store.ts";
import { indexedLessonRunStore } from "./handin/lesson-run-store.ts";
import { indexedRunStore } from "./keep/run-store.ts";
import type { Clock } from "./run/run.svelte.ts";
import { tabStorage } from "./settings/tab-storage.ts";

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  // A hidden page draws no frames; a timer keeps its view up to date.
  onFrame: (draw) => (document.hidden ? setTimeout(draw, 100) : requestAnimationFrame(draw)),
};

/** Storage may be forbidden; settings are then kept for this visit only. */
function allowed(storage: () => Storage): Storage | null {
  try {
    return storage();
  } catch {
    return null;
  }
}

function savesData(): boolean {
  // Not in every browser, and so not in TypeScript's DOM types.
  const { connection } = navigator as { readonly connection?: { readonly saveData?: boolean } };
  return connection?.saveData === true;
}

/** Half of what the browser says the machine has, as the worker counts too. */
function memoryBudget(): number | null {
  const { deviceMemory } = navigator as { readonly deviceMemory?: number };
  return deviceMemory === undefined ? null : (deviceMemory * 2 ** 30) / 2;
}

/** A file that is missing or no JSON is left out: the page works without. */
async function readBeside(path: string): Promise<unknown> {
  try {
    const response = await fetch(new URL(path, document.baseURI));
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

/** Clipboards ask for permission and may be missing on plain http. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

async function copyPicture(png: Promise<Blob>): Promise<boolean> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": png })]);
    return true;
  } catch {
    return false;
  }
}

function saveFile(name: string, content: string | Blob, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads the blob after the click; a minute is long enough.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const address: Surroundings["address"] = {
  hash: () => location.hash,
  clearHash: () => history.replaceState(null, "", location.pathname + location.search),
  withHash: (hash) => location.origin + location.pathname + hash,
};

/** As `crypto.randomUUID`, which browsers keep from a page that came over plain http. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** `?backend=wasm` tries one backend only; for tests and for comparing. */
function backend(): Surroundings["backend"] {
  const asked = new URLSearchParams(location.search).get("backend");
  return asked === "wasm" || asked === "webgpu" ? asked : "auto";
}

/** `?world=laboratory` opens one of the two worlds, whatever was open last. */
function world(): Surroundings["world"] {
  const asked = new URLSearchParams(location.search).get("world");
  return asked === "chat" || asked === "laboratory" ? asked : null;
}

export function surroundings(spawn: Surroundings["spawn"]): Surroundings {
  const shared = allowed(() => localStorage);
  return {
    spawn,
    search: location.search,
    storage: tabStorage(
      allowed(() => sessionStorage),
      shared,
    ),
    sharedStorage: shared,
    root: document.documentElement,
    clock,
    modelsUrl: new URL("models/", document.baseURI).href,
    servedUrl: new URL(SERVED, document.baseURI).href,
    readServed: () => readBeside(SERVED + SERVED_INDEX),
    budgetBytes: memoryBudget(),
    backend: backend(),
    world: world(),
    readExample: (file) => readBeside(`examples/${file}`),
    random32: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    newId,
    runStore: indexedRunStore(clock.sleep),
    lessonRuns: indexedLessonRunStore(),
    headStore: indexedHeadStore(),
    clickStore: indexedClickStore(),
    readHeadFile: (file) => readBeside(`heads/${file}`),
    folders: browserFolderShelf(),
    today: () => Date.now(),
    wantsLessMotion: () => matchMedia("(prefers-reduced-motion: reduce)").matches,
    savesData: savesData(),
    address,
    copyText,
    copyPicture,
    saveFile,
  };
}
