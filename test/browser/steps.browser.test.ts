/** Decoding in steps on the screen with the bundled models, by the keyboard alone. */
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

/** Opens the menu of a lane and gives it another strategy by the first letters of its name; the menu stays open. */
async function chooseStrategy(page: Page, lane: string, letters: string): Promise<void> {
  await page.getByRole("button", { name: `Settings of ${lane}` }).press("Enter");
  await page.getByRole("combobox", { name: "Strategy" }).focus();
  await page.keyboard.type(letters);
}

test("a blockwise lane and an ARGS lane run by keyboard; the blocks are read in the inspector and in their table", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`);
  const { page } = opened;
  page.setDefaultTimeout(20_000);
  await page.locator(".lane [data-position]").first().waitFor({ state: "attached" });
  const stop = page.getByRole("button", { name: "Stop", exact: true });
  if (await stop.isEnabled()) await stop.press("Enter");
  await setNumber(page, "Length", 24);
  await setNumber(page, "Samples N", 4);

  await chooseStrategy(page, "GenARM", "Blockwise");
  await page.getByRole("combobox", { name: "Block", exact: true }).focus();
  await page.keyboard.type("8 tokens");
  await page.getByRole("slider", { name: "Continuations K" }).press("ArrowLeft");
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");
  await chooseStrategy(page, "VAS", "Prefix");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Settings of Best of 4" }).press("Enter");
  await page.getByRole("checkbox", { name: "Drop texts early" }).press("Space");
  await page.getByRole("checkbox", { name: "Measure what was lost" }).press("Space");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: "Run", exact: true }).press("Enter");
  await untilFinished(page);
  const blocks = page.locator(".lane").nth(1);
  expect(await blocks.locator("h3").first().textContent()).toBe("Blocks, best of 3");
  expect(await blocks.locator(".block").count()).toBe(2);
  expect(await page.locator(".lane").nth(2).locator("h3").first().textContent()).toBe("ARGS");

  // The block of a token, by the arrows.
  await blocks.locator('[data-position="8"]').focus();
  await page.keyboard.press("ArrowRight");
  const table = page.locator(".inspector table").first();
  await table.getByRole("row").nth(3).waitFor();
  expect(await table.locator("caption").textContent()).toMatch(/^Block 2, from token 9/);
  expect(await table.locator("tr.chosen").count()).toBe(1);
  expect(await violations(page)).toEqual([]);

  await blocks.getByRole("button", { name: "All 3 blocks" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Blocks, best of 3: all blocks" });
  expect(await dialog.getByRole("table").count()).toBe(3);
  const said = (await dialog.locator("tr.chosen td.said").allTextContents()).join(" ");
  const text = await blocks.getByRole("listbox").textContent();
  const letters = (words: string | null): string => (words ?? "").replaceAll(/[^a-z]/gi, "");
  expect(letters(said)).toBe(letters(text));
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  // What dropping texts early saved and lost.
  await page.locator(".lane").nth(3).getByRole("button", { name: "All 4 samples" }).press("Enter");
  await page.getByText("Rank correlation of half and end").waitFor();
  expect(await page.getByRole("dialog").getByRole("row").filter({ hasText: "dropped" }).count()).toBe(2);
  expect(await violations(page)).toEqual([]);
  if (process.env["TILLER_SHOTS"] !== undefined)
    await page.screenshot({ path: `${process.env["TILLER_SHOTS"]}/reject.png` });
  await page.keyboard.press("Escape");
  if (process.env["TILLER_SHOTS"] !== undefined)
    await page.screenshot({ path: `${process.env["TILLER_SHOTS"]}/steps.png`, fullPage: true });
});
