/** The page brings its own letters: what a visitor reads looks and measures the same on every machine. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage;
let devtools: CDPSession;

beforeAll(async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  const { page, context } = opened;
  await page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  await page.evaluate(() => document.fonts.ready);
  devtools = await context.newCDPSession(page);
  await devtools.send("DOM.enable");
  await devtools.send("CSS.enable");
}, 60_000);

afterAll(() => opened.close());

/** Which fonts the browser really used for the text right inside the elements that `selector` finds. */
async function fontsUsed(selector: string): Promise<readonly { familyName: string; isCustomFont: boolean }[]> {
  const { root } = await devtools.send("DOM.getDocument", { depth: -1 });
  const { nodeIds } = await devtools.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
  const used = await Promise.all(nodeIds.map((nodeId) => devtools.send("CSS.getPlatformFontsForNode", { nodeId })));
  return used.flatMap(({ fonts }) => fonts);
}

const fromTheSystem = async (selector: string): Promise<string[]> =>
  (await fontsUsed(selector)).filter((font) => !font.isCustomFont).map((font) => font.familyName);

/** Shows `text` in a voice of the page, alone, and waits for its letters. */
async function show(page: Page, text: string, voice: "sans" | "serif"): Promise<void> {
  await page.evaluate(
    async ([words, name]) => {
      document.querySelector("#specimen")?.remove();
      const specimen = document.createElement("p");
      specimen.id = "specimen";
      specimen.textContent = words;
      specimen.style.fontFamily = `var(--${name})`;
      document.body.append(specimen);
      await document.fonts.load(`16px ${getComputedStyle(specimen).fontFamily}`, words);
      await document.fonts.ready;
    },
    [text, voice] as const,
  );
}

/** Every character beyond ASCII that the page's own texts hold, comments and recorded runs included. */
async function ownSigns(): Promise<string> {
  const files: string[] = ["public/models/objectives.json", "index.html"];
  for (const folder of ["src", "workers", "public/examples"]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    files.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
  }
  const texts = await Promise.all(
    files.map(async (file) => (await readFile(file, "utf8")).replaceAll(/^\s*(\/\/|\/?\*).*$/gm, "")),
  );
  return [...new Set(texts.join(""))].filter((sign) => sign > "~" && /\P{Cc}/u.test(sign)).join("");
}

test("all text of the page with a finished run is set in the shipped fonts", async () => {
  const families = new Set((await fontsUsed("#app *")).map((font) => font.familyName));
  expect(families.size).toBeGreaterThanOrEqual(2);
  expect(await fromTheSystem("#app *")).toEqual([]);
}, 30_000);

test("so is all text of the sweep", async () => {
  const { page } = opened;
  await page.evaluate(() => (location.hash = "sweep"));
  await page.getByRole("heading", { name: "Sweep", level: 2 }).waitFor();
  expect(await fromTheSystem("#app *")).toEqual([]);
}, 30_000);

test.each(["sans", "serif"] as const)(
  "every sign of the page's own texts has a glyph in the %s voice",
  async (voice) => {
    const signs = await ownSigns();
    expect(signs).toContain("β");
    await show(opened.page, signs, voice);
    expect(await fromTheSystem("#specimen")).toEqual([]);
  },
  30_000,
);

test.each(["Zoë and Łukasz met José in Dvůr Králové", "“π_ref” → Σ wᵢ · β ≤ −½ …", "Ελλάδα", "Привет"])(
  "“%s” is set in the shipped fonts in both voices",
  async (text) => {
    for (const voice of ["sans", "serif"] as const) {
      await show(opened.page, text, voice);
      expect(await fromTheSystem("#specimen")).toEqual([]);
    }
  },
  30_000,
);

test("figures and signs have one width", async () => {
  const widths = await opened.page.evaluate(() => {
    const number = document.createElement("span");
    number.className = "num";
    document.body.append(number);
    const width = (text: string): number => {
      number.textContent = text;
      return number.getBoundingClientRect().width;
    };
    const all = {
      figures: [..."0123456789"].map((figure) => width(figure.repeat(20))),
      signs: ["+1", "−1"].map(width),
    };
    number.remove();
    return all;
  });
  expect(new Set(widths.figures).size).toBe(1);
  expect(new Set(widths.signs).size).toBe(1);
}, 30_000);

test("the fonts of the first words are asked for by the page itself, once each, before a style sheet needs them", async () => {
  const { page } = opened;
  const preloaded = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLLinkElement>("link[rel=preload][as=font]")].map((link) => link.href),
  );
  expect(preloaded.length).toBe(2);
  const requests = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map((entry) => ({ url: entry.name, by: (entry as PerformanceResourceTiming).initiatorType })),
  );
  // A style sheet that asks is "css".
  for (const url of preloaded) expect(requests.filter((request) => request.url === url)).toEqual([{ url, by: "link" }]);
  expect(opened.troubles).toEqual([]);
}, 30_000);
