/** A class link, opened by somebody who was never here: just what was ticked is there, and a way to have the rest. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { HIDEABLE, writeClassLink, type ClassLink } from "../../src/state/classroom/class-link.ts";
import type { Part } from "../../src/state/lessons/parts.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

const LESSON = "#lesson-one-token";
const TICKED: readonly Part[] = ["prompt", "rewards", "seed", "colours", "inspector"];
const LINK: ClassLink = {
  hide: HIDEABLE.filter((part) => !TICKED.includes(part)),
  seed: 7,
  lang: "en",
  look: "projector",
  model: null,
  load: null,
};

let opened: OpenPage;
beforeAll(async () => {
  const address = `${inject("pageUrl")}${writeClassLink(LINK, LESSON)}&backend=wasm${LESSON}`;
  opened = await openTab(address, { models: "held", kept: { "tiller.world": "" } });
}, 120_000);
afterAll(async () => {
  await opened.close();
});

/** Parts of which something can be seen. */
const partsOn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const marked = Array.from(document.querySelectorAll<HTMLElement>("[data-part]"));
    const seen = marked.filter((each) => each.checkVisibility()).map((each) => each.dataset["part"] ?? "");
    return [...new Set(seen)].toSorted();
  });

test("shows what was ticked and nothing else, with the way out beside it", async () => {
  const { page, troubles } = opened;
  await page.getByRole("heading", { name: "Step 1 of 8" }).waitFor();
  const bar = page.getByRole("complementary", { name: "Class link" });
  expect(await bar.innerText()).toContain("14 parts of the page are left out and the seed is 7 for everybody.");
  expect(await partsOn(page)).toEqual([...TICKED, "lanes", "run"].toSorted());
  expect(await page.locator("html").getAttribute("data-projector")).toBe("true");
  const seed = page.getByLabel("Seed", { exact: true });
  expect([await seed.inputValue(), await seed.isDisabled()]).toEqual(["7", true]);
  await page.getByText("The class link set the seed, so that everybody gets the same text.").waitFor();
  expect(await violations(page)).toEqual([]);

  await bar.getByRole("button", { name: "Show all controls" }).press("Enter");
  await page.getByText("Sampling", { exact: true }).waitFor();
  await bar.getByRole("button", { name: "Show the class’s controls only" }).press("Enter");
  await page.getByText("Sampling", { exact: true }).waitFor({ state: "hidden" });
  // Leaving the lesson does not leave the class.
  await page.getByRole("button", { name: "Leave the lesson" }).press("Enter");
  await page.getByRole("heading", { name: "Step 1 of 8" }).waitFor({ state: "detached" });
  expect(await page.getByText("Sampling", { exact: true }).isVisible()).toBe(false);
  expect(troubles).toEqual([]);
}, 120_000);

test("leaving it brings the whole page back", async () => {
  const { page } = opened;
  await page.getByRole("link", { name: "Leave the class link" }).press("Enter");
  await page.waitForURL(/\?backend=wasm$/);
  await page.getByText("Sampling", { exact: true }).waitFor();
  expect(await page.getByLabel("Seed", { exact: true }).isDisabled()).toBe(false);
  expect(await page.locator("html").getAttribute("data-projector")).toBe("false");
}, 120_000);

test("a damaged link and an unknown value are refused in words, and all controls are there", async () => {
  const { page, troubles } = opened;
  const cut = writeClassLink(LINK, LESSON).slice(0, -12);
  for (const [search, said] of [
    [cut, "It is cut off or was changed on its way."],
    ["?hide=<b>errors</b>", "“hide” cannot be “<b>errors</b>”. The parts that can be hidden are"],
  ] as const) {
    await page.goto(`${inject("pageUrl")}${search}${LESSON}`, { waitUntil: "commit" });
    const alert = page.getByRole("alert").filter({ hasText: "The class link in the address is not used." });
    expect(await alert.innerText()).toContain(said);
  }
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);
