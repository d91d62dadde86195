/** The whole screen, driven as a visitor drives it, on WebAssembly with the bundled models. */
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { openTab } from "./beside-runtime.ts";
import { openPage, type OpenOptions, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const pageUrl = (): string => `${inject("pageUrl")}?backend=wasm`;

/** A visitor whose models come soon. */
async function openScreen(): Promise<OpenPage> {
  opened = await openTab(pageUrl());
  await opened.page.locator(".lane").first().waitFor();
  return opened;
}

/** A visitor alone in the browser. */
async function openAlone(options: OpenOptions): Promise<OpenPage> {
  opened = await openPage(pageUrl(), { gpu: "none", ...options });
  await opened.page.locator(".lane").first().waitFor();
  return opened;
}

/** A visitor whose models never come. */
async function openWithoutModels(): Promise<OpenPage> {
  opened = await openTab(pageUrl(), { models: "held" });
  await opened.page.locator(".lane").first().waitFor();
  return opened;
}

const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const tokens = (page: Page, lane: number): Locator => page.locator(".lane").nth(lane).locator("[data-position]");
const counts = (page: Page): Promise<number[]> => Promise.all([0, 1, 2, 3].map((lane) => tokens(page, lane).count()));

/** Types into the number box of a slider. */
async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

/** Short runs: this is about the screen and not about the models. */
async function keepItShort(page: Page, length = 16): Promise<void> {
  await setNumber(page, "Length", length);
  await setNumber(page, "Samples N", 2);
}

async function stopReplay(page: Page): Promise<void> {
  // The recording plays on arrival: before it does, there is nothing to stop, and it would start under the test's hands.
  await tokens(page, 0).first().waitFor({ state: "attached" });
  const stop = button(page, "Stop");
  if (await stop.isEnabled()) await stop.click();
}

/** The space bar presses a button that has the focus; elsewhere it runs and pauses. */
function leaveControls(page: Page): Promise<void> {
  return page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
}

async function run(page: Page): Promise<void> {
  await stopReplay(page);
  await button(page, "Run").click();
}

/** Lets the worker take up messages that many times; a decode takes up messages between two tokens. */
async function turnsOfWorker(page: Page, turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await page.workers()[0]?.evaluate(() => 0);
}

const status = (page: Page): Locator => page.getByRole("status");
const untilFinished = (page: Page): Promise<void> =>
  status(page)
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 90_000 });

test("a recording plays on arrival, before any model is loaded", async () => {
  const { page, troubles } = await openAlone({ models: "held", motion: "no-preference" });
  await page.getByText("recorded", { exact: true }).waitFor();
  await tokens(page, 1).nth(3).waitFor({ state: "attached" });
  expect(troubles).toEqual([]);
}, 60_000);

test("run fills four lanes with text, truth, reward and price, and nothing goes wrong on the way", async () => {
  const { page, troubles } = await openAlone({ motion: "no-preference", keepsOffline: true });
  await keepItShort(page);
  await run(page);
  await untilFinished(page);
  for (const count of await counts(page)) expect(count).toBeGreaterThan(0);
  const joy = page.locator(".lane").nth(1).getByRole("row", { name: /^Joy/ });
  await expect.poll(() => joy.innerText()).toMatch(/[+\u2212]?\d\.\d\d.*[+\u2212]?\d\.\d\d/s);
  expect(await page.getByLabel(/Scoreboard/).innerText()).toMatch(/KL spent/);
  expect(troubles).toEqual([]);
}, 60_000);

test("pause holds the text, step adds one token, and stop keeps what is there", async () => {
  const { page } = await openScreen();
  await keepItShort(page, 60);
  await stopReplay(page);
  await button(page, "Step").click();
  await expect.poll(() => counts(page), { timeout: 90_000 }).toEqual([1, 1, 1, 1]);
  await button(page, "Step").click();
  await expect.poll(() => counts(page)).toEqual([2, 2, 2, 2]);
  await leaveControls(page);
  await page.keyboard.press("Space");
  await tokens(page, 0).nth(4).waitFor({ state: "attached" });
  await page.keyboard.press("Space");
  await status(page).filter({ hasText: "paused" }).waitFor();
  // The step that was under way when the key was pressed still arrives; a run that went on would write in these turns.
  await turnsOfWorker(page, 100);
  const held = await counts(page);
  await turnsOfWorker(page, 100);
  expect(await counts(page)).toEqual(held);
  await page.locator("body").press("Escape");
  await status(page).filter({ hasText: "stopped" }).waitFor();
  expect(await tokens(page, 0).count()).toBeGreaterThanOrEqual(held[0] ?? 0);
}, 60_000);

