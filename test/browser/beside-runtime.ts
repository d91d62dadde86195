/**
 * Tabs that find the runtime compiled. A page that loads its models takes about nine seconds of a processor's time, and
 * most of it goes into compiling ONNX Runtime (17 MB of WebAssembly) and making its busy parts fast. Within one process a
 * browser compiles the same bytes once, as long as somebody holds the module. So one tab holds it, and the tabs of the
 * tests open beside it, each one for a visitor who was never here.
 */
import type { BrowserContext, CDPSession, Page } from "playwright-core";
import { browserWith, IN_THE_LABORATORY, prepare, watch, type OpenOptions, type OpenPage } from "./chromium.ts";

interface Holder {
  readonly context: BrowserContext;
  readonly page: Page;
  readonly devtools: CDPSession;
}

/** One for each origin. */
const holders = new Map<string, Promise<Holder>>();

async function startHolder(url: string): Promise<Holder> {
  const browser = await browserWith("none");
  const context = await browser.newContext({ reducedMotion: "reduce" });
  await prepare(context, false);
  const page = await context.newPage();
  // A document of the page's own origin, with its headers and without its script.
  await page.goto(new URL("./icon.svg", url).href);
  await page.evaluate(async () => {
    const build = "Suspending" in WebAssembly ? "jspi" : "asyncify";
    const module = await WebAssembly.compileStreaming(fetch(`./ort/ort-wasm-simd-threaded.${build}.wasm`));
    Object.assign(window, { heldRuntime: module });
  });
  return { context, page, devtools: await context.newCDPSession(page) };
}

/**
 * Opens `url` in a tab beside the compiled runtime, without WebGPU. What earlier visitors left is gone, also under tabs that
 * are still open: they keep what they have read.
 */
export async function openTab(
  url: string,
  { kept = {}, ...look }: Omit<OpenOptions, "gpu" | "models" | "keepsOffline"> = {},
): Promise<OpenPage> {
  const { origin } = new URL(url);
  const starting = holders.get(origin) ?? startHolder(url);
  holders.set(origin, starting);
  const { context, page: holder, devtools } = await starting;
  await devtools.send("Storage.clearDataForOrigin", { origin, storageTypes: "all" });
  await holder.evaluate(
    (items) => {
      for (const [name, value] of Object.entries(items)) localStorage.setItem(name, value);
    },
    { ...IN_THE_LABORATORY, ...kept },
  );
  const { troubles, stop } = watch(context, url);
  const page = await context.newPage();
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
