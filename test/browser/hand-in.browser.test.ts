/** Handing in, reading a class, and paper: what a learner saves, what a teacher sees of it, and every text whole in print. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterEach, describe, expect, inject, test } from "vitest";
import { readHandIn } from "../../src/state/handin/read-file.ts";
import { SHIPPED_LESSONS } from "../../src/state/lessons/shipped.ts";
import { madeFile, ownRun } from "../state/handin/class.ts";
import { SCRIPTS } from "../state/keep/hostile.ts";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** A sheet of A4 without its margins, in CSS pixels. */
const PAPER = { width: 703, height: 1010 };

/** What a printed page must not have: controls, texts that are cut off, and things beyond the edge of the paper. */
async function faultsOnPaper(page: Page): Promise<string[]> {
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(PAPER);
  return page.evaluate((width) => {
    const seen = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true });
    const name = (element: Element): string =>
      `${element.tagName}.${element.className}: ${element.textContent.trim().slice(0, 40)}`;
    const all = [...document.querySelectorAll("body *")].filter((each) => seen(each) && each.closest("svg") === null);
    const isWide = (each: Element): boolean => each.closest("table")?.matches(":has(tr > :nth-child(14))") === true;
    return [
      ...all.filter((each) => each.matches(".button, .link, input, select, summary:not(details[open] > summary)")),
      ...all.filter((each) => {
        const { overflowX, overflowY } = getComputedStyle(each);
        const isHidden = each.classList.contains("hidden-label");
        const isCut = each.scrollHeight > each.clientHeight + 2 && overflowY !== "visible";
        return !isHidden && (isCut || (each.scrollWidth > each.clientWidth + 2 && overflowX !== "visible"));
      }),
      ...all.filter((each) => !isWide(each) && each.getBoundingClientRect().right > width + 1),
    ].map(name);
  }, PAPER.width);
}

async function isOnLightGround(page: Page): Promise<boolean> {
  return page.evaluate(
    () => getComputedStyle(document.querySelector(".lane") ?? document.body).backgroundColor === "rgb(255, 255, 255)",
  );
}

describe("a learner", () => {
  test("finishes a lesson with a run of their own and hands it in, by keyboard", async () => {
    opened = await openTab(`${inject("pageUrl")}?backend=wasm#lesson-strength`);
    const { page, troubles } = opened;
    const panel = page.getByRole("complementary", { name: "Lessons" });
    const goTo = async (step: number): Promise<void> => {
      await panel.getByRole("button", { name: step === 10 ? "Finish" : "Next" }).press("Enter");
      if (step < 10) await panel.getByRole("heading", { name: `Step ${step} of 9` }).waitFor();
    };
    await goTo(2);
    await panel.getByRole("button", { name: "Run it here" }).press("Enter");
    await panel.getByText("The run is over.").waitFor();
    await goTo(3);
    await goTo(4);
    await panel.getByRole("button", { name: "Take this value" }).press("Enter");
    await goTo(5);
    await panel.getByRole("radio", { name: "Strength 6" }).press("Space");
    for (const step of [6, 7, 8, 9]) await goTo(step);
    await panel.getByLabel("Your answer").fill(`At 2. ${SCRIPTS[1]}`);
    await goTo(10);
    await panel.getByRole("link", { name: "Hand in" }).press("Enter");

    await page.getByRole("heading", { name: "Strength, and its price in KL" }).waitFor();
    await page.getByText("Nothing is sent.", { exact: false }).first().waitFor();
    await page.getByText("Nothing is missing.").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByLabel("Your name or a nickname").fill("Anna <b>B.</b>");
    const downloading = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save the file" }).press("Enter");
    const download = await downloading;
    expect(download.suggestedFilename()).toBe("tiller-hand-in-anna-b-b-b.json");
    const reading = readHandIn(await readFile(await download.path(), "utf8"));
    if (reading.type !== "hand-in") throw new Error(JSON.stringify(reading.why));
    const { learner, lessons } = reading.handIn;
    expect(learner.name).toBe("Anna <b>B.</b>");
    const [lesson] = lessons;
    expect(lesson).toMatchObject({ isDone: true, answers: [{ id: "where", text: `At 2. ${SCRIPTS[1]}` }] });
    expect(lesson?.predictions.map(({ prediction, verdict }) => [prediction, verdict])).toEqual([
      [{ type: "scale", value: 5 }, "other"],
      [{ type: "lane", lane: 3 }, "right"],
    ]);
    expect(lesson?.runs.map(({ recording, trace }) => [recording, trace?.request.seed])).toEqual([
      ["lesson-strength-one.json", 94],
    ]);

    expect(await faultsOnPaper(page)).toEqual([]);
    const printed = await page.locator("main:visible").innerText();
    for (const whole of ["Anna <b>B.</b>", SCRIPTS[1], "Perplexity".toLowerCase(), "In my gloom"])
      expect(printed).toContain(whole);
    expect(await page.title()).not.toBe("overrun");
    expect(troubles).toEqual([]);
  }, 120_000);
});

