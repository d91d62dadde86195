/**
 * `npm run screenshots`
 *
 * Takes the pictures of `docs/pictures/` from the built page: the first bundled recording at its end, the same on every
 * machine but for its fonts.
 */
import { mkdir } from "node:fs/promises";
import type { Page } from "playwright-core";
import { buildIfStale } from "./build-if-stale.ts";
import { launchChromium } from "./chromium.ts";
import { serve } from "./serve.ts";

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  readonly prepare?: (page: Page) => Promise<void>;
}

const FOLDER = "docs/pictures";
const SHOTS: readonly Shot[] = [
  { name: "light", width: 1440, height: 1280, scheme: "light" },
  { name: "dark", width: 1440, height: 1280, scheme: "dark" },
  { name: "tablet", width: 768, height: 1024, scheme: "light" },
  { name: "phone", width: 390, height: 844, scheme: "light" },
  {
    name: "phone-settings",
    width: 390,
    height: 844,
    scheme: "dark",
    prepare: (page) => page.getByRole("button", { name: "Settings", exact: true }).click(),
  },
  {
    name: "projector",
    width: 1440,
    height: 900,
    scheme: "light",
    prepare: (page) => page.getByRole("button", { name: "Projector mode" }).click(),
  },
];

async function shoot(page: Page, url: string, { name, prepare }: Shot): Promise<void> {
  await page.goto(url);
  // Reduced motion shows the recording's end at once.
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page
    .locator(".chip")
    .filter({ hasText: /models/ })
    .waitFor();
  await prepare?.(page);
  await page.screenshot({ path: `${FOLDER}/${name}.png`, animations: "disabled" });
  console.log(`${FOLDER}/${name}.png`);
}

const SWEEP_SHOTS = [
  { axis: "weights", tab: "Trade-off map", name: "sweep-map" },
  { axis: "N", tab: "Over-optimisation", name: "sweep-over" },
] as const;

/** Runs two small sweeps and takes each of their pictures in both colour schemes. */
async function shootSweeps(page: Page, url: string): Promise<void> {
  page.setDefaultTimeout(600_000);
  await page.goto(`${url}#sweep`);
  await page.getByRole("textbox", { name: "Length, number" }).fill("64");
  for (const { axis, tab, name } of SWEEP_SHOTS) {
    await page.getByRole("radio", { name: axis, exact: true }).check({ force: true });
    await page.getByRole("button", { name: "Start a new sweep" }).click();
    const again = page.getByRole("button", { name: "Discard these results and start" });
    if (await again.isVisible()) await again.click();
    await page.getByRole("status").filter({ hasText: "under way" }).waitFor();
    await page.getByRole("status").filter({ hasText: "Sweep finished" }).waitFor();
    await page.getByRole("radio", { name: tab }).check({ force: true });
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${FOLDER}/${name}-${colorScheme}.png`, animations: "disabled" });
      console.log(`${FOLDER}/${name}-${colorScheme}.png`);
    }
  }
}

await buildIfStale();
await mkdir(FOLDER, { recursive: true });
const server = await serve({ folder: "dist" });
const browser = await launchChromium({ gpu: "none" });
try {
  for (const shot of SHOTS) {
    const { width, height, scheme } = shot;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: "reduce",
    });
    await shoot(await context.newPage(), server.url, shot);
    await context.close();
  }
  const context = await browser.newContext({ viewport: { width: 1440, height: 1200 }, reducedMotion: "reduce" });
  await shootSweeps(await context.newPage(), server.url);
} finally {
  await browser.close();
  await server.close();
}
