/** What only a loaded chat model can do, on a small random one: the prompt chooses by its states, and it is probed. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let home: string;
let server: RunningServer;
let opened: OpenPage | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-chat-"));
  await mkdir(join(home, "tiny"));
  // Each byte is a token, so the recorded texts are long ones here.
  const fields = { "llama.context_length": 4096 };
  const model = tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true, fields });
  await writeFile(join(home, "tiny", "tiny.Q4_1.gguf"), model);
  server = await serve({ folder: "dist", models: home });
});
afterAll(async () => {
  await opened?.close();
  await server.close();
  await rm(home, { recursive: true });
});

async function withModel(): Promise<Page> {
  if (opened !== undefined) return opened.page;
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none" });
  const { page } = opened;
  await page.getByRole("button", { name: /^Load tiny, 2\.1 MB, from this server$/ }).click();
  await page.locator('.chip .dot[data-status="ready"]').waitFor();
  return page;
}

test("the prompt chooses between the personas by the states of the model that is loaded", async () => {
  const page = await withModel();
  const shares = (): Promise<string[]> =>
    page
      .getByRole("table", { name: /^Share of each persona/ })
      .getByRole("row")
      .allInnerTexts();
  await page.getByRole("checkbox", { name: "Choose the weights for me" }).press("Space");
  await page.getByText(/by how like the prompt is to labelled ones in the model’s own states\.$/).waitFor();
  const before = await shares();
  expect(before.length).toBeGreaterThan(2);
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("Tell my landlord that the heating is broken.");
  await page.keyboard.press("Tab");
  await expect.poll(shares).not.toEqual(before);
  await page.getByText(/in the model’s own states\.$/).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.getByRole("checkbox", { name: "Choose the weights for me" }).press("Space");
}, 90_000);

test("every reward of a chat model is probed, in other words too", async () => {
  const page = await withModel();
  const heading = page.getByRole("heading", { name: "Probe the rewards", includeHidden: true });
  const bench = page.locator("details").filter({ has: heading }).first();
  await bench.locator("summary").first().press("Enter");
  const most = bench.getByLabel("Pairs of each kind");
  await most.fill("1");
  await most.press("Tab");
  const start = bench.getByRole("button", { name: "Probe", exact: true });
  await start.press("Enter");
  const table = bench.getByRole("region", { name: "Accuracy of every reward, table" });
  await table.waitFor();
  await start.waitFor();
  await bench.getByText(/^Made of \d+ texts: texts of the recorded sweep\.$/).waitFor();
  const kinds = await table.getByRole("columnheader").allInnerTexts();
  const rows = await table.getByRole("row").allInnerTexts();
  expect(kinds.some((kind) => kind.startsWith("mean over wordings, "))).toBe(true);
  const chart = bench.getByRole("listbox", { name: "Accuracy, mean over the kinds: marks" });
  expect(await chart.getByRole("option").count()).toBe(rows.length - 1);
  await bench.getByLabel("Kind of pairs").selectOption("cut");
  await bench.getByRole("heading", { name: "Accuracy: cut" }).waitFor();
  expect(await violations(page)).toEqual([]);
  expect(opened!.troubles).toEqual([]);
}, 150_000);
