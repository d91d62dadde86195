/** The lens as a visitor uses it, by keyboard: in the laboratory with the five fallible judges, and on a chat model. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { defaultSettings, newLane, noWeights } from "../../src/state/settings/settings-data.ts";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { tinyGguf } from "../engine/gguf/tiny-gguf.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
let server: RunningServer | undefined;
afterEach(async () => {
  await opened?.close();
  await server?.close();
  [opened, server] = [undefined, undefined];
});

const fact = (page: Page, name: string): Locator => page.locator(`[data-fact=${name}]`);
const button = (page: Page, name: string): Locator => page.getByRole("button", { name, exact: true });
const finished = (page: Page): Locator => page.getByRole("status").filter({ hasText: /(^|\s)Run finished/ });
const read = (page: Page, count: string): Locator => page.getByRole("status").filter({ hasText: `${count} read.` });

async function press(target: Locator, key = "Enter"): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

/** The last number of a text that the page wrote. */
const numberIn = (text: string): number => Number((/[−+]?\d[\d.]*(?=\D*$)/.exec(text)?.[0] ?? "").replace("−", "-"));

test("in the laboratory: a lane's tokens, its standing, and five judges who rank by shortness", async () => {
  const settings = {
    ...defaultSettings(),
    judge: "fallible",
    maxTokens: 24,
    n: 4,
    weights: { ...noWeights(), adventure: 2 },
    lanes: [newLane("a", "base"), newLane("b", "genarm")],
  };
  const kept = { "tiller.settings": JSON.stringify(settings) };
  opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { kept });
  const { page, troubles } = opened;
  await page.getByText("9 models").first().waitFor();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await finished(page).waitFor();

  // From the lane's menu to its text, read through the reward that steered it.
  await press(page.getByRole("button", { name: "Settings of GenARM" }));
  await press(button(page, "Read through a reward"));
  await page.getByRole("heading", { name: "Lens", level: 2 }).waitFor();
  expect(await page.getByRole("combobox", { name: "Reward" }).inputValue()).toBe("arm adventure");
  await read(page, "2 texts").waitFor();
  const tokens = page.getByRole("listbox", { name: /^The text as Adventure/ });
  await press(tokens.getByRole("option").first(), "ArrowRight");
  await page.keyboard.press("ArrowRight");
  const spoken = await fact(page, "token").innerText();
  expect(spoken).toMatch(/^“.+”: push [−+]?\d\.\d\d nats, sum so far/);
  expect(await tokens.getByRole("option", { selected: true }).getAttribute("aria-label")).toBe(spoken);
  expect(await page.locator("[data-level]:not([data-level='0'])").count()).toBeGreaterThan(10);
  await fact(page, "percentiles")
    .getByText(/Plain samples, 1 text: above \d+ %/)
    .waitFor();
  await press(page.getByRole("radio", { name: "words" }), "ArrowRight");
  await press(page.getByRole("radio", { name: "+ numbers" }), "ArrowRight");
  expect(await page.getByRole("region", { name: "Each token and its numbers" }).getByRole("row").count()).toBe(25);
  expect(await violations(page)).toEqual([]);

  // Sixteen plain samples, whole texts; the judges then read them.
  await page.getByRole("checkbox", { name: /of each steered lane/ }).press("Space");
  await press(button(page, "Write samples"));
  await page
    .getByRole("status")
    .filter({ hasText: /Writing samples: \d+ %/ })
    .waitFor();
  await read(page, "17 texts").waitFor();
  await page.getByRole("combobox", { name: "Reward" }).selectOption("judge adventure");
  await read(page, "17 texts").waitFor();
  const judges = fact(page, "judges").getByRole("row");
  await expect.poll(() => judges.count()).toBe(7);
  // Until the truth is read too.
  await expect.poll(async () => /–/.test(await fact(page, "judges").innerText())).toBe(false);
  for (const row of (await judges.allInnerTexts()).slice(1)) {
    const [name, withLength] = row.split(/\t|\n/);
    expect(numberIn(withLength ?? ""), name).toBeLessThan(-0.75);
  }
  expect(numberIn(await fact(page, "spearman").innerText())).toBeLessThan(-0.9);
  const before = await fact(page, "winners").innerText();
  await press(button(page, "Take the length out"));
  await expect.poll(async () => Math.abs(numberIn(await fact(page, "spearman").innerText()))).toBeLessThan(0.05);
  await fact(page, "winners")
    .getByText(/^Best of these texts, at p = −/)
    .waitFor();
  expect(await fact(page, "winners").innerText()).toContain(before.split("\n")[1]!.slice(0, 20));
  await press(page.getByRole("slider", { name: "p in reward − p · length" }), "ArrowRight");
  await press(button(page, "Back to p = 0"));
  await press(page.getByRole("button", { name: "show: judge 2" }));

  // The charts have marks that the keyboard reaches, and tables with the same numbers.
  await press(page.getByRole("listbox", { name: "Adventure: judge against length: marks" }), "End");
  await page
    .getByText(/^\d+ tokens, reward .+ without length/)
    .last()
    .waitFor();
  for (const summary of await page.getByText("The numbers as a table").all()) await summary.click();
  expect(await page.locator("tr[data-row]").count()).toBe(17 + 16);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 800 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(troubles).toEqual([]);
}, 180_000);

