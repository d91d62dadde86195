import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { budget } from "./scripts/build/budget.ts";
import { firstPaint } from "./scripts/build/first-paint.ts";
import { firstFileOf, wordsApart } from "./scripts/build/first-files.ts";
import { fonts } from "./scripts/build/fonts.ts";
import { offline } from "./scripts/build/offline.ts";
import { ortFiles } from "./scripts/build/ort-files.ts";
import { pageHead } from "./scripts/build/page-head.ts";
import { plainPage } from "./scripts/build/plain-page.ts";
import { security } from "./scripts/build/security.ts";
import { served } from "./scripts/build/served.ts";
import { isolationHeaders } from "./scripts/headers.ts";

/** onnxruntime-web exports a loader that takes its WebAssembly from `env.wasm.wasmPaths` instead of embedding it. */
const conditions = ["onnxruntime-web-use-extern-wasm", "module", "browser", "development|production"];

export default defineConfig({
  // Relative, so that the build runs from any sub-path of a static host.
  base: "./",
  plugins: [
    svelte(),
    fonts(),
    ortFiles(),
    pageHead(),
    plainPage(),
    firstPaint(),
    security(),
    served(),
    wordsApart(),
    budget(),
    offline(),
  ],
  resolve: { conditions, dedupe: ["onnxruntime-web", "onnxruntime-common"] },
  worker: { format: "es" },
  build: {
    target: "es2023",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: ["index.html", "check.html", "embed.html"],
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [{ name: firstFileOf, debugName: "first-files" }],
        },
      },
    },
  },
  server: { host: "127.0.0.1", headers: isolationHeaders },
  preview: { host: "127.0.0.1", headers: isolationHeaders },
});
