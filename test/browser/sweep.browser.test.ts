/** The sweep as a visitor uses it, by keyboard alone, on WebAssembly with the bundled models. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterAll, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let shared: OpenPage | undefined;

afterAll(() => shared?.close());

async function openSweep(): Promise<OpenPage> {
  const opened = await openTab(`${inject("pageUrl")}?backend=wasm#sweep`);
  await opened.page.getByRole("heading", { name: "Sweep", level: 2 }).waitFor();
  return opened;
}

const status = (page: Page): Locator => page.getByRole("status").filter({ hasText: "Sweep" });
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });

async function press(target: Locator, key: string): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

/** GenARM at five strengths, three prompts, four seeds: 60 short runs. */
async function ask60(page: Page): Promise<void> {
  await press(page.getByRole("radio", { name: "weights" }), "ArrowRight");
  await page.getByRole("textbox", { name: "Strengths 1/β" }).fill("0.5, 1, 1.5, 2, 3");
  for (const name of ["Plain", "VAS", "Best of N"]) {
    await press(page.getByRole("checkbox", { name, exact: true }), "Space");
  }
  await page.getByRole("textbox", { name: "Your own, one a line" }).fill("A goose went to the market.");
  await setNumber(page, "Seeds", 4);
  await setNumber(page, "Length", 8);
  await page.getByText("60 runs.", { exact: true }).waitFor();
}

/** Ids and spoken numbers of the marks, and the ids of the table's rows. */
function drawn(page: Page): Promise<{ readonly marks: string[]; readonly labels: string[]; readonly rows: string[] }> {
  return page.evaluate(() => {
    const marks = [...document.querySelectorAll("[data-target]")];
    return {
      marks: marks.map((mark) => mark.getAttribute("data-target") ?? ""),
      labels: marks.map((mark) => mark.getAttribute("aria-label") ?? ""),
      rows: [...document.querySelectorAll("tr[data-row]")].map((row) => row.getAttribute("data-row") ?? ""),
    };
  });
}

async function showEveryRun(page: Page): Promise<void> {
  await press(page.getByRole("radio", { name: "mean of a setting" }), "ArrowRight");
}

const untilAllRan = (page: Page): Promise<void> =>
  status(page).filter({ hasText: "finished: 60 runs" }).waitFor({ timeout: 90_000 });

/** One page for the tests that look at 60 finished runs. The first of them makes the runs, also when it runs alone. */
async function finishedSweep(): Promise<OpenPage> {
  if (shared !== undefined) return shared;
  shared = await openSweep();
  const { page } = shared;
  await ask60(page);
  await press(button(page, "Start a new sweep"), "Enter");
  await untilAllRan(page);
  await showEveryRun(page);
  return shared;
}

test("60 runs are paused and cancelled, and what they wrote is drawn the same after a reload", async () => {
  shared = await openSweep();
  const { page } = shared;
  await ask60(page);
  await press(button(page, "Start a new sweep"), "Enter");
  // The page itself looks for the tenth run, at every frame: on a fast machine all 60 are over in a second.
  await page.waitForFunction(() => {
    const done = /under way: (\d+) of 60/.exec(document.querySelector("main")?.textContent ?? "")?.[1];
    return Number(done) >= 10;
  });
  await press(button(page, "Pause"), "Enter");
  await status(page).filter({ hasText: "paused" }).waitFor();
  await press(button(page, "Continue"), "Enter");
  await press(button(page, "Cancel"), "Enter");
  await status(page).filter({ hasText: "stopped" }).waitFor();
  const kept = Number(/(\d+) of 60/.exec(await status(page).innerText())?.[1]);
  expect(kept).toBeGreaterThanOrEqual(10);
  expect(kept).toBeLessThan(60);
  await showEveryRun(page);
  await expect.poll(async () => (await drawn(page)).labels.length).toBe(kept);
  const before = await drawn(page);

  await page.reload();
  await status(page)
    .filter({ hasText: `stopped: ${kept} of 60` })
    .waitFor();
  await showEveryRun(page);
  await expect.poll(() => drawn(page)).toEqual(before);

  // The sweep goes on to its end.
  await press(button(page, "Resume the sweep"), "Enter");
  await untilAllRan(page);
  // A run whose text ends at once has no truth, hence no dot, and the map says so.
  const unplaced = page.getByText(/^\d+ runs? without a dot/);
  const missing = (await unplaced.count()) === 0 ? 0 : Number.parseInt(await unplaced.innerText(), 10);
  expect(missing).toBeLessThan(6);
  await expect.poll(async () => (await drawn(page)).labels.length).toBe(60 - missing);
  const after = await drawn(page);
  // A mark joins the front as others come: its place does not move.
  const places = ({ marks, labels }: typeof after): Map<string, string> =>
    new Map(marks.map((id, i) => [id, (labels[i] ?? "").replace(", on the front", "")]));
  for (const [id, label] of places(before)) expect(places(after).get(id)).toBe(label);
  expect(after.marks.toSorted()).toEqual(after.rows.toSorted());
}, 150_000);

