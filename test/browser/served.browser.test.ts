/** A real model beside the page: its server offers it, one press loads it, it writes, and it is kept. */
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { findModels, packModels } from "../../scripts/served/pack-models.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

const PIECE_BYTES = 600_000;

let home: string;
/** `npm start` with a model, and a plain host with a page that was built with it. */
let server: RunningServer;
let plain: RunningServer;
let opened: OpenPage | undefined;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "tiller-served-"));
  await mkdir(join(home, "tiny"));
  await writeFile(
    join(home, "tiny", "tiny.Q4_1.gguf"),
    tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true }),
  );
  server = await serve({ folder: "dist", models: home });
  const site = join(home, ".site");
  await mkdir(site);
  for (const name of (await readdir("dist")).filter((each) => each !== "served")) {
    await symlink(resolve("dist", name), join(site, name));
  }
  await packModels(await findModels(["tiny"], home), home, site, PIECE_BYTES);
  plain = await serve({ folder: site, headers: false, basePath: "/class/" });
});
afterAll(async () => {
  await server.close();
  await plain.close();
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

test("a plain host offers the model that its page was built with, and joins its pieces", async () => {
  opened = await openPage(`${plain.url}?backend=wasm`, { gpu: "none" });
  const { page, troubles } = opened;
  await page.getByRole("button", { name: "Load tiny, 2.1 MB, from this server" }).click();
  await page.locator(".chip").filter({ hasText: "1 model · 2.1 MB" }).waitFor();
  expect(plain.log.filter((line) => line.includes("/served/tiny/"))).toEqual(
    [0, 1, 2, 3].map((piece) => `GET /class/served/tiny/tiny.Q4_1.gguf.00${piece} 200`),
  );
  expect(troubles).toEqual([]);
}, 120_000);
