import { createReadStream } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Plugin } from "vite";
import { isolationHeaders } from "../headers.ts";

/**
 * The two ONNX Runtime builds that the page chooses from: each holds the WebGPU and the WebAssembly provider. JSPI is
 * 10 MB smaller and faster, but needs `WebAssembly.Suspending` (Chrome, Edge); Asyncify runs everywhere. A visitor
 * downloads one.
 */
const packageFiles = [
  "ort-wasm-simd-threaded.jspi.mjs",
  "ort-wasm-simd-threaded.jspi.wasm",
  "ort-wasm-simd-threaded.asyncify.mjs",
  "ort-wasm-simd-threaded.asyncify.wasm",
] as const;

/** Simple hosts do not know `.mjs`, and browsers run no script without a script's type: on the host it ends in `.js`. */
const hostName = (file: string): string => file.replace(/\.mjs$/, ".js");

/** Folder of the runtime files beside index.html. */
export const runtimeFolder = "ort";

const packageFolder = dirname(createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm"));

/** Serves the runtime files in development and copies them into the build, so that nothing comes from a CDN. */
export function ortFiles(): Plugin {
  let outDir = "dist";
  return {
    name: "tiller:ort-files",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use(`/${runtimeFolder}`, (request, response, next) => {
        const name = basename(new URL(request.url ?? "/", "http://localhost").pathname);
        const known = packageFiles.find((file) => hostName(file) === name);
        if (known === undefined) return next();
        response.writeHead(200, {
          ...isolationHeaders,
          "Content-Type": known.endsWith(".wasm") ? "application/wasm" : "text/javascript",
        });
        createReadStream(join(packageFolder, known)).pipe(response);
      });
    },
    async writeBundle() {
      await mkdir(join(outDir, runtimeFolder), { recursive: true });
      await Promise.all(
        packageFiles.map((file) => copyFile(join(packageFolder, file), join(outDir, runtimeFolder, hostName(file)))),
      );
    },
  };
}
