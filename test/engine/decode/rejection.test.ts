import { describe, expect, it } from "vitest";
import { bestOfN } from "../../../src/core/best-of-n.ts";
import type { EarlyRejection } from "../../../src/core/blocks/spec.ts";
import type { LaneRequest } from "../../../src/core/types.ts";
import { BASE, bestOf, collect, eventsOf, fakeModels, isTidy, lane, request, tokensOf } from "../../fakes.ts";

function rejecting(n: number, reject: Partial<EarlyRejection> = {}): LaneRequest {
  const ranking = { beta: 0.5, weights: { joy: 1 }, ensemble: "mean", lambda: 0.5 } as const;
  return lane({ id: "bon", n, ...ranking, reject: { share: 0.5, isStudy: false, ...reject } });
}
const LONG = { suppressEnd: true, maxTokens: 12 } as const;

async function resultOf(own: LaneRequest, more = {}) {
  const fakes = fakeModels();
  const events = await collect(fakes, request([own], { ...LONG, ...more }));
  return { fakes, events, result: eventsOf(events, "finished")[0]!.lanes[0]! };
}

describe("best-of-N that drops texts early", () => {
  it("keeps at half length those that the judge then scores highest, and chooses among them", async () => {
    const { fakes, events, result } = await resultOf(rejecting(8));
    const whole = tokensOf(await collect(fakeModels(), request([bestOf(8)], LONG)));
    const [prompt] = eventsOf(events, "started").map(({ promptTokens }) => promptTokens);
    const halves = Array.from({ length: 8 }, (_, j) => [...prompt!, ...whole[`0:${j}`]!.slice(0, 6)]);
    const judged = (await fakes.models.judge!.score(halves)).map(
      ([joy]) => joy!.reduce((a, b) => a + b, 0) / joy!.length,
    );
    const report = result.rejection!;
    for (const [j, score] of judged.entries()) expect(report.half[j]).toBeCloseTo(score, 10);
    const best = [...judged.keys()].sort((a, b) => judged[b]! - judged[a]!).slice(0, 4);
    expect(report.dropped).toEqual([...judged.keys()].filter((j) => !best.includes(j)));
    expect(report.end.map((score) => score === null)).toEqual([...judged.keys()].map((j) => !best.includes(j)));
    expect(result.chosen).toBe(bestOfN(report.end));
    for (const { result: sample } of eventsOf(events, "sample")) {
      const isKept = best.includes(sample.sample);
      expect(sample.finish).toBe(isKept ? "length" : "dropped");
      expect(sample.tokens).toEqual(whole[`0:${sample.sample}`]!.slice(0, isKept ? 12 : 6));
      expect(sample.reward).toEqual(isKept ? sample.reward : {});
    }
  });

  it("saves the rows of the dropped texts, and reads them no more", async () => {
    const { fakes, result } = await resultOf(rejecting(8));
    expect(result.rejection).toMatchObject({ at: 6, savedTokens: 4 * 6, isStudy: false });
    // The last token of a text is read by no one; those of the dropped texts are not read either.
    expect(result.forwards["policy"]).toBe(1 + 8 * 5 + 4 * 6);
    expect(result.forwards["judge"]).toBe(8 + 4);
    expect(isTidy(fakes)).toBe(true);
  });

  it("writes the dropped texts for a study, which changes neither the choice nor the kept texts", async () => {
    const plain = await resultOf(rejecting(8));
    const study = await resultOf(rejecting(8, { isStudy: true }));
    expect(study.result.chosen).toBe(plain.result.chosen);
    expect(study.result.scores).toEqual(plain.result.scores);
    expect(study.result.rejection!.end.every((score) => score !== null)).toBe(true);
    expect(study.result.rejection).toMatchObject({ dropped: plain.result.rejection!.dropped, savedTokens: 4 * 6 });
    expect(tokensOf(study.events)).toEqual(tokensOf(await collect(fakeModels(), request([bestOf(8)], LONG))));
  });

  it("is best-of-N where nothing is dropped", async () => {
    const { events, result } = await resultOf(rejecting(4, { share: 0 }));
    const whole = await collect(fakeModels(), request([bestOf(4)], LONG));
    expect(tokensOf(events)).toEqual(tokensOf(whole));
    expect(result.chosen).toBe(eventsOf(whole, "finished")[0]!.lanes[0]!.chosen);
    expect(result.rejection).toMatchObject({ dropped: [], savedTokens: 0 });
  });

  it("drops no text that has ended, and leaves the lanes beside it alone", async () => {
    const events = await collect(fakeModels(), request([BASE, rejecting(8, { at: 9 })], { maxTokens: 30 }));
    const results = eventsOf(events, "sample").map(({ result }) => result);
    for (const { finish, tokens } of results)
      expect(finish === "dropped").toBe(finish !== "eos" && tokens.length === 9);
    const alone = await collect(fakeModels(), request([BASE], { maxTokens: 30 }));
    expect(tokensOf(events)["0:0"]).toEqual(tokensOf(alone)["0:0"]);
  });

  it("is refused for the oracle and outside its bounds", async () => {
    const { strategy } = rejecting(4);
    const oracle = { ...rejecting(4), strategy: { ...strategy, id: "oracle-bon" } } as LaneRequest;
    for (const bad of [oracle, rejecting(4, { share: 1 }), rejecting(4, { at: 0 })]) {
      expect((await collect(fakeModels(), request([bad]))).at(-1)).toMatchObject({
        error: { code: "invalid-request" },
      });
    }
  });
});
