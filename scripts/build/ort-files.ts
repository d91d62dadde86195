import { createReadStream } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
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

/** Beside each runtime's script: the same, with fewer submissions to the graphics card. */
const pacedName = (file: string): string => hostName(file).replace(/\.js$/, ".paced.js");
const scripts: readonly string[] = packageFiles.filter((file) => file.endsWith(".mjs"));

/**
 * The runtime sends its work to the graphics card after every 16 dispatches, and JavaScript has no option for it. This
 * module starts the runtime and sets the option each time that a session asks for the WebGPU provider, so that a forward
 * is one submission.
 */
function pacedScript(file: string): string {
  return `import start from "./${hostName(file)}";

const KEY = "ep.webgpuexecutionprovider.maxNumPendingDispatches";
const VALUE = "1024";

export default async function startPaced(config) {
  const runtime = await start(config);
  const append = runtime._OrtAppendExecutionProvider;
  const text = (value) => {
    const bytes = runtime.lengthBytesUTF8(value) + 1;
    const pointer = runtime._malloc(bytes);
    runtime.stringToUTF8(value, pointer, bytes);
    return pointer;
  };
  runtime._OrtAppendExecutionProvider = (options, name, ...rest) => {
    if (runtime.UTF8ToString(name) === "WebGPU") {
      const [key, value] = [text(KEY), text(VALUE)];
      runtime._OrtAddSessionConfigEntry(options, key, value);
      runtime._free(key);
      runtime._free(value);
    }
    return append(options, name, ...rest);
  };
  return runtime;
}
`;
}

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
        const paced = scripts.find((file) => pacedName(file) === name);
        if (paced !== undefined) {
          response.writeHead(200, { ...isolationHeaders, "Content-Type": "text/javascript" });
          response.end(pacedScript(paced));
          return undefined;
        }
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
      await Promise.all(
        scripts.map((file) => writeFile(join(outDir, runtimeFolder, pacedName(file)), pacedScript(file))),
      );
    },
  };
}
