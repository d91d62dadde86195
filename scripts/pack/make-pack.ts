/** Puts a pack together: the built page, models, two small servers, a start page and what the teacher reads. */
import { cp, mkdir, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SERVED, servedBytes, type ServedModel } from "../../src/core/served-models.ts";
import { BadInput } from "../node/bad-input.ts";
import { asDiskError } from "../node/disk-errors.ts";
import { packModels } from "../served/pack-models.ts";
import { PAGE_FOLDER, readme, startPage } from "./texts.ts";
import { zipFolder } from "./zip-folder.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
const SERVERS = ["serve.mjs", "serve.py"];
const WAY_OUT = "choose another place with --out";

export interface PackPlan {
  /** The built page. */
  readonly dist: string;
  /** From `?` on. */
  readonly address: string;
  /** What the class sees first, in words. */
  readonly opens: string;
  readonly models: readonly ServedModel[];
  /** Folder of the models. */
  readonly modelsFolder: string;
  /** A folder that is not there yet, or a file that ends in .zip. */
  readonly out: string;
}

/** @returns bytes of what was written @throws BadInput where the place is taken, too small or cannot be written */
export async function makePack(plan: PackPlan): Promise<number> {
  const out = resolve(plan.out);
  const isZip = extname(out) === ".zip";
  if (await isTaken(out)) throw new BadInput(`${plan.out} is there already; remove it, or ${WAY_OUT}`);
  const draft = join(dirname(out), `.${basename(out)}.part`);
  try {
    await mkdir(dirname(out), { recursive: true });
    await rm(draft, { recursive: true, force: true });
    await checkRoom(plan, dirname(out), isZip);
    await fill(plan, draft);
    if (isZip) {
      const top = basename(out, ".zip");
      await zipFolder(draft, top, `${draft}.zip`);
      await rename(`${draft}.zip`, out);
    } else await rename(draft, out);
    return await sizeOf(out);
  } catch (error) {
    throw asDiskError(error, plan.out, WAY_OUT);
  } finally {
    await Promise.all([draft, `${draft}.zip`].map((path) => rm(path, { recursive: true }).catch(() => null)));
  }
}

async function fill({ dist, address, opens, models, modelsFolder }: PackPlan, to: string): Promise<void> {
  const page = join(to, PAGE_FOLDER);
  // Models of an earlier build are no part of this pack.
  const served = join(dist, SERVED, ".");
  await cp(dist, page, { recursive: true, filter: (path) => !`${path}/`.startsWith(`${served}/`) });
  await mkdir(join(page, SERVED), { recursive: true });
  await packModels(models, modelsFolder, page);
  for (const name of SERVERS) await cp(join(HERE, name), join(to, name));
  await writeFile(join(to, "index.html"), startPage(address));
  const names = models.map(({ name }) => name);
  // Windows shows a text file right only with its own line ends.
  await writeFile(join(to, "README.txt"), readme(opens, names).replaceAll("\n", "\r\n"));
}

async function checkRoom({ dist, models, out }: PackPlan, place: string, isZip: boolean): Promise<void> {
  const pack = (await sizeOf(dist)) + models.reduce((sum, model) => sum + servedBytes(model), 0);
  const needed = isZip ? 2 * pack : pack;
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  if (free >= needed) return;
  const mb = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
  throw new BadInput(`${out}: the pack needs ${mb(needed)} and ${mb(free)} are free; free some room, or ${WAY_OUT}`);
}

async function isTaken(path: string): Promise<boolean> {
  const info = await stat(path).catch(() => null);
  if (info === null) return false;
  return !info.isDirectory() || (await readdir(path)).length > 0;
}

async function sizeOf(path: string): Promise<number> {
  const info = await stat(path);
  if (!info.isDirectory()) return info.size;
  const sizes = await Promise.all((await readdir(path)).map((name) => sizeOf(join(path, name))));
  return sizes.reduce((sum, size) => sum + size, 0);
}
