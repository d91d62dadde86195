/**
 * `npm run screenshots`
 *
 * Takes pictures of the built page. Those that a page of `docs/` shows go to `docs/pictures/`, and `docs/see-why.md` is
 * written from what the screen says. The icons and the picture of links (`icons`, `preview`) go to `public/`, and are taken
 * only when they are named. All others are for looking at and go to `.cache/screenshots/`. `npm run screenshots
 * -- NAME...` takes only pictures whose name begins so ("sweep" for all of the sweeps).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { format, resolveConfig } from "prettier";
import { reduce } from "../src/state/run/reduce.ts";
import { readTrace } from "../src/state/keep/trace-file.ts";
import { IDLE_VIEW } from "../src/state/run/view.ts";
import { buildIfStale } from "./build-if-stale.ts";
import { launchChromium } from "./chromium.ts";
import { LENGTH_LENS, readJudges } from "./screenshots/lens.ts";
import { shootSweeps } from "./screenshots/sweeps.ts";
import { shootIcons, shootPreview } from "./screenshots/site-pictures.ts";
import { saveWebp } from "./screenshots/webp.ts";
import { chooseSentence } from "./see-why/choose.ts";
import { readScreen } from "./see-why/read-screen.ts";
import { seeWhyPage } from "./see-why/write-page.ts";
import { serve } from "./serve.ts";

interface Shot {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly scheme: "light" | "dark";
  readonly prepare?: (page: Page) => Promise<void>;
  /** What is pictured; without it, the window. */
  readonly part?: string;
  /** Takes the picture itself, at this path. */
  readonly take?: (page: Page, path: string) => Promise<void>;
}

const SHOWN_FOLDER = "docs/pictures";
const FOLDER = ".cache/screenshots";
/** Shown by README.md and docs/lens.md. */
const SHOWN = new Set(["light", "lens"]);
const SEE_WHY = "docs/see-why.md";
const button = (name: string) => (page: Page) => page.getByRole("button", { name, exact: true }).click();

async function openSavedRuns(page: Page): Promise<void> {
  // The same date in every picture.
  await page.clock.setFixedTime(new Date("2026-11-24T12:00:00Z"));
  await button("Share and save")(page);
  await button("Saved runs")(page);
  for (const name of ["A word that changed", "The same with more strength"]) {
    await page.getByLabel("Name of the run").fill(name);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: `Open ${name}` }).waitFor();
  }
}

/** Two branches, one of them of the other; decoded here and now by the bundled models. */
async function branchTwice(page: Page): Promise<void> {
  // Short texts: this is about the tree.
  for (const [label, value] of [
    ["Length", "24"],
    ["Samples N", "2"],
  ] as const) {
    await page
      .getByRole("textbox", { name: `${label}, number` })
      .first()
      .fill(value);
    await page.keyboard.press("Tab");
  }
  for (const [lane, position] of [
    [1, 4],
    [2, 9],
  ] as const) {
    await page.locator(".lane").nth(lane).locator(`[data-position="${position}"]`).click();
    await page.locator(".inspector tbody button").first().click();
    // The run before this one is finished too.
    await page.getByRole("status").filter({ hasText: "in progress" }).waitFor();
    await page.getByRole("status").filter({ hasText: "Run finished" }).waitFor({ timeout: 300_000 });
  }
  await page.getByRole("treeitem").nth(1).focus();
}

/** What the visitor gets, at half its size. */
async function savePicture(page: Page, path: string): Promise<void> {
  const downloading = page.waitForEvent("download");
  await button("Share and save")(page);
  await button("Save a picture")(page);
  await saveWebp(page, await readFile(await (await downloading).path()), path, 0.5);
}

