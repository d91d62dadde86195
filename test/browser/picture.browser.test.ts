/** The picture of the lanes, drawn by a real canvas under the page's own policy. */
import { readFileSync } from "node:fs";
import type { Download, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function openStill(scheme: "light" | "dark"): Promise<OpenPage> {
  const viewport = { width: 1440, height: 900 };
  opened = await openPage(`${inject("pageUrl")}?backend=wasm`, {
    gpu: "none",
    models: "held",
    colorScheme: scheme,
    viewport,
  });
  await opened.page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
  return opened;
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole("button", { name: "Share and save" }).click();
  await page.getByRole("button", { name: item }).click();
}

async function download(page: Page, item: string): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  const downloading: Promise<Download> = page.waitForEvent("download");
  await choose(page, item);
  const file = await downloading;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** How many pixels of a PNG have each of a few colours, and its first pixel. */
function inspect(page: Page, png: Buffer): Promise<{ colours: number; first: number[] }> {
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext("2d")!;
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const words = new Uint32Array(data.buffer);
    return { colours: new Set(words).size, first: Array.from(data.slice(0, 3)) };
  }, png.toString("base64"));
}

test.each([
  ["light", [251, 250, 247]],
  ["dark", [18, 21, 27]],
] as const)(
  "a PNG has the size of the layout, the page's %s ground, and is not empty",
  async (scheme, ground) => {
    const { page, troubles } = await openStill(scheme);
    const svg = await download(page, "Save it as SVG");
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg.bytes.toString()) ?? [];
    const png = await download(page, "Save a picture");
    expect(png.name).toMatch(/^tiller-story-\d+\.png$/);
    expect(png.bytes.subarray(1, 4).toString()).toBe("PNG");
    // The header of a PNG: width and height as big-endian 32-bit numbers.
    const size = { width: png.bytes.readUInt32BE(16), height: png.bytes.readUInt32BE(20) };
    expect(size.width).toBe(2 * (2 * 24 + 4 * 340 + 3 * 14));
    expect(size).toEqual({ width: 2 * Number(width), height: 2 * Number(height) });
    const { colours, first } = await inspect(page, png.bytes);
    expect(first).toEqual([...ground]);
    expect(colours).toBeGreaterThan(100);
    // Everything that a lane says is in the drawing.
    const said = (await page.locator(".lane").nth(1).locator("[data-position]").allInnerTexts()).join("");
    const drawn = svg.bytes
      .toString()
      .replaceAll(/<[^>]*>|\s/g, "")
      .replaceAll("&quot;", `"`)
      .replaceAll("&amp;", "&");
    expect(drawn).toContain(said.replaceAll(/\s/g, ""));
    expect(troubles).toEqual([]);
  },
  60_000,
);

test("a picture goes to the clipboard, and a clipboard that takes none is said in words", async () => {
  const { page, context } = await openStill("light");
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await choose(page, "Copy the picture");
  await page.getByText("Copied.").waitFor();
  const types = await page.evaluate(async () => (await navigator.clipboard.read()).flatMap((item) => item.types));
  expect(types).toContain("image/png");
  await page.evaluate(() => {
    navigator.clipboard.write = () => Promise.reject(new Error("shut"));
  });
  await choose(page, "Copy the picture");
  await page.getByText("does not let this page copy pictures").waitFor();
}, 60_000);
