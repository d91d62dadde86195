/** Files that are there by name and not in substance: told in words before anything tries to read them as a model. */
import { RunError } from "../../core/errors.ts";

/** A pointer of git-lfs has about 130 bytes, one of git-annex about 200. */
export const POINTER_BYTES = 1024;

/** What stands in place of a file, with what to do about it; null where the start looks like a file of a model. */
function standIn(path: string, bytes: Uint8Array): { readonly what: string; readonly wayOut: string } | null {
  // A template may be empty: then there is none.
  if (bytes.byteLength === 0 && path.endsWith(".jinja")) return null;
  if (bytes.byteLength === 0) return { what: "it is empty", wayOut: "Copy or download it again" };
  const start = new TextDecoder().decode(bytes.subarray(0, POINTER_BYTES)).trimStart();
  if (/^version https:\/\/(git-lfs\.github\.com\/spec|hawser\.)|^# xet version/.test(start)) {
    return {
      what: "it is a pointer of Git LFS and not the file itself",
      wayOut: "Run `git lfs install` and `git lfs pull` in the folder",
    };
  }
  if (/^(\.\.[/\\]|[/\\])*(\.git[/\\])?annex[/\\]objects[/\\]/.test(start)) {
    return {
      what: "it is a pointer of git-annex and not the file itself",
      wayOut: "Run `git annex get .` in the folder",
    };
  }
  if (bytes.byteLength <= POINTER_BYTES && /^(\.{1,2}[/\\])+[^\s{}"]+\s*$/.test(start)) {
    return {
      what: `it is a link to ${start.trim()} that was copied as text`,
      wayOut: "Copy the file that it points to into its place",
    };
  }
  const isText = /\.(json|jinja|txt)$/.test(path);
  if (/^<(!doctype|html|\?xml)/i.test(start) && !path.endsWith(".jinja")) {
    return {
      what: "it is a web page and not the file itself",
      wayOut: "Check the address, and whether it needs a login",
    };
  }
  // Graphs begin with a field of a protocol buffer; text has no business there.
  if (!isText && path.endsWith(".onnx") && /^[\x20-\x7e\s]{4,}$/.test(start) && bytes.byteLength <= POINTER_BYTES) {
    return { what: `it holds the text “${start.slice(0, 40).trim()}” and no graph`, wayOut: "Download it again" };
  }
  return null;
}

/** @throws RunError "model-corrupt" that names the file, what stands in its place, and the way out */
export function checkSubstance(id: string, path: string, bytes: Uint8Array): void {
  const found = standIn(path, bytes);
  if (found === null) return;
  const message = `${path} of ${id} cannot be used: ${found.what}. ${found.wayOut}, then load the model again.`;
  throw new RunError("model-corrupt", message, { id, file: path, bytes: bytes.byteLength, reason: found.what });
}
