/** Ways of combining wishes as a visitor meets them in the laboratory, by the keyboard alone. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { defaultSettings, newLane, noWeights } from "../../src/state/settings/settings-data.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const weights = { ...noWeights(), joy: 1, adventure: 1, dialogue: 1 };
const lanes = [newLane("a", "genarm"), newLane("b", "bon")];
const SETTINGS = { ...defaultSettings(), maxTokens: 20, n: 6, weights, lanes };

async function press(target: Locator, key = "Enter"): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

/** By the arrow keys: a list box forgets letters that a busy machine types too slowly. */
async function choose(page: Page, list: string, name: string): Promise<void> {
  const box = page.getByRole("combobox", { name: list, exact: true });
  const chosen = (): Promise<string | undefined> =>
    box.evaluate((each: HTMLSelectElement) => each.selectedOptions[0]?.text);
  await box.press("Home");
  for (let step = 0; step < 10 && (await chosen()) !== name; step++) await box.press("ArrowDown");
  expect(await chosen()).toBe(name);
}

test("goals move a lane’s weights while it writes, and the board says who would win under each way", async () => {
  const kept = { "tiller.settings": JSON.stringify(SETTINGS) };
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { kept });
  const { page, troubles } = opened;
  await page.getByText("9 models").first().waitFor();
  await choose(page, "How the wishes are combined", "At least (goals)");
  const goal = page.getByRole("slider", { name: "Joy at least" });
  await press(goal, "ArrowRight");
  expect(await goal.inputValue()).toBe("0.55");
  await press(page.getByRole("button", { name: "Run", exact: true }));
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  const meter = page.getByRole("meter", { name: "Joy" });
  expect(await meter.getAttribute("aria-valuetext")).toMatch(/^Joy: weight \+?\d\.\d\d, so far [+−]?\d.*goal \+0\.55$/);
  expect(await page.getByText("2 steps.").count()).toBe(1);

  // A way that ranks whole texts: the lane of samples is ranked anew, and the other one says that it sums.
  await choose(page, "How the wishes are combined", "Tournament (majority)");
  await page.getByText("Lanes that write token by token use the weighted sum.").waitFor();
  await page.getByText("Moved sliders cannot re-weigh this text").waitFor();
  await press(page.getByRole("button", { name: "All 6 samples" }));
  const ways = page.getByRole("table", { name: "Who would win under each way" });
  expect(await ways.getByRole("rowheader").allInnerTexts()).toEqual([
    expect.stringMatching(/^Weighted sum/),
    "Worst of the wishes",
    "Harmonic mean",
    expect.stringMatching(/^At least \(goals\)/),
    "Priority with margins",
    "Veto",
    expect.stringMatching(/^Tournament \(majority\)/),
  ]);
  await press(ways.getByText(/^Text of sample/).first());
  expect((await ways.locator("details[open] p").first().innerText()).length).toBeGreaterThan(20);
  await press(page.getByText(/^Tournament: \d+ circles?, \d+ % of all triples$/));
  const graph = page.getByRole("listbox", { name: "Who beats whom: marks" });
  expect(await graph.getByRole("option").count()).toBe(6);
  await graph.press("End");
  await page
    .locator(".spoken")
    .getByText(/^Sample \d: \d won, \d lost$/)
    .waitFor();
  const board = page.locator("details.tournament");
  await board.getByText("The numbers as a table").press("Enter");
  expect(await board.getByRole("table", { name: "Who beats whom" }).getByRole("row").count()).toBe(7);
  const [picture] = await Promise.all([
    page.waitForEvent("download"),
    board.getByRole("button", { name: "Save as SVG" }).press("Enter"),
  ]);
  const svg = readFileSync(await picture.path(), "utf8");
  expect(svg).toContain("<title>Who beats whom</title>");
  expect(svg).not.toContain("var(");
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);

test("a lane takes a way of its own in its menu, and keeps it", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  const { page } = opened;
  await press(page.getByRole("button", { name: /^Settings of Best of/ }));
  await choose(page, "Combine", "Worst of the wishes");
  await choose(page, "Judges", "mean and lowest score, mixed");
  await page.getByRole("slider", { name: "λ of the mean" }).waitFor();
  expect(await violations(page)).toEqual([]);
  const saved = await page.evaluate(
    () => localStorage.getItem("tiller.settings") ?? sessionStorage.getItem("tiller.settings"),
  );
  expect(saved).toMatch(/"ensemble":"robust","lambda":1,"combine":"worst"/);
}, 60_000);
