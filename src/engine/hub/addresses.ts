/** Names and addresses that a person types, checked before anything is asked for. */
import { RunError } from "../../core/errors.ts";

export const HUB = "https://huggingface.co/";

const PART = /^[A-Za-z0-9][\w.-]{0,95}$/;

/**
 * A Hub id from what was typed: `owner/name`, `name`, or the address of the model's page.
 * @throws RunError "invalid-request" that says what an id looks like
 */
export function parseRepoId(typed: string): string {
  const id = typed
    .trim()
    .replace(/^https?:\/\/(www\.)?(huggingface\.co|hf\.co)\//i, "")
    .replace(/(\/tree\/[^/]+|\/blob\/.*|\/resolve\/.*)?\/*$/, "");
  const parts = id.split("/");
  if (parts.length <= 2 && parts.every((part) => PART.test(part) && !part.includes(".."))) return id;
  throw new RunError(
    "invalid-request",
    `"${typed.trim().slice(0, 120)}" is no model id. An id looks like owner/name, as in HuggingFaceTB/SmolLM2-135M-Instruct.`,
    { typed: typed.slice(0, 120) },
  );
}

/**
 * The base address of a mirror, ending in "/".
 * @throws RunError "invalid-request" for anything but http(s), and for http beyond this machine
 */
export function parseMirror(typed: string): string {
  let url: URL;
  try {
    url = new URL(typed.trim());
  } catch {
    throw notAnAddress(typed, "it is no web address");
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") throw notAnAddress(typed, "it must begin with https://");
  const isHere = ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
  if (url.protocol === "http:" && !isHere)
    throw notAnAddress(typed, "http:// works for this machine only; use https://");
  if (url.username !== "" || url.password !== "") throw notAnAddress(typed, "it must not hold a name or a password");
  return `${url.origin}${url.pathname.replace(/\/*$/, "/")}`;
}

/** Each part of a path by itself, so that "/" stays and nothing else gets out of the folder. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function notAnAddress(typed: string, reason: string): RunError {
  const shown = typed.trim().slice(0, 120);
  return new RunError("invalid-request", `"${shown}" cannot be a mirror: ${reason}.`, { typed: shown });
}
