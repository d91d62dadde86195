import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchChromium, type ChromiumOptions } from "../../scripts/chromium.ts";

export interface OpenPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Everything a healthy page never does: console errors, uncaught errors, policy violations, other origins. */
  readonly troubles: readonly string[];
  close(): Promise<void>;
}

/** Opens `url` in a browser of its own, watching it from the first byte. */
export async function openPage(url: string, options: ChromiumOptions = {}): Promise<OpenPage> {
  const browser: Browser = await launchChromium(options);
  const context = await browser.newContext();
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
  return { page, context, troubles, close: () => browser.close() };
}
