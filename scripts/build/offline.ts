import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { build, type Plugin } from "vite";
import { PREVIEW } from "./page-head.ts";
import { documentHeaders, EMBED_PAGE, embedHeaders, isolationHeaders, workerHeaders } from "../headers.ts";

/** Path beside index.html and the first 16 hex digits of the file's SHA-256. */
export type FileHash = readonly [path: string, hash: string];

const entry = "workers/offline.ts";
const fileName = "service-worker.js";
/** Fetched when a visitor chooses these judges, and kept from then on; no other visitor pays for them. */
const onDemand = "models/fallible/";
/** Real models are kept by the page that loads them, and their list is asked for at each visit. */
const served = "served/";

/** Every file of the build that the page uses, in path order, without the service worker itself. */
async function listFiles(folder: string): Promise<FileHash[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((item) => item.isFile())
    .map((item) => relative(folder, join(item.parentPath, item.name)).split(sep).join("/"))
    .filter((path) => path !== fileName && path !== PREVIEW.file && !path.startsWith(served))
    .toSorted();
  return Promise.all(
    paths.map(async (path): Promise<FileHash> => {
      const bytes = await readFile(join(folder, path));
      return [path, createHash("sha256").update(bytes).digest("hex").slice(0, 16)];
    }),
  );
}

/** Builds the service worker last, when every other file of the build is on disk and can be listed with its hash. */
export function offline(): Plugin {
  let outDir = "dist";
  let root = ".";
  return {
    name: "tiller:offline",
    apply: "build",
    configResolved(config) {
      root = config.root;
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        const files = await listFiles(outDir);
        const isOnDemand = ([path]: FileHash): boolean => path.startsWith(onDemand);
        await build({
          root,
          configFile: false,
          publicDir: false,
          logLevel: "warn",
          define: {
            __FILES__: JSON.stringify(files.filter((file) => !isOnDemand(file))),
            __ON_DEMAND__: JSON.stringify(files.filter(isOnDemand)),
            __PAGE_HEADERS__: JSON.stringify(documentHeaders),
            __EMBED_PAGE__: JSON.stringify(EMBED_PAGE),
            __EMBED_HEADERS__: JSON.stringify(embedHeaders),
            __WORKER_HEADERS__: JSON.stringify(workerHeaders),
            __FILE_HEADERS__: JSON.stringify(isolationHeaders),
          },
          build: {
            outDir,
            emptyOutDir: false,
            lib: { entry, formats: ["iife"], name: "tillerOffline", fileName: () => fileName },
          },
        });
      },
    },
  };
}
