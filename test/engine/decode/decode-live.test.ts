import { describe, expect, it } from "vitest";
import type { LaneChange, RunEvent, ScheduledChange } from "../../../src/core/types.ts";
import type { FakeControl } from "../../fakes.ts";
import {
  bestOf,
  BASE,
  collect,
  eventsOf,
  fakeModels,
  GENARM,
  isTidy,
  lane,
  request,
  tokensOf,
  VAS,
} from "../../fakes.ts";

/** Makes a change right after step `token - 1`, so that it acts from response token `token` on. */
function changeAt(token: number, index: number, change: LaneChange) {
  return (event: RunEvent, control: FakeControl) => {
    if (event.type === "step" && event.step === token - 1) control.change(index, change);
  };
}

const LONG = { maxTokens: 16, suppressEnd: true } as const;
const WAKE: LaneChange = { weights: { joy: 1, adventure: 2 } };
const SILENT = lane({ id: "genarm", beta: 0.5, weights: { joy: 0 } });

describe("a live change", () => {
  it("acts from the next token on, and is reported with its token", async () => {
    const before = tokensOf(await collect(fakeModels(), request([GENARM], LONG)))["0:0"]!;
    const events = await collect(fakeModels(), request([GENARM], LONG), changeAt(5, 0, { beta: 0.05 }));
    const after = tokensOf(events)["0:0"]!;
    expect(after.slice(0, 5)).toEqual(before.slice(0, 5));
    expect(after).not.toEqual(before);
    expect(eventsOf(events, "changed").map((event) => event.change)).toEqual([
      { token: 5, lane: 0, change: { beta: 0.05 } },
    ]);
    const place = events.findIndex((event) => event.type === "changed");
    expect(events[place + 1]).toMatchObject({ type: "step", step: 5 });
  });

  it("is replayed by a schedule token for token, event for event", async () => {
    const live = await collect(fakeModels(), request([GENARM, VAS], LONG), (event, control) => {
      changeAt(3, 0, WAKE)(event, control);
      changeAt(3, 1, { beta: 4 })(event, control);
      changeAt(9, 1, { weights: {} })(event, control);
    });
    const schedule: ScheduledChange[] = eventsOf(live, "changed").map((event) => event.change);
    expect(schedule).toHaveLength(3);
    const replayed = await collect(fakeModels(), request([GENARM, VAS], { ...LONG, schedule }));
    expect(replayed.slice(1)).toEqual(live.slice(1));
  });

  it("catches a source up by one prefill when its weight leaves 0, with the tokens of a source that was always read", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([SILENT], LONG), changeAt(6, 0, WAKE));
    expect(fakes.usage.get("arm-joy")!.opened).toBe(1);
    expect(fakes.usage.get("arm-joy")!.forwards).toEqual(Array.from({ length: 10 }, () => 1));
    // The same run with a source that is read from the start, at a weight that says nothing.
    const faint = lane({ id: "genarm", beta: 0.5, weights: { joy: 1e-12, adventure: 1e-12 } });
    const always = await collect(fakeModels(), request([faint], LONG), changeAt(6, 0, WAKE));
    expect(tokensOf(events)).toEqual(tokensOf(always));
    expect(isTidy(fakes)).toBe(true);
  });

  it("drops a source whose weight falls to 0: no forward after it, and its batch is disposed of at once", async () => {
    const fakes = fakeModels();
    let disposed = -1;
    await collect(fakes, request([GENARM, VAS], LONG), (event, control) => {
      changeAt(4, 0, { weights: {} })(event, control);
      changeAt(4, 1, { beta: Infinity })(event, control);
      if (event.type === "step" && event.step === 4) disposed = fakes.usage.get("arm-joy")!.disposed;
    });
    expect(fakes.usage.get("arm-joy")!.forwards).toHaveLength(4);
    expect(fakes.usage.get("value")!.forwards).toEqual([1, 4, 4, 4, 4]);
    expect(disposed).toBe(1);
  });

  it("lets a lane join a source that another lane reads, by one prefill of both", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([GENARM, SILENT], LONG), changeAt(6, 1, { weights: { joy: 1 } }));
    const { forwards, opened } = fakes.usage.get("arm-joy")!;
    expect(opened).toBe(2);
    expect(forwards).toEqual([1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
    const alone = await collect(fakeModels(), request([GENARM], LONG));
    expect(tokensOf(events)["0:0"]).toEqual(tokensOf(alone)["0:0"]);
    expect(isTidy(fakes)).toBe(true);
  });

  it("moves what best-of-N ranks by, without touching its texts", async () => {
    const still = await collect(fakeModels(), request([bestOf(6)], LONG));
    const moved = await collect(fakeModels(), request([bestOf(6)], LONG), changeAt(2, 0, { weights: { joy: -1 } }));
    expect(tokensOf(moved)).toEqual(tokensOf(still));
    const scores = (events: RunEvent[]) => eventsOf(events, "finished")[0]!.lanes[0]!.scores;
    expect(scores(moved)).toEqual(scores(still).map((score) => -score!));
  });

  it.each([
    [7, { beta: 1 }, /no lane 7/],
    [0, { beta: 1 }, /plain sampling has no setting to change/],
    [1, { beta: -1 }, /change.beta must be a number above 0, got -1/],
  ])("to lane %i of %j that cannot be is a failure with a sentence", async (index, change, message) => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([BASE, GENARM], LONG), changeAt(2, index, change));
    expect(events.at(-1)).toMatchObject({
      type: "failed",
      error: { code: "invalid-request", message: expect.stringMatching(message) },
    });
    expect(isTidy(fakes)).toBe(true);
  });
});

