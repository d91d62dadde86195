/** The place of a model on the disk: whether the right file lies there, whether it has room, and a file put there whole. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rename, rm, statfs, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { BadInput } from "../node/bad-input.ts";
import { asDiskError } from "../node/disk-errors.ts";

export async function isThere(path: string, sha256: string): Promise<boolean> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch {
    return false;
  }
  return hash.digest("hex") === sha256;
}

/** Makes the folder. @throws BadInput where it cannot be made, or the disk has no room for so many bytes */
export async function prepareFolder(folder: string, bytes: number): Promise<void> {
  let free: number;
  try {
    await mkdir(folder, { recursive: true });
    const disk = await statfs(folder);
    free = disk.bavail * disk.bsize;
  } catch (error) {
    throw asDiskError(error, folder);
  }
  if (free >= bytes) return;
  throw new BadInput(`${folder} has room for ${inMb(free)} MB, and ${inMb(bytes)} MB are needed; free some room`);
}

/** A reader meets the whole file or none: it is written beside its place first. @throws BadInput */
export async function putWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.part`;
  try {
    await writeFile(draft, bytes);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw asDiskError(error, path);
  }
}

function inMb(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
