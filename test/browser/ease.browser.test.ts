/** A first visit and five tasks, each in at most three actions from the first screen; a phone, and every look. */
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenOptions, OpenPage } from "./chromium.ts";

const PHONE = { width: 390, height: 844 } as const;

let opened: OpenPage | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** The recorded answers of a first visit, all there. */
async function visit(look: OpenOptions = {}): Promise<Page> {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, {
    models: "held",
    kept: { "tiller.world": "" },
    viewport: { width: 1440, height: 900 },
    ...look,
  });
  await opened.page.getByRole("status").filter({ hasText: "finished" }).waitFor();
  return opened.page;
}

function counter(): { readonly press: (target: Locator) => Promise<void>; readonly count: () => number } {
  let actions = 0;
  return {
    press: async (target) => {
      actions += 1;
      await target.click();
    },
    count: () => actions,
  };
}

/** Whether all of it is on the screen as it stands, and nothing lies above it. */
function isSeen(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    const onTop = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return top >= 0 && left >= 0 && right <= innerWidth && bottom <= innerHeight && element.contains(onTop);
  });
}

/** Controls that a finger can miss: less than 44 px. Words and tokens within a text are as high as its lines. */
function small(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const controls = "button, a[href], input, select, textarea, summary, [role=button], [role=tab]";
    return [...document.querySelectorAll<HTMLElement>(controls)].flatMap((control) => {
      if (control.matches(".term, p .link, p a")) return [];
      const isInLabel = control.matches("input[type=checkbox], input[type=radio]");
      const touched = (isInLabel ? control.closest("label") : null) ?? control;
      const { width, height } = touched.getBoundingClientRect();
      if (!control.checkVisibility({ visibilityProperty: true }) || width === 0) return [];
      const name = control.getAttribute("aria-label") ?? (control.textContent || control.outerHTML);
      return Math.min(width, height) < 43.9 ? [`${control.tagName} ${name.trim()} ${width} x ${height}`] : [];
    });
  });
}

test.each([
  ["a laptop", { width: 1366, height: 768 }],
  ["a phone", PHONE],
] as const)(
  "on %s one sentence says what this is, and one button does it",
  async (_, viewport) => {
    const page = await visit({ viewport });
    const offer = page.getByRole("group", { name: "The chat model" });
    expect(await offer.innerText()).toMatch(/^Tiller steers what a small language model writes/);
    expect(await isSeen(offer.getByRole("button"))).toBe(true);
    expect(await isSeen(offer.locator("p").first())).toBe(true);
  },
  60_000,
);

test("five tasks take at most three actions each, from the first screen", async () => {
  const page = await visit();
  // Compare prices: they stand on the board, for every lane.
  const prices = page.getByRole("region", { name: /^Scoreboard/ }).locator("li", { hasText: /^[A-D]/ });
  expect(await prices.count()).toBeGreaterThanOrEqual(8);

  // Find a word that guidance changed.
  const find = counter();
  await find.press(page.locator(".lane .token.flip").first());
  await page.getByText(/^Plain sampling would have drawn/).waitFor();
  expect(find.count()).toBeLessThanOrEqual(3);

  // Share. Where the clipboard is shut, the link is shown to be copied by hand.
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error("shut"));
  });
  const share = counter();
  await share.press(page.getByRole("button", { name: "Share and save" }));
  await share.press(page.getByRole("button", { name: "Copy a link" }));
  await page.getByText(/link/i).filter({ hasText: /cop/i }).first().waitFor();
  expect(share.count()).toBeLessThanOrEqual(3);

  // Set everything back.
  const weight = page.getByRole("textbox", { name: "Simple, number" });
  const start = await weight.inputValue();
  await weight.fill("1.5");
  await weight.press("Tab");
  const reset = counter();
  await reset.press(page.getByRole("button", { name: "Reset all" }));
  await expect.poll(() => weight.inputValue()).toBe(start);
  expect(reset.count()).toBeLessThanOrEqual(3);

  // Steer to cheerful. The models never come here; with real ones this is `real.browser.test.ts`.
  const steer = counter();
  await steer.press(page.getByText("Contrasts of two instructions"));
  await steer.press(page.getByRole("button", { name: "Cheerful", exact: true }));
  await steer.press(page.getByRole("button", { name: "Run", exact: true }));
  await page.getByRole("textbox", { name: "Cheerful, number" }).waitFor();
  await page.getByRole("button", { name: "Loading" }).waitFor();
  expect(steer.count()).toBeLessThanOrEqual(3);
}, 60_000);

