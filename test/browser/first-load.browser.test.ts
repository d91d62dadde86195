/** The first load: what it fetches, that nothing on it moves, and that a visitor who is quick loses nothing. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { layoutShift } from "../../scripts/bench/first-load.ts";
import { openTab } from "./beside-runtime.ts";
import { hold, openPage, type OpenPage } from "./chromium.ts";

/** More than this is felt as a page that moves. */
const MOST_SHIFT = 0.05;
/** Code that nobody has asked for yet. */
const ON_DEMAND = /(Sweep|Lens|Class|HandIn|Lesson)View|Dialog|Drawer|plots|take-home|worker|\/de-|\/link-|announce/;
const REST = /\/assets\/rest-[^/]*\.js$/;

describe.each([
  { size: "a desktop", viewport: { width: 1280, height: 800 } },
  { size: "a phone", viewport: { width: 390, height: 844 } },
])("the first visit on $size", ({ viewport }) => {
  test("fetches what it shows and no more, uses every preload, and does not move while a recording plays", async () => {
    const world = { kept: { "tiller.world": "" }, gpu: "none" } as const;
    const opened = await openPage(inject("pageUrl"), {
      ...world,
      motion: "no-preference",
      viewport,
    });
    const { page, troubles } = opened;
    await page.locator(".token").nth(12).waitFor();
    await page.locator("section[data-part=inspector]").waitFor({ state: "attached" });
    expect(await layoutShift(page)).toBeLessThanOrEqual(MOST_SHIFT);
    const fetched = await fetchedBy(page);
    expect(fetched.filter((url) => ON_DEMAND.test(url))).toEqual([]);
    expect(new Set(fetched).size).toBe(fetched.length);
    expect(await unusedPreloads(page)).toEqual([]);
    expect(troubles).toEqual([]);
    await opened.close();
  }, 60_000);
});

describe("a visitor who is quicker than the rest of the page", () => {
  let opened: OpenPage;
  beforeAll(async () => {
    opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  }, 60_000);
  afterAll(() => opened.close());

  test("types and presses Run; both stand when the rest comes", async () => {
    const { page, troubles } = opened;
    let release: () => void = () => undefined;
    const comes = new Promise<void>((resolve) => (release = resolve));
    await page.route(REST, async (route) => {
      await comes;
      await route.continue();
    });
    await page.reload();
    const prompt = page.getByLabel("Prompt", { exact: true });
    await prompt.fill("A quick fox");
    await page.keyboard.press("Tab");
    await page.getByRole("button", { name: /^Run/ }).first().click();
    const waiting = page.getByRole("button", { name: /^Loading/ }).first();
    await waiting.waitFor();
    expect(await page.getByRole("slider").count()).toBe(0);
    release();
    await page.getByRole("slider").first().waitFor();
    expect(await prompt.inputValue()).toBe("A quick fox");
    expect(await waiting.isDisabled()).toBe(true);
    expect(troubles).toEqual([]);
    await page.unroute(REST);
  }, 60_000);

  test("reads what could not be fetched, and loads the page again by a press", async () => {
    const { page } = opened;
    await page.route(REST, (route) => (route.request().serviceWorker() === null ? route.abort() : hold(route)));
    await page.reload();
    const alert = page.getByRole("main").getByRole("alert");
    await alert.getByText("This part of the page could not be downloaded.").waitFor();
    expect(await page.getByRole("button", { name: "Step" }).isEnabled()).toBe(true);
    await page.unroute(REST);
    await alert.getByRole("button", { name: "Load the page again" }).click();
    await page.getByRole("slider").first().waitFor();
    expect(await alert.count()).toBe(0);
  }, 60_000);
});

/** Addresses of all files that the page asked for. */
function fetchedBy(page: Page): Promise<string[]> {
  return page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
}

/** Preloads that nothing used: scripts that no module is of, and fonts that no text is set in. */
function unusedPreloads(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    await document.fonts.ready;
    const fonts = document.querySelectorAll<HTMLLinkElement>("link[rel=preload][as=font]").length;
    const loaded = [...document.fonts].filter(({ status }) => status === "loaded").length;
    const others = [...document.querySelectorAll<HTMLLinkElement>("link[rel=preload]:not([as=font])")];
    return [...others.map(({ href }) => href), ...(loaded < fonts ? [`${fonts - loaded} of ${fonts} fonts`] : [])];
  });
}
