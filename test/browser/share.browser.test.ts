/** Taking a run home and bringing it back, as a visitor does, on WebAssembly with the bundled models. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

const opened: OpenPage[] = [];

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

async function shown(opening: Promise<OpenPage>): Promise<OpenPage> {
  const page = await opening;
  opened.push(page);
  await page.page.locator(".lane").first().waitFor();
  return page;
}
const open = (url: string): Promise<OpenPage> => shown(openTab(url));
const openWithoutModels = (url: string): Promise<OpenPage> => shown(openTab(url, { models: "held" }));

const pageUrl = (): string => `${inject("pageUrl")}?backend=wasm`;
const untilFinished = (page: Page): Promise<void> =>
  page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 90_000 });
const texts = (page: Page): Promise<string[]> => page.locator(".lane [role=listbox]").allInnerTexts();

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

async function runShort(page: Page): Promise<void> {
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  if (await stop.isEnabled()) await stop.click();
  await setNumber(page, "Length", 12);
  await setNumber(page, "Samples N", 2);
  await setNumber(page, "Detail", 1.3);
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await untilFinished(page);
}

async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Share and save" }).click();
  await page.getByRole("button", { name: item }).click();
}

test("a link opened elsewhere runs the same request and writes the same tokens", async () => {
  const { page } = await open(pageUrl());
  await runShort(page);
  // Where the clipboard is shut, the link is shown to be copied by hand.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("shut"));
  });
  await menu(page, "Copy a link");
  const link = await page.getByRole("textbox", { name: "Link" }).inputValue();
  const there = await open(link.replace("#", "?backend=wasm#"));
  await there.page.getByText("came with a link").waitFor();
  await untilFinished(there.page);
  expect(await texts(there.page)).toEqual(await texts(page));
  expect(there.troubles).toEqual([]);
  await there.page.getByRole("button", { name: "Back to my settings" }).click();
  expect(await there.page.getByRole("textbox", { name: "Detail, number" }).inputValue()).toBe("0.0");
  expect(new URL(there.page.url()).hash).toBe("");
}, 90_000);

test("a broken link is refused in words and the page works as ever", async () => {
  const { page, troubles } = await openWithoutModels(`${pageUrl()}#1.AAAA`);
  await page.getByRole("alert").getByText("cannot be read").waitFor();
  await page.getByText("recorded", { exact: true }).waitFor();
  expect(troubles).toEqual([]);
}, 60_000);

test("a saved run opens on a page without models and shows the same texts", async () => {
  const { page } = await open(pageUrl());
  await runShort(page);
  const downloading = page.waitForEvent("download");
  await menu(page, "Save as a file");
  const file = await (await downloading).path();
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1, request: { maxTokens: 12 } });
  const there = await openWithoutModels(pageUrl());
  await there.page.getByRole("button", { name: "Share and save" }).click();
  await there.page.locator("input[type=file]").setInputFiles(file);
  await there.page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
  await expect.poll(() => texts(there.page)).toEqual(await texts(page));
  await there.page.getByRole("button", { name: "Share and save" }).click();
  await there.page
    .locator("input[type=file]")
    .setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await there.page.getByRole("alert").getByText("cannot be opened").waitFor();
  expect(await texts(there.page)).toEqual(await texts(page));
}, 60_000);

/** On a narrow screen too, where the table of candidates is wider than its place. */
async function expectInSight(page: Page, way: Locator): Promise<void> {
  const wide = page.viewportSize() ?? { width: 1280, height: 720 };
  await page.setViewportSize({ ...wide, width: 480 });
  const table = page.locator(".inspector .scroll");
  await expect.poll(() => table.evaluate((each) => each.scrollWidth > each.clientWidth)).toBe(true);
  const [own, place] = [await way.boundingBox(), await table.boundingBox()];
  if (own === null || place === null) throw new Error("no table of candidates is shown");
  expect(own.x + own.width).toBeLessThanOrEqual(place.x + place.width + 1);
  await page.setViewportSize(wide);
}

test("a candidate is taken instead by keyboard: a branch says the same up to there, then the other word", async () => {
  const { page, troubles } = await open(pageUrl());
  await runShort(page);
  const before = await texts(page);
  await page.locator(".lane").nth(1).locator("[data-position='5']").focus();
  const row = page
    .locator(".inspector tbody tr")
    .filter({ has: page.getByRole("button") })
    .first();
  await expectInSight(page, row.getByRole("button"));
  await row.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await page.locator(".lane").nth(4).locator("[data-position='5']").waitFor({ state: "attached" });
  await untilFinished(page);
  expect(await page.locator(".lane h3").allInnerTexts()).toContain("GenARM branch");
  const after = await texts(page);
  expect(after.filter((_, lane) => lane !== 2)).toEqual(before);
  const tokens = (lane: number): Promise<string[]> =>
    page.locator(".lane").nth(lane).locator("[data-position]").allInnerTexts();
  const [own, branch] = [await tokens(1), await tokens(2)];
  expect(branch.slice(0, 5)).toEqual(own.slice(0, 5));
  expect(branch[5]).not.toBe(own[5]);
  // The tree of branches, by keyboard alone: walk, show, rewind, fold, remove.
  const item = (name: string) => page.getByRole("treeitem", { name: new RegExp(name) });
  const focused = (): Promise<string> =>
    page.evaluate(() => {
      const place = document.activeElement?.closest(".lane")?.querySelector("h3")?.textContent ?? "";
      return `${place} ${document.activeElement?.getAttribute("data-position") ?? ""}`;
    });
  await item("GenARM “").focus();
  await page.keyboard.press("ArrowRight");
  expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-level"))).toBe("2");
  expect(await item("branch").innerText()).toContain("token 6");
  await page.keyboard.press("Enter");
  await expect.poll(focused).toBe("GenARM branch 5");
  await item("branch").focus();
  await page.keyboard.press("Backspace");
  await expect.poll(focused).toBe("GenARM 5");
  await item("branch").focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => page.getByRole("treeitem").count()).toBe(1);
  expect(await item("GenARM").getAttribute("aria-expanded")).toBe("false");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Delete");
  await expect.poll(() => page.getByRole("tree").count()).toBe(0);
  expect(await page.locator(".lane h3").allInnerTexts()).not.toContain("GenARM branch");
  expect(troubles).toEqual([]);
}, 120_000);