test("a thumb reaches the run, the sliders and the inspector of a phone, and the text stays in sight", async () => {
  const page = await visit({ viewport: PHONE });
  expect(await small(page)).toEqual([]);
  expect(await isSeen(page.getByRole("button", { name: "Run", exact: true }))).toBe(true);

  await page.getByRole("button", { name: "Settings", exact: true }).click();
  expect(await small(page)).toEqual([]);
  const text = page.locator(".lane [data-position='0']").first();
  expect(await isSeen(text)).toBe(true);
  const weight = page.getByRole("textbox", { name: "Simple, number" });
  await weight.scrollIntoViewIfNeeded();
  await weight.fill("1.5");
  expect(await isSeen(text)).toBe(true);
  await page.getByRole("button", { name: "Close settings" }).click();

  await page.getByRole("button", { name: "Why?" }).click();
  await expect.poll(() => isSeen(page.getByRole("region", { name: "Chosen token" }).locator("h2"))).toBe(true);
}, 60_000);

/** Width, font size and ground of the page, and how a lane's changed token is marked. */
function look(page: Page): Promise<{ over: number; size: number; ground: string; flip: string; moves: number }> {
  return page.evaluate(() => {
    const of = (element: Element | null): CSSStyleDeclaration => getComputedStyle(element ?? document.body);
    const flip = of(document.querySelector(".lane .token.flip"));
    return {
      over: document.documentElement.scrollWidth - innerWidth,
      size: Number.parseFloat(of(document.querySelector(".lane .said")).fontSize),
      ground: of(document.body).backgroundColor,
      flip: `${flip.outlineStyle} ${flip.borderBlockEndStyle} ${flip.textDecorationLine} ${flip.boxShadow}`,
      moves: document.getAnimations().length,
    };
  });
}

test("high contrast, forced colours, dark, a projector and less motion all hold the whole screen", async () => {
  const page = await visit();
  const usual = await look(page);
  const muted = (): Promise<string> =>
    page
      .locator(".hint")
      .first()
      .evaluate((hint) => getComputedStyle(hint).color);
  const usualMuted = await muted();
  expect(usual.moves).toBe(0);

  await page.emulateMedia({ contrast: "more" });
  expect(await muted()).not.toBe(usualMuted);
  expect(await violations(page)).toEqual([]);

  await page.emulateMedia({ contrast: "no-preference", forcedColors: "active" });
  const forced = await look(page);
  expect(forced.over).toBeLessThanOrEqual(0);
  // Colours are gone, so a flip is told by a line.
  expect(forced.flip).not.toBe(usual.flip);
  expect(await violations(page)).toEqual([]);

  await page.emulateMedia({ forcedColors: "none", colorScheme: "dark" });
  expect((await look(page)).ground).not.toBe(usual.ground);
  await page.emulateMedia({ colorScheme: "light" });

  await page.getByRole("button", { name: "Projector mode" }).click();
  const projected = await look(page);
  expect(projected.size).toBeGreaterThan(usual.size * 1.3);
  expect(projected.over).toBeLessThanOrEqual(0);
  expect(await violations(page)).toEqual([]);
}, 120_000);

test("at 200 % zoom nothing is cut off or wider than the window", async () => {
  // A window of 1440 x 900 at 200 % has half as many CSS pixels.
  const page = await visit({ viewport: { width: 720, height: 450 } });
  expect((await look(page)).over).toBeLessThanOrEqual(0);
  const cut = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button:not(.term), summary, h2, h3, label")].flatMap((part) =>
      part.checkVisibility() && part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline"
        ? [part.textContent.trim()]
        : [],
    ),
  );
  expect(cut).toEqual([]);
  expect(await violations(page)).toEqual([]);
}, 60_000);
