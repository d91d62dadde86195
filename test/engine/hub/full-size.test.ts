/** A model of SmolLM2's size steered by a second one on WebAssembly: about 20 seconds on one thread. */
import { expect, test } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { fullSizeRequest, openFullSize, PLAIN, STEERED } from "../../full-size.ts";

test("a model of full size is steered by a second one within the announced memory", async () => {
  const runtime = await wasmRuntime();
  const { lineup, announcedBytes, run } = await openFullSize(runtime, 128);
  expect(lineup.vocabSize).toBe(49_152);
  const events = await run(fullSizeRequest(6, [PLAIN, STEERED]));
  expect(events.at(-1)).toMatchObject({ type: "finished", reason: "done" });
  const texts = events.flatMap((event) => (event.type === "sample" ? [event.result.tokens] : []));
  expect(texts.map((tokens) => tokens.length)).toEqual([6, 6]);
  expect(texts[0]).not.toEqual(texts[1]);
  const { heapBytes } = runtime.memory();
  // The heap is what was announced, within a tenth.
  expect(Math.abs((heapBytes ?? 0) / announcedBytes - 1)).toBeLessThan(0.1);
  await runtime.dispose();
}, 180_000);
