/** The choice of the judge as a visitor makes it: fetched on demand, curves and a board of five members, and the way back. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterEach, expect, inject, test } from "vitest";
import { defaultSettings, newLane } from "../../src/state/settings/settings-data.ts";
import { serve, type RunningServer } from "../../scripts/serve.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import { openPage, type OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
let server: RunningServer | undefined;

afterEach(async () => {
  await opened?.close();
  await server?.close();
  opened = undefined;
  server = undefined;
});

const lanes = [newLane("a", "genarm"), newLane("b", "bon")];
const SETTINGS = { ...defaultSettings(), maxTokens: 12, n: 4, lanes };
const button = (page: Page, name: string | RegExp): Locator => page.getByRole("button", { name }).first();
const USE_FIVE = /^Use five fallible judges \(5\.\d MB\)$/;
const USE_CAREFUL = "Use the careful judge";

const kept = { "tiller.settings": JSON.stringify(SETTINGS) };

/** The page with short settings of a visitor who was here before; no recording brings its own. */
async function openWith(opening: Promise<OpenPage>): Promise<OpenPage & { readonly asked: readonly string[] }> {
  opened = await opening;
  const { page } = opened;
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.getByText("9 models").first().waitFor();
  return { ...opened, asked };
}

async function press(target: Locator, key = "Enter"): Promise<void> {
  await target.focus();
  await target.page().keyboard.press(key);
}

/** What the data table says of the largest N: the judge's mean by the rule that ranked. */
async function lastBeliefs(page: Page): Promise<ReadonlyMap<string, string>> {
  const rows = await page.evaluate(() =>
    [...document.querySelectorAll("tr[data-row]")].map((row) => [...row.children].map((cell) => cell.textContent)),
  );
  const head = await page.locator("[role=region] thead th").allInnerTexts();
  const [n, rule, belief] = ["N", "ranked by"]
    .map((name) => head.indexOf(name))
    .concat(head.findIndex((name) => name.startsWith("judge (")));
  return new Map(rows.flatMap((row) => (row[n!] === "4" ? [[row[rule!] ?? "", row[belief!] ?? ""]] : [])));
}

test("five fallible judges: curves by four rules that differ, a board of five members, words before a refusal", async () => {
  const { page, troubles, asked } = await openWith(openTab(`${inject("pageUrl")}?backend=wasm`, { kept }));
  await page.getByRole("link", { name: "Sweep" }).click();
  await button(page, USE_FIVE).waitFor();
  expect(asked.filter((path) => path.includes("fallible"))).toEqual([]);
  await press(button(page, USE_FIVE));
  await button(page, USE_CAREFUL).waitFor();
  await page.getByText("9 models").first().waitFor();
  expect(new Set(asked.filter((path) => path.includes("fallible")).map((path) => path.split("/fallible/")[1]))).toEqual(
    new Set(["card.json", "onnx/model.onnx"]),
  );
  await page.getByText("do not score Dialogue").waitFor();

  // The first one says which world the page is in.
  for (const key of ["ArrowRight", "ArrowRight"]) await press(page.getByRole("radio", { checked: true }).nth(1), key);
  await page.getByRole("textbox", { name: "Sizes N" }).fill("1, 2, 4");
  for (const name of ["Plain", "GenARM", "VAS"])
    await press(page.getByRole("checkbox", { name, exact: true }), "Space");
  await press(button(page, "Start a new sweep"));
  await page.getByRole("status").filter({ hasText: "Sweep finished" }).waitFor({ timeout: 150_000 });
  await press(page.getByRole("radio", { name: "Trade-off map" }), "ArrowRight");
  await page.getByRole("heading", { name: "Over-optimisation" }).waitFor();
  await page.getByText("5 members").waitFor();
  for (const name of ["first judge alone", "worst case", "mean less disagreement"]) {
    expect(await page.getByRole("checkbox", { name }).isChecked()).toBe(true);
  }
  await page.getByText("The numbers as a table").click();
  await expect.poll(async () => (await lastBeliefs(page)).size).toBe(4);
  const beliefs = await lastBeliefs(page);
  expect([...beliefs.keys()].toSorted()).toEqual(["mean", "single", "uwo", "wco"]);
  expect(new Set(beliefs.values()).size).toBe(4);
  const marks = await page
    .locator("[data-target]")
    .evaluateAll((all) => all.map((each) => each.getAttribute("data-target")));
  for (const rule of beliefs.keys()) expect(marks).toContain(`bon/${rule}/2`);
  expect(await violations(page)).toEqual([]);
  await page.emulateMedia({ colorScheme: "dark" });
  expect(await violations(page)).toEqual([]);

  await page.getByRole("link", { name: "Playground" }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await page
    .getByRole("status")
    .filter({ hasText: /(^|\s)Run finished/ })
    .waitFor({ timeout: 90_000 });
  await page.getByRole("row", { name: /^Joy/ }).first().getByText("n/a").waitFor();
  await button(page, "All 4 samples").click();
  await page.getByText("population variance of 5 members").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: USE_CAREFUL }).waitFor();
  expect(await violations(page)).toEqual([]);
  await page.keyboard.press("Escape");

  const joy = page.getByRole("textbox", { name: "Joy, number" }).first();
  await joy.fill("1");
  await joy.press("Tab");
  const note = page.getByRole("note").filter({ hasText: "do not score Joy" });
  await note.waitFor();
  await page.getByText("cannot be ranked by these weights").waitFor();
  expect(await violations(page)).toEqual([]);
  await press(note.getByRole("button", { name: USE_CAREFUL }));
  await note.waitFor({ state: "detached" });
  await page.getByText("scored by five fallible judges").waitFor();
  expect(troubles).toEqual([]);
}, 180_000);

test("judges that cannot be fetched are told in words, and the careful judge goes on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "tiller-judges-"));
  try {
    await cp("dist", folder, { recursive: true });
    await rm(join(folder, "models/fallible"), { recursive: true });
    server = await serve({ folder });
    const { page } = await openWith(openPage(`${server.url}?backend=wasm`, { gpu: "none", kept }));
    await page
      .getByRole("button", { name: "Device and models" })
      .or(button(page, /9 models/))
      .first()
      .click();
    await press(button(page, USE_FIVE));
    await page.getByText("A model file is missing.").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("alert").getByRole("button", { name: USE_CAREFUL }).click();
    await page.getByText("9 models").first().waitFor();
    await page.getByRole("button", { name: "Run", exact: true }).click();
    await page
      .getByRole("status")
      .filter({ hasText: /(^|\s)Run finished/ })
      .waitFor({ timeout: 90_000 });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 200_000);
