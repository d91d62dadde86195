/** Pictures of the sweep view: two small sweeps, the second under the fallible judges, decoded where the script runs. */
import type { Page } from "playwright-core";
import { saveWebp } from "./webp.ts";

const SWEEP_SHOTS = [
  { axis: "weights", tab: "Trade-off map", name: "sweep-map" },
  { axis: "N", tab: "Over-optimisation", name: "sweep-over" },
] as const;

/** Runs two small sweeps and takes each of their pictures in both colour schemes. */
export async function shootSweeps(page: Page, url: string, folder: string): Promise<void> {
  page.setDefaultTimeout(600_000);
  await page.goto(`${url}#sweep`);
  for (const [slider, value] of [
    ["Length", 48],
    ["Seeds", 4],
  ] as const) {
    const box = page.getByRole("textbox", { name: `${slider}, number` }).first();
    await box.fill(String(value));
    await box.press("Tab");
  }
  for (const { axis, tab, name } of SWEEP_SHOTS) {
    await page.getByRole("radio", { name: axis, exact: true }).check({ force: true });
    if (axis === "N") await page.getByRole("button", { name: "Use five fallible judges" }).first().click();
    await page.getByRole("button", { name: "Start a new sweep" }).click();
    const again = page.getByRole("button", { name: "Discard these results and start" });
    if (await again.isVisible()) await again.click();
    await page.getByRole("status").filter({ hasText: "in progress" }).waitFor();
    await page.getByRole("status").filter({ hasText: "Sweep finished" }).waitFor();
    await page.getByRole("radio", { name: tab }).check({ force: true });
    await page.getByRole("listbox").focus();
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await saveWebp(page, await page.screenshot({ animations: "disabled" }), `${folder}/${name}-${colorScheme}.webp`);
    }
  }
}
