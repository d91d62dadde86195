import { availableParallelism } from "node:os";
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
          // Vitest leaves a core for the watcher, which is half of two.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "browser",
          environment: "node",
          include: ["test/browser/**/*.browser.test.ts"],
          globalSetup: ["test/browser/global-setup.ts"],
          // Each worker has its own browsers for all of its files (test/browser/chromium.ts). A page and its models mostly
          // wait for one another, and a test of WebGPU for one shader: one worker keeps little more than one core busy.
          // Two need the same processor time in all, and 0.6 of the time.
          maxWorkers: 2,
          isolate: false,
          sequence: { groupOrder: 1 },
          // Each test names its own limit; this is for those that do not.
          testTimeout: 120_000,
          hookTimeout: 60_000,
          // A busy machine is slow, not broken: a second is too little for a page that waits for its turn.
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
