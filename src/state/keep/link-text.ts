/**
 * The text of a link: a payload of bytes as characters that survive what mail, chats and people do to an address.
 *
 *   #2.<length: 3><check: 6>.<body>        of the characters A-Z a-z 0-9 - _
 *
 * Everything else is skipped, so a full stop behind the link, a line break inside it or a `?fbclid=` do no harm. The
 * length says where the body ends, the check decides whether it is the one that was written. The full stop between them
 * keeps a link whose 2 became a 1 from being read as one of version 1, which had neither.
 */
import { bytesOfText, textOfBytes } from "./byte-text.ts";
import { fnv1a } from "./fnv1a.ts";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH_DIGITS = 3;
const CHECK_DIGITS = 6;
const HEAD = LENGTH_DIGITS + CHECK_DIGITS;
/** Longer texts than this are the body of a link whose beginning is lost, and no place in a page. */
const MAX_ANCHOR = 30;

export type LinkText =
  | { readonly type: "none" }
  | { readonly type: "broken"; readonly why: string }
  | { readonly type: "payload"; readonly version: 1 | 2; readonly bytes: Uint8Array };

export function writeLinkText(bytes: Uint8Array): string {
  const body = toBase64Url(bytes);
  const length = digits(body.length, LENGTH_DIGITS);
  return `#2.${length}${digits(fnv1a(length + body), CHECK_DIGITS)}.${body}`;
}

/** @param maxLength of a link's own characters, whatever follows them */
export function readLinkText(hash: string, maxLength: number): LinkText {
  const text = visible(hash);
  const [, version, rest = ""] = /^#+(\d+)\.(.*)$/s.exec(text) ?? [];
  if (version === "1") return readFirstVersion(rest, maxLength);
  if (version === "2") return readSecondVersion(rest, maxLength);
  if (version !== undefined && Number(version) > 2) return brokenText("it was made by a newer version of Tiller");
  const isBody = version !== undefined || onlyLetters(text).length > MAX_ANCHOR;
  return isBody ? brokenText("its beginning is missing or damaged. Copy the whole address.") : { type: "none" };
}

function readSecondVersion(rest: string, maxLength: number): LinkText {
  const letters = onlyLetters(rest);
  const length = letters.slice(0, LENGTH_DIGITS);
  const size = length.length === LENGTH_DIGITS ? valueOf(length) : Infinity;
  const body = letters.slice(HEAD, HEAD + size);
  if (fnv1a(length + body) === valueOf(letters.slice(LENGTH_DIGITS, HEAD))) {
    if (size + HEAD > maxLength) return tooLong(size + HEAD, maxLength);
    const bytes = fromBase64Url(body);
    if (bytes !== null) return { type: "payload", version: 2, bytes };
  }
  if (body.length < size && size <= maxLength) {
    return brokenText(`it is cut off: only ${body.length} of its ${size} characters are here. Copy the whole address.`);
  }
  if (body === body.toLowerCase() || body === body.toUpperCase()) {
    return brokenText("something changed its capital or small letters. Copy the address again from where it was made.");
  }
  return brokenText("something changed some of its characters. Copy the address again from where it was made.");
}

/** Without a check: what stands before the first other character is taken as it is. */
function readFirstVersion(rest: string, maxLength: number): LinkText {
  const [body = ""] = /^[\w-]*/.exec(rest) ?? [];
  if (body.length + 3 > maxLength) return tooLong(body.length + 3, maxLength);
  // One character alone holds no byte; it is the beginning of what follows the link.
  const bytes = fromBase64Url(body.length % 4 === 1 ? body.slice(0, -1) : body);
  return bytes === null
    ? brokenText("it is cut off or damaged. Copy the whole address.")
    : { type: "payload", version: 1, bytes };
}

/** What a browser or a mail program wrote as %2D or put in to break a line, undone; smart dashes are two hyphens. */
function visible(hash: string): string {
  let text = hash;
  for (let round = 0; round < 3; round++) text = text.replaceAll(/(?:%[0-9a-f]{2})+/gi, decoded);
  return text
    .replaceAll(/[\s\p{Cc}\p{Cf}]/gu, "")
    .replaceAll(/[\u2010\u2011\u2212]/g, "-")
    .replaceAll(/[\u2013\u2014]/g, "--");
}

function decoded(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    return "";
  }
}

function onlyLetters(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9_-]/g, "");
}

function digits(value: number, count: number): string {
  return Array.from({ length: count }, (_, i) => LETTERS[Math.floor(value / 64 ** (count - 1 - i)) % 64] ?? "").join(
    "",
  );
}

function valueOf(text: string): number {
  return Array.from(text).reduce((sum, letter) => sum * 64 + LETTERS.indexOf(letter), 0);
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(textOfBytes(bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array | null {
  try {
    return bytesOfText(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
  } catch {
    return null;
  }
}

function tooLong(length: number, bound: number): LinkText {
  return brokenText(`it has ${length} characters, but a link has at most ${bound}`);
}

function brokenText(why: string): LinkText {
  return { type: "broken", why };
}
