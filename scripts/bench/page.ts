/** What the built page costs a visitor: its first load, and how free the main thread stays. */
import type { Page } from "playwright-core";
import { buildIfStale } from "../build-if-stale.ts";
import { launchChromium } from "../chromium.ts";
import { serve } from "../serve.ts";
import { measureFirstLoad } from "./first-load.ts";

/** A main-thread task of 50 ms or more, as the browser reports them. */
interface LongTask {
  readonly start: number;
  readonly ms: number;
}

const DRAG_MOVES = 60;

declare global {
  interface Window {
    longTasks: LongTask[];
  }
}

/** One line for each figure. Without WebGPU, so that the processor decodes beside the page: the worst case for it. */
export async function measurePage(): Promise<string[]> {
  await buildIfStale();
  const firstLoad = await measureFirstLoad();
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
    await page.goto(`${server.url}?world=laboratory`);
    return [...firstLoad, await decodingLine(page), await reweighingLine(page)];
  } finally {
    await browser.close();
    await server.close();
  }
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
  return longTasksLine(page, started, "while decoding");
}

/** Drags the strength from end to end after that run, a move a frame, and counts the long tasks until all is shown. */
async function reweighingLine(page: Page): Promise<string> {
  const slider = page.getByRole("slider", { name: "1/β", exact: true }).first();
  const box = await slider.boundingBox();
  if (box === null) throw new Error("the strength slider is not on the screen");
  const y = box.y + box.height / 2;
  const started = await page.evaluate(() => performance.now());
  await page.mouse.move(box.x + 8, y);
  await page.mouse.down();
  for (let move = 0; move <= DRAG_MOVES; move++) {
    await page.mouse.move(box.x + 8 + ((box.width - 16) * move) / DRAG_MOVES, y);
    await page.waitForTimeout(16);
  }
  await page.mouse.up();
  await page.getByRole("region", { name: "Re-weighted, not decoded" }).waitFor();
  await page.waitForTimeout(500);
  return longTasksLine(page, started, `while the strength is dragged over ${DRAG_MOVES} frames after a run`);
}

async function longTasksLine(page: Page, since: number, when: string): Promise<string> {
  const tasks = (await page.evaluate(() => window.longTasks)).filter(({ start }) => start >= since);
  const worst = Math.max(0, ...tasks.map(({ ms }) => ms));
  return `page: ${tasks.length} main-thread tasks over 50 ms ${when}${worst > 0 ? `, the longest ${worst.toFixed(0)} ms` : ""}`;
}
