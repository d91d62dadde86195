/** Links as they arrive: with what chats and mail programs add before and behind them. */
import { afterEach, expect, inject, test } from "vitest";
import { writeLink } from "../../src/state/keep/link.ts";
import { defaultSettings } from "../../src/state/settings/settings-data.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

const opened: OpenPage[] = [];

afterEach(async () => {
  for (const page of opened.splice(0)) await page.close();
});

const own = defaultSettings();
const PROMPT = "Zoë’s boat was late — again.";
const LINK = writeLink({
  world: "laboratory",
  settings: { ...own, prompts: { ...own.prompts, story: PROMPT } },
  view: { quantity: "kl", textView: "text" },
  models: null,
});

test("a link opens with fbclid before it and dots, quotes, invisible spaces and utm parameters behind it", async () => {
  const first = await openTab(`${inject("pageUrl")}?backend=wasm&fbclid=IwAR0_x-y${LINK}.`, {
    models: "held",
  });
  opened.push(first);
  const { page, troubles } = first;
  const prompt = page.getByRole("textbox", { name: "Prompt" }).first();
  await expect.poll(() => prompt.inputValue()).toBe(PROMPT);
  // Each in turn, as pasted into the address of the open page, after the visitor's own settings are back.
  for (const tail of [")", "…", '"', "\u200b", "&utm_source=chat", "?fbclid=x", "%20", " >"]) {
    await prompt.fill("Another prompt.");
    await page.evaluate((hash) => (location.hash = hash), `${LINK}${tail}`);
    await expect.poll(() => prompt.inputValue(), { message: tail }).toBe(PROMPT);
  }
  // One character changed: refused in words, and the prompt stays.
  await prompt.fill("Another prompt.");
  await page.evaluate(
    (hash) => (location.hash = hash),
    `${LINK?.slice(0, 20)}${LINK?.[20] === "A" ? "B" : "A"}${LINK?.slice(21)}`,
  );
  await page.getByRole("alert").filter({ hasText: "something changed some of its characters" }).waitFor();
  expect(await prompt.inputValue()).toBe("Another prompt.");
  expect(troubles).toEqual([]);
});
