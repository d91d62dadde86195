import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The pipeline's quick tests in an environment of their own. `TILLER_PYTHON` names an interpreter that already holds
 * the requirements (a machine with CUDA, say); else `training/.venv` is made from the lock file. Without Python there is
 * nothing to run and one line says so: the playground itself needs no Python.
 */
const folder = resolve("training");
const lock = join(folder, "requirements.lock");
const environment = join(folder, ".venv");
const environmentPython = join(
  environment,
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);
/** Hash of the lock file that the environment was made from. */
const marker = join(environment, "made-from.sha256");

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

function findPython(): string | undefined {
  const recentEnough = ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"];
  return ["python3.11", "python3.12", "python3.13", "python3", "python"].find((name) =>
    succeeds(name, ...recentEnough),
  );
}

function run(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", cwd: folder });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `exit status ${status}`}`);
}

/** Makes the environment once per lock file. The lock names every package, so pip resolves nothing. */
function makeEnvironment(python: string): void {
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  console.log("Making training/.venv from training/requirements.lock (some minutes, some gigabytes) ...");
  run(python, "-m", "venv", "--clear", environment);
  run(environmentPython, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "-r", lock);
  writeFileSync(marker, wanted);
}

function readyPython(): string | undefined {
  const chosen = process.env["TILLER_PYTHON"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const python = findPython();
  if (python !== undefined) makeEnvironment(python);
  return python === undefined ? undefined : environmentPython;
}

const python = readyPython();
if (python === undefined) {
  console.log("SKIPPED training tests: no Python 3.11 or newer with venv (Debian: apt-get install python3-venv).");
} else {
  run(python, "-m", "pytest", "-q", ...process.argv.slice(2));
}
