/** A folder of the visitor's with the Hub's layout. Nothing of it is copied or sent anywhere. */
import { RunError } from "../../core/errors.ts";
import { checkSubstance, POINTER_BYTES } from "./half-there.ts";
import type { RepoFile, RepoFiles } from "./repo.ts";

/** A file of the folder; `path` is relative to it. */
export interface FolderFile {
  readonly path: string;
  readonly blob: Blob;
}

export function folderFiles(name: string, files: readonly FolderFile[]): RepoFiles {
  const blobs = new Map(files.map(({ path, blob }) => [path, blob]));
  return {
    id: name,
    key: `folder:${name}`,
    isRemote: false,
    list: async () => {
      await checkPointers(name, files);
      return {
        id: name,
        revision: "folder",
        licence: null,
        files: files.map(({ path, blob }): RepoFile => ({ path, bytes: blob.size, sha256: null, version: null })),
      };
    },
    open: async (file, _revision, from) => {
      const blob = blobs.get(file.path);
      if (blob === undefined) {
        const message = `The folder ${name} has no file ${file.path}. Choose the folder that holds config.json.`;
        throw new RunError("model-missing", message, { id: name, file: file.path });
      }
      const body = blob.slice(from).stream() as ReadableStream<Uint8Array>;
      return { from, totalBytes: blob.size, version: null, body };
    },
  };
}

/** A clone without its large files is told at once, before sizes of a few bytes are shown as those of a model. */
async function checkPointers(name: string, files: readonly FolderFile[]): Promise<void> {
  const suspects = files.filter(
    ({ path, blob }) => blob.size <= POINTER_BYTES && /\.(onnx(_data(_\d+)?)?|gguf)$|^tokenizer\.json$/.test(path),
  );
  for (const { path, blob } of suspects) checkSubstance(name, path, new Uint8Array(await blob.arrayBuffer()));
}
