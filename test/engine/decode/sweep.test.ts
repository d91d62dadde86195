import { describe, expect, it } from "vitest";
import type { SweepEvent } from "../../../src/core/sweep.ts";
import type { RunRequest } from "../../../src/core/types.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { BASE, bestOf, collect, eventsOf, fakeControl, fakeModels, GENARM, isTidy, request, VAS } from "../../fakes.ts";
import type { FakeControl, Fakes } from "../../fakes.ts";

const REQUESTS = [1, 2, 3, 4].map((seed) => request([BASE, GENARM, VAS, bestOf(3)], { seed, maxTokens: 8 }));

async function swept(
  fakes: Fakes,
  requests: readonly RunRequest[],
  onEvent: (event: SweepEvent, control: FakeControl) => void = () => {},
): Promise<SweepEvent[]> {
  const control = fakeControl();
  const events: SweepEvent[] = [];
  for await (const event of sweep("s", requests, fakes.models, control)) {
    events.push(event);
    onEvent(event, control);
  }
  return events;
}

const outcomes = (events: readonly SweepEvent[]) => events.flatMap((event) => (event.type === "ran" ? [event] : []));

describe("a sweep", () => {
  it("ends each request with what a run of its own ends with", async () => {
    const fakes = fakeModels();
    const events = await swept(fakes, REQUESTS);
    expect(outcomes(events).map(({ job }) => job)).toEqual([0, 1, 2, 3]);
    for (const { job, outcome } of outcomes(events)) {
      const alone = await collect(fakeModels(), REQUESTS[job]!);
      expect(outcome.samples).toEqual(eventsOf(alone, "sample").map((event) => event.result));
      const own = eventsOf(alone, "finished")[0]!.lanes;
      expect(outcome.lanes.map((lane) => ({ ...lane, ms: 0 }))).toEqual(own.map((lane) => ({ ...lane, ms: 0 })));
    }
    expect(events.at(-1)).toEqual({ type: "finished", sweepId: "s", reason: "done" });
    expect(isTidy(fakes)).toBe(true);
  });

  it("that is cut off keeps whole requests only, and the rest ends as if nothing had happened", async () => {
    const whole = outcomes(await swept(fakeModels(), REQUESTS));
    const fakes = fakeModels();
    const cut = await swept(fakes, REQUESTS, (event, control) => {
      if (event.type === "step" && event.job === 2 && event.step === 3) control.abort();
    });
    expect(outcomes(cut).map(({ job }) => job)).toEqual([0, 1]);
    expect(cut.at(-1)).toEqual({ type: "finished", sweepId: "s", reason: "aborted" });
    expect(isTidy(fakes)).toBe(true);
    const rest = outcomes(await swept(fakeModels(), REQUESTS.slice(2)));
    const tokens = (events: typeof whole) => events.map(({ outcome }) => outcome.samples.map((own) => own.tokens));
    expect(tokens([...outcomes(cut), ...rest])).toEqual(tokens(whole));
  });

  it("passes over a request that is refused and says why, and stops where models fail for good", async () => {
    const bad = { ...REQUESTS[1]!, prompt: "" };
    const events = await swept(fakeModels(), [REQUESTS[0]!, bad, REQUESTS[2]!]);
    expect(outcomes(events).map(({ job }) => job)).toEqual([0, 2]);
    expect(events.find((event) => event.type === "refused")).toMatchObject({
      job: 1,
      error: { code: "invalid-request" },
    });
    const broken = await swept(fakeModels({ brokenAt: 8 }), REQUESTS.slice(0, 2));
    expect(broken.filter((event) => event.type === "refused").map((event) => event.error.code)).toEqual([
      "non-finite-logits",
      "non-finite-logits",
    ]);
    expect(broken.at(-1)).toMatchObject({ type: "finished", reason: "done" });
  });
});
