/** The models with the heads of these files in place of those before. */
import { readHead } from "../src/core/heads/head-file.ts";
import { withHeads } from "../src/engine/heads/loaded-head.ts";
import type { Models } from "../src/engine/interfaces.ts";

/** @throws RunError for a file that is no head, and for a head that does not fit */
export async function underHeads(models: Models, files: readonly unknown[]): Promise<Models> {
  const { heads: _, ...bare } = models;
  const heads = files.map(readHead);
  return heads.length === 0 ? bare : withHeads(bare, heads);
}
