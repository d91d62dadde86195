/** Judges of texts by keyboard: the panel that asks one, the recorded lesson, and the bench that probes every reward. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
afterAll(() => opened?.close());

async function laboratory(): Promise<Page> {
  opened ??= await openTab(`${inject("pageUrl")}?backend=wasm`);
  await opened.page.locator('.chip .dot[data-status="ready"]').waitFor({ timeout: 60_000 });
  return opened.page;
}

const panel = (page: Page, title: string): Locator =>
  page
    .locator("details")
    .filter({ has: page.getByRole("heading", { name: title, includeHidden: true }) })
    .first();

async function unfold(page: Page, title: string): Promise<Locator> {
  const own = panel(page, title);
  await own.locator("summary").first().press("Enter");
  return own;
}

test("a model is asked in votes and with a checklist, and the page's own one gives no verdict", async () => {
  const page = await laboratory();
  const judge = await unfold(page, "Ask a model which of two lanes is better");
  await judge.getByLabel("Votes").selectOption("2");
  await judge.getByLabel("Checklist").fill("Is there a hedgehog?");
  await judge.getByRole("button", { name: "Compare in both orders" }).press("Enter");
  await judge.getByText("No verdict: in one order").waitFor({ timeout: 30_000 });
  await judge.getByText("1 comparison by this model and rubric").waitFor();
  // What could not be read has no reason to ask for.
  expect(await judge.getByRole("button", { name: "Why?" }).count()).toBe(0);
  expect(await judge.getByText("which is too few to judge").count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  await judge.locator("summary").first().press("Enter");
}, 90_000);

test("the recorded judge tells how often it is right, and each of its pairs can be read", async () => {
  const page = await laboratory();
  const lesson = await unfold(page, "What a small judge said, recorded");
  await lesson.getByText("0 of 100", { exact: true }).waitFor();
  const chart = lesson.getByRole("listbox", { name: "Position bias of each recorded pair: marks" });
  expect(await chart.getByRole("option").count()).toBe(100);
  await lesson.getByRole("button", { name: "Next pair" }).press("Enter");
  await lesson.getByText("Pair 2 of 100").waitFor();
  await chart.press("End");
  await chart.press("Enter");
  await expect.poll(() => lesson.getByRole("button", { name: "Previous pair" }).isEnabled()).toBe(true);
  await lesson.getByText("The numbers as a table").press("Enter");
  const numbers = lesson.getByRole("region", { name: "Position bias of each recorded pair, numbers" });
  expect(await numbers.locator("tbody tr").count()).toBe(100);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    lesson.getByRole("button", { name: "Save as SVG" }).press("Enter"),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toContain("<title>Position bias of each recorded pair</title>");
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "light" });
  await lesson.locator("summary").first().press("Enter");
}, 60_000);

test("every reward is probed with pairs of a known answer, and the table is taken home", async () => {
  const page = await laboratory();
  const bench = await unfold(page, "Probe the rewards");
  const most = bench.getByLabel("Pairs of each kind");
  await most.fill("2");
  await most.press("Tab");
  await bench.getByRole("button", { name: "Probe", exact: true }).press("Enter");
  const table = bench.getByRole("region", { name: "Accuracy of every reward, table" });
  await table.waitFor({ timeout: 60_000 });
  await bench.getByRole("button", { name: "Probe", exact: true }).waitFor({ timeout: 90_000 });
  const raters = await table.getByRole("rowheader").allInnerTexts();
  expect(raters).toEqual(
    expect.arrayContaining(["judge of joy", "ARM of adventure", "average log-probability", "scorer brevity"]),
  );
  const kinds = await table.getByRole("columnheader").allInnerTexts();
  for (const kind of [
    "other prompt",
    "padded",
    "in other words",
    "mean over wordings",
    "first or second",
    "one against several",
  ])
    expect(kinds.some((own) => own.startsWith(`${kind}, `))).toBe(true);
  const brevity = table.getByRole("row").filter({ hasText: "scorer brevity" });
  // The shorter text is preferred: every padded one loses, and every cut one wins.
  const cells = await brevity.getByRole("cell").allInnerTexts();
  const at = (kind: string): string => cells[kinds.findIndex((own) => own.startsWith(`${kind}, `)) - 1] ?? "";
  expect([at("padded").split(" ")[0], at("cut").split(" ")[0]]).toEqual(["100", "0"]);
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    bench.getByRole("button", { name: "Save as CSV" }).press("Enter"),
  ]);
  expect(readFileSync(await file.path(), "utf8")).toContain("scorer brevity,padded,1,");
  expect(await violations(page)).toEqual([]);
  // A second probe is ended by its button, which has the focus place afterwards.
  await most.fill("10");
  await most.press("Tab");
  await bench.getByRole("button", { name: "Probe", exact: true }).press("Enter");
  await table.waitFor({ timeout: 60_000 });
  await bench.getByRole("button", { name: "Cancel" }).press("Enter");
  await bench.getByRole("button", { name: "Probe", exact: true }).waitFor({ timeout: 30_000 });
  await bench.getByText("The table is not whole").waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  // The bar at the foot of a phone's screen covers what lies under it.
  await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  expect(await violations(page)).toEqual([]);
  expect(opened!.troubles).toEqual([]);
}, 180_000);
