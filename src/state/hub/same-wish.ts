/** Whether two wishes name one model, in whatever form: it is loaded once. */
import type { ModelAddress, ModelWish } from "../../../workers/protocol.ts";

export function isSameWish(one: ModelWish, other: ModelWish): boolean {
  const [a, b] = [one.address, other.address];
  return a.kind === b.kind && a.id === b.id && baseOf(a) === baseOf(b);
}

/** The base address that a model is kept under, as `KeptModels` names it. */
export function baseOf(address: ModelAddress): string | null {
  if (address.kind === "folder") return null;
  return address.kind === "hub" ? address.mirror : address.base;
}
