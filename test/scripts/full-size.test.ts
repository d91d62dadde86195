/** The rows of models of full size in bench's last line: times without the prompt's step, forwards a token, bytes. */
import { expect, test } from "vitest";
import { fullSizeLines, fullSizeRows } from "../../scripts/bench/full-size.ts";
import type { RunEvent } from "../../src/core/types.ts";

/** Each step adds so many forwards; its milliseconds lie in three parts. */
function steps(times: readonly number[], forwardsEach: number): RunEvent[] {
  return times.map((policy, step) => ({
    type: "step",
    runId: "r",
    step,
    rows: [],
    ms: { policy, rewards: 1, tail: 0.5 },
    forwards: (step + 1) * forwardsEach,
  }));
}

const memory = { announcedBytes: 817e6, usedBytes: 799e6 };
const rows = fullSizeRows(steps([900, 100, 120, 110], 1), steps([1900, 200, 240, 221.5], 2), memory);

test("each row has the keys of the contract, its bytes beside them, and the prompt's step left out", () => {
  expect(rows).toEqual([
    {
      name: "full-plain",
      backend: "wasm",
      ms: { median: 111.5, p10: 103.5, p90: 119.5 },
      ratioTo: null,
      ratio: null,
      counts: { forwards: 1, dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, bytesRead: 0 },
      memory,
    },
    {
      name: "full-ratio",
      backend: "wasm",
      ms: { median: 223, p10: 205.8, p90: 237.8 },
      ratioTo: "full-plain",
      ratio: 2,
      counts: { forwards: 2, dispatches: 0, submits: 0, bindGroups: 0, buffers: 0, bytesRead: 0 },
      memory,
    },
  ]);
});

test("people read them as lines", () => {
  expect(fullSizeLines(rows)).toEqual([
    "full size: full-plain 112 ms a token, 1.0 forwards",
    "full size: full-ratio 223 ms a token, 2.0 forwards",
    "full size: 799 MB of heap for both, 817 announced",
  ]);
});
