/** Pictures of the lens: sixteen plain samples written here and now, read by the five fallible judges. */
import type { Page } from "playwright-core";

/** The length lens, with length taken out. */
export const LENGTH_LENS = "section.panel:has([data-fact=judges])";

export async function readJudges(page: Page): Promise<void> {
  page.setDefaultTimeout(600_000);
  const read = page.getByRole("status").filter({ hasText: /texts? read/ });
  await page.getByRole("link", { name: "Lens" }).click();
  await page.getByRole("combobox", { name: "Reward" }).selectOption("judge adventure");
  await page.getByRole("button", { name: /^Use five fallible judges/ }).click();
  await page.getByRole("button", { name: "Use the careful judge" }).waitFor();
  await page.getByRole("checkbox", { name: /of each steered lane/ }).uncheck();
  await page.getByRole("button", { name: "Write samples" }).click();
  await read.waitFor();
  await page.getByRole("button", { name: "Take the length out" }).click();
}