const THEMES = ["light", "dark"] as const;
const SHOTS: readonly Shot[] = [
  { name: "light", width: 1440, height: 960, scheme: "light" },
  { name: "dark", width: 1440, height: 1280, scheme: "dark" },
  { name: "tablet", width: 768, height: 1024, scheme: "light" },
  { name: "phone", width: 390, height: 844, scheme: "light" },
  {
    name: "phone-settings",
    width: 390,
    height: 844,
    scheme: "dark",
    prepare: button("Settings"),
  },
  {
    name: "projector",
    width: 1440,
    height: 900,
    scheme: "light",
    prepare: button("Projector mode"),
  },
  ...THEMES.flatMap((scheme): readonly Shot[] => [
    { name: `saved-${scheme}`, width: 900, height: 700, scheme, prepare: openSavedRuns, part: "dialog.drawer" },
    { name: `branches-${scheme}`, width: 1100, height: 900, scheme, prepare: branchTwice, part: ".branches" },
    { name: `sentence-${scheme}`, width: 1100, height: 900, scheme, part: ".sentence" },
    { name: `lanes-${scheme}`, width: 1440, height: 900, scheme, take: savePicture },
  ]),
  { name: "lens", width: 1100, height: 900, scheme: "light", prepare: readJudges, part: LENGTH_LENS },
  { name: "lens-whole", width: 1300, height: 900, scheme: "dark", prepare: readJudges, part: "main:has(.panel)" },
  {
    name: "see-why",
    width: 1440,
    height: 1100,
    scheme: "light",
    take: explainSentence,
  },
];

/** The three pictures of the walkthrough, and its page. */
async function explainSentence(page: Page): Promise<void> {
  const list: unknown = JSON.parse(await readFile("public/examples/index.json", "utf8"));
  const [first] = list as readonly { readonly file: string }[];
  const reading = readTrace(await readFile(`public/examples/${first?.file}`, "utf8"));
  if (reading.type === "broken") throw new Error(`public/examples/${first?.file}: ${reading.why}`);
  const { lane, position } = chooseSentence(reading.trace.events.reduce(reduce, IDLE_VIEW));
  const seen = await readScreen(page, lane, position);
  await saveWebp(page, await still(page.locator(".lanes")), `${SHOWN_FOLDER}/see-why-lanes.webp`);
  await saveWebp(page, await still(page.locator(".sentence")), `${SHOWN_FOLDER}/see-why-sentence.webp`);
  await saveWebp(page, await still(page.locator(".inspector")), `${SHOWN_FOLDER}/see-why-equation.webp`);
  const options = await resolveConfig(SEE_WHY);
  await writeFile(SEE_WHY, await format(seeWhyPage(seen), { ...options, parser: "markdown", proseWrap: "always" }));
  console.log(SEE_WHY);
}

const still = (of: Page | Locator): Promise<Buffer> => of.screenshot({ animations: "disabled" });

async function shoot(page: Page, url: string, { name, prepare, part, take }: Shot): Promise<void> {
  await page.goto(`${url}?backend=wasm&world=laboratory`);
  // Reduced motion shows the recording's end at once.
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page
    .locator(".chip")
    .filter({ hasText: /models/ })
    .waitFor();
  await prepare?.(page);
  const path = `${SHOWN.has(name) ? SHOWN_FOLDER : FOLDER}/${name}.webp`;
  if (take !== undefined) await take(page, path);
  else await saveWebp(page, await still(part === undefined ? page : page.locator(part)), path);
}

const wanted = process.argv.slice(2);
await buildIfStale();
for (const folder of [FOLDER, SHOWN_FOLDER]) await mkdir(folder, { recursive: true });
const server = await serve({ folder: "dist" });
const browser = await launchChromium({ gpu: "none" });
try {
  for (const shot of SHOTS) {
    if (wanted.length > 0 && !wanted.some((name) => shot.name.startsWith(name))) continue;
    const { width, height, scheme } = shot;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme: scheme,
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(120_000);
    await shoot(await context.newPage(), server.url, shot);
    await context.close();
  }
  if (wanted.length === 0 || wanted.includes("sweep")) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 1200 }, reducedMotion: "reduce" });
    await shootSweeps(await context.newPage(), server.url, FOLDER);
  }
  if (wanted.includes("icons")) await shootIcons(browser);
  if (wanted.includes("preview")) await shootPreview(browser, server.url);
} finally {
  await browser.close();
  await server.close();
}
