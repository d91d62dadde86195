/** A visitor chooses models of the Hub on the built page, a test server standing for it: look up, load, run, keep, delete. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { startHubServer, type HubServer } from "../hub-server.ts";
import { violations } from "./axe.ts";
import { BARE_CHAT } from "./bare-chat.ts";
import { openTab } from "./beside-runtime.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let server: HubServer;
let opened: OpenPage | undefined;
beforeAll(async () => void (server = await startHubServer({ folder: "test/fixtures/hub/models" })));
afterAll(() => server.close());
afterEach(async () => {
  server.fail();
  await opened?.close();
  opened = undefined;
});

const pageUrl = (): string => `${inject("pageUrl")}?backend=wasm`;

/** Opens the dialog where models can be loaded. */
const openModels = (): Promise<Page> => inDialog(openTab(pageUrl(), { kept: BARE_CHAT }));
/** Opens it on a page without a model. */
const openDialog = (): Promise<Page> => inDialog(openTab(pageUrl(), { models: "held" }));

async function inDialog(opening: Promise<OpenPage>): Promise<Page> {
  opened = await opening;
  const { page } = opened;
  // The recording moves what stands below the chip, and a press that lands beside the popover closes it.
  await page.locator('.lane [data-position="0"]').first().waitFor();
  await page.locator(".chip").first().click();
  await page.getByRole("button", { name: "Choose other models…" }).click();
  await page.getByRole("dialog", { name: "Models" }).getByText("All models", { exact: true }).click();
  return page;
}

async function lookUp(page: Page, id: string): Promise<void> {
  await page.getByLabel("Hub id").fill(id);
  await page.getByLabel("Mirror").fill(server.base);
  await page.getByRole("button", { name: "Look up", exact: true }).click();
}

