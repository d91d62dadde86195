/** How the page comes to a phone on a slow network: when it paints, when its buttons are there, and how much of it moves. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { scriptsIn } from "../build/budget.ts";
import { launchChromium } from "../chromium.ts";
import { serve } from "../serve.ts";

/** Milliseconds, and bytes a second: 1.6 Mbit/s down, 0.75 Mbit/s up. */
const SLOW_4G = { offline: false, latency: 400, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const PHONE = { width: 390, height: 844 };
/** Models and runtimes come after all that is measured here. */
const LATER = /^(models|ort|served)\//;
const COMPRESSED = /\.(html|js|css|json|svg)$/;
const BUILD = "dist";

/** One line for each figure. A processor that is busy with something else makes the times worse. */
export async function measureFirstLoad(): Promise<string[]> {
  const folder = await compressedCopy();
  const server = await serve({ folder });
  const browser = await launchChromium({ gpu: "none" });
  try {
    const page = await browser.newPage({ viewport: PHONE });
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Network.enable");
    await devtools.send("Network.emulateNetworkConditions", SLOW_4G);
    await page.goto(server.url, { waitUntil: "commit" });
    await page.getByRole("button", { name: "Step" }).waitFor();
    const buttons = await page.evaluate(() => performance.now());
    await page.locator(".token").first().waitFor();
    const text = await page.evaluate(() => performance.now());
    const paint = await page.evaluate(
      () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    );
    const times = [
      ["first paint", paint],
      ["buttons", buttons],
      ["a recorded text", text],
    ] as const;
    return [
      `page: starts with ${((await firstBytes()) / 1000).toFixed(1)} kB of compressed script`,
      `page: on a slow 4G (1.6 Mbit/s, 400 ms) ${times.map(([what, ms]) => `${what} after ${ms.toFixed(0)} ms`).join(", ")}`,
      `page: layout shift ${(await layoutShift(page)).toFixed(3)} by then`,
    ];
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The sum of all shifts so far that no input caused. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((done) => {
        let sum = 0;
        const observer = new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            // Not among TypeScript's DOM types.
            const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
            if (!hadRecentInput) sum += value;
          }
        });
        observer.observe({ type: "layout-shift", buffered: true });
        // What the browser kept is told in a task of its own; without shifts there is none.
        setTimeout(() => done(sum), 100);
      }),
  );
}

async function firstBytes(): Promise<number> {
  const names = scriptsIn(await readFile(join(BUILD, "index.html"), "utf8"));
  const files = await Promise.all(names.map((name) => readFile(join(BUILD, name))));
  return files.reduce((sum, file) => sum + gzipSync(file).byteLength, 0);
}

/** The page as a host sends it: each text has a compressed file beside it. */
async function compressedCopy(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tiller-first-load-"));
  const entries = await readdir(BUILD, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(BUILD, join(entry.parentPath, entry.name)))
    .filter((path) => !LATER.test(path));
  for (const path of paths) {
    const [from, to] = [join(BUILD, path), join(folder, path)];
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    if (COMPRESSED.test(path)) await writeFile(`${to}.gz`, gzipSync(await readFile(from)));
  }
  return folder;
}
