/** SmolLM2's real weights in the page, where `npm run get-model -- smollm2-135m-instruct` has put them. */
import { existsSync } from "node:fs";
import { afterEach, expect, test } from "vitest";
import { serve } from "../../scripts/serve.ts";
import { openPage, type OpenPage } from "./chromium.ts";

const isHere = existsSync("models/smollm2-135m-instruct");
if (!isHere) process.stderr.write("skipped: no real model; npm run get-model -- smollm2-135m-instruct fetches it\n");

let opened: OpenPage | undefined;
afterEach(() => opened?.close());

test.runIf(isHere)(
  "one click leads from the first paint to a steered answer of SmolLM2",
  async () => {
    const server = await serve({ folder: "dist", models: "models" });
    try {
      opened = await openPage(`${server.url}?backend=wasm`, { gpu: "none", kept: { "tiller.world": "" } });
      const { page, troubles } = opened;
      // The recording brings the fourth lane, and comes only where nobody has typed yet.
      await page.locator(".lane").nth(3).waitFor();
      await page.getByLabel("Prompt", { exact: true }).fill("How do I descale a kettle?");
      const length = page.getByRole("textbox", { name: "Length, number" }).first();
      await length.fill("24");
      await length.press("Tab");
      // The model is loaded, and answers without another click.
      await page.getByRole("button", { name: "Run it on this device (98 MB, once, from this server)" }).click();
      await page
        .getByRole("status")
        .filter({ hasText: /(^|\s)Run finished/ })
        .waitFor();
      const texts = await page.locator(".lane").evaluateAll((lanes) => {
        return lanes.map((lane) =>
          [...lane.querySelectorAll("[data-position]")].map((token) => token.textContent).join(""),
        );
      });
      const [plain = "", contrast = ""] = texts;
      expect(texts).toHaveLength(4);
      for (const text of texts) expect(text).toMatch(/kettle|descal|water|clean/i);
      expect(contrast).not.toBe(plain);
      // What opening it announces: 572 MB of weights as float32, 118 MB of caches, 17 MB of logits, 40 MB of the runtime.
      await page.locator(".chip").click();
      const memory = await page.getByText(/\d+ MB on the heap/).innerText();
      const megabytes = Number(/(\d+) MB on the heap/.exec(memory)?.[1]);
      expect(Math.abs(megabytes / 746 - 1)).toBeLessThan(0.1);
      expect(troubles).toEqual([]);
    } finally {
      await server.close();
    }
  },
  240_000,
);
