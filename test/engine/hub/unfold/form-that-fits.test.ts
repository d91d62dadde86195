/** Which form a processor gets, and that both write the same. */
import { expect, test } from "vitest";
import { wasmRuntime } from "../../../../scripts/node/runtimes.ts";
import { folderFiles } from "../../../../src/engine/hub/folder-files.ts";
import { openLineup } from "../../../../src/engine/hub/lineup.ts";
import { offlineFetching } from "../../../offline-fetching.ts";
import { randomModel } from "../../../random-model.ts";

const SHAPE = {
  layers: 2,
  hidden: 128,
  heads: 4,
  kvHeads: 2,
  intermediate: 256,
  vocabulary: 4096,
  context: 256,
  seed: 3,
};
const TOKENS = 24;

/** @param budgetBytes memory that models may take */
async function greedy(budgetBytes: number | null): Promise<{ arithmetic: string; tokens: number[][] }> {
  const runtime = await wasmRuntime();
  try {
    const { policy } = await openLineup([{ repo: folderFiles("small", randomModel(SHAPE)), dtype: "q4" }], {
      runtime,
      limits: { backend: "wasm", maxBufferBytes: null, budgetBytes },
      plan: { rows: 2, tokens: 128, promptTokens: 8 },
      fetching: offlineFetching(),
      onProgress: () => undefined,
      startReference: null,
    });
    const batch = await policy.model.open([[5, 80, 901], [44]]);
    const tokens: number[][] = [[], []];
    for (let at = 0; at < TOKENS; at += 1) {
      const next = tokens.map((_, row) => batch.logits(row).indexOf(Math.max(...batch.logits(row))));
      next.forEach((id, row) => tokens[row]?.push(id));
      await batch.step(next);
    }
    batch.dispose();
    return { arithmetic: policy.arithmetic, tokens };
  } finally {
    await runtime.dispose();
  }
}

test("4-bit weights are unfolded where they fit, stay as they are where they do not, and write the same", async () => {
  const unfolded = await greedy(null);
  // 2.1 MB of table and 0.5 MB of 4-bit weights, 3.8 MB unfolded, and 40 MB of the runtime.
  const stored = await greedy(46.5e6);
  expect([unfolded.arithmetic, stored.arithmetic]).toEqual(["float32", "stored"]);
  expect(stored.tokens).toEqual(unfolded.tokens);
  expect(new Set(stored.tokens.flat()).size).toBeGreaterThan(4);
});

test("a model that fits in no form is refused with its least need", async () => {
  await expect(greedy(41e6)).rejects.toThrow(/small needs up to 4\d MB of memory.*41 MB/);
});
