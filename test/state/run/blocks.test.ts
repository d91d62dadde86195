import { describe, expect, test } from "vitest";
import type { Blockwise, RunEvent, Trace } from "../../../src/core/types.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { blockAt, endOf } from "../../../src/state/run/blocks.ts";
import { laneFacts } from "../../../src/state/stage/facts.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../../../src/state/run/view.ts";
import { readTrace, writeTrace } from "../../../src/state/keep/trace-file.ts";
import { BASE, collect, eventsOf, fakeModels, lane, request, tokensOf } from "../../fakes.ts";

const PLAN: Blockwise = {
  id: "blockwise",
  k: 3,
  block: 4,
  by: "judge",
  beta: 1,
  weights: { joy: 1 },
  ensemble: "mean",
  lambda: 0,
};
const run = request([BASE, lane(PLAN)], { suppressEnd: true, maxTokens: 12 });
const events = await collect(fakeModels(), run);
const play = (list: readonly RunEvent[]): RunView => list.reduce(reduce, IDLE_VIEW);
const tokens = (view: RunView, sample = 0): readonly number[] =>
  view.lanes[1]!.samples[sample]!.steps.map(({ token }) => token);

describe("a blockwise lane on the screen", () => {
  test("shows the first candidate while a block is written, and then the chosen one", () => {
    const at = events.findIndex(({ type }) => type === "block");
    const before = play(events.slice(0, at));
    expect(before.lanes[1]!.samples.map(({ steps }) => steps.length)).toEqual([4, 4, 4]);
    const [first] = eventsOf(events, "block");
    const after = play(events.slice(0, at + 1));
    expect(tokens(after)).toEqual(tokens(before, first!.choice.chosen));
    expect(after.lanes[1]!.blocks).toEqual([first!.choice]);
  });

  test("ends with the text of the run, and knows the block of every token", () => {
    const view = play(events);
    const own = view.lanes[1]!;
    expect(tokens(view)).toEqual(tokensOf(events)["1:0"]);
    expect(shownSample(own).result?.tokens).toEqual(tokensOf(events)["1:0"]);
    expect(own.blocks.map(endOf)).toEqual([4, 8, 12]);
    expect([0, 3, 4, 11, 12].map((position) => blockAt(own, position)?.block ?? null)).toEqual([0, 0, 1, 2, null]);
    expect(laneFacts(view, 1)).toMatchObject({ length: 12, kl: { type: "bound" } });
    expect(laneFacts(play(events.slice(0, 9)), 1)?.kl).toBeNull();
  });

  test("marks a moved slider where the next block begins", async () => {
    const schedule = [
      { token: 0, lane: 1, change: { weights: { joy: 2 } } },
      { token: 5, lane: 1, change: { weights: { joy: 3 } } },
      { token: 8, lane: 1, change: { weights: { joy: 4 } } },
    ];
    const moved = await collect(fakeModels(), { ...run, schedule });
    expect(play(moved).lanes[1]!.marks.map(({ token }) => token)).toEqual([0, 8, 8]);
  });
});

describe("a trace with blocks", () => {
  const [started] = eventsOf(events, "started");
  const trace: Trace = {
    version: 1,
    request: started!.request,
    schedule: [],
    models: started!.models,
    device: started!.device,
    events,
  };
  const changed = (change: (choice: Record<string, unknown>) => void): string => {
    const copy = structuredClone(trace) as unknown as { events: { type: string; choice: Record<string, unknown> }[] };
    change(copy.events.find(({ type }) => type === "block")!.choice);
    const reading = readTrace(writeTrace(copy as unknown as Trace));
    return reading.type === "broken" ? reading.why : "";
  };

  test("survives the way to a file and back", () => {
    expect(readTrace(writeTrace(trace))).toEqual({ type: "trace", trace });
  });

  test("is refused where its blocks do not fit its text", () => {
    expect(changed((choice) => (choice["start"] = 1))).toMatch(/ends at position 5, where its text has 4 tokens/);
    expect(changed((choice) => (choice["lane"] = 0))).toMatch(/names a block of lane 0, which writes none/);
    expect(changed((choice) => (choice["chosen"] = 3))).toMatch(/names sample 3 of 3/);
    expect(changed((choice) => (choice["candidates"] = []))).not.toBe("");
    expect(changed((choice) => (choice["candidates"] as unknown[]).pop())).toMatch(/has 2 candidates of 3|sample/);
  });
});
