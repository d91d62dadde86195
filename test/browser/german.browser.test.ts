/** The page in German: nothing in sight stays English but what models write and people type. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Page } from "playwright-core";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage;
beforeAll(async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm&lang=de`, {
    models: "held",
    kept: { "tiller.world": "" },
  });
});
afterAll(() => opened.close());

/** English words that German does not have. */
const ENGLISH = /\b(?:the|of|is|are|and|to|with|this|that|from|its?|than|by)\b/;

/** Texts in sight and names of controls with English words, but for what models write, what is typed, and marked English. */
async function englishInSight(page: Page): Promise<string[]> {
  const said = await page.evaluate(() => {
    const skipped = '[lang="en"], .said, .lane .text, .scroll, textarea, option, code, .num, [data-position]';
    const found: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element === null || element.closest(skipped) !== null || !element.checkVisibility()) continue;
      if (node instanceof Element) found.push(node.getAttribute("aria-label") ?? "", node.getAttribute("title") ?? "");
      else found.push(node.textContent ?? "");
    }
    return found;
  });
  return said.filter((text) => ENGLISH.test(text.replaceAll(/Best-of-\d+|You are[^.]*\./g, "")));
}

test("a first visit, the laboratory and every view speak German", async () => {
  const { page, troubles } = opened;
  await page.locator('.lane [data-position="20"]').nth(3).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("de");
  await page.getByRole("button", { name: "Auf diesem Gerät starten (98 MB, einmal)" }).waitFor();
  // Numbers have a decimal comma, and are typed with one.
  const weight = page.getByRole("textbox", { name: "Einfach, Zahl" });
  await weight.fill("1,6");
  await weight.press("Tab");
  expect(await weight.inputValue()).toBe("+1,60");
  await page.getByText("Umgewichtet, nicht neu geschrieben.").waitFor();
  expect(await englishInSight(page)).toEqual([]);
  expect(await violations(page)).toEqual([]);
  await page.getByRole("radio", { name: "Labor" }).check({ force: true });
  await page.getByText("Abenteuer", { exact: true }).first().waitFor();
  expect(await englishInSight(page)).toEqual([]);
  for (const [view, there] of [
    ["Messreihe", "Siegmatrix"],
    ["Lupe", "Was gelesen wird"],
    ["Lektionen", "Was eine Belohnung mit einem Token macht"],
  ] as const) {
    await page.getByRole("link", { name: view, exact: true }).click();
    await page.getByText(there).first().waitFor();
    expect(await englishInSight(page), view).toEqual([]);
    expect(await violations(page), view).toEqual([]);
  }
  expect(troubles).toEqual([]);
}, 60_000);

test("the help names the language, and a change of it keeps the settings", async () => {
  const { page } = opened;
  await page.getByRole("link", { name: "Spielwiese" }).click();
  await page.getByRole("radio", { name: "Chatmodell" }).check({ force: true });
  const prompt = page.getByLabel("Prompt", { exact: true });
  await prompt.fill("Why do cats purr?");
  await page.getByRole("button", { name: "Tasten und Begriffe" }).click();
  const dialog = page.getByRole("dialog", { name: "Tasten und Begriffe" });
  await dialog.getByText("Spalte der Seite", { exact: false }).waitFor();
  expect(await englishInSight(page)).toEqual([]);
  await dialog.getByRole("radio", { name: "English" }).check({ force: true });
  await page.getByRole("link", { name: "Playground" }).waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  expect(await prompt.inputValue()).toBe("Why do cats purr?");
  expect(await page.getByRole("textbox", { name: "Simple, number" }).inputValue()).toBe("+1.60");
  await page.getByRole("button", { name: "Language / Sprache" }).click();
  await page.getByRole("radio", { name: "Deutsch" }).check({ force: true });
  await page.getByRole("link", { name: "Spielwiese" }).waitFor();
  expect(await prompt.inputValue()).toBe("Why do cats purr?");
}, 60_000);
