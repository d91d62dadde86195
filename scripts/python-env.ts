import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The pipeline's folder; its commands run there. */
export const trainingFolder = resolve("training");
const lock = join(trainingFolder, "requirements.lock");
const environment = join(trainingFolder, ".venv");
const environmentPython = join(
  environment,
  ...(process.platform === "win32" ? ["Scripts", "python.exe"] : ["bin", "python"]),
);
/** Hash of the lock file that the environment was made from. */
const marker = join(environment, "made-from.sha256");

function findPython(): string | undefined {
  const recentEnough = ["-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"];
  return ["python3.11", "python3.12", "python3.13", "python3", "python"].find(
    (name) => spawnSync(name, recentEnough, { stdio: "ignore" }).status === 0,
  );
}

function runOrThrow(command: string, ...args: string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", cwd: trainingFolder });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? `exit status ${status}`}`);
}

/** Makes the environment once per lock file. The lock names every package, so pip resolves nothing. */
function makeEnvironment(python: string): void {
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(marker) && readFileSync(marker, "utf8") === wanted) return;
  console.log("Making training/.venv from training/requirements.lock (some minutes, some gigabytes) ...");
  runOrThrow(python, "-m", "venv", "--clear", environment);
  runOrThrow(
    environmentPython,
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--disable-pip-version-check",
    "-r",
    lock,
  );
  writeFileSync(marker, wanted);
}

/**
 * An interpreter that holds the pipeline's requirements: the one that `TILLER_PYTHON` names (a machine with CUDA, say),
 * else that of `training/.venv`, made from the lock file when missing or out of date.
 * @returns undefined where there is no Python 3.11 or newer
 * @throws Error where the environment cannot be made
 */
export function trainingPython(): string | undefined {
  const chosen = process.env["TILLER_PYTHON"];
  if (chosen !== undefined && chosen !== "") return chosen;
  const python = findPython();
  if (python === undefined) return undefined;
  makeEnvironment(python);
  return environmentPython;
}

/** Runs Python in the pipeline's folder with the terminal's streams. @returns its exit status, 1 when it was killed */
export function runPython(python: string, args: readonly string[]): number {
  const { status, error } = spawnSync(python, args, { stdio: "inherit", cwd: trainingFolder });
  if (error) throw error;
  return status ?? 1;
}
