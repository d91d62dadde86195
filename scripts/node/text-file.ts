/** Text files as people have them: UTF-8 with or without a mark, and UTF-16 of Windows programs. */
import { readFileSync } from "node:fs";
import { BadInput } from "./bad-input.ts";

/** @throws BadInput for a file that cannot be read, or whose letters are in another encoding */
export function readTextFile(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new BadInput(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  let text: string | null;
  try {
    text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch {
    text = null;
  }
  // UTF-32 and files of programs decode to text with zeros in it.
  if (text === null || text.includes("\0")) {
    throw new BadInput(`${file}: its letters are neither UTF-8 nor UTF-16; save it as UTF-8 and try again`);
  }
  return text;
}

/** Lines as Unix, Windows and old Macs end them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

/** The decoder drops the byte order mark itself. Without one, every second byte of plain letters in UTF-16 is 0. */
function encodingOf(bytes: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  const start = bytes.subarray(0, 4096);
  const zeros = (from: 0 | 1): number => start.filter((byte, at) => at % 2 === from && byte === 0).length;
  if (zeros(1) * 4 > start.length) return "utf-16le";
  return zeros(0) * 4 > start.length ? "utf-16be" : "utf-8";
}
