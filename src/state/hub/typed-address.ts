/** What a person types into the model picker, or the reason why it cannot be an address. */
import type { ModelAddress } from "../../../workers/protocol.ts";

export type Typed =
  | { readonly ok: true; readonly address: ModelAddress & { readonly kind: "hub" } }
  | { readonly ok: false; readonly problem: "no-id" | "no-address" | "not-https" | "has-password" };

const PART = /^[A-Za-z0-9][\w.-]{0,95}$/;
const LOCAL = ["localhost", "127.0.0.1", "[::1]"];

/**
 * @param typed `owner/name`, `name`, or the address of the model's page on the Hub
 * @param mirror the base address of a mirror, or "" for the Hub itself
 */
export function readAddress(typed: string, mirror: string): Typed {
  const id = typed
    .trim()
    .replace(/^https?:\/\/(www\.)?(huggingface\.co|hf\.co)\//i, "")
    .replace(/(\/(tree|blob|resolve)\/.*)?\/*$/, "");
  const parts = id.split("/");
  if (parts.length > 2 || !parts.every((part) => PART.test(part) && !part.includes(".."))) {
    return { ok: false, problem: "no-id" };
  }
  if (mirror.trim() === "") return { ok: true, address: { kind: "hub", id, mirror: null } };
  const url = URL.parse(mirror.trim());
  if (url === null || !/^https?:$/.test(url.protocol)) return { ok: false, problem: "no-address" };
  if (url.username !== "" || url.password !== "") return { ok: false, problem: "has-password" };
  if (url.protocol === "http:" && !LOCAL.includes(url.hostname)) return { ok: false, problem: "not-https" };
  return { ok: true, address: { kind: "hub", id, mirror: url.origin + url.pathname.replace(/\/*$/, "/") } };
}

/** The files of a chosen folder, by their path inside it. */
export function readFolder(files: readonly File[]): (ModelAddress & { readonly kind: "folder" }) | null {
  const first = files[0]?.webkitRelativePath.split("/")[0];
  if (first === undefined || first === "") return null;
  return {
    kind: "folder",
    id: first,
    files: files.map((file) => ({ path: file.webkitRelativePath.slice(first.length + 1), blob: file })),
  };
}
