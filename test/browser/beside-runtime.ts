/**
 * Tabs of one browser window for tests that need no browser of their own: each is for a visitor who was never here, and
 * opens in about half the time. They find the runtime compiled. A page that loads its models takes seconds of a processor's
 * time, and most of it goes into compiling ONNX Runtime (17 MB of WebAssembly) and making its busy parts fast. Within one
 * process a browser compiles the same bytes once, as long as somebody holds the module. So one tab holds it.
 */
import type { BrowserContext, Page } from "playwright-core";
import { browserWith, hold, IN_THE_LABORATORY, prepare, watch, type OpenOptions, type OpenPage } from "./chromium.ts";

let window: Promise<BrowserContext> | undefined;

async function openWindow(): Promise<BrowserContext> {
  const browser = await browserWith("none");
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await prepare(context, false);
  return context;
}

/** Tabs that hold the runtime, one for each process: isolated pages have one for each origin, others for each host. */
const holders = new Map<string, Promise<Page>>();

/** Compiles the runtime of the site that `page` shows, and keeps the module for as long as the page is there. */
export async function holdRuntime(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const build = "Suspending" in WebAssembly ? "jspi" : "asyncify";
    const code = await (await fetch(`./ort/ort-wasm-simd-threaded.${build}.wasm`)).arrayBuffer();
    Object.assign(globalThis, { heldRuntime: await WebAssembly.compile(code) });
  });
}

async function startHolder(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(url);
  await holdRuntime(page);
  return page;
}

/**
 * Opens `url` in a tab, without WebGPU. What earlier visitors left is gone, also under tabs that are still open: they keep
 * what they have read.
 */
export async function openTab(
  url: string,
  { kept = {}, models = "loaded", ...look }: Omit<OpenOptions, "gpu" | "keepsOffline"> = {},
): Promise<OpenPage> {
  const { origin, hostname } = new URL(url);
  window ??= openWindow();
  const context = await window;
  const page = await context.newPage();
  // A document of the page's own origin, with its headers and without its script.
  const quiet = new URL("./icon.svg", url).href;
  await page.goto(quiet);
  if (models === "held") await page.route("**/ort/**", hold);
  else {
    const process = (await page.evaluate(() => crossOriginIsolated)) ? origin : hostname;
    const starting = holders.get(process) ?? startHolder(context, quiet);
    holders.set(process, starting);
    await starting;
    // A new holder came to the front, and browsers slow down what nobody sees.
    await page.bringToFront();
  }
  const devtools = await context.newCDPSession(page);
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await devtools.detach();
  await page.evaluate(
    (items) => {
      for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value);
    },
    { ...IN_THE_LABORATORY, ...kept },
  );
  const { troubles, stop } = watch(context, url);
  const { colorScheme = null, forcedColors = null, viewport, motion = "reduce" } = look;
  await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: motion });
  if (viewport) await page.setViewportSize(viewport);
  await page.goto(url);
  const close = async (): Promise<void> => {
    await page.close();
    stop();
  };
  return { page, context, troubles, close };
}
