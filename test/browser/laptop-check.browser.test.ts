/** check.html in a browser: a code, one sentence and real numbers, in both languages; and again when the server is gone. */
import { afterEach, expect, test } from "vitest";
import { serve } from "../../scripts/serve.ts";
import { violations } from "./axe.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
afterEach(async () => {
  await opened?.close();
});

test("measures the tiny policy, says it in words, and works offline under a sub-path", async () => {
  const server = await serve({ folder: "dist", headers: false, basePath: "/class/tiller/" });
  opened = await openPage(`${server.url}check.html`, { gpu: "none", keepsOffline: true });
  const { page, troubles } = opened;
  const code = page.locator(".code");
  await code.waitFor();
  expect(await code.innerText()).toMatch(/[BC][1-4]$/);
  await page.getByText(/^[\d.]+ tokens a second, loaded in/).waitFor();
  await page
    .getByRole("status")
    .filter({ hasText: /^(Good|Fine|Slow): / })
    .waitFor();
  expect(await violations(page)).toEqual([]);

  await page.evaluate(() => navigator.serviceWorker.ready.then(() => true));
  await server.close();
  await page.goto(`${server.url}check.html?lang=de`);
  await page
    .getByRole("status")
    .filter({ hasText: /^(Gut|Brauchbar|Langsam): / })
    .waitFor();
  // The service worker gives what a plain host does not: several threads.
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);
