/** A folder as a zip file, written piece by piece: a pack does not have to fit into memory. */
import { createWriteStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { extname, join, relative, sep } from "node:path";
import { finished } from "node:stream/promises";
import { Zip, ZipDeflate, ZipPassThrough } from "fflate";

/** These hardly get smaller. */
const DENSE = new Set([".woff2", ".png", ".webp", ".gguf", ".000", ".001", ".002", ".003", ".004", ".005"]);

/** @param top name of the folder inside the zip file */
export async function zipFolder(folder: string, top: string, file: string): Promise<void> {
  const out = createWriteStream(file);
  const isWritten = finished(out);
  let room: Promise<unknown> = Promise.resolve();
  const zip = new Zip((error, data, isLast) => {
    if (error !== null) out.destroy(error);
    else {
      if (!out.write(data)) room = new Promise<void>((done) => out.once("drain", () => done()));
      if (isLast) out.end();
    }
  });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((each) => each.isFile()).map((each) => join(each.parentPath, each.name));
  for (const path of paths.toSorted()) {
    const name = `${top}/${relative(folder, path).split(sep).join("/")}`;
    const entry = DENSE.has(extname(path)) ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(entry);
    entry.push(await readFile(path), true);
    // A full disk ends the wait too.
    await Promise.race([room, isWritten]);
  }
  zip.end();
  await isWritten;
}
