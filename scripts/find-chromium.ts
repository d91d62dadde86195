import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];

const usualPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
];

function onPath(): string[] {
  return (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
}

/** Browsers that Playwright downloaded for other projects. */
function inPlaywrightCache(): string[] {
  const cache = join(homedir(), ".cache", "ms-playwright");
  if (!existsSync(cache)) return [];
  return readdirSync(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .flatMap((name) => ["chrome-linux/chrome", "chrome-linux64/chrome"].map((file) => join(cache, name, file)));
}

/** Some systems install a stub that only says where to get the browser, so a file is believed when it runs. */
function runs(path: string): boolean {
  if (!existsSync(path)) return false;
  // Windows browsers print no version to the terminal; there a file is enough.
  if (process.platform === "win32") return true;
  try {
    return /\d+\.\d+/.test(
      execFileSync(path, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
    );
  } catch {
    return false;
  }
}

function search(): string | undefined {
  const chosen = process.env["CHROME_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (runs(chosen)) return chosen;
    throw new Error(`CHROME_PATH names ${chosen}, which does not run; unset it or name a Chrome or Chromium.`);
  }
  return [...onPath(), ...usualPlaces, ...inPlaywrightCache()].find(runs);
}

function installWithApt(): void {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.error("No Chrome or Chromium found; installing Chromium with apt-get ...");
  const options: ExecFileSyncOptions = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    execFileSync("apt-get", ["update", "-qq"], options);
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], options);
  } catch {
    // The caller's search then finds nothing and says what to do.
  }
}

/**
 * Path of a Chrome or Chromium that runs: `CHROME_PATH`, the search path, the usual places, else installed when root.
 * @throws Error with one line that says what to install
 */
export function findChromium(): string {
  const found = search();
  if (found !== undefined) return found;
  installWithApt();
  const installed = search();
  if (installed !== undefined) return installed;
  throw new Error("No Chrome or Chromium found: install Google Chrome or Chromium, or name one in CHROME_PATH.");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    console.log(findChromium());
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  }
}