test("a mark opens its texts, the pad of weights obeys the arrows, and a chart is saved as SVG", async () => {
  const { page } = await finishedSweep();
  const chart = page.getByRole("listbox");
  await chart.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await page.getByLabel("Texts of the chosen mark").getByText("A goose went to the market.").waitFor();
  const pad = page.getByRole("slider", { name: /^Weights of/ });
  await press(pad, "Shift+ArrowRight");
  expect(await pad.getAttribute("aria-valuetext")).toMatch(/^\S+ \+1\.5, \S+ \+1\.0$/);
  const downloading = page.waitForEvent("download");
  await press(button(page, "Save as SVG"), "Enter");
  const svg = readFileSync(await (await downloading).path(), "utf8");
  expect(svg).toMatch(/^<svg[^>]*xmlns/);
  expect(svg).not.toMatch(/var\(|currentColor|<style/);
}, 120_000);

test("axe finds nothing in the map and its table, nor in the view of over-optimisation in the dark", async () => {
  const { page } = await finishedSweep();
  await page.getByText("The numbers as a table").click();
  expect(await violations(page)).toEqual([]);
  await press(page.getByRole("radio", { name: "Trade-off map" }), "ArrowRight");
  await page.getByRole("heading", { name: "Over-optimisation" }).waitFor();
  await page.getByText("The judge of these runs has one member").waitFor();
  expect(await page.getByRole("checkbox", { name: "worst case" }).isDisabled()).toBe(true);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
  await press(page.getByRole("radio", { name: "Over-optimisation" }), "ArrowRight");
  await page.getByRole("heading", { name: "Reward against KL" }).waitFor();
}, 120_000);

test("on a phone no view of a finished sweep is wider than the window, and axe finds nothing", async () => {
  const { page, troubles } = await finishedSweep();
  await page.setViewportSize({ width: 390, height: 844 });
  const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
  for (const name of ["Trade-off map", "Over-optimisation", "Reward against KL"]) {
    await page.getByRole("radio", { name }).check({ force: true });
    await page.getByRole("heading", { name }).waitFor();
    expect(await width(), name).toBeLessThanOrEqual(390);
  }
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);

test("a text of a sweep opens in the playground and is written again word for word", async () => {
  const opened = await openSweep();
  const { page, troubles } = opened;
  await press(page.getByRole("radio", { name: "weights" }), "ArrowRight");
  await page.getByRole("textbox", { name: "Strengths 1/β" }).fill("2");
  for (const name of ["Plain", "VAS"]) await press(page.getByRole("checkbox", { name, exact: true }), "Space");
  await setNumber(page, "Seeds", 1);
  await setNumber(page, "Length", 12);
  await setNumber(page, "Samples N", 4);
  await press(button(page, "Start a new sweep"), "Enter");
  await status(page).filter({ hasText: "finished: 4 runs" }).waitFor({ timeout: 60_000 });
  await page.getByRole("listbox").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  const card = page.getByLabel("Texts of the chosen mark");
  await card.getByRole("heading", { name: /^Best of 4/ }).waitFor();
  const text = (await card.locator("li .said").first().innerText()).trim();
  await press(card.getByRole("button", { name: "Open in the playground" }).first(), "Enter");
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 90_000 });
  expect(new URL(page.url()).hash).toBe("");
  const lane = page.locator(".lane").nth(1).locator("[role=listbox]");
  await expect.poll(async () => (await lane.innerText()).trim()).toBe(text);
  expect(troubles).toEqual([]);
  await opened.close();
}, 120_000);
