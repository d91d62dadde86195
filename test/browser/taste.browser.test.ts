/** My taste on the page, on a small random model: answers are written, clicked by keyboard, kept over a reload, exported. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let home: string;
let server: RunningServer;
let opened: OpenPage | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-taste-"));
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

const answers = (dialog: Locator): Promise<string[]> => dialog.getByRole("article").allInnerTexts();
const count = (dialog: Locator, clicked: number): Promise<void> =>
  dialog
    .locator("[data-count]")
    .filter({ hasText: new RegExp(`^${clicked} choices? `) })
    .waitFor();

async function openTaste(page: Page): Promise<Locator> {
  await page.getByRole("button", { name: "My taste …" }).press("Enter");
  return page.getByRole("dialog", { name: "My taste" });
}

test("two answers at a time are chosen between by keyboard, and the choices are kept", async () => {
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none", kept: { "tiller.world": "" } });
  const { page, troubles } = opened;
  const dialog = await openTaste(page);
  await dialog.getByLabel("One a line.", { exact: false }).fill("Why is the sky blue?");
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Write answers" }).press("Enter");

  // The visitor's own prompt comes first, and can be clicked while the rest is written.
  await dialog.getByRole("heading", { name: "Which answer do you like better?" }).waitFor({ timeout: 120_000 });
  await dialog.getByText("Why is the sky blue?", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "Stop writing" }).waitFor();
  expect(await violations(page)).toEqual([]);
  const first = await answers(dialog);
  expect(first).toHaveLength(2);
  expect(first[0]).not.toBe(first[1]);
  // Nothing says how an answer was written.
  expect(await dialog.innerText()).not.toMatch(/plain|GenARM|lane/i);

  await dialog.getByText(/\d\d fresh pairs left/).waitFor();
  await page.keyboard.press("ArrowLeft");
  await count(dialog, 1);
  // A screen reader hears the new pair.
  await dialog
    .getByRole("status")
    .filter({ hasText: /^Pair 2\. Prompt: .* Left: .* Right: /s })
    .waitFor({ state: "attached" });
  const second = await answers(dialog);
  expect(second).not.toEqual(first);
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowDown");
  await count(dialog, 3);
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Backspace");
  await count(dialog, 1);
  expect(await answers(dialog)).toEqual(second);
  await dialog.getByRole("button", { name: "Stop writing" }).press("Enter");
  await dialog.getByRole("button", { name: "Write more answers" }).waitFor();
  // Keys go on to choose after the button has gone; a press of Tab and Enter on the buttons does too.
  await page.keyboard.press("ArrowRight");
  await count(dialog, 2);
  const left = dialog.getByRole("button", { name: "Left", exact: true });
  await left.press("Enter");
  await count(dialog, 3);
  expect(await left.evaluate((button) => button === document.activeElement)).toBe(true);

  await dialog.getByText("All measures").click();
  expect(await dialog.locator("tbody tr").count()).toBe(5);
  expect(await violations(page)).toEqual([]);
  expect(await dialog.getByRole("button", { name: "Set the weights" }).isDisabled()).toBe(true);
  await dialog.getByText(/None of the measures is a learned reward/).waitFor();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Export choices (JSONL)" }).click();
  const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\n");
  expect(lines.map((line) => Object.keys(JSON.parse(line) as object))).toEqual(
    lines.map(() => ["prompt", "chosen", "rejected"]),
  );
  expect(lines).toHaveLength(3);

  // A reload brings everything back, before any model is loaded.
  const before = await answers(dialog);
  await page.reload();
  const later = await openTaste(page);
  await count(later, 3);
  expect(await answers(later)).toEqual(before);

  // On a narrow screen the answers stand one below the other, and nothing is wider than the window.
  await page.setViewportSize({ width: 390, height: 800 });
  const boxes = await Promise.all([0, 1].map((n) => later.getByRole("article").nth(n).boundingBox()));
  expect(boxes[1]!.y).toBeGreaterThan(boxes[0]!.y + boxes[0]!.height - 1);
  expect(await later.evaluate((box) => box.scrollWidth - box.clientWidth)).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);

  // Starting over asks first.
  await later.getByRole("button", { name: "Start over" }).press("Enter");
  await later.getByRole("button", { name: "Keep them" }).press("Enter");
  await count(later, 3);
  await later.getByRole("button", { name: "Start over" }).press("Enter");
  await later.getByRole("button", { name: "Delete them" }).press("Enter");
  await later.getByRole("button", { name: "Write answers" }).waitFor();
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  const empty = await openTaste(page);
  await empty.getByRole("button", { name: "Write answers" }).waitFor();
  expect(troubles).toEqual([]);
}, 300_000);
