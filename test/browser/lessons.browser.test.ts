/** Every lesson, walked by keyboard alone from the list to its end, with right and with wrong predictions. No model is needed. */
import type { Page } from "playwright-core";
import { afterEach, describe, expect, inject, test } from "vitest";
import { violations } from "./axe.ts";
import { openTab } from "./beside-runtime.ts";
import type { OpenPage } from "./chromium.ts";

let opened: OpenPage | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** What to answer: an option, a place on the scale in steps from its start, or a token by its position. */
type Answer = string | { readonly steps: number } | { readonly token: number };
interface Walk {
  readonly title: string;
  readonly right: readonly Answer[];
  readonly wrong: readonly Answer[];
}

const WALKS: readonly Walk[] = [
  { title: "What a reward does to one token", right: [{ token: 7 }], wrong: [{ token: 20 }] },
  {
    title: "Strength, and its price in KL",
    right: [{ steps: 5 }, "Strength 6"],
    wrong: [{ steps: 20 }, "Plain"],
  },
  { title: "Two wishes at once", right: ["Less", "Less"], wrong: ["More", "About the same"] },
  { title: "Value model against reward model", right: ["GenARM", "VAS"], wrong: ["Plain", "GenARM"] },
  { title: "Best of N, and what it costs", right: [{ steps: 4 }, "Best of 32"], wrong: [{ steps: 28 }, "Plain"] },
  { title: "A reward is not the truth", right: ["About the same", "More"], wrong: ["More", "Less"] },
];

async function predict(page: Page, answer: Answer): Promise<void> {
  if (typeof answer === "string") {
    const option = page.getByRole("radio", { name: answer, exact: true });
    await option.press("Space");
  } else if ("steps" in answer) {
    const scale = page.getByRole("slider", { name: "Your prediction" });
    await scale.press("Home");
    for (let i = 0; i < answer.steps; i++) await scale.press("ArrowRight");
    await page.getByRole("button", { name: "Take this value" }).press("Enter");
  } else {
    await page.locator('.lane [data-position="0"]').first().focus();
    for (let i = 0; i < answer.token; i++) await page.keyboard.press("ArrowRight");
    await page.getByText(/^Chosen: “/).waitFor();
    await page.getByRole("button", { name: "I predict this word" }).press("Enter");
  }
  await page.getByText("Your prediction is kept.").waitFor();
}

/** From the first step to the last. @param isChecked for access @returns what was said of each prediction */
async function walk(page: Page, answers: readonly Answer[], isChecked: boolean): Promise<string[]> {
  const panel = page.getByRole("complementary", { name: "Lessons" });
  const said: string[] = [];
  const left = [...answers];
  const steps = Number(/of (\d+)$/.exec(await panel.getByRole("heading").innerText())?.[1]);
  for (let step = 1; step <= steps; step++) {
    await panel.getByRole("heading", { name: `Step ${step} of ${steps}` }).waitFor();
    const text = await panel.innerText();
    if (text.includes("Show the recording")) {
      await panel.getByRole("button", { name: "Show the recording" }).press("Enter");
      await panel.getByText("The run is over.").waitFor();
    } else if (text.includes("Predict first.")) {
      const next = left.shift();
      if (next === undefined) throw new Error(`no answer for step ${step}`);
      expect(await panel.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
      if (isChecked && left.length === 0) expect(await violations(page)).toEqual([]);
      await predict(page, next);
    } else if (text.includes("You predicted")) {
      said.push(await panel.locator(".verdict").innerText());
      if (isChecked && said.length === 1) expect(await violations(page)).toEqual([]);
    } else if (text.includes("Your answer")) {
      await panel.getByLabel("Your answer").fill("Because of <b>chance</b>.");
    }
    const button = panel.getByRole("button", { name: step === steps ? "Finish" : "Next" });
    await button.press("Enter");
    if (step < steps) {
      // The next step is read from its heading on.
      await page.waitForFunction(() => document.activeElement?.tagName === "H2");
    }
  }
  await panel.getByText("You finished this lesson.").waitFor();
  expect(left).toEqual([]);
  return said;
}

describe.each(WALKS)("$title", ({ title, right, wrong }) => {
  test("to its end, with right and with wrong predictions", async () => {
    opened = await openTab(`${inject("pageUrl")}?backend=wasm`, { models: "held", kept: { "tiller.world": "" } });
    const { page, troubles } = opened;
    await page.getByRole("link", { name: "Lessons" }).press("Enter");
    await page.getByRole("link", { name: `Start: ${title}` }).press("Enter");
    const verdicts = await walk(page, right, true);
    expect(verdicts).toEqual(right.map(() => "Your prediction is right."));

    await page.getByRole("button", { name: "All lessons" }).press("Enter");
    await page.getByRole("link", { name: `Do it again: ${title}` }).press("Enter");
    expect(await walk(page, wrong, false)).toEqual(wrong.map(() => "It came out differently than you predicted."));

    await page.getByRole("button", { name: "Leave the lesson" }).press("Enter");
    // The page is whole again, with what was there before.
    await page.getByRole("radio", { name: "Laboratory" }).waitFor();
    expect(await page.getByLabel("Prompt", { exact: true }).inputValue()).toBe("What is gravity?");
    expect(troubles).toEqual([]);
  }, 120_000);
});

test("a lesson is left in the middle, and goes on after a reload", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm#lesson-strength`, { models: "held" });
  const { page, troubles } = opened;
  const heading = page.getByRole("complementary", { name: "Lessons" }).getByRole("heading");
  await heading.filter({ hasText: "Step 1 of 9" }).waitFor();
  for (const step of [2, 3, 4]) {
    await page.getByRole("button", { name: "Next" }).press("Enter");
    await heading.filter({ hasText: `Step ${step} of 9` }).waitFor();
  }
  await predict(page, { steps: 7 });
  await page.reload({ waitUntil: "commit" });
  await heading.filter({ hasText: "Step 4 of 9" }).waitFor();
  await page.getByText("Your prediction is kept.").waitFor();
  expect(await page.getByRole("slider", { name: "Your prediction" }).inputValue()).toBe("3.5");
  // The run before this step stands on the stage, and controls that the lesson does not need are away.
  await page.locator('.lane [data-position="3"]').nth(1).waitFor();
  await page.getByRole("link", { name: "Sweep" }).waitFor({ state: "hidden" });
  expect(await page.getByText("Sampling", { exact: true }).isVisible()).toBe(false);
  await page.goto(`${inject("pageUrl")}?backend=wasm`, { waitUntil: "commit" });
  await page.getByText("Sampling", { exact: true }).waitFor();
  expect(troubles).toEqual([]);
}, 120_000);

test("an address with an unknown lesson says so and leads to the list", async () => {
  opened = await openTab(`${inject("pageUrl")}?backend=wasm#lesson-nonsense`, { models: "held" });
  const { page, troubles } = opened;
  await page.getByText("There is no lesson of this name.").waitFor();
  await page.getByRole("link", { name: "All lessons" }).press("Enter");
  await page
    .getByRole("link", { name: /^Start: / })
    .nth(5)
    .waitFor();
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
}, 120_000);
