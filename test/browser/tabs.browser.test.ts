/** Two tabs of one visitor: each comes back from a reload as it was. */
import type { Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** Opens the page without models, with its first recording at its end. */
async function visit(page: Page): Promise<void> {
  await page.goto(`${inject("pageUrl")}?backend=wasm`);
  await settled(page);
}
const settled = (page: Page): Promise<void> =>
  page.getByRole("status").filter({ hasText: "Recorded run finished" }).waitFor();
const prompt = (page: Page) => page.getByRole("textbox", { name: "Prompt" });
const length = (page: Page) => page.getByRole("textbox", { name: "Length, number" });

test("a prompt in one tab and a slider in another both stay, after a reload of each", async () => {
  opened = await openPage("about:blank", { gpu: "none", models: "held", viewport: { width: 1280, height: 900 } });
  const { page: first, context } = opened;
  await visit(first);
  const second = await context.newPage();
  await visit(second);
  const before = await prompt(second).inputValue();

  await prompt(first).fill("A prompt of the first tab");
  await length(second).fill("32");
  await second.keyboard.press("Tab");
  for (const page of [first, second]) {
    await page.reload();
    await settled(page);
  }
  expect(await prompt(first).inputValue()).toBe("A prompt of the first tab");
  expect(await length(first).inputValue()).not.toBe("32");
  expect(await prompt(second).inputValue()).toBe(before);
  expect(await length(second).inputValue()).toBe("32");

  // A new tab begins with what was written last.
  const third = await context.newPage();
  await visit(third);
  expect(await length(third).inputValue()).toBe("32");
});
