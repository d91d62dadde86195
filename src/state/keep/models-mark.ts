/** Which models wrote a text, in eight characters. */
import type { ModelRef } from "../../core/types.ts";
import { fnv1a } from "./fnv1a.ts";

/** A short mark of a set of models (32-bit FNV-1a over their hashes): tells other models, proves nothing. */
export function modelsMark(models: readonly ModelRef[]): string | null {
  if (models.length === 0) return null;
  const hash = fnv1a(models.map(({ id, sha256 }) => `${id} ${sha256}\n`).join(""));
  return hash.toString(16).padStart(8, "0");
}
