/** Pictures that come with the site: its icons, out of public/icon.svg, and what others show of a link to it. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { PREVIEW } from "../build/page-head.ts";

const FOLDER = "public";
/** `--paper` of the light page. */
const GROUND = "#fbfaf7";
/** Systems cut a maskable icon to a circle of 80 %; a square in it has sides of 56 %. */
const SAFE_SHARE = 0.56;
/** Shown by the preview: its steered lanes differ at first sight. */
const RECORDING = "chat-simple";

export async function shootIcons(browser: Browser): Promise<void> {
  const svg = await readFile(`${FOLDER}/icon.svg`, "utf8");
  const page = await browser.newPage();
  const draw = async (size: number, share: number, ground: string, name: string): Promise<void> => {
    await page.setViewportSize({ width: size, height: size });
    const side = Math.round(size * share);
    await page.setContent(
      `<body style="margin: 0; display: grid; place-content: center; block-size: 100vh; background: ${ground}">` +
        svg.replace("<svg", `<svg width="${side}" height="${side}"`),
    );
    await page.screenshot({ path: `${FOLDER}/${name}.png`, omitBackground: ground === "none" });
    console.log(`${FOLDER}/${name}.png`);
  };
  await draw(192, 1, "none", "icon-192");
  await draw(512, 1, "none", "icon-512");
  await draw(512, SAFE_SHARE, GROUND, "icon-maskable");
  await page.close();
}

const STYLE = `
  main { padding: 20px 28px 0 !important; gap: 14px !important; }
  main > footer, main > header > .mark { display: none !important; }
  main > header { order: 1; }
  main > header h1 { font-size: 25px !important; }
  main > .lanes { order: 2; }
  .cell article { --read: 20px !important; border-block-end: 0 !important; border-end-start-radius: 0; border-end-end-radius: 0; }
  .cell h2, .cell .hint { font-size: 15px !important; }
  .site { display: flex; align-items: baseline; gap: 22px; font: 600 64px/1.1 var(--serif); }
  .site span { font: 400 25px/1.2 var(--sans); color: var(--muted); }
  .scroll { scrollbar-width: none !important; }`;

/** The embedded page with the name and the sentence of the whole one above it. */
export async function shootPreview(browser: Browser, url: string): Promise<void> {
  const { width, height, file } = PREVIEW;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: "light",
    reducedMotion: "reduce",
    // The page's policy takes no style of others.
    bypassCSP: true,
  });
  const page = await context.newPage();
  await page.goto(`${url}embed.html?lang=en#play-${RECORDING}`);
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page.addStyleTag({ content: STYLE });
  await addName(page);
  await page.screenshot({ path: `${FOLDER}/${file}`, type: "jpeg", quality: 82, animations: "disabled" });
  console.log(`${FOLDER}/${file}`);
  await context.close();
}

async function addName(page: Page): Promise<void> {
  await page.evaluate(() => {
    const line = document.createElement("div");
    line.className = "site";
    line.textContent = "tiller";
    const about = document.createElement("span");
    about.textContent = "Steer a small language model with rewards, in your browser";
    line.append(about);
    document.querySelector("main")?.prepend(line);
  });
}
