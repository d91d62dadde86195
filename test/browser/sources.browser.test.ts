/** Rewards without training on the screen with the bundled models, by the keyboard alone. */
import type { Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const untilFinished = (page: Page): Promise<void> =>
  page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 120_000 });

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  await page
    .getByRole("textbox", { name: `${label}, number` })
    .first()
    .fill(String(value));
  await page.keyboard.press("Tab");
}

/** Adds a source of a kind by its first letters, as a keyboard does it. */
async function addSource(page: Page, letters: string): Promise<void> {
  await page.getByLabel("Kind of source").focus();
  await page.keyboard.type(letters);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
}

test("a contrast and a rule are added by keyboard; the contrast pushes tokens, both stand on the board", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`);
  const { page } = opened;
  page.setDefaultTimeout(20_000);
  await page.locator(".lane [data-position]").first().waitFor({ state: "attached" });
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  if (await stop.isEnabled()) await stop.click();
  await setNumber(page, "Length", 24);
  await setNumber(page, "Samples N", 3);

  await addSource(page, "Contrastive");
  // The new source has the focus on its card, which is open: the next stops are its fields.
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Cheer");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("They laughed and laughed.");
  expect(await page.getByRole("textbox", { name: "Better" }).inputValue()).toBe("They laughed and laughed.");
  expect(await page.getByText("r(v) = log π(v | better) − log π(v | worse)").isVisible()).toBe(true);
  await page.getByRole("slider", { name: "Cheer", exact: true }).press("End");
  await addSource(page, "Rule");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await untilFinished(page);
  const genarm = page.locator(".lane").nth(1);
  expect(await genarm.locator('[data-level]:not([data-level="0"])').count()).toBeGreaterThan(0);
  await genarm.locator('[data-position="3"]').click();
  // By its role: the word "cheery" may stand among the candidates.
  await page.locator(".inspector").getByRole("columnheader", { name: "cheer", exact: true }).waitFor();
  await page
    .locator('.sentence [data-fact="pushes"]')
    .filter({ hasText: /Cheer [+−]/ })
    .waitFor();
  await page.locator(".inspector dt").filter({ hasText: "by Cheer" }).waitFor();
  const board = page.locator(".board");
  expect(await board.getByRole("heading", { name: /^Cheer/ }).count()).toBe(1);
  expect(await board.getByRole("heading", { name: /^Rule/ }).count()).toBe(1);
  expect(await violations(page)).toEqual([]);

  // After the run its slider re-weighs like an objective's.
  await page.getByRole("slider", { name: "Cheer", exact: true }).press("ArrowLeft");
  await page.getByRole("region", { name: "Re-weighted, not decoded" }).getByText("The numbers are exact").waitFor();

  // The bundled models follow no instructions: as judges they cannot be read, and the panel counts that.
  await page.locator(".comparison summary").press("Enter");
  expect(await page.locator(".comparison .warning").innerText()).toContain("too few to judge");
  await page.getByRole("button", { name: "Compare in both orders" }).press("Enter");
  await page.getByText("1 comparison by this model and rubric").waitFor();
  const readings = await page.locator(".comparison dl").last().locator("dd").allInnerTexts();
  expect(readings.map(Number).reduce((sum, each) => sum + each, 0)).toBe(1);
  expect(await violations(page)).toEqual([]);

  // An unfinished text is told where it stands, and keeps the run from starting with a sentence.
  await page.getByRole("textbox", { name: "Worse" }).fill("");
  await page.getByText('worse of "Cheer" must be a text that is not empty').waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page.getByRole("alert").filter({ hasText: 'worse of "Cheer"' }).waitFor();
}, 90_000);

test("on a phone in the dark a run with many sources is no wider than the window, and axe finds nothing", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, {
    colorScheme: "dark",
    viewport: { width: 390, height: 900 },
  });
  const { page } = opened;
  page.setDefaultTimeout(40_000);
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  await setNumber(page, "Length", 8);
  await setNumber(page, "Samples N", 2);
  for (const type of ["contrastive", "sibling-ratio", "follow-up", "average-logprob", "rule"]) {
    await page.getByLabel("Kind of source").selectOption(type);
    await page.getByRole("button", { name: "Add this source" }).click();
  }
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Close settings" }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await untilFinished(page);
  await page.locator(".comparison summary").click();
  expect(await violations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
}, 90_000);