test("a slider moved in mid-run acts from the next token on, and the text marks where", async () => {
  const { page } = await openScreen();
  await keepItShort(page, 60);
  await stopReplay(page);
  await button(page, "Step").click();
  await expect.poll(() => counts(page), { timeout: 90_000 }).toEqual([1, 1, 1, 1]);
  await setNumber(page, "Adventure", 1.5);
  await button(page, "Step").click();
  await page
    .locator(".lane")
    .nth(1)
    .getByText(/Adventure \+1\.5/)
    .waitFor();
  expect(
    await page
      .locator(".lane")
      .nth(0)
      .getByText(/Adventure \+1\.5/)
      .count(),
  ).toBe(0);
  await page.locator("body").press("Escape");
}, 60_000);

test("settings survive a reload, and broken ones are refused with a word", async () => {
  const { page } = await openWithoutModels();
  await stopReplay(page);
  const markup = `<img src=x onerror="document.title='overrun'"> fox`;
  await page.getByLabel("Prompt").fill(markup);
  await setNumber(page, "Joy", -1.2);
  await page.reload();
  expect(await page.getByLabel("Prompt").inputValue()).toBe(markup);
  expect(await page.getByRole("textbox", { name: "Joy, number" }).inputValue()).toBe("\u22121.2");
  await page.getByText("steers away from it").waitFor();
  await page.evaluate(() => {
    // What the tab keeps goes before what all tabs keep.
    for (const kept of [sessionStorage, localStorage]) kept.setItem("tiller.settings", "{");
  });
  await page.reload();
  await page.getByText("could not be read").waitFor();
}, 60_000);

test("a prompt with markup and control characters is text, in the strip and in the lanes", async () => {
  const { page, troubles } = await openScreen();
  await keepItShort(page, 8);
  await stopReplay(page);
  await page.getByLabel("Prompt").fill(`<b>Bold</b> & <script>document.title='overrun'</script> \u0007 fox`);
  await run(page);
  await untilFinished(page);
  await page.locator(".strip").getByText("<b>Bold</b>").waitFor();
  expect(await page.title()).toBe("Tiller");
  expect(troubles).toEqual([]);
}, 60_000);

test("a prompt in letters that the bundled models do not know is told as they read it", async () => {
  const { page } = await openWithoutModels();
  await page.getByLabel("Prompt").fill("It was Zoë’s first day…");
  await page.getByText("They read: It was Zoe's first day...").waitFor();
  await page.getByLabel("Prompt").fill("Привет");
  await page.getByText("The page’s own models read only Latin letters.").waitFor();
  await page.getByLabel("Prompt").fill("It was a first day.");
  await page.getByText("The page’s own models read only").waitFor({ state: "detached" });
});

test("an empty prompt is refused in words, and the text that was there stays", async () => {
  const { page } = await openScreen();
  await tokens(page, 1).nth(2).waitFor({ state: "attached" });
  await stopReplay(page);
  await page.getByLabel("Prompt").fill("");
  await button(page, "Run").click();
  const alert = page.getByRole("alert");
  await alert.getByText("do not fit together").waitFor({ timeout: 90_000 });
  await page.getByLabel("Prompt").fill("A fox");
  await alert.getByRole("button", { name: "Run again" }).click();
  await tokens(page, 0).first().waitFor({ state: "attached", timeout: 90_000 });
}, 60_000);

test("a killed worker is noticed, the text is kept, and run again works", async () => {
  const { page } = await openScreen();
  await keepItShort(page, 60);
  await stopReplay(page);
  await button(page, "Step").click();
  await expect.poll(() => counts(page), { timeout: 90_000 }).toEqual([1, 1, 1, 1]);
  // Ends without a word, as a worker does that the browser takes down.
  await page.workers()[0]?.evaluate(() => self.close());
  const alert = page.getByRole("alert");
  await alert.getByText("stopped").first().waitFor({ timeout: 30_000 });
  expect(await counts(page)).toEqual([1, 1, 1, 1]);
  await alert.getByRole("button", { name: "Run again" }).click();
  await tokens(page, 3).nth(3).waitFor({ state: "attached", timeout: 90_000 });
  expect(await page.getByRole("alert").count()).toBe(0);
}, 90_000);
