import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium, type ChromiumOptions } from "../../scripts/chromium.ts";

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything a healthy page never does: console errors, uncaught errors, policy violations, other origins. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

interface OpenOptions extends ChromiumOptions {
  /** What an earlier visit left in localStorage. Set from inside the page it would race with the page's own writes. */
  readonly kept?: Readonly<Record<string, string>>;
}

type Gpu = NonNullable<ChromiumOptions["gpu"]>;

/** One browser of each kind for all the files that a worker of vitest runs: these files share their modules. */
const browsers = new Map<Gpu, Promise<Browser>>();

function browserWith(gpu: Gpu): Promise<Browser> {
  const running = browsers.get(gpu) ?? launchChromium({ gpu });
  browsers.set(gpu, running);
  return running;
}

/** Opens `url` for a visitor who was never here, watching from the first byte. */
export async function openPage(url: string, { kept = {}, gpu = "software" }: OpenOptions = {}): Promise<OpenPage> {
  const browser = await browserWith(gpu);
  const localStorage = Object.entries(kept).map(([name, value]) => ({ name, value }));
  const origins = localStorage.length === 0 ? [] : [{ origin: new URL(url).origin, localStorage }];
  const context = await browser.newContext({ storageState: { cookies: [], origins } });
  // A busy machine is slow, not broken; the test's own time is the limit that counts.
  context.setDefaultTimeout(120_000);
  const troubles: string[] = [];
  const { origin } = new URL(url);
  context.on("request", (request) => {
    const target = request.url();
    if (!target.startsWith(`${origin}/`) && !/^(data|blob):/.test(target)) troubles.push(`other origin: ${target}`);
  });
  context.on("weberror", (event) => troubles.push(`uncaught: ${event.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      // oxlint-disable-next-line no-console -- the way from the page to this side
      console.error(`policy: ${event.violatedDirective} refused ${event.blockedURI} ${event.sample}`);
    });
  });
  const page = await context.newPage();
  await page.goto(url);
  return { page, context, troubles, close: () => context.close() };
}
