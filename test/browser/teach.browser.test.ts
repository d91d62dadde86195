/** Teaching a reward on the page, on a small random model: by keyboard, cancelled, taught, used, kept over a reload. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let home: string;
let server: RunningServer;
let opened: OpenPage | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-teach-"));
  await mkdir(join(home, "tiny"));
  const model = tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true });
  await writeFile(join(home, "tiny", "tiny.Q4_1.gguf"), model);
  server = await serve({ folder: "dist", models: home });
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true });
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

test("two instructions become a slider that steers, is kept, and can be taken elsewhere", async () => {
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none", kept: { "tiller.world": "" } });
  const { page, troubles } = opened;
  await page.getByRole("button", { name: "Teach a reward …" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Teach a reward" });
  const teach = dialog.getByRole("button", { name: "Teach", exact: true });

  // What is missing is said at the first try, and nothing is loaded for it.
  await teach.press("Enter");
  await dialog.getByText("Write what to reward.").waitFor();
  await dialog.getByLabel("Reward answers like this").fill("Be brief and kind to the reader.");
  await dialog.getByLabel("Rather than like this").fill("Go on and on!");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Kind");
  await dialog.getByRole("radio", { name: "Usual, 120 answers" }).press("Space");
  expect(await violations(page)).toEqual([]);

  // The lesson loads the model, says how far it is, and ends when it is cancelled; what was written stays.
  await teach.press("Enter");
  await dialog
    .getByRole("status")
    .filter({ hasText: /Writing answers: \d+ of 120/ })
    .waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).press("Enter");
  await teach.waitFor();
  expect(await dialog.getByLabel("Reward answers like this").inputValue()).toBe("Be brief and kind to the reader.");

  await teach.press("Enter");
  await dialog.getByText("“Kind” is ready").waitFor({ timeout: 120_000 });
  await dialog.getByText(/It explains \d+ % of the token rewards/).waitFor();
  expect(await dialog.locator("tbody tr").count()).toBe(5);
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Close and try it" }).press("Enter");

  // Its slider is there, and the lane that it steers runs with it.
  const slider = page.getByRole("slider", { name: "Kind", exact: true });
  await slider.waitFor();
  await page.getByLabel("Prompt", { exact: true }).fill("Why?");
  await page.getByRole("textbox", { name: "Length, number" }).first().fill("8");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const finished = page.getByRole("status").filter({ hasText: /(^|\s)Run finished/ });
  await finished.waitFor();

  // A reload keeps the head and its slider, and a run gives it to the worker again.
  await page.reload();
  await slider.waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await finished.waitFor();
  await page.getByRole("button", { name: "Teach a reward …" }).click();
  const row = dialog.locator("[data-head]").filter({ hasText: "“Be brief and kind to the reader.” against" });
  await row.waitFor();
  const download = page.waitForEvent("download");
  await row.getByRole("button", { name: "Export Kind" }).click();
  const path = await (await download).path();

  // What is shown again is what the lesson showed.
  await row.getByRole("button", { name: "Show Kind" }).click();
  await dialog.getByText("“Kind” is ready").waitFor();
  await dialog.getByRole("button", { name: "Teach another" }).click();

  // Deleted, its slider goes; the file brings it back.
  await row.getByRole("button", { name: "Delete Kind" }).click();
  await row.waitFor({ state: "detached" });
  expect(await page.getByRole("slider", { name: "Kind", exact: true, includeHidden: true }).count()).toBe(0);
  await dialog.getByLabel("Import a reward from a file").setInputFiles(path);
  await row.waitFor();
  await dialog.getByLabel("Import a reward from a file").setInputFiles({
    name: "notes.json",
    mimeType: "application/json",
    buffer: Buffer.from("{}"),
  });
  await dialog.getByText(/“notes.json” is no reward head/).waitFor();
  expect(troubles).toEqual([]);
}, 300_000);

test("a lesson whose tab was reloaded in the middle goes on from the answers that it had written", async () => {
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none", kept: { "tiller.world": "" } });
  const { page, troubles } = opened;
  const dialog = page.getByRole("dialog", { name: "Teach a reward" });
  const written = async (): Promise<number> => {
    const status = dialog.getByRole("status").filter({ hasText: /Writing answers: [1-9]\d* of 120/ });
    await status.waitFor({ timeout: 120_000 });
    return Number(/answers: (\d+) of/.exec(await status.innerText())?.[1]);
  };
  await page.getByRole("button", { name: "Teach a reward …" }).press("Enter");
  await dialog.getByLabel("Reward answers like this").fill("Be brief and kind to the reader.");
  await dialog.getByLabel("Rather than like this").fill("Go on and on!");
  await dialog.getByRole("textbox", { name: "Name" }).fill("Kind");
  await dialog.getByRole("button", { name: "Teach", exact: true }).press("Enter");
  const before = await written();

  await page.reload();
  await page.getByText("The lesson “Kind” was cut off.").waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("button", { name: "Go on with it …" }).press("Enter");
  await dialog.getByText("The answers that it wrote and read are kept.").waitFor();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Go on with it", exact: true }).press("Enter");
  expect(await written()).toBeGreaterThan(before);

  // What is cancelled is not offered again.
  await dialog.getByRole("button", { name: "Cancel" }).press("Enter");
  await dialog.getByRole("button", { name: "Teach", exact: true }).waitFor();
  expect(await dialog.getByText("was cut off").count()).toBe(0);
  expect(troubles).toEqual([]);
}, 300_000);
