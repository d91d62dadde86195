/** The SHA-256 of a file in hexadecimal digits. */
import { sha256 as hashByScript } from "@noble/hashes/sha2.js";

export async function sha256(bytes: Uint8Array): Promise<string> {
  // Browsers keep this from a page that came over plain http, by another name than localhost.
  const { subtle } = globalThis.crypto as { readonly subtle?: SubtleCrypto };
  if (subtle === undefined) return hex(hashByScript(bytes));
  // `digest` takes no view of shared memory; a fetched file never lies in any, so a gigabyte need not be copied.
  const own = bytes.buffer instanceof ArrayBuffer ? (bytes as Uint8Array<ArrayBuffer>) : new Uint8Array(bytes);
  return hex(new Uint8Array(await subtle.digest("SHA-256", own)));
}

function hex(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
