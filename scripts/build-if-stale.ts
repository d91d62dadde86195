import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { viteBuild } from "./build/vite-build.ts";

/** What the build reads; a newer file here makes `dist` stale. */
const inputs = [
  "src",
  "workers",
  "public",
  "scripts/build",
  "scripts/headers.ts",
  "index.html",
  "check.html",
  "embed.html",
  "vite.config.ts",
  "package-lock.json",
];
/** Written last, so its age is the age of a complete build. */
const lastOutput = "dist/service-worker.js";

/** Latest modification below a path in milliseconds; 0 where nothing is there. */
async function newest(path: string): Promise<number> {
  const info = await stat(path).catch(() => null);
  if (info === null) return 0;
  if (!info.isDirectory()) return info.mtimeMs;
  // A folder's own time tells of files that were removed.
  const times = await Promise.all((await readdir(path)).map((name) => newest(join(path, name))));
  return Math.max(info.mtimeMs, ...times);
}

/** Builds `dist` unless it is newer than everything it is made from. */
export async function buildIfStale(): Promise<void> {
  const [made, ...changed] = await Promise.all([lastOutput, ...inputs].map(newest));
  if (made !== undefined && made > Math.max(...changed)) return;
  viteBuild("warn");
}
