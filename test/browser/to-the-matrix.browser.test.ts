/** How far a first visitor is from a win matrix: the clicks are counted, in both worlds. */
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

const matrix = (page: Page): Locator => page.getByRole("region", { name: "Win matrix, table" });

/** Presses and counts. */
function counter() {
  let clicks = 0;
  return {
    press: async (target: Locator): Promise<void> => {
      clicks += 1;
      await target.press("Enter");
    },
    count: (): number => clicks,
  };
}

async function numbersOf(page: Page, title: string): Promise<string[]> {
  await page.getByRole("region", { name: title, exact: true }).getByText("The numbers as a table").press("Enter");
  return page
    .getByRole("region", { name: `${title}, numbers` })
    .locator("tbody tr")
    .allInnerTexts();
}

test.each([
  ["chat", { "tiller.world": "" }, "smollm2-135m-instruct"],
  ["laboratory", {}, "the page’s own models"],
] as const)(
  "in the %s world one click leads from the first screen to a recorded matrix, without a model",
  async (_, kept, by) => {
    opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held", kept });
    const { page, troubles } = opened;
    const { press, count } = counter();
    await press(page.getByRole("button", { name: "Show the win matrix" }));
    await matrix(page).waitFor();
    expect(count()).toBeLessThanOrEqual(3);
    expect(await page.getByText("A recorded sweep is shown below.").locator("..").innerText()).toContain(by);
    expect(await matrix(page).getByRole("button").count()).toBeGreaterThan(10);
    // A cell leads to its texts, and the rewards at equal KL stand below with their table and their file.
    await matrix(page).getByRole("button").first().press("Enter");
    expect(
      await page.getByRole("region", { name: "Texts of the chosen cell" }).getByRole("listitem").count(),
    ).toBeGreaterThan(2);
    const rows = await numbersOf(page, "Reward at equal KL");
    expect(rows.length).toBeGreaterThan(2);
    const equal = page.getByRole("region", { name: "Reward at equal KL", exact: true });
    const [file] = await Promise.all([
      page.waitForEvent("download"),
      equal.getByRole("button", { name: "Save as SVG" }).press("Enter"),
    ]);
    expect(file.suggestedFilename()).toBe("tiller-equal-kl.svg");
    expect(await violations(page)).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: "dark" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await violations(page)).toEqual([]);
    expect(troubles).toEqual([]);
  },
  60_000,
);

test("two clicks make the matrix of the visitor's own lanes, in place of the recorded one", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`);
  const { page } = opened;
  const { press, count } = counter();
  await press(page.getByRole("button", { name: "Repeat these lanes over 10 prompts and 5 seeds" }));
  await matrix(page).waitFor();
  // Fewer and shorter texts come sooner; they are no clicks of the way.
  for (const [label, value] of [
    ["Seeds", 1],
    ["Length", 6],
  ] as const) {
    const box = page.getByRole("textbox", { name: `${label}, number` }).first();
    await box.fill(String(value));
    await box.press("Tab");
  }
  await press(page.getByRole("button", { name: "Start a new sweep" }));
  await page.getByRole("status").filter({ hasText: "Sweep finished: 40 runs" }).waitFor({ timeout: 90_000 });
  expect(await matrix(page).getByRole("rowheader").allInnerTexts()).toEqual(["Plain", "GenARM", "VAS", "Best of 8"]);
  expect(await page.getByText("A recorded sweep is shown below.").count()).toBe(0);
  expect(count()).toBeLessThanOrEqual(3);
}, 150_000);
