/** A teacher makes a class link. Who opens it and was never here sees just what was ticked, and a way to have the rest. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

/** What the teacher ticks, by the names in the dialog, and what these parts are called. */
const TICKED = ["Prompt", "Rewards", "Seed", "Colours and views of the text"];
const PARTS = ["prompt", "rewards", "seed", "colours", "lanes", "run"];

let teacher: OpenPage;
let pupil: OpenPage | undefined;
/** The link that the dialog made. */
let link = "";
beforeAll(async () => {
  teacher = await openTab(`${inject("pageUrl")}?backend=wasm#lesson-one-token`, { models: "held" });
}, 120_000);
afterAll(async () => {
  await pupil?.close();
  await teacher.close();
});

/** Parts of which something can be seen. */
const partsOn = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const marked = Array.from(document.querySelectorAll<HTMLElement>("[data-part]"));
    const seen = marked.filter((each) => each.checkVisibility()).map((each) => each.dataset["part"] ?? "");
    return [...new Set(seen)].toSorted();
  });

test("a teacher ticks what the class sees, and takes a link and a QR code away", async () => {
  const { page, troubles } = teacher;
  await page.getByRole("button", { name: "Share for a class" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Share for a class" });
  await dialog.getByRole("group", { name: "Controls that are shown" }).waitFor();
  const box = dialog.getByRole("textbox", { name: "Link" });
  expect(await box.inputValue()).toContain("#lesson-one-token");
  await dialog.getByRole("button", { name: "None", exact: true }).press("Enter");
  expect(await dialog.getByText(/^A step of the lesson points at/).innerText()).toContain(
    "Prompt, Rewards and Inspector",
  );
  for (const name of TICKED) await dialog.getByRole("checkbox", { name, exact: true }).press("Space");
  // The outline follows.
  expect(await dialog.locator(".rail .box").allInnerTexts()).toEqual(["Prompt", "Rewards", "Seed"]);
  await dialog.getByRole("checkbox", { name: "Projector look: larger type" }).press("Space");
  link = await box.inputValue();
  await dialog.getByText(`${link.length} characters of at most 2,000.`).waitFor();
  expect(await dialog.getByText(/^SmolLM2-135M-Instruct, 98 MB/).count()).toBe(1);
  await dialog.getByRole("button", { name: "Copy the link" }).press("Enter");
  await dialog
    .getByRole("status")
    .filter({ hasText: /copied|copy/ })
    .waitFor();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "Save the QR code as a picture" }).press("Enter"),
  ]);
  expect(download.suggestedFilename()).toBe("tiller-class-link.png");
  expect((await readFile(await download.path())).subarray(1, 4).toString()).toBe("PNG");
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);

test("whoever was never here sees what was ticked and nothing else, with the way out beside it", async () => {
  const [before, after = ""] = link.split("#");
  pupil = await openTab(`${before}&backend=wasm#${after}`, { models: "held", kept: { "tiller.world": "" } });
  const { page, troubles } = pupil;
  await page.getByRole("heading", { name: "Step 1 of 8" }).waitFor();
  const bar = page.getByRole("complementary", { name: "Class link" });
  expect(await bar.innerText()).toContain("parts of the page are left out and the seed is 94 for everybody.");
  expect(await partsOn(page)).toEqual(PARTS.toSorted());
  expect(await page.locator("html").getAttribute("data-projector")).toBe("true");
  const seed = page.getByLabel("Seed", { exact: true });
  expect([await seed.inputValue(), await seed.isDisabled()]).toEqual(["94", true]);
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
  await bar.getByRole("link", { name: "Leave the class link" }).press("Enter");
  await page.waitForURL(/\?backend=wasm$/);
  await page.getByText("Sampling", { exact: true }).waitFor();
  expect(await page.getByLabel("Seed", { exact: true }).isDisabled()).toBe(false);
  expect(await page.locator("html").getAttribute("data-projector")).toBe("false");
  expect(troubles).toEqual([]);
}, 120_000);

test("a damaged link and an unknown value are refused in words, and all controls are there", async () => {
  const { page, troubles } = teacher;
  for (const [search, said] of [
    [new URL(link).search.slice(0, -12), "It is cut off or was changed on its way."],
    ["?hide=<b>errors</b>", "“hide” cannot be “<b>errors</b>”. The parts that can be hidden are"],
  ] as const) {
    await page.goto(`${inject("pageUrl")}${search}`, { waitUntil: "commit" });
    const alert = page.getByRole("alert").filter({ hasText: "The class link in the address is not used." });
    expect(await alert.innerText()).toContain(said);
  }
  await page.getByText("Sampling", { exact: true }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);
