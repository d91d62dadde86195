/** Copies real models into a built page, in pieces, with the list that the page asks for: any static host can offer them. */
import { createHash } from "node:crypto";
import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  pieceName,
  SERVED,
  SERVED_INDEX,
  type ServedFile,
  type ServedIndex,
  type ServedModel,
} from "../../src/core/served-models.ts";
import { knownIds, knownModel } from "../get-model/known-models.ts";
import { isThere } from "../get-model/place.ts";
import { BadInput } from "../node/bad-input.ts";
import { listModels } from "./list-models.ts";

/** Below the 25 MB that some hosts take as the largest file. */
export const PIECE_BYTES = 24_000_000;

/** @throws BadInput that names a model which is not in the folder, or not as it should be, and the way out */
export async function findModels(ids: readonly string[], folder: string): Promise<readonly ServedModel[]> {
  const { models } = await listModels(folder);
  const here = models.map(({ id }) => id).join(", ") || "none";
  const found: ServedModel[] = [];
  for (const id of new Set(ids)) {
    const model = models.find((each) => each.id === id);
    const known = knownModel(id);
    const wayOut =
      known === null
        ? `put it into ${folder}/${id}/ (known to get-model: ${knownIds()})`
        : `run "npm run get-model -- ${id}"`;
    if (model === undefined) {
      throw new BadInput(`there is no model "${id}" in ${folder}/ (there: ${here}); ${wayOut}, then build again`);
    }
    if (known !== null && !(await isThere(join(folder, id, known.file), known.sha256))) {
      throw new BadInput(`${join(folder, id, known.file)} is not whole; ${wayOut}, then build again`);
    }
    found.push(model);
  }
  return found;
}

/** Writes the list and the pieces into the folder `served` of a built page. */
export async function packModels(
  models: readonly ServedModel[],
  folder: string,
  dist: string,
  pieceBytes: number = PIECE_BYTES,
): Promise<void> {
  const to = join(dist, SERVED);
  const packed: ServedModel[] = [];
  for (const model of models) {
    const files: ServedFile[] = [];
    for (const file of model.files) {
      files.push(await cut(file, join(folder, model.id), join(to, model.id), pieceBytes));
    }
    packed.push({ ...model, files });
  }
  const index: ServedIndex = { version: 1, models: packed };
  await mkdir(to, { recursive: true });
  await writeFile(join(to, SERVED_INDEX), JSON.stringify(index));
}

async function cut(file: ServedFile, from: string, to: string, pieceBytes: number): Promise<ServedFile> {
  const target = join(to, file.path);
  await mkdir(dirname(target), { recursive: true });
  const source = await open(join(from, file.path));
  const hash = createHash("sha256");
  const pieces: number[] = [];
  const isWhole = file.bytes <= pieceBytes;
  try {
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, file.bytes)));
    for (let at = 0; at < file.bytes || pieces.length === 0; at += pieceBytes) {
      const { bytesRead } = await source.read(buffer, 0, Math.min(pieceBytes, file.bytes - at), at);
      const piece = buffer.subarray(0, bytesRead);
      hash.update(piece);
      await writeFile(isWhole ? target : pieceName(target, pieces.length), piece);
      pieces.push(bytesRead);
    }
  } finally {
    await source.close();
  }
  const sha256 = hash.digest("hex");
  const packed = { path: file.path, bytes: file.bytes, sha256, version: sha256 };
  return isWhole ? packed : { ...packed, pieces };
}
