import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        // Compiles `.svelte.ts` files, so that state classes are tested in Node.
        plugins: [svelte()],
        test: {
          name: "unit",
          environment: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/browser/**"],
          // Files share their modules: loading them anew for each took a quarter of the processor's time. So a test that
          // changes something global gives it back.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.browser.test.ts"],
          globalSetup: ["test/browser/global-setup.ts"],
          // One worker with its browsers for all files (test/browser/chromium.ts). The pages keep two cores busy: two workers
          // took as long in all, and each test twice as long.
          maxWorkers: 1,
          isolate: false,
          sequence: { groupOrder: 1 },
          // Each test names its own limit; this is for those that do not.
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
