/** From the lanes of the playground to their win matrix and its files, by keyboard alone, on the bundled models. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterAll(() => opened?.close());

const button = (page: Page, name: string | RegExp): Locator =>
  page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name });
const matrix = (page: Page): Locator => page.getByRole("region", { name: "Win matrix, table" });

async function press(target: Locator, key: string): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

async function downloaded(page: Page, name: string): Promise<string> {
  const downloading = page.waitForEvent("download");
  await press(button(page, name), "Enter");
  return readFileSync(await (await downloading).path(), "utf8");
}

test("one press asks for the lanes over ten prompts and five seeds, and a second one makes their matrix", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm#sweep`);
  const { page } = opened;
  const repeat = button(page, "Repeat the lanes over 10 prompts and 5 seeds").first();
  await repeat.waitFor();
  expect(await violations(page)).toEqual([]);
  await press(repeat, "Enter");
  await page.getByText("200 runs.", { exact: true }).waitFor();
  for (const name of ["Plain", "GenARM", "VAS", "Best of 8"]) {
    await page.getByRole("listitem").filter({ hasText: name }).first().waitFor();
  }
  // Fewer and shorter texts make the same matrix sooner.
  await setNumber(page, "Seeds", 2);
  await setNumber(page, "Length", 12);
  await page.getByText("80 runs.", { exact: true }).waitFor();
  await press(button(page, "Start a new sweep"), "Enter");
  await page.getByRole("status").filter({ hasText: "finished: 80 runs" }).waitFor({ timeout: 90_000 });
  expect(await page.getByRole("radio", { name: "Win matrix" }).isChecked()).toBe(true);
  expect(await matrix(page).getByRole("columnheader").count()).toBe(8);
  expect(await matrix(page).getByRole("rowheader").allInnerTexts()).toEqual(["Plain", "GenARM", "VAS", "Best of 8"]);
  expect(await violations(page)).toEqual([]);
}, 150_000);

test("a cell says its counts, leads to its texts, and obeys K and the measure", async () => {
  const { page } = opened!;
  const cell = button(page, /^GenARM against Plain: /);
  const said = (): Promise<string> => cell.evaluate((own) => own.textContent);
  const words = await said();
  const [, wins, ties, losses] = /95 % interval \d+ to \d+ \w+ (\d+) wins, (\d+) ties, (\d+) losses$/.exec(words) ?? [];
  const count = Number(wins) + Number(ties) + Number(losses);
  expect(count).toBeGreaterThan(10);
  const mirrored = button(page, /^Plain against GenARM: /);
  expect(await mirrored.evaluate((own) => own.textContent)).toContain(`${losses} wins, ${ties} ties, ${wins} losses`);
  await press(cell, "Enter");
  const pairs = page.getByRole("region", { name: "Texts of the chosen cell" });
  await pairs.getByRole("heading", { name: "GenARM against Plain" }).waitFor();
  await press(button(page, `Show all ${count} pairs`), "Enter");
  await expect.poll(() => pairs.getByRole("listitem").count()).toBe(count);
  // K = 0 and a wide margin make ties of all slight wins that are longer at all.
  const longer = page.getByRole("textbox", { name: "A slight win is a tie if it is longer by" });
  await longer.fill("0");
  await page.getByRole("textbox", { name: "A win is slight below" }).fill("9");
  await page.keyboard.press("Tab");
  await expect.poll(async () => Number(/(\d+) ties/.exec(await said())?.[1])).toBeGreaterThan(Number(ties));
  await page.getByLabel("Measured by").selectOption({ label: "Adventure, judge" });
  await page.getByText("This score chose or pushed the texts of some lanes").waitFor();
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
}, 60_000);

test("the sweep is taken home as CSV and as JSONL with pairs, and fits a phone", async () => {
  const { page, troubles } = opened!;
  expect((await downloaded(page, "Save the matrix as CSV")).trim().split("\r\n")).toHaveLength(13);
  expect(await downloaded(page, "Save every text as CSV")).toContain("prompts,seeds");
  const lines = (await downloaded(page, "Save every text as JSONL")).trim().split("\n");
  expect(lines).toHaveLength(20);
  const pairs = lines.map(
    (line) => JSON.parse(line) as { readonly chosen: string | null; readonly rejected: string | null },
  );
  expect(pairs.filter(({ chosen }) => chosen !== null).length).toBeGreaterThan(10);
  for (const { chosen, rejected } of pairs) if (chosen !== null) expect(chosen).not.toBe(rejected);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);
