/** What the built page costs a visitor: script before the models, first paint, and how free the main thread stays. */
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { buildIfStale } from "../build-if-stale.ts";
import { launchChromium } from "../chromium.ts";
import { serve } from "../serve.ts";

/** A main-thread task of 50 ms or more, as the browser reports them. */
interface LongTask {
  readonly start: number;
  readonly ms: number;
}

declare global {
  interface Window {
    longTasks: LongTask[];
  }
}

/** One line for each figure. Without WebGPU, so that the processor decodes beside the page: the worst case for it. */
export async function measurePage(): Promise<string[]> {
  await buildIfStale();
  const server = await serve({ folder: "dist" });
  const browser = await launchChromium({ gpu: "none" });
  try {
    const page = await browser.newPage();
    await page.addInitScript(() => {
      window.longTasks = [];
      new PerformanceObserver((list) => {
        for (const { startTime, duration } of list.getEntries()) {
          window.longTasks.push({ start: startTime, ms: duration });
        }
      }).observe({ type: "longtask", buffered: true });
    });
    await page.goto(server.url);
    const paint = await firstPaint(page);
    const bytes = await scriptBytes(page);
    return [
      `page: ${(bytes / 1000).toFixed(1)} kB of compressed script before the models`,
      `page: first contentful paint after ${paint.toFixed(0)} ms`,
      await decodingLine(page),
    ];
  } finally {
    await browser.close();
    await server.close();
  }
}

function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        new PerformanceObserver((list, observer) => {
          const paint = list.getEntriesByName("first-contentful-paint")[0];
          if (paint === undefined) return;
          observer.disconnect();
          done(paint.startTime);
        }).observe({ type: "paint", buffered: true });
      }),
  );
}

/** Scripts of the page itself, gzipped as a host would send them; the worker and the runtime belong to the models. */
async function scriptBytes(page: Page): Promise<number> {
  const urls = await page.evaluate(() => {
    const tags = document.querySelectorAll<HTMLScriptElement | HTMLLinkElement>("script[src], link[rel=modulepreload]");
    return [...new Set([...tags].map((tag) => (tag instanceof HTMLScriptElement ? tag.src : tag.href)))];
  });
  const sizes = urls.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).byteLength);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** Runs the page's own settings once and counts the long tasks meanwhile. */
async function decodingLine(page: Page): Promise<string> {
  await page
    .locator(".chip")
    .filter({ hasText: /\d models/ })
    .waitFor({ timeout: 120_000 });
  const live = page.getByRole("button", { name: /^Run( it live)?$/ });
  const started = await page.evaluate(() => performance.now());
  await live.click();
  await page
    .getByRole("status")
    .filter({ hasText: /^Run finished$/ })
    .waitFor({ timeout: 300_000 });
  const tasks = (await page.evaluate(() => window.longTasks)).filter(({ start }) => start >= started);
  const worst = Math.max(0, ...tasks.map(({ ms }) => ms));
  return `page: ${tasks.length} main-thread tasks over 50 ms while decoding${worst > 0 ? `, the longest ${worst.toFixed(0)} ms` : ""}`;
}
