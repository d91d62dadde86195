/** What lies in the folder of real models (`models/`), as the list that the page asks for. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ServedFile, ServedIndex, ServedModel } from "../../src/core/served-models.ts";
import { knownModel } from "../get-model/known-models.ts";

/** A Hub's layout is two folders deep. */
const DEPTH = 2;

/** Every model, one a folder, read from the disk at this moment; none where there is no such folder. */
export async function listModels(folder: string): Promise<ServedIndex> {
  const models = await Promise.all((await namesIn(folder)).map((id) => readModel(folder, id)));
  return { version: 1, models: models.filter((model) => model !== null) };
}

/** Null for a folder that holds no graph and no GGUF file. */
async function readModel(folder: string, id: string): Promise<ServedModel | null> {
  if (!/^[A-Za-z0-9][\w.-]{0,95}$/.test(id)) return null;
  const found = await filesBelow(join(folder, id), "", DEPTH);
  if (!found.some(({ path }) => /\.(gguf|onnx)$/i.test(path))) return null;
  const known = knownModel(id);
  const files = found.map((file): ServedFile => {
    const isKnown = known !== null && file.path === known.file && file.bytes === known.bytes;
    return isKnown ? { ...file, sha256: known.sha256 } : file;
  });
  return { id, name: known?.name ?? id, licence: known?.licence ?? null, files };
}

async function filesBelow(folder: string, prefix: string, depth: number): Promise<ServedFile[]> {
  const files: ServedFile[] = [];
  for (const name of await namesIn(folder)) {
    const info = await stat(join(folder, name)).catch(() => null);
    if (info?.isDirectory() === true && depth > 1) {
      files.push(...(await filesBelow(join(folder, name), `${prefix}${name}/`, depth - 1)));
    } else if (info?.isFile() === true && !name.endsWith(".part")) {
      const version = `${info.size}-${Math.floor(info.mtimeMs)}`;
      files.push({ path: prefix + name, bytes: info.size, sha256: null, version });
    }
  }
  return files;
}

/** In their order, without what is hidden: downloads under way lie in a hidden folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => !name.startsWith(".")).toSorted();
}