describe("an abort", () => {
  it("ends the run within one step, with partial texts judged and everything disposed of", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([BASE, GENARM, VAS, bestOf(3)], LONG), (event, control) => {
      if (event.type === "step" && event.step === 4) control.abort();
    });
    expect(eventsOf(events, "step")).toHaveLength(5);
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "aborted" });
    for (const { result } of eventsOf(events, "sample")) {
      expect(result).toMatchObject({ finish: "aborted" });
      expect(result.tokens).toHaveLength(5);
      expect(result.reward.joy).toBeTypeOf("number");
    }
    expect(isTidy(fakes)).toBe(true);
  });

  it("before the first token gives empty texts without reward", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([BASE, bestOf(2)]), (_, control) => control.abort());
    expect(events.map((event) => event.type)).toEqual(["started", "sample", "sample", "sample", "finished"]);
    expect(eventsOf(events, "sample")[0]!.result).toMatchObject({
      tokens: [],
      text: "",
      reward: {},
      truth: { joy: null },
    });
    expect(eventsOf(events, "finished")[0]!.lanes[1]).toMatchObject({
      chosen: 0,
      scores: [null, null],
      length: 0,
      klPerToken: 0,
      basePerplexity: 1,
    });
    expect(fakes.usage.get("judge")!.forwards).toEqual([]);
  });

  it("after the last token changes nothing", async () => {
    const events = await collect(fakeModels(), request([BASE]), (event, control) => {
      if (event.type === "sample") control.abort();
    });
    expect(events.at(-1)).toMatchObject({ type: "finished", reason: "done" });
  });
});

describe("a caller", () => {
  it("that stops taking events pauses the run: no forward happens in between", async () => {
    const fakes = fakeModels();
    const seen: number[] = [];
    await collect(fakes, request([BASE], LONG), () => {
      seen.push(fakes.usage.get("policy")!.forwards.length);
    });
    // started, then one forward a step, then sample and finished.
    expect(seen).toEqual([0, ...Array.from({ length: 16 }, (_, i) => i + 1), 16, 16]);
  });

  it("that leaves early leaves nothing open", async () => {
    const fakes = fakeModels();
    await expect(
      collect(fakes, request([GENARM, VAS], LONG), (event) => {
        if (event.type === "step" && event.step === 2) throw new Error("the page has gone");
      }),
    ).rejects.toThrow("the page has gone");
    expect(fakes.usage.get("policy")!.opened).toBe(1);
    expect(isTidy(fakes)).toBe(true);
  });
});
