/** What a lesson's states are made of, and the heads of an earlier round that lead some of its answers. */
import { isFeatureName, type FeatureName } from "../../src/core/heads/features.ts";
import { withHeads } from "../../src/engine/heads/loaded-head.ts";
import type { Models, StateSizes } from "../../src/engine/interfaces.ts";
import type { Guide } from "../../src/engine/teach/sample-answers.ts";
import { BadInput } from "../node/bad-input.ts";
import { readHeadFile } from "./head-files.ts";

/** The last state alone where nothing is asked. */
export function readFeatures(asked = "last"): readonly FeatureName[] {
  return asked.split(",").map((name) => {
    if (isFeatureName(name)) return name;
    throw new BadInput(`--features ${asked}: give names such as last, last-mean or layer-21, with commas`);
  });
}

/** @throws BadInput for a policy that gives no states */
export function statesOf({ policy }: Models): StateSizes {
  if (policy.states !== undefined) return policy.states;
  throw new BadInput(`${policy.id} does not give its states, so no head can be taught on it; choose a GGUF model`);
}

/**
 * @param asked head files, each with the strength at which it leads: `heads/simple.json:1,heads/formal.json:1`
 * @returns the guides, and what tells them from others
 */
export async function readGuides(
  asked: string | undefined,
  models: Models,
): Promise<{ readonly guides: readonly Guide[]; readonly names: readonly string[] }> {
  if (asked === undefined) return { guides: [], names: [] };
  const wanted = asked.split(",").map((part) => {
    const [, file, weight] = /^(.+):([\d.]+)$/.exec(part) ?? [];
    if (file !== undefined && Number(weight) > 0) return { file, weight: Number(weight) };
    throw new BadInput(`--guided ${part}: give a head's file and its strength, such as heads/simple.json:1`);
  });
  const heads = await Promise.all(wanted.map(({ file }) => readHeadFile(file)));
  const loaded = (await withHeads(models, heads)).heads;
  const guides = wanted.map(({ file, weight }, at): Guide => {
    const head = loaded?.get(heads[at]!.card.id);
    if (head?.kind === "push") return { head, weight };
    throw new BadInput(`--guided ${file}: it values texts, and only a head that steers tokens can lead`);
  });
  return { guides, names: heads.map(({ card }, at) => `${card.id}:${card.training.command}:${wanted[at]!.weight}`) };
}
