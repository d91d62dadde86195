/**
 * `npm run screenshots`
 *
 * Takes the pictures of `docs/pictures/` from the built page, the same on every machine but for its fonts, and writes
 * `docs/see-why.md` from what the screen says. `npm run screenshots -- NAME...` takes only pictures whose name begins so
 * ("sweep" for all of the sweeps).
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { format, resolveConfig } from "prettier";
import { reduce } from "../src/state/run/reduce.ts";
import { readTrace } from "../src/state/keep/trace-file.ts";
import { IDLE_VIEW } from "../src/state/run/view.ts";
import { buildIfStale } from "./build-if-stale.ts";
import { launchChromium } from "./chromium.ts";
import { shootSweeps } from "./screenshots/sweeps.ts";
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
  readonly ending?: "webp";
  /** Takes the picture itself, at this path. */
  readonly take?: (page: Page, path: string) => Promise<void>;
}

const FOLDER = "docs/pictures";
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

/** What the visitor gets, at half its size and as WebP: a PNG of this many letters is large. */
async function savePicture(page: Page, path: string): Promise<void> {
  const downloading = page.waitForEvent("download");
  await button("Share and save")(page);
  await button("Save a picture")(page);
  const large = await readFile(await (await downloading).path());
  const small = await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(Math.round(image.width / 2), Math.round(image.height / 2));
    const context = canvas.getContext("2d");
    if (context !== null) context.imageSmoothingQuality = "high";
    context?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const blob = await canvas.convertToBlob({ type: "image/webp", quality: 0.9 });
    const small = new Uint8Array(await blob.arrayBuffer());
    return btoa(Array.from(small, (byte) => String.fromCharCode(byte)).join(""));
  }, large.toString("base64"));
  await writeFile(path, Buffer.from(small, "base64"));
}

const THEMES = ["light", "dark"] as const;
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
    { name: `lanes-${scheme}`, width: 1440, height: 900, scheme, take: savePicture, ending: "webp" },
  ]),
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
  await page.locator(".lanes").screenshot({ path: `${FOLDER}/see-why-lanes.png`, animations: "disabled" });
  await page.locator(".sentence").screenshot({ path: `${FOLDER}/see-why-sentence.png`, animations: "disabled" });
  await page.locator(".inspector").screenshot({ path: `${FOLDER}/see-why-equation.png`, animations: "disabled" });
  const options = await resolveConfig(SEE_WHY);
  await writeFile(SEE_WHY, await format(seeWhyPage(seen), { ...options, parser: "markdown", proseWrap: "always" }));
  console.log(SEE_WHY);
}

async function shoot(page: Page, url: string, { name, prepare, part, take, ending }: Shot): Promise<void> {
  await page.goto(`${url}?backend=wasm`);
  // Reduced motion shows the recording's end at once.
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page
    .locator(".chip")
    .filter({ hasText: /models/ })
    .waitFor();
  await prepare?.(page);
  const path = `${FOLDER}/${name}.${ending ?? "png"}`;
  if (take !== undefined) await take(page, path);
  else if (part !== undefined) await page.locator(part).screenshot({ path, animations: "disabled" });
  else await page.screenshot({ path, animations: "disabled" });
  if (take !== explainSentence) console.log(path);
}

const wanted = process.argv.slice(2);
await buildIfStale();
await mkdir(FOLDER, { recursive: true });
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
} finally {
  await browser.close();
  await server.close();
}
