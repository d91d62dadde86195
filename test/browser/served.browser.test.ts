/** A real model beside the page: its server offers it, one press loads it, it writes, and it is kept. */
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
  home = await mkdtemp(join(tmpdir(), "tiller-served-"));
  await mkdir(join(home, "tiny"));
  await writeFile(
    join(home, "tiny", "tiny.Q4_1.gguf"),
    tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true }),
  );
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

test("one press loads the model that the page's own server offers", async () => {
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none" });
  const { page, troubles } = opened;
  const offer = page.getByRole("button", { name: /^Load tiny, 2\.1 MB, from this server$/ });
  await offer.waitFor();
  expect(await violations(page)).toEqual([]);
  await offer.click();
  await offer.waitFor({ state: "detached" });
  await page.locator('.chip .dot[data-status="ready"]').waitFor();
  await page.locator(".chip").filter({ hasText: "1 model" }).waitFor();
  expect(server.log).toContain("GET /served/tiny/tiny.Q4_1.gguf 200");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor();
  expect(troubles).toEqual([]);
}, 120_000);
