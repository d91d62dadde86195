/** The texts in a file that was given: its own, or those of the files in a zip. Everything is bounded before it is unpacked. */
import { strFromU8, unzipSync, type UnzipFileInfo } from "fflate";
import { MAX_HAND_IN } from "./hand-in.ts";
import type { Refusal } from "./read-file.ts";

/** Of a class, and of the files in a zip. */
export const MOST_HAND_INS = 300;
/** A character of UTF-8 has up to four bytes, and most have one. */
const MAX_BYTES = MAX_HAND_IN * 2;
const MAX_ZIP_BYTES = 200_000_000;
const MAX_UNPACKED = 400_000_000;

/** What the desk needs of a `File`. */
export interface GivenFile {
  readonly name: string;
  readonly size: number;
  readonly arrayBuffer: () => Promise<ArrayBuffer>;
}

export interface Refused {
  readonly file: string;
  readonly why: Refusal | { readonly type: "too-many" | "unreadable" | "bad-zip"; readonly detail: string };
}

export interface FileText {
  readonly name: string;
  readonly text: string;
}
export type GivenText = FileText | { readonly name: string; readonly why: Refused["why"] };

export async function filesIn(file: GivenFile): Promise<readonly GivenText[]> {
  const { name, size } = file;
  const isZip = /\.zip$/i.test(name);
  if (size > (isZip ? MAX_ZIP_BYTES : MAX_BYTES)) return [tooLarge(name, size)];
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    return [{ name, why: { type: "unreadable", detail: error instanceof Error ? error.message : "" } }];
  }
  return isZip ? unpacked(name, bytes) : [{ name, text: textOf(bytes) }];
}

/** Folders, files that are no JSON, and the shadows that a Mac adds are passed over. */
function unpacked(zip: string, bytes: Uint8Array): readonly GivenText[] {
  const passed: GivenText[] = [];
  let [entries, total] = [0, 0];
  const filter = ({ name, originalSize }: UnzipFileInfo): boolean => {
    if (!/\.json$/i.test(name) || /(^|\/)(__MACOSX\/|\._)/.test(name)) return false;
    const isSmall = originalSize <= MAX_BYTES;
    if (!isSmall) passed.push(tooLarge(`${zip}/${name}`, originalSize));
    else if (++entries > MOST_HAND_INS || (total += originalSize) > MAX_UNPACKED) {
      passed.push({ name: `${zip}/${name}`, why: { type: "too-many", detail: String(MOST_HAND_INS) } });
      return false;
    }
    return isSmall;
  };
  try {
    const found = unzipSync(bytes, { filter });
    const texts = Object.entries(found).map(([name, own]) => ({ name: `${zip}/${name}`, text: textOf(own) }));
    return texts.length + passed.length > 0 ? [...texts, ...passed] : [badZip(zip)];
  } catch {
    return [badZip(zip)];
  }
}

function badZip(name: string): GivenText {
  return { name, why: { type: "bad-zip", detail: "" } };
}

function tooLarge(name: string, bytes: number): GivenText {
  return { name, why: { type: "too-large", detail: String(bytes) } };
}

/** An editor may have put a byte order mark before it. */
function textOf(bytes: Uint8Array): string {
  return strFromU8(bytes).replace(/^\uFEFF/, "");
}
