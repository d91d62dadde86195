/** Re-weighting on the screen with the bundled models, driven by the keyboard. */
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const bar = (page: Page): Locator => page.getByRole("region", { name: "Re-weighted, not decoded" });
const textOf = async (page: Page, lane: number): Promise<string> =>
  (await page.locator(".lane").nth(lane).locator("[data-position]").allInnerTexts()).join("|");

/** Presses a key on a slider so often. */
async function press(page: Page, slider: string, key: string, times: number): Promise<void> {
  await page.getByRole("slider", { name: slider, exact: true }).first().focus();
  for (let i = 0; i < times; i++) await page.keyboard.press(key);
}

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

const untilFinished = (page: Page): Promise<void> =>
  page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 120_000 });

async function openAndRun(length: number): Promise<Page> {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`);
  const { page } = opened;
  await page.locator(".lane [data-position]").first().waitFor({ state: "attached" });
  if (await button(page, "Stop").isEnabled()) await button(page, "Stop").click();
  await setNumber(page, "Length", length);
  await setNumber(page, "Samples N", 3);
  await button(page, "Run").click();
  await untilFinished(page);
  return page;
}

test("a slider moved after a run weighs every step anew; the text stays, the way on and the way back work", async () => {
  const page = await openAndRun(40);
  const before = [await textOf(page, 0), await textOf(page, 1), await textOf(page, 2)];
  const klBefore = await page.locator(".lane").nth(1).locator(".facts dd").first().innerText();
  expect(await bar(page).count()).toBe(0);

  await press(page, "1/β", "Home", 1);
  await bar(page).waitFor();
  await bar(page).getByText("The numbers are exact").waitFor();
  const kl = page.locator(".lane").nth(1).locator(".facts dd").first();
  await expect.poll(() => kl.innerText()).toBe("0.0");
  expect(klBefore).not.toBe("0.0");
  await bar(page).getByText("nothing to re-weight").waitFor();
  // Strength 0 is the plain lane: GenARM parts from its own text exactly where plain did.
  const [plain, steered] = [before[0]!.split("|"), before[1]!.split("|")];
  const parting = steered.findIndex((word, i) => word !== plain[i]);
  await bar(page)
    .getByText(`The text would change at token ${parting + 1}:`)
    .first()
    .waitFor();
  expect(await page.locator(".lane").nth(1).locator(".token.changed").getAttribute("data-position")).toBe(`${parting}`);
  expect(await violations(page)).toEqual([]);

  // Back by keyboard: the numbers of the run return.
  await button(page, "Back to what ran").focus();
  await page.keyboard.press("Enter");
  await bar(page).waitFor({ state: "detached" });
  expect(await kl.innerText()).toBe(klBefore);

  // On by keyboard: at strength 0 the rest is what plain sampling said.
  await press(page, "1/β", "Home", 1);
  const on = bar(page).getByRole("button", { name: "Continue from here in GenARM" });
  await on.waitFor();
  await on.focus();
  await page.keyboard.press("Enter");
  await page.locator(".lane").nth(4).waitFor();
  await untilFinished(page);
  expect(await textOf(page, 1)).toBe(before[1]);
  expect(await textOf(page, 2)).toBe(before[0]);
  expect(await bar(page).count()).toBe(0);
  expect(opened?.troubles).toEqual([]);
}, 60_000);

test("an objective that was off is read off the text, and a best-of-N lane chooses anew", async () => {
  const page = await openAndRun(24);
  await press(page, "Detail", "ArrowRight", 5);
  await bar(page).getByText("scored afterwards: Detail").waitFor();
  await bar(page)
    .getByText(/The choice would (still be sample \d|be sample \d instead of sample \d)/)
    .waitFor();
  await page.locator(".lane").nth(1).locator("[data-position='3']").click();
  const inspector = page.getByRole("region", { name: "Chosen token" });
  await inspector.getByText("Re-weighted:").waitFor();
  await inspector.getByRole("columnheader", { name: "detail" }).waitFor();
  expect(opened?.troubles).toEqual([]);
}, 60_000);

test("the inspector of a best-of-N token tells the judge's reward of every sample so far, and time by model", async () => {
  const page = await openAndRun(24);
  await page.locator(".lane").nth(3).locator("[data-position='5']").click();
  const inspector = page.getByRole("region", { name: "Chosen token" });
  const rows = inspector.getByRole("table", { name: /Judge so far/ }).getByRole("row");
  await expect.poll(() => rows.count()).toBe(4);
  await inspector.getByText("time of all lanes: policy").waitFor();
  await inspector.getByText("arm-adventure").waitFor();
  expect(await violations(page)).toEqual([]);
}, 60_000);

test("a recording is weighed from what it kept, and says so", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  const { page } = opened;
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await press(page, "1/β", "ArrowLeft", 3);
  await bar(page)
    .getByText(/saved candidates/)
    .waitFor();
  expect(await violations(page)).toEqual([]);
}, 60_000);
