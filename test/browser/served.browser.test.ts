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
  opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none", keepsOffline: true });
  const { page, troubles } = opened;
  const offer = page.getByRole("button", { name: /^Load tiny, 2\.1 MB, from this server$/ });
  await offer.waitFor();
  expect(await violations(page)).toEqual([]);
  await offer.click();
  await offer.waitFor({ state: "detached" });
  await page.locator('.chip .dot[data-status="ready"]').waitFor();
  await page.locator(".chip").filter({ hasText: "1 model" }).waitFor();
  const fetched = (): readonly string[] => server.log.filter((line) => line.includes("/served/tiny/"));
  expect(fetched()).toEqual(["GET /served/tiny/tiny.Q4_1.gguf 200"]);
  // The stage is the model's: its line, no text of others, no objective and no kind of the bundled world.
  await page.getByText("tiny is ready. Ask it something and press Run.").waitFor();
  expect(await page.locator("[data-position]").count()).toBe(0);
  expect(await page.getByRole("radio", { name: "Story" }).count()).toBe(0);
  const ofTheBundled = page.getByText(/\b(Joy|Adventure|careful judge|base model)\b/).filter({ visible: true });
  expect(await ofTheBundled.count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Prompt", { exact: true }).fill("Why?");
  await page.getByRole("button", { name: "Add this source" }).click();
  const length = page.getByRole("textbox", { name: "Length, number" }).first();
  await length.fill("8");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor();
  expect(await page.locator(".lane").getByText("Joy").count()).toBe(0);

  // A reload brings the model back from this device with its source, without the network too.
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await opened.context.setOffline(true);
  await page.reload();
  await page.locator(".chip").filter({ hasText: "1 model · 2.1 MB" }).waitFor();
  expect(await page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("Why?");
  expect(await page.getByRole("slider", { name: "Contrast", exact: true }).count()).toBe(1);
  await opened.context.setOffline(false);
  expect(fetched()).toHaveLength(1);
  expect(troubles).toEqual([]);
}, 180_000);

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
