import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { checkVector, readVectors } from "../../scripts/vectors/check.ts";
import { isObject } from "../../scripts/vectors/json.ts";
import type { Json } from "../../scripts/vectors/json.ts";

const VECTORS = ["decoding", "sources", "round2", "later"].flatMap((name) =>
  readVectors(fileURLToPath(new URL(`../vectors/${name}.json`, import.meta.url))),
);

/** Settings that choose a set of tokens: 0.01 more often chooses the same set. */
const SET_SETTINGS = ["plausible", "min_p"];

/** All copies of a tree with one number moved by 0.01, or by 0.3 where it chooses a set. */
function* nudged(tree: Json): Generator<Json> {
  if (typeof tree === "number") yield tree + 0.01;
  else if (Array.isArray(tree)) {
    for (const [i, child] of tree.entries()) for (const other of nudged(child)) yield tree.with(i, other);
  } else if (isObject(tree)) {
    for (const [key, child] of Object.entries(tree)) {
      const isSet = SET_SETTINGS.includes(key) && typeof child === "number";
      for (const other of isSet ? [child + 0.3] : nudged(child)) yield { ...tree, [key]: other };
    }
  }
}

describe("the vectors of decoding, of sources, of the second round and of later rules", () => {
  it.each(VECTORS.map((vector) => [vector.id, vector] as const))("%s is reproduced leaf by leaf", (_, vector) => {
    const { agreed, total, failures } = checkVector(vector);
    expect(failures).toEqual([]);
    expect(agreed).toBe(total);
  });

  it("fail when any single number of `expected` is moved", () => {
    for (const vector of VECTORS) {
      for (const expected of nudged(vector.expected)) {
        let failures: readonly string[];
        try {
          failures = checkVector({ ...vector, expected }).failures;
        } catch (error) {
          // A setting such as n = 1.01 has no recomputation at all.
          failures = [String(error)];
        }
        expect(failures).not.toEqual([]);
      }
    }
  });

  it("fail for an unknown id and for an unknown leaf", () => {
    const [vector] = VECTORS;
    expect(checkVector({ ...vector!, id: "genarm_double" }).failures).toEqual(["unknown id"]);
    const expected = isObject(vector!.expected) ? { ...vector!.expected, extra: 1 } : {};
    expect(checkVector({ ...vector!, expected }).failures).toEqual(["extra"]);
  });
});
