import { execFileSync } from "node:child_process";

/** Builds the page into `dist`. */
export function viteBuild(logLevel: "info" | "warn"): void {
  // A process of its own: vitest sets NODE_ENV to "test", and Vite would then build the page for development.
  execFileSync(process.execPath, ["node_modules/vite/bin/vite.js", "build", "--logLevel", logLevel], {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production" },
  });
}
