import { execFileSync } from "node:child_process";
import { SITE_VARIABLE } from "./page-head.ts";

/**
 * Builds the page into `dist`.
 * @param site address at which it will stand, ending in "/"; null where it is not known
 */
export function viteBuild(logLevel: "info" | "warn", site: string | null = null): void {
  // A process of its own: vitest sets NODE_ENV to "test", and Vite would then build the page for development.
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", logLevel], {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", [SITE_VARIABLE]: site ?? "" },
  });
}
