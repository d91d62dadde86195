/** The page changed from outside: translators that put their words in the place of ours, and the colours of the system. */
import type { Page } from "playwright-core";
import { afterEach, describe, expect, inject, test } from "vitest";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

const opened: OpenPage[] = [];

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

const pageUrl = (): string => `${inject("pageUrl")}?backend=wasm`;

async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const box = page.getByRole("textbox", { name: `${label}, number` }).first();
  await box.fill(String(value));
  await box.press("Tab");
}

async function run(page: Page, detail: number): Promise<void> {
  await setNumber(page, "Detail", detail);
  // Watched from before the click: a run of 12 tokens may end between two looks from here.
  const ended = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        let hasBegun = false;
        new MutationObserver((_, observer) => {
          const buttons = [...document.querySelectorAll("button")];
          const canStop = buttons.some((button) => button.textContent?.trim() === "Stop" && !button.disabled);
          hasBegun ||= canStop;
          if (!hasBegun || canStop) return;
          observer.disconnect();
          resolve();
        }).observe(document, { subtree: true, childList: true, attributes: true });
      }),
  );
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await ended;
}

/** All that the page says, but for what a clock measured. */
function said(page: Page): Promise<string> {
  return page.evaluate(() =>
    Array.from(document.querySelectorAll("main > *"), (shown) => {
      const part = shown.cloneNode(true) as Element;
      for (const tip of part.querySelectorAll("[role=tooltip]")) tip.remove();
      return (part.textContent ?? "")
        .replaceAll(/\s+/g, " ")
        .replaceAll(/[\d,.]+ ms/g, "ms")
        .replaceAll(/tokens\/s ?[\d,.]+/g, "tokens/s");
    }).join("\n"),
  );
}

/** Ways in which scripts put their own nodes in the place of a text. */
const WAYS = {
  "nested <font>, as translators do":
    "text.replaceWith(wrapped(wrapped(document.createTextNode(text.data), 'font'), 'font'))",
  "a <span> around the same node, as spell-checkers do":
    "{ const box = document.createElement('span'); text.before(box); box.append(text); }",
  "a <mark> put before, then the text taken out":
    "{ text.before(wrapped(document.createTextNode(text.data), 'mark')); text.remove(); }",
  "new text content": "{ text.parentElement.childNodes.length === 1 && (text.parentElement.textContent = text.data); }",
} as const;

function wrapAll(page: Page, way: keyof typeof WAYS): Promise<number> {
  return page.evaluate<number>(`(() => {
    const wrapped = (node, tag) => { const box = document.createElement(tag); box.append(node); return box; };
    const walker = document.createTreeWalker(document.querySelector("#app"), NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) if (walker.currentNode.data.trim() !== "") texts.push(walker.currentNode);
    for (const text of texts) if (!text.parentElement.closest("select, textarea, svg")) { ${WAYS[way]} }
    return texts.length;
  })()`);
}

test("every number on the screen is the state's, however other scripts wrapped the texts before the next run", async () => {
  const tab = await openTab(pageUrl());
  opened.push(tab);
  const { page, troubles } = tab;
  await page.locator(".lane [data-position]").first().waitFor({ state: "attached" });
  expect(await page.locator("#app").getAttribute("translate")).toBe("no");
  const [main] = await page.locator("main").elementHandles();
  await setNumber(page, "Length", 14);
  // The slider goes by four tokens, and what is typed stays.
  expect(await page.getByRole("textbox", { name: "Length, number" }).first().inputValue()).toBe("14");
  await setNumber(page, "Samples N", 2);
  await run(page, 1.3);
  await page.locator(".lane").nth(1).locator("[data-position='3']").click();
  const wanted = await said(page);
  // Nobody touched the page so far, so it still is the one that was mounted on arrival.
  expect(await main?.evaluate((each) => each.isConnected)).toBe(true);
  for (const way of Object.keys(WAYS) as (keyof typeof WAYS)[]) {
    await run(page, -1.3);
    await page.locator(".lane").nth(1).locator("[data-position='3']").click();
    expect(await said(page)).not.toBe(wanted);
    expect(await wrapAll(page, way)).toBeGreaterThan(200);
    await run(page, 1.3);
    await page.locator(".lane").nth(1).locator("[data-position='3']").click();
    await expect.poll(() => said(page), { timeout: 10_000, message: way }).toBe(wanted);
  }
  expect(troubles).toEqual([]);
}, 240_000);

describe("with the system's colours", () => {
  test.each(["light", "dark"] as const)(
    "%s: what a colour said is said by lines, and what is chosen stands out",
    async (colorScheme) => {
      const look = { forcedColors: "active", colorScheme } as const;
      const still = await openTab(pageUrl(), { models: "held", ...look });
      opened.push(still);
      const { page, troubles } = still;
      await page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
      const found = await page.evaluate(() => {
        const at = (selector: string): Element => {
          const element = document.querySelector(selector);
          if (element === null) throw new Error(`no ${selector} is shown`);
          return element;
        };
        const style = (selector: string) => getComputedStyle(at(selector));
        const mark = (selector: string): string => {
          const { textDecorationLine, textDecorationStyle, textDecorationThickness } = style(selector);
          return [textDecorationLine, textDecorationStyle, textDecorationThickness].join(" ");
        };
        const box = (selector: string): string => {
          const { borderBlockEndWidth, borderBlockEndColor, borderBlockEndStyle } = style(selector);
          return `${borderBlockEndWidth} ${borderBlockEndColor} ${borderBlockEndStyle}`;
        };
        const paint = (selector: string) => {
          const { backgroundColor, color } = style(selector);
          return { backgroundColor, color };
        };
        const levels = [-5, -3, -1, 0, 1, 3, 5].map((level) => mark(`.swatches [data-level="${level}"]`));
        return {
          flip: box(".token.flip"),
          noFlip: box(".token:not(.flip)"),
          levels,
          page: style("body").backgroundColor,
          fills: ["[data-tone=reward]:not(.off) .fill", "[data-tone=control] .fill", ".board .bar span"].map(
            (each) => style(each).backgroundColor,
          ),
          track: [style(".track").blockSize, style(".fill").blockSize, style(".track").backgroundColor],
          segments: [paint(".segments label.on"), paint(".segments label:not(.on)")],
          main: paint(".button.main"),
        };
      });
      expect(found.flip).not.toBe(found.noFlip);
      expect(found.noFlip.startsWith("0px")).toBe(true);
      expect(new Set(found.levels).size).toBe(found.levels.length);
      for (const fill of [...found.fills, found.track[2]]) expect(fill).not.toBe(found.page);
      expect(found.track[0]).not.toBe(found.track[1]);
      expect(found.segments[0]).not.toEqual(found.segments[1]);
      expect(found.segments[0]?.backgroundColor).not.toBe(found.segments[0]?.color);
      expect(found.main.backgroundColor).not.toBe(found.main.color);

      const token = page.locator(".lane").nth(1).locator("[data-position='4']");
      const outline = (): Promise<string> =>
        token.evaluate((each) => `${getComputedStyle(each).outlineStyle} ${getComputedStyle(each).outlineWidth}`);
      const before = await outline();
      await token.click();
      await page.getByRole("textbox", { name: "Prompt" }).first().focus();
      expect(await outline()).not.toBe(before);
      expect(await outline()).toBe("solid 3px");
      expect(troubles).toEqual([]);
    },
    60_000,
  );
});
