/** What must hold for everybody: axe, the keyboard alone, and narrow windows. */
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

/** The recording's end, at once: reduced motion shows it without playing. */
async function openStill(width: number, scheme: "light" | "dark"): Promise<Page> {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, {
    models: "held",
    colorScheme: scheme,
    viewport: { width, height: 900 },
  });
  const { page } = opened;
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  return page;
}

test.each(["light", "dark"] as const)(
  "axe finds nothing on the whole screen, %s",
  async (scheme) => {
    const page = await openStill(1440, scheme);
    expect(await violations(page)).toEqual([]);
    await page.getByRole("radio", { name: "table" }).check({ force: true });
    await page
      .getByRole("button", { name: /^Settings of/ })
      .nth(1)
      .click();
    expect(await violations(page)).toEqual([]);
  },
  90_000,
);

test("axe finds nothing on a phone with the settings open, nor in the help", async () => {
  const page = await openStill(390, "light");
  await page.getByRole("button", { name: "Settings", exact: true }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Keys and words" }).click();
  expect(await violations(page)).toEqual([]);
}, 90_000);

test.each([320, 390, 768, 1100, 1440])(
  "at %i px nothing is wider than the window",
  async (width) => {
    const page = await openStill(width, "light");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  },
  60_000,
);

/** Lane and position of the token in focus, for example "0/3"; empty when no token is. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const token = document.activeElement;
    const lane = token?.closest(".lane") ?? null;
    const position = token?.getAttribute("data-position") ?? null;
    return lane === null || position === null
      ? ""
      : `${[...document.querySelectorAll(".lane")].indexOf(lane)}/${position}`;
  });
}

test("arrows step through tokens and across lanes, and the inspector follows", async () => {
  const page = await openStill(1440, "light");
  await page.locator("body").press("ArrowRight");
  await expect.poll(() => focused(page)).toMatch(/^0\/\d+$/);
  const first = await focused(page);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => focused(page)).not.toBe(first);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toMatch(/^1\/\d+$/);
  const position = Number((await focused(page)).split("/")[1]);
  await page
    .getByLabel("Chosen token")
    .getByText(`token ${position + 1}`, { exact: false })
    .first()
    .waitFor();
  const token = page.locator(".lane").nth(1).locator(`[data-position="${position}"]`);
  expect(await token.getAttribute("aria-label")).toMatch(/push .*, probability /);
}, 60_000);

test("the help lists the keys, and closes by Escape without stopping anything", async () => {
  const page = await openStill(1440, "light");
  await page.locator("body").press("?");
  await page.getByRole("dialog", { name: "Keys and words" }).getByText("step through the tokens").waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => page.getByRole("dialog", { name: "Keys and words" }).isVisible()).toBe(false);
}, 60_000);
