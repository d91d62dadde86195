/** The first thing that a visitor meets: recorded answers of a real chat model, and the way to the laboratory. */
import { afterEach, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

test("a first visit shows recorded answers, weighs them anew without a model, and offers the model", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, {
    models: "held",
    kept: { "tiller.world": "" },
  });
  const { page, troubles } = opened;
  await page.locator('.lane [data-position="20"]').nth(3).waitFor();
  const offer = page.getByRole("group", { name: "The chat model" });
  expect(await offer.innerText()).toContain("recorded answers of SmolLM2-135M-Instruct");
  await offer.getByRole("button", { name: "Run it on this device (98 MB, once)" }).waitFor();
  expect(await page.locator(".lane").first().innerText()).toContain("Gravity is a fundamental concept in physics");
  // No objective and no judge belong to a chat model.
  expect(await page.getByText("Adventure", { exact: true }).count()).toBe(0);
  const weight = page.getByRole("textbox", { name: "Simple, number" });
  await weight.fill("1.6");
  await weight.press("Tab");
  await page.getByText("Re-weighted, not decoded.").waitFor();
  // Every plausible token was kept, so the numbers are no estimates, though the weight is above the one that ran.
  await page.getByText("All other tokens have at most 0.1 % of the probability of a step.").waitFor();
  await page
    .getByText(/The text would change at token \d+/)
    .first()
    .waitFor();
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 60_000);

test("the switch leads to the laboratory and back, each with its own prompt", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm&world=chat`, { models: "held" });
  const { page } = opened;
  const prompt = page.getByLabel("Prompt", { exact: true });
  await page.locator('.lane [data-position="5"]').first().waitFor();
  await prompt.fill("Why do cats purr?");
  await page.getByText("Contrasts of two instructions").click();
  await page.getByRole("button", { name: "Cheerful", exact: true }).click();
  await page.getByRole("textbox", { name: "Cheerful, number" }).waitFor();
  await page.getByRole("radio", { name: "Laboratory" }).check({ force: true });
  await page.getByText("Adventure", { exact: true }).first().waitFor();
  expect(await prompt.inputValue()).toContain("hedgehog");
  await page.getByRole("radio", { name: "Chat model" }).check({ force: true });
  await page.getByRole("textbox", { name: "Cheerful, number" }).waitFor();
  expect(await prompt.inputValue()).toBe("Why do cats purr?");
}, 60_000);
