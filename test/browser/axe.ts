/** Accessibility rules on the page as it stands, and that what a control shows is in its accessible name (WCAG 2.5.3). */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

export async function violations(page: Page): Promise<string[]> {
  // The page's policy refuses an injected <script>; evaluated text is the tool's and not the page's.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(await readFile(axePath, "utf8"));
  const results = await page.evaluate<AxeResults>(
    `axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"], rules: { "label-content-name-mismatch": { enabled: true } }, resultTypes: ["violations"] })`,
  );
  return results.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`,
  );
}
