/** The lanes of a chat model repeated over prompts and seeds, and compared by the source that they weigh. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let home: string;
let server: RunningServer;
let opened: OpenPage | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-repeat-"));
  await mkdir(join(home, "tiny"));
  await writeFile(
    join(home, "tiny", "tiny.Q4_1.gguf"),
    tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true }),
  );
  server = await serve({ folder: "dist", models: home });
});
afterAll(async () => {
  await opened?.close();
  await server.close();
  await rm(home, { recursive: true });
});

test("a chat model's lanes are repeated, and their matrix is by their source alone", async () => {
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none" });
  const { page, troubles } = opened;
  await page.getByRole("button", { name: /^Load tiny, 2\.1 MB, from this server$/ }).click();
  await page.locator('.chip .dot[data-status="ready"]').waitFor();
  await page.getByRole("button", { name: "Add this source" }).click();
  await page.getByRole("slider", { name: "Contrast", exact: true }).waitFor();
  await page.getByRole("link", { name: "Sweep", exact: true }).click();
  const start = page.getByRole("button", { name: "Start a new sweep" });
  // The form begins with what there is in this world: lanes and its prompts, nothing of the laboratory.
  await page.getByText(/^The lanes of the playground, over prompts and seeds/).waitFor();
  expect(await page.getByRole("radio", { name: "weights" }).count()).toBe(0);
  expect(await page.getByRole("checkbox", { name: "What is gravity?" }).isChecked()).toBe(true);
  expect(await start.isEnabled()).toBe(true);
  await page
    .getByRole("button", { name: /^Repeat the lanes/ })
    .first()
    .press("Enter");
  for (const [label, value] of [
    ["Seeds", 1],
    ["Length", 8],
  ] as const) {
    const box = page.getByRole("textbox", { name: `${label}, number` }).first();
    await box.fill(String(value));
    await box.press("Tab");
  }
  await start.press("Enter");
  await page.getByRole("status").filter({ hasText: "Sweep finished" }).waitFor({ timeout: 120_000 });
  const table = page.getByRole("region", { name: "Win matrix, table" });
  await table.waitFor();
  // No truth and no judge, so no other chart and no other measure.
  expect(await page.getByRole("radio", { name: "Trade-off map" }).count()).toBe(0);
  expect(await page.getByLabel("Measured by").locator("option").allInnerTexts()).toEqual(
    expect.arrayContaining(["Contrast, source"]),
  );
  expect(await table.getByRole("button").count()).toBeGreaterThan(1);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 180_000);
