/** Without JavaScript, and in a browser without module scripts: a recorded run that can be read. */
import { afterEach, expect, inject, test } from "vitest";
import type { BrowserContext } from "playwright-core";
import { violations } from "./axe.ts";
import { browserWith } from "./chromium.ts";

let context: BrowserContext | undefined;
afterEach(async () => {
  await context?.close();
});

test("index.html without JavaScript shows the run, and plain.html the same with axe's blessing", async () => {
  const browser = await browserWith("none");
  context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.goto(inject("pageUrl"));
  await page.getByRole("heading", { name: "A recorded run" }).waitFor();
  expect(await page.getByRole("heading", { level: 3 }).allInnerTexts()).toEqual([
    "Plain",
    "Steered",
    "Steered × 2",
    "Best of 8",
  ]);
  expect(await page.locator(".plain .text").first().innerText()).toContain("Gravity is");
  expect(await page.getByText("the page's script did not run").isVisible()).toBe(false);
  const text = await page.locator(".plain").innerText();
  // The style sheet is there, and nothing is wider than a phone.
  const box = await page.locator(".plain .text").first().boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 999)).toBeLessThan(390);
  await context.close();

  context = await browser.newContext({ viewport: { width: 390, height: 800 }, colorScheme: "dark" });
  const plain = await context.newPage();
  await plain.goto(`${inject("pageUrl")}plain.html`);
  const run = text.slice(text.indexOf("A recorded run"));
  expect(await plain.locator(".plain").innerText()).toContain(run);
  expect(await violations(plain)).toEqual([]);
  expect(errors).toEqual([]);
  // What an old browser runs: no module, so the classic script leads away.
  await plain.goto(`${inject("pageUrl")}icon.svg`);
  await plain.route("**/index-as-old", (route) =>
    route.fulfill({ contentType: "text/html", body: '<script src="./old-browser.js"></script>' }),
  );
  await plain.goto(`${inject("pageUrl")}index-as-old`);
  await plain.waitForURL(/plain\.html$/);
}, 60_000);
