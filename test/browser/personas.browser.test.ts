/** Personas, and weights that the prompt chooses, by the keyboard alone; nothing of it needs a model. */
import type { Locator } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;

afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function press(target: Locator, key = "Enter"): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

test("a persona sets all weights, an own one is kept and removed, and the prompt chooses between them", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held" });
  const { page, troubles } = opened;
  const slider = (name: string): Locator => page.getByRole("slider", { name, exact: true });
  const persona = (name: string): Locator => page.getByRole("button", { name, exact: true });
  await press(persona("Explorer"));
  await page.getByText("You set the weights of Explorer.").waitFor();
  expect(await persona("Explorer").getAttribute("aria-pressed")).toBe("true");
  expect(await slider("Adventure").inputValue()).toBe("1.9");
  expect(await slider("Joy").inputValue()).toBe("0");

  await press(slider("Joy"), "ArrowRight");
  expect(await persona("Explorer").getAttribute("aria-pressed")).toBe("false");
  await page.getByRole("textbox", { name: "Name of these weights" }).focus();
  await page.keyboard.type("Pip");
  await page.keyboard.press("Enter");
  await page.getByText("Kept as Pip.").waitFor();
  await press(persona("Painter"));
  await press(persona("Pip"));
  expect(await slider("Joy").inputValue()).toBe("0.1");
  await press(persona("Remove Pip"));
  expect(await persona("Pip").count()).toBe(0);

  await press(page.getByRole("checkbox", { name: "Choose the weights for me" }), "Space");
  await page.getByRole("rowheader", { name: "Grandmother" }).waitFor();
  const before = Number(await slider("Joy").inputValue());
  await page
    .getByRole("textbox", { name: "Prompt", exact: true })
    .fill("The captain wanted to sail around the island alone.");
  await page.keyboard.press("Tab");
  await page.waitForFunction(
    (joy) => Number(document.querySelector<HTMLInputElement>('input[aria-label="Joy"]')?.value) < joy,
    before,
  );
  await press(slider("Detail"), "ArrowRight");
  await page.getByText(/^Set by hand: Detail\./).waitFor();
  await press(page.locator("summary", { hasText: "Labelled prompts" }));
  await press(page.getByRole("button", { name: "Remove prompt 1", exact: true }));
  await press(page.getByRole("button", { name: "Back to those of the page" }));
  await page.getByText("Labelled prompts (6)").waitFor();
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 90_000);
