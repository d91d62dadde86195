/** Heads from a folder of their files. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readHead, type NamedHead } from "../../src/core/heads/head-file.ts";
import { BadInput } from "../node/bad-input.ts";

/** The list beside the heads that ship, which is no head. */
export const INDEX = "index.json";

/**
 * In the order of their names, or as `only` names them by their ids.
 * @throws BadInput for a folder without heads, a file that is none, and an id that is not there
 */
export async function readHeads(folder: string, only?: readonly string[]): Promise<readonly NamedHead[]> {
  const names = await readdir(folder).catch(() => {
    throw new BadInput(`${folder}: there is no such folder; npm run teach makes heads`);
  });
  const files = names.filter((name) => name.endsWith(".json") && name !== INDEX).toSorted();
  if (files.length === 0) throw new BadInput(`${folder}: there is no head in it; npm run teach makes heads`);
  const heads = await Promise.all(files.map((name) => readHeadFile(join(folder, name))));
  if (only === undefined) return heads;
  return only.map((id) => {
    const found = heads.find(({ card }) => card.id === id);
    if (found !== undefined) return found;
    throw new BadInput(`${folder}: there is no head ${id}; it has ${heads.map(({ card }) => card.id).join(", ")}`);
  });
}

/** @throws BadInput for a file that is no head */
export async function readHeadFile(file: string): Promise<NamedHead> {
  try {
    return readHead(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    throw new BadInput(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