describe("a teacher", () => {
  test("reads thirty hand-ins by keyboard, with damaged and hostile ones among them", async () => {
    const runs = [await ownRun("strength", "lesson-strength.json")];
    const files = await Promise.all(
      Array.from({ length: 30 }, async (_, i) => {
        const n = i + 1;
        const answer = n === 4 ? SCRIPTS[1] : n === 8 ? "Only at strength two" : "because";
        const text = await madeFile({
          n,
          name: n === 4 ? SCRIPTS[0] : `Learner ${n}`,
          answer,
          lessons: SHIPPED_LESSONS.slice(0, 2),
          runs: n % 3 === 0 ? runs : [],
        });
        return { name: `${n}.json`, mimeType: "application/json", buffer: Buffer.from(text) };
      }),
    );
    const odd = [
      { name: "<img src=x>.json", mimeType: "application/json", buffer: Buffer.from("{") },
      {
        name: "newer.json",
        mimeType: "application/json",
        buffer: Buffer.from('{"format":"tiller-hand-in","version":7}'),
      },
    ];
    opened = await openTab(`${inject("pageUrl")}?backend=wasm#lessons`, { models: "held" });
    const { page, troubles } = opened;
    await page.getByRole("link", { name: "For teachers" }).press("Enter");
    await page.getByText("Nothing is sent, and nothing is kept after this page is closed.", { exact: false }).waitFor();
    const choosing = page.waitForEvent("filechooser");
    await page.getByLabel("Choose files").last().focus();
    await page.keyboard.press("Enter");
    await (await choosing).setFiles([...files, ...odd, files[0]!]);
    await page.getByText("30 hand-ins read. 2 files refused. 1 file left out").waitFor();

    const main = page.getByRole("main");
    await main.getByText("made by another version of Tiller (version 7 of the file").waitFor();
    await main.getByText("<img src=x>.json").waitFor();
    await main.getByText(SCRIPTS[0]).first().waitFor();
    expect(await main.locator("img, script").count()).toBe(0);
    expect(await page.title()).not.toBe("overrun");
    await main.getByText("Median of the class: 3.5 nats").first().waitFor();
    await main.getByText("30 predictions: 0 right, 10 close, 20 different. Recording: 2.7 nats").waitFor();
    await main.getByText("10 runs of their own.").waitFor();
    expect(await violations(page)).toEqual([]);

    // The recording's marks stand among those of the class, which the arrow keys reach.
    const marks = main.getByRole("listbox", { name: "Runs (lesson-strength.json): marks" });
    expect(await marks.getByRole("option").count()).toBe(8);
    await marks.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await main.getByText(/^"In my gloom/).waitFor();
    await main.getByLabel("Search in the answers").last().fill("STRENGTH TWO");
    await main.getByText("1 of 24 answers").waitFor();

    const downloading = page.waitForEvent("download");
    await main.getByRole("button", { name: "Save predictions and answers as CSV" }).press("Enter");
    const table = await readFile(await (await downloading).path(), "utf8");
    expect(table.split("\r\n")).toHaveLength(1 + 30 * 5 + 1);
    expect(table).toContain("Only at strength two");

    await main.getByLabel("Hide the names").press("Space");
    expect(await main.innerText()).not.toContain("Learner 30 ");
    await main.getByRole("button", { name: "Show the hand-in of Learner 3", exact: true }).press("Enter");
    await main.getByRole("region", { name: "Hand-in of Learner 3" }).waitFor();
    expect(await faultsOnPaper(page)).toEqual([]);
    expect(troubles).toEqual([]);
  }, 120_000);
});

describe("on paper", () => {
  test("four lanes, the board and the inspector are whole and light, from a dark projector too", async () => {
    opened = await openTab(`${inject("pageUrl")}?backend=wasm`, {
      models: "held",
      kept: {
        "tiller.prefs": JSON.stringify({
          theme: "dark",
          isProjector: true,
          quantity: "push",
          textView: "text",
          hasShortcuts: true,
        }),
      },
    });
    const { page } = opened;
    await page.locator('.lane [data-position="12"]').first().click();
    expect(await faultsOnPaper(page)).toEqual([]);
    expect(await isOnLightGround(page)).toBe(true);
    const texts = page.locator(".lane");
    expect(await texts.count()).toBe(4);
    for (let i = 0; i < 4; i++) expect(await texts.nth(i).isVisible()).toBe(true);
    const printed = await page.locator("main:visible").innerText();
    for (const whole of ["Prompt:", "Bramble found a key under a leaf", "KL spent"]) expect(printed).toContain(whole);

    await page.emulateMedia({ media: "screen" });
    await page.goto(`${inject("pageUrl")}?backend=wasm#sweep`, { waitUntil: "commit" });
    await page.getByRole("region", { name: "Win matrix, table" }).waitFor();
    expect(await faultsOnPaper(page)).toEqual([]);
  }, 120_000);
});
