import { beforeAll, describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/core/types.ts";
import defaults from "../../../src/core/defaults.json" with { type: "json" };
import { reduce } from "../../../src/state/run/reduce.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { IDLE_VIEW, requestNow, shownSample, type RunView } from "../../../src/state/run/view.ts";
import { fakeTrace } from "../fake-api.ts";

const request = toRequest({ ...defaultSettings(), maxTokens: 12, n: 3 });
let events: readonly RunEvent[];
const play = (list: readonly RunEvent[]): RunView => list.reduce(reduce, IDLE_VIEW);

beforeAll(async () => {
  ({ events } = await fakeTrace(request));
});

describe("reduce", () => {
  test("a started run has its lanes and samples, all empty", () => {
    const view = play(events.slice(0, 1));
    expect(view.phase).toBe("running");
    expect(view.lanes.map((lane) => lane.samples.length)).toEqual([1, 1, 1, 3]);
    expect(view.lanes.every((lane) => shownSample(lane).steps.length === 0)).toBe(true);
  });

  test("every step lands in its own lane and sample, in order", () => {
    const view = play(events);
    for (const [lane, { samples }] of view.lanes.entries()) {
      for (const [sample, { steps }] of samples.entries()) {
        expect(steps.map((step) => [step.lane, step.sample, step.position])).toEqual(
          Array.from({ length: 12 }, (_, position) => [lane, sample, position]),
        );
      }
    }
  });

  test("a finished best-of-N lane shows the sample that was chosen, not the first", () => {
    const lane = play(events).lanes[3]!;
    expect(lane.result?.chosen).toBe(2);
    expect(shownSample(lane)).toBe(lane.samples[2]);
  });

  test("events of another run change nothing", () => {
    const view = play(events.slice(0, 4));
    const stranger = { ...events[4]!, runId: "another" } as RunEvent;
    expect(reduce(view, stranger)).toBe(view);
  });

  test("a failure keeps the text that was there", () => {
    const before = play(events.slice(0, 6));
    const error = { code: "device-lost", message: "gone", details: {} } as const;
    const after = reduce(before, { type: "failed", runId: before.runId, error });
    expect(after.phase).toBe("failed");
    expect(after.error).toEqual(error);
    expect(after.lanes).toBe(before.lanes);
  });

  test("a changed event marks the lane where it acts, with what differs and what then holds", () => {
    const view = play(events.slice(0, 6));
    const { beta } = defaults;
    const change = { token: 4, lane: 1, change: { beta, weights: { detail: -1 } } };
    const next = reduce(view, { type: "changed", runId: view.runId, change });
    expect(next.lanes[1]?.marks).toEqual([
      {
        token: 4,
        moved: { weights: { adventure: 0, detail: -1 } },
        strategy: { id: "genarm", beta, weights: { detail: -1 } },
      },
    ]);
    expect(requestNow(next)?.lanes[1]?.strategy).toMatchObject({ weights: { detail: -1 } });
    expect(next.lanes[0]).toBe(view.lanes[0]);
  });

  test("an earlier view is never altered by later events", () => {
    const early = play(events.slice(0, 5));
    const copy = structuredClone(early);
    play(events);
    events.slice(5).reduce(reduce, early);
    expect(early).toEqual(copy);
  });
});
