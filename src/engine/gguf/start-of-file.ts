/** What lies in place of a GGUF file where there is none, told by its first bytes. */
import { damaged, unsupported } from "./refuse.ts";

const POINTER_BYTES = 400;
/** Older formats of the same tools, by their first four letters in the file. */
const OLDER = new Set(["lmgg", "fmgg", "tjgg", "algg"]);

/** @throws RunError "model-corrupt", "model-unsupported" */
export function checkStart(id: string, bytes: Uint8Array): void {
  const start = new TextDecoder().decode(bytes.subarray(0, POINTER_BYTES));
  const magic = start.slice(0, 4);
  if (magic === "GGUF") return;
  if (bytes.byteLength === 0) throw damaged(id, "it is empty");
  if (start.startsWith("version https://git-lfs.github.com/spec/") || start.startsWith("version https://hawser.")) {
    const way = "Run `git lfs install` and `git lfs pull` in its folder, then load it again";
    throw damaged(id, "it is a pointer of Git LFS and not the file itself", way);
  }
  if (/^(\.\.\/|\/)*(\.git\/)?annex\/objects\//.test(start)) {
    throw damaged(id, "it is a pointer of git-annex and not the file itself", "Run `git annex get .` in its folder");
  }
  if (/^\s*<(!doctype|html|\?xml)/i.test(start)) {
    throw damaged(id, "it is a web page and not the file itself", "Check the address, and whether a login is asked");
  }
  if (magic === "FUGG") {
    throw unsupported(id, "it is a big-endian GGUF file", "Choose a little-endian one, as nearly all are");
  }
  if (OLDER.has(magic)) {
    throw unsupported(id, "it is in the GGML format of before GGUF", "Choose a GGUF file of the model");
  }
  const shown = [...bytes.subarray(0, 4)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw damaged(id, `it is no GGUF file (it begins with the bytes ${shown})`, "Choose a file whose name ends in .gguf");
}