test("a policy is found, loaded and steered by its sibling and by two prompts; a model is kept and deleted", async () => {
  const page = await openModels();
  const dialog = page.getByRole("dialog", { name: "Models" });
  await dialog.getByText("No downloaded model is kept.").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(server.log).toEqual([]);

  await lookUp(page, "test/llama-instruct");
  await dialog.getByRole("region", { name: "Any other model" }).getByText("licence apache-2.0").waitFor();
  expect(server.log).toEqual(["api"]);
  await dialog.getByRole("button", { name: "Write with test/llama-instruct as q4" }).click();
  await lookUp(page, "test/llama-base");
  await dialog.getByRole("button", { name: "Reward with test/llama-base as fp32" }).click();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Load these models" }).click();
  await dialog.getByText("384 ids were compared").waitFor();
  await dialog.getByText("it runs on the processor, so there is nothing to compare it with").first().waitFor();
  await dialog.getByRole("button", { name: "Delete test/llama-instruct q4" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Close" }).click();

  // The sibling's ratio and a contrast of prompts steer the second lane; the first stays plain.
  for (const letters of ["Sibling ratio", "Contrastive"]) {
    await page.getByLabel("Kind of source").focus();
    await page.keyboard.type(letters);
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
  }
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor();
  expect(await page.locator('.lane [data-position="3"]').count()).toBe(2);
  const steered = page.locator(".lane").nth(1).locator('[data-level]:not([data-level="0"])');
  expect(await steered.count()).toBeGreaterThan(0);

  await page.locator(".chip").first().click();
  await page.getByRole("button", { name: "Choose other models…" }).click();
  // The sibling is unloaded, and the ratio that asked it goes with it; the contrast over the policy stays.
  await dialog.getByRole("button", { name: "Unload test/llama-base" }).click();
  await dialog
    .getByRole("status")
    .filter({ hasText: "test/llama-base is unloaded, and its memory is free." })
    .filter({ hasText: "These rewards used it and were removed: “Ratio”." })
    .waitFor();
  await dialog.getByRole("button", { name: "Unload test/llama-base" }).waitFor({ state: "detached" });
  expect(await page.getByRole("slider", { name: "Ratio", exact: true, includeHidden: true }).count()).toBe(0);
  expect(await page.getByRole("slider", { name: "Contrast", exact: true, includeHidden: true }).count()).toBe(1);
  expect(await violations(page)).toEqual([]);
  const own = dialog.getByRole("button", { name: "Delete test/llama-base fp32" });
  await own.click();
  await own.waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Delete all" }).click();
  await dialog.getByText("No downloaded model is kept.").waitFor();
  // The worker alone asks the mirror; the page's policy was not touched.
  expect(opened?.troubles.filter((line) => !line.startsWith(`other origin: ${server.base}`))).toEqual([]);
}, 150_000);

test("a classifier values VAS candidates by the chosen label, at a cost that is shown; the loaded model judges two lanes", async () => {
  const page = await openModels();
  const dialog = page.getByRole("dialog", { name: "Models" });
  await lookUp(page, "test/llama-instruct");
  await dialog.getByRole("button", { name: "Write with test/llama-instruct as q4" }).click();
  await lookUp(page, "test/distilbert-sentiment");
  await dialog.getByRole("button", { name: "Reward with test/distilbert-sentiment as fp32" }).click();
  await dialog.getByRole("button", { name: "Load these models" }).click();
  await dialog.getByText("labels NEGATIVE, POSITIVE").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByText("A real chat model answers any prompt on this device.").waitFor();
  expect(await page.getByRole("slider", { name: "Helpful", exact: true }).count()).toBe(0);

  await page.getByLabel("Kind of source").selectOption("classifier");
  await page.getByRole("button", { name: "Add this source" }).click();
  const card = page.locator(".source");
  await card.getByText("No lane here can use this source. Add a VAS or best-of-N lane.").waitFor();
  expect(await card.getByLabel("Model").inputValue()).toBe("test/distilbert-sentiment");
  expect(await card.getByLabel("Label").inputValue()).toBe("POSITIVE");
  await card.getByLabel("Label").selectOption("NEGATIVE");
  await card.getByText("k texts per token in a VAS lane. One text per sample in a best-of-N lane.").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Lane", exact: true }).click();
  await page
    .locator(".lane")
    .last()
    .getByRole("button", { name: /^Settings of/ })
    .click();
  await page.getByLabel("Strategy").selectOption("vas");
  await page.keyboard.press("Escape");
  await card.getByText("No lane here can use this source").waitFor({ state: "detached" });
  const length = page.getByRole("textbox", { name: "Length, number" }).first();
  await length.fill("24");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const finished = page.getByRole("status").filter({ hasText: /(^|\s)Run finished/ });
  await finished.waitFor();

  // Twenty candidates a token beside the policy's own forward.
  const vas = page.locator(".lane").nth(2);
  const cost = vas.locator(".facts div").filter({ hasText: "fwd/token" }).locator("dd");
  expect(await cost.innerText()).toBe("21.0");
  expect(await vas.locator('[data-level]:not([data-level="0"])').count()).toBeGreaterThan(0);
  // Not every token of a random model can be seen: some are the first bytes of a letter.
  await vas.locator("[data-position]").filter({ hasText: /\w/ }).nth(1).click();
  await page.locator(".inspector th").filter({ hasText: "classifier" }).waitFor();
  await page.locator(".inspector dt").filter({ hasText: "test/distilbert-sentiment" }).waitFor();
  const board = page.locator(".board");
  expect(await board.getByRole("heading", { name: /^Classifier/ }).count()).toBe(1);
  expect(await board.getByRole("heading", { name: /^Helpful/ }).count()).toBe(0);
  expect(await violations(page)).toEqual([]);

  // Its slider re-weighs what it said.
  await page.getByRole("slider", { name: "Classifier", exact: true }).press("ArrowLeft");
  await page.getByRole("region", { name: "Re-weighted, not decoded" }).getByText("The numbers are exact").waitFor();

  await page.locator(".comparison summary").click();
  await page.getByLabel("Rubric").fill("Which text is shorter?");
  expect(await page.locator(".comparison").getByLabel("Model", { exact: true }).inputValue()).toBe("policy");
  await page.getByLabel("Another", { exact: true }).selectOption({ index: 2 });
  await page.getByRole("button", { name: "Compare in both orders" }).click();
  await page.getByText("1 comparison by this model and rubric").waitFor();
  // A random model answers with noise: whatever it said is counted once, and shown.
  const readings = await page.locator(".comparison dl").last().locator("dd").allInnerTexts();
  expect(readings.map(Number).reduce((sum, each) => sum + each, 0)).toBe(1);
  // This model cannot be asked by its letters: there is no vote to show, and the page says so.
  expect(await page.locator(".comparison [role=status] strong").first().innerText()).toMatch(/\S/);
  expect(await page.locator(".comparison .trouble").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
}, 90_000);

test("a download shows its bytes and is cancelled; what came is taken up again", async () => {
  const page = await openDialog();
  const dialog = page.getByRole("dialog", { name: "Models" });
  server.fail({ kind: "stall", after: 100_000, times: 1 });
  await lookUp(page, "test/gpt2");
  await dialog.getByRole("button", { name: "Keep test/gpt2 as fp32 for offline" }).click();
  const bar = dialog.getByRole("group", { name: "Download" });
  await bar.getByText(/1\d\d kB of \d+ kB/).waitFor();
  await bar.getByRole("button", { name: "Cancel" }).click();
  await bar.waitFor({ state: "detached" });
  await dialog.getByText("No downloaded model is kept.").waitFor();
  await dialog.getByRole("button", { name: "Keep test/gpt2 as fp32 for offline" }).click();
  await dialog.getByRole("button", { name: "Delete test/gpt2 fp32" }).waitFor();
}, 60_000);

test.each([
  [{ kind: "no-cors" }, "does not let this page read its files"],
  [{ kind: "status", status: 401, times: 9 }, "needs a login"],
] as const)(
  "a mirror with %o is told in words",
  async (fault, words) => {
    const page = await openDialog();
    server.fail(fault);
    await lookUp(page, "test/gpt2");
    await page.getByRole("dialog", { name: "Models" }).getByText(words).waitFor();
  },
  60_000,
);

test("a mirror that the visitor names is asked by a fresh worker, and nobody else is", async () => {
  const page = await openDialog();
  const dialog = page.getByRole("dialog", { name: "Models" });
  const asked: string[] = [];
  await page.route("https://models.example.org/**", async (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    asked.push(path);
    await route.fulfill({ response: await route.fetch({ url: server.base + path }) });
  });
  await page.getByLabel("Hub id").fill("test/gpt2");
  await page.getByLabel("Mirror").fill("https://models.example.org/");
  await page.getByRole("button", { name: "Look up", exact: true }).click();
  await dialog.getByRole("region", { name: "Any other model" }).getByText("licence apache-2.0").waitFor();
  expect(asked).toEqual(["api/models/test/gpt2"]);
  // The page itself still may not.
  const fromPage = await page.evaluate(() => fetch("https://models.example.org/x").then(String, String));
  expect(fromPage).toMatch(/Failed to fetch/);
  expect(asked).toHaveLength(1);

  // Nor does the worker follow the mirror to hosts that nobody named.
  let isElsewhereAsked = false;
  const headers = { Location: "https://elsewhere.example/config.json", "Access-Control-Allow-Origin": "*" };
  await page.route("https://models.example.org/**/config.json", (route) => route.fulfill({ status: 302, headers }));
  await page.route("https://elsewhere.example/**", (route) => {
    isElsewhereAsked = true;
    return route.fulfill({ body: "{}", headers });
  });
  await dialog.getByRole("button", { name: "Keep test/gpt2 as q4 for offline" }).click();
  await dialog.getByRole("alert").getByText("could not be fetched").waitFor();
  expect(isElsewhereAsked).toBe(false);
}, 60_000);

test("a folder on this device is read and not copied", async () => {
  const page = await openModels();
  const dialog = page.getByRole("dialog", { name: "Models" });
  const before = server.log.length;
  await page.getByLabel("or a folder on this device").setInputFiles("test/fixtures/hub/models/distilgpt2");
  await dialog.getByRole("button", { name: "Write with distilgpt2 as fp32" }).click();
  await dialog.getByRole("button", { name: "Load these models" }).click();
  await dialog.getByRole("button", { name: "Loaded" }).waitFor();
  await dialog.getByText("No downloaded model is kept.").waitFor();
  expect(server.log).toHaveLength(before);
  await dialog.getByRole("button", { name: "Unload distilgpt2, and with it all others" }).click();
  await dialog.getByText("Choose a model below that writes.").waitFor();
  expect(opened?.troubles).toEqual([]);
}, 60_000);

test("a folder is remembered by its handle over a reload, opened again and forgotten", async () => {
  opened = await openPage("about:blank", { gpu: "none", models: "held" });
  const { page } = opened;
  // The browser's own file system stands for the visitor's disk: a headless browser has no picker.
  await page.addInitScript(() => {
    const pick = async (): Promise<FileSystemDirectoryHandle> =>
      (await navigator.storage.getDirectory()).getDirectoryHandle("my-model");
    Object.assign(window, { showDirectoryPicker: pick });
  });
  const start = async (): Promise<void> => {
    await page.goto(pageUrl());
    await page.locator(".lane").first().waitFor();
    await page.locator(".chip").first().click();
    await page.getByRole("button", { name: "Choose other models…" }).click();
    await page.getByText("All models", { exact: true }).click();
  };
  await start();
  await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle("my-model", { create: true });
    const onnx = await folder.getDirectoryHandle("onnx", { create: true });
    for (const [place, name] of [
      [folder, "config.json"],
      [folder, "tokenizer.json"],
      [onnx, "model_q4.onnx"],
    ] as const) {
      const file = await (await place.getFileHandle(name, { create: true })).createWritable();
      await file.write("{}");
      await file.close();
    }
  });
  const dialog = page.getByRole("dialog", { name: "Models" });
  await dialog.getByRole("button", { name: "Choose a folder and remember it here" }).click();
  await dialog.getByRole("button", { name: "Write with my-model as q4" }).waitFor();
  expect(await violations(page)).toEqual([]);
  await start();
  await dialog.getByRole("button", { name: "Open my-model" }).click();
  await dialog.getByRole("button", { name: "Write with my-model as q4" }).waitFor();
  await dialog.getByRole("button", { name: "Forget my-model" }).click();
  await dialog.getByRole("button", { name: "Open my-model" }).waitFor({ state: "detached" });
  expect(opened.troubles.filter((line) => !line.startsWith("other origin"))).toEqual([]);
}, 60_000);

test("the dialog fits a phone", async () => {
  const page = await openDialog();
  await page.setViewportSize({ width: 390, height: 844 });
  const dialog = page.getByRole("dialog", { name: "Models" });
  await dialog.getByText("Kept on this device").scrollIntoViewIfNeeded();
  expect(await dialog.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  expect(await violations(page)).toEqual([]);
}, 60_000);
