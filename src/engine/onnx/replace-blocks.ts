/** What a growing cache needs after every call: longer blocks in place of the old ones, and nothing left behind. */

interface Freeable {
  free(): void;
}

/** Runs a graph from `old` into `longer` blocks. One of the two is freed: the old ones, or where the run fails the new. */
export async function replaceBlocks<B extends Freeable>(
  old: readonly B[],
  longer: B[],
  run: (past: readonly B[], present: readonly B[]) => Promise<void>,
): Promise<B[]> {
  try {
    await run(old, longer);
  } catch (error) {
    for (const block of longer) block.free();
    throw error;
  }
  for (const block of old) block.free();
  return longer;
}
