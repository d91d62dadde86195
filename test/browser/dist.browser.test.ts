import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, inject, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import type { Page } from "playwright-core";
import { violations } from "./axe.ts";
import { openPage, type OpenOptions, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
let server: RunningServer | undefined;

afterEach(async () => {
  await opened?.close();
  await server?.close();
  opened = undefined;
  server = undefined;
});

/** The plainest host there is: a sub-path, no special headers. */
async function openOnPlainHost(
  models: NonNullable<OpenOptions["models"]>,
  folder = "dist",
  query = "",
): Promise<OpenPage> {
  server = await serve({ folder, basePath: "/workshops/tiller/", headers: false });
  opened = await openPage(server.url + query, { models, keepsOffline: true });
  return opened;
}

/** Resolves when the service worker has kept every file and answers for the page. */
async function waitUntilKept({ page }: OpenPage): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller !== null) return;
    await new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", done, { once: true }));
  });
}

test("npm start serves an isolated page", async () => {
  opened = await openPage(inject("pageUrl"), { models: "held", keepsOffline: true });
  expect(await opened.page.evaluate(() => crossOriginIsolated)).toBe(true);
  await opened.page.locator("h1").first().waitFor();
  const devtools = await opened.context.newCDPSession(opened.page);
  const manifest = await devtools.send("Page.getAppManifest");
  expect([manifest.errors, new URL(manifest.url).pathname]).toEqual([[], "/manifest.json"]);
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
  // A window of a test keeps nothing after it is closed; that alone is in the way.
  expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual(["in-incognito"]);
  expect(opened.troubles).toEqual([]);
}, 60_000);

test("a plain static host under a sub-path shows the page, asks no other origin and breaks no policy", async () => {
  const { page, troubles } = await openOnPlainHost("loaded");
  await page.locator("h1").first().waitFor();
  await page.waitForLoadState("networkidle");
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
  expect(server?.log.filter((line) => !line.startsWith("GET /workshops/tiller/"))).toEqual([]);
  expect(server?.log.filter((line) => !/ (200|304)$/.test(line))).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test("after one visit the page works with the server gone, and is isolated", async () => {
  const visit = await openOnPlainHost("loaded");
  const { page, troubles } = visit;
  const url = page.url();
  await waitUntilKept(visit);
  await server?.close();
  await page.goto(`${url}#from-a-link`);
  await page.reload();
  await page.locator("h1").first().waitFor();
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  const runtime = await page.evaluate(async () => {
    const name = "Suspending" in WebAssembly ? "jspi" : "asyncify";
    const response = await fetch(`./ort/ort-wasm-simd-threaded.${name}.wasm`);
    const module = await WebAssembly.compileStreaming(response);
    return {
      exports: WebAssembly.Module.exports(module).length,
      embedder: response.headers.get("Cross-Origin-Embedder-Policy"),
    };
  });
  expect(runtime.exports).toBeGreaterThan(10);
  expect(runtime.embedder).toBe("require-corp");
  // Who may frame a page: the service worker says it of each.
  const whole = await page.goto(url);
  expect(whole?.headers()["content-security-policy"]).toContain("frame-ancestors 'self'");
  const embed = await page.goto(`${url}embed.html?lang=en#play-adventure`);
  expect(embed?.headers()["content-security-policy"]).not.toContain("frame-ancestors");
  expect(embed?.headers()["cross-origin-resource-policy"]).toBe("cross-origin");
  await page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
  expect(troubles).toEqual([]);
}, 60_000);

test("judges that a visitor chose are kept from then on, and no others", async () => {
  const visit = await openOnPlainHost("loaded");
  const { page } = visit;
  await waitUntilKept(visit);
  const isThere = (path: string): Promise<boolean> =>
    page.evaluate(
      (file) =>
        fetch(file)
          .then(({ ok }) => ok)
          .catch(() => false),
      `./models/fallible/${path}`,
    );
  expect(await isThere("card.json")).toBe(true);
  await page.waitForFunction(async () => {
    const kept = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
    return kept.flat().some(({ url }) => url.includes("models/fallible/card.json"));
  });
  await server?.close();
  expect(await isThere("card.json")).toBe(true);
  expect(await isThere("config.json")).toBe(false);
}, 60_000);

/** Lines of the latest files come a little after the files. */
async function untilQuiet(count: () => number): Promise<void> {
  for (let seen = -1; seen !== count();) {
    seen = count();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/** Publishes the copy of the build in `folder` again with another title, as a later version would be. */
async function publishNewVersion(folder: string): Promise<void> {
  const index = await readFile(join(folder, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), index.replace(/<title>.*<\/title>/, "<title>Newer</title>"));
  const script = await readFile(join(folder, "service-worker.js"), "utf8");
  const renewed = script.replace(/(index\.html`,`)[0-9a-f]{16}/, "$10123456789abcdef");
  expect(renewed).not.toBe(script);
  await writeFile(join(folder, "service-worker.js"), renewed);
}

/** Resolves when a newer version is fetched and waits. */
async function untilWaiting(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update();
  });
  await page.waitForFunction(async () => (await navigator.serviceWorker.ready).waiting !== null);
}

test("a new version is fetched, only what changed, announced after a run, and used on a press in the only tab", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tiller-dist-"));
  try {
    await cp("dist", folder, { recursive: true });
    const visit = await openOnPlainHost("loaded", folder, "?backend=wasm");
    const { page, context } = visit;
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    await waitUntilKept(visit);
    // A run, so that the models are here: from then on only the service worker asks for files. The browser may ask by itself too, at any time from the publication on.
    await button("Run").click();
    await page.getByRole("status").filter({ hasText: "Run in progress" }).waitFor();
    await button("Pause").click();
    await untilQuiet(() => server?.log.length ?? 0);
    const before = server?.log.length ?? 0;
    await publishNewVersion(folder);
    await untilWaiting(page);
    // A browser has the last byte before the server has closed the file and written its line.
    const fetched = (): string[] => [...new Set(server?.log.slice(before).filter((line) => line.endsWith(" 200")))];
    await expect
      .poll(fetched)
      .toEqual(["GET /workshops/tiller/service-worker.js 200", "GET /workshops/tiller/index.html 200"]);
    // Nothing disturbs a run.
    const line = page.getByText("A new version is ready.");
    expect(await line.count()).toBe(0);
    await button("Stop").click();
    await line.waitFor();
    await button("Run").click();
    await page.getByText("The new version waits for its end.").waitFor();
    expect(await button("Use it now").isDisabled()).toBe(true);
    await button("Stop").click();
    const other = await context.newPage();
    await other.goto(page.url());
    await page.bringToFront();
    await button("Use it now").click();
    await page.getByText("Tiller is open in another tab too.").waitFor();
    expect(await violations(page)).toEqual([]);
    await other.close();
    expect(await page.title()).not.toBe("Newer");
    await button("Use it now").click();
    await page.waitForFunction(() => document.title === "Newer");
  } finally {
    await rm(folder, { recursive: true });
  }
}, 120_000);

test("inline script and eval are refused by the policy", async () => {
  opened = await openPage(inject("pageUrl"), { models: "held" });
  const { page, troubles } = opened;
  await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'overrun'";
    document.body.append(script);
  });
  await expect.poll(() => troubles.filter((line) => line.includes("script-src")).length).toBeGreaterThan(0);
  expect(await page.title()).not.toBe("overrun");
}, 60_000);