test("on a chat model: a pasted text through a contrast and a scorer, and what is missing is said", async () => {
  const home = await mkdtemp(join(tmpdir(), "tiller-lens-"));
  try {
    await mkdir(join(home, "tiny"));
    await writeFile(
      join(home, "tiny", "tiny.Q4_1.gguf"),
      tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true }),
    );
    server = await serve({ folder: "dist", models: home });
    opened = await openPage(`${server.url}?backend=wasm#lens`, { gpu: "none", kept: { "tiller.world": "" } });
    const { page, troubles } = opened;
    await page.getByText("No text yet").or(page.getByText("This text is not read yet.")).first().waitFor();
    await page.getByRole("textbox", { name: "Paste a text" }).fill("Kindly sit down. Then we talk.\n---\nhey!");
    await page.getByRole("textbox", { name: "Prompt of the pasted text" }).fill("Hello?");
    await page.getByRole("combobox", { name: "Reward" }).selectOption("contrast Cheerful");
    await page.getByText("The model is loaded first.").waitFor();
    await press(button(page, "Read"));
    await page
      .getByRole("status")
      .filter({ hasText: /texts? read/ })
      .waitFor();
    await press(page.getByRole("radio", { name: "push" }), "ArrowRight");
    const tokens = page.getByRole("listbox", { name: /^The text as Cheerful/ });
    await press(tokens.getByRole("option").first(), "ArrowRight");
    expect(await fact(page, "token").innerText()).toMatch(/push [−+]?\d\.\d\d nats, credit [−+]?0\.\d\d, sum so far/);
    expect(
      await page
        .getByRole("table", { name: /adds in each sentence/ })
        .getByRole("row")
        .count(),
    ).toBe(3);
    expect(await violations(page)).toEqual([]);

    await page.getByRole("combobox", { name: "Reward" }).selectOption("scorer brevity");
    await page.getByRole("listbox", { name: /^The text as Short text/ }).waitFor();
    await press(
      page
        .getByRole("radio", { name: "sentence" })
        .or(page.getByRole("radio", { name: "4 tokens" }))
        .last(),
    );
    await expect.poll(() => fact(page, "score").innerText()).toContain("Score of the whole text: −6");
    expect(await page.getByRole("combobox", { name: "Reward" }).locator("option").allInnerTexts()).not.toContain(
      "Joy: judge",
    );
    expect(troubles).toEqual([]);
  } finally {
    await rm(home, { recursive: true });
  }
}, 120_000);
