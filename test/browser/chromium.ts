import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  ConsoleMessage,
  Page,
  Request,
  Route,
  WebError,
} from "playwright-core";
import { launchChromium, type ChromiumOptions } from "../../scripts/chromium.ts";

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything a healthy page never does: console errors, uncaught errors, policy violations, other origins. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

type Look = Pick<BrowserContextOptions, "colorScheme" | "forcedColors" | "viewport">;

export interface OpenOptions extends Look {
  readonly gpu?: Gpu;
  /** What an earlier visit left in localStorage. Set from inside the page it would race with the page's own writes. */
  readonly kept?: Readonly<Record<string, string>>;
  /**
   * "held": the runtime is asked for and never comes. The page stays as it is before its models are there, and the models
   * cost the test nothing.
   */
  readonly models?: "loaded" | "held";
  /** "reduce" shows a recording's end at once. Otherwise it plays, which takes most of a processor's time. */
  readonly motion?: "reduce" | "no-preference";
  /** Whether the service worker keeps the files, about 40 MB for each page. */
  readonly keepsOffline?: boolean;
}

/** Most tests are about the bundled models. One about the chat model names that world in its address. */
export const IN_THE_LABORATORY = { "tiller.world": "laboratory" };

type Gpu = NonNullable<ChromiumOptions["gpu"]>;

/** One browser of each kind for all the files that a worker of vitest runs: these files share their modules. */
const browsers = new Map<Gpu, Promise<Browser>>();

export function browserWith(gpu: Gpu): Promise<Browser> {
  // Tabs of one visitor share a process, and with it what is compiled there (beside-runtime.ts).
  const running = browsers.get(gpu) ?? launchChromium({ gpu, flags: ["--process-per-site"] });
  browsers.set(gpu, running);
  return running;
}

/** Opens `url` for a visitor who was never here, watching from the first byte. */
export async function openPage(url: string, options: OpenOptions = {}): Promise<OpenPage> {
  const { kept: more = {}, gpu = "software", models = "loaded", motion = "reduce", keepsOffline = false } = options;
  const { colorScheme, forcedColors, viewport } = options;
  const localStorage = Object.entries({ ...IN_THE_LABORATORY, ...more }).map(([name, value]) => ({ name, value }));
  const { origin } = new URL(url);
  // An empty page, or one from the disk, has no storage of its own.
  const origins = origin === "null" ? [] : [{ origin, localStorage }];
  const browser = await browserWith(gpu);
  const context = await browser.newContext({
    storageState: { cookies: [], origins },
    reducedMotion: motion,
    ...(colorScheme !== undefined && { colorScheme }),
    ...(forcedColors !== undefined && { forcedColors }),
    ...(viewport !== undefined && { viewport }),
  });
  await prepare(context, keepsOffline);
  if (models === "held") await context.route("**/ort/**", hold);
  const { troubles } = watch(context, url);
  const page = await context.newPage();
  await page.goto(url);
  return { page, context, troubles, close: () => context.close() };
}

/** Leaves a page without an answer; a service worker gets its own. */
export async function hold(route: Route): Promise<void> {
  if (route.request().serviceWorker() !== null) await route.continue();
}

/** What holds for every page of a context, before its first one. */
export async function prepare(context: BrowserContext, keepsOffline: boolean): Promise<void> {
  // A busy machine is slow, not broken; the test's own time is the limit that counts.
  context.setDefaultTimeout(120_000);
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // oxlint-disable-next-line no-console -- the way from the page to this side
      console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
    });
  });
  if (keepsOffline) return;
  await context.addInitScript(() => {
    if (!("serviceWorker" in navigator)) return;
    Object.defineProperty(navigator.serviceWorker, "register", { value: () => new Promise(() => undefined) });
  });
}

/** Collects what a healthy page of `url` never does, until `stop`. */
export function watch(
  context: BrowserContext,
  url: string,
): { readonly troubles: readonly string[]; readonly stop: () => void } {
  const troubles: string[] = [];
  const { origin } = new URL(url);
  const onRequest = (request: Request): void => {
    const target = request.url();
    if (!target.startsWith(`${origin}/`) && !/^(data|blob):/.test(target)) troubles.push(`other origin: ${target}`);
  };
  const onError = (event: WebError): void => void troubles.push(`uncaught: ${event.error().message}`);
  const onConsole = (message: ConsoleMessage): void => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  };
  context.on("request", onRequest).on("weberror", onError).on("console", onConsole);
  const stop = (): void => void context.off("request", onRequest).off("weberror", onError).off("console", onConsole);
  return { troubles, stop };
}
