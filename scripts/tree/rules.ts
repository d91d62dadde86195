/** What a commit's tree may hold: the history only grows, so a large file that lands once is in every full clone for good. */
import { posix } from "node:path";

export interface TreeFile {
  /** From the root, with slashes. */
  readonly path: string;
  readonly bytes: number;
  /** Git's hash of the contents. */
  readonly hash: string;
  readonly isBinary: boolean;
}

/** A Markdown file with its text. */
export interface DocPage {
  readonly path: string;
  readonly text: string;
}

export const LIMITS = { binaryBytes: 300_000, pictures: 10, pictureBytes: 150_000 } as const;
const MODELS = "public/models/";
const MODEL_FILE = /\.(onnx|onnx_data|gguf|safetensors|pt|bin)$/;
const PICTURE = /\.(png|webp|jpe?g|gif|avif)$/;
/** It was here before the rule: five random judges in one file, at the contents of this hash. */
const OLDER = new Map([["test/fixtures/tiny/fallible/onnx/model.onnx", "3849e33d"]]);

/** A sentence for each thing that does not belong into the tree. */
export function treeFaults(files: readonly TreeFile[], pages: readonly DocPage[]): readonly string[] {
  return [...largeBinaries(files), ...secondCopies(files), ...pictureFaults(files, pages)];
}

function largeBinaries(files: readonly TreeFile[]): readonly string[] {
  return files
    .filter(({ path, bytes, isBinary }) => isBinary && bytes > LIMITS.binaryBytes && !path.startsWith(MODELS))
    .filter(({ path, hash }) => !hash.startsWith(OLDER.get(path) ?? "none"))
    .map(
      ({ path, bytes }) => `${path} has ${bytes} bytes; a binary file outside ${MODELS} may have ${LIMITS.binaryBytes}`,
    );
}

function secondCopies(files: readonly TreeFile[]): readonly string[] {
  const models = files.filter(({ path }) => MODEL_FILE.test(path));
  return models.flatMap(({ path, hash }, at) => {
    const first = models.findIndex((other) => other.hash === hash);
    return first < at ? [`${path} is a copy of ${models[first]?.path}; keep one of them`] : [];
  });
}

function pictureFaults(files: readonly TreeFile[], pages: readonly DocPage[]): readonly string[] {
  const pictures = files.filter(({ path }) => path.startsWith("docs/") && PICTURE.test(path));
  const shown = new Set(pages.flatMap(picturesOf));
  const faults = pictures.flatMap(({ path, bytes }) => [
    ...(bytes > LIMITS.pictureBytes ? [`${path} has ${bytes} bytes; a picture may have ${LIMITS.pictureBytes}`] : []),
    ...(shown.has(path) ? [] : [`${path} is shown by no page; show it or delete it`]),
  ]);
  const count = pictures.length;
  return count > LIMITS.pictures
    ? [...faults, `docs/ has ${count} pictures; at most ${LIMITS.pictures} may be there`]
    : faults;
}

/** Paths from the root of the pictures that a page shows. */
function picturesOf({ path, text }: DocPage): readonly string[] {
  const folder = posix.dirname(path);
  const addresses = [...text.matchAll(/!\[[^\]]*\]\(([^)\s]+)|<img[^>]*\ssrc="([^"]+)"/g)];
  return addresses.map(([, markdown, html]) => posix.join(folder, markdown ?? html ?? ""));
}
