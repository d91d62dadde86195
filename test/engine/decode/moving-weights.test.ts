import { describe, expect, it } from "vitest";
import { MOVE_EVERY, movedWeights } from "../../../src/core/combine/moving.ts";
import type { Combine } from "../../../src/core/combine/way-types.ts";
import { findPattern } from "../../../src/core/patterns/pattern.ts";
import { mean } from "../../../src/core/stats.ts";
import { ruleScore } from "../../../src/core/sources/rules.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import { Binding } from "../../../src/engine/decode/binding.ts";
import { TextStream } from "../../../src/engine/decode/text-stream.ts";
import { scoreText } from "../../../src/engine/decode/text-scores.ts";
import type { RunEvent, Weights } from "../../../src/core/types.ts";
import {
  bestOf,
  collect,
  eventsOf,
  fakeModels,
  GENARM,
  hashed,
  isTidy,
  lane,
  request,
  tokensOf,
  VAS,
  type Fakes,
} from "../../fakes.ts";
import { RATIO } from "../../sample-sources.ts";
import { tableCausal } from "../../table-models.ts";

const LONG = { maxTokens: 24, suppressEnd: true } as const;
const WORST = { type: "worst", eta: 1 } as const satisfies Combine;
const both = { joy: 1, adventure: 0.5 };
const worst = lane({ id: "genarm", beta: 0.5, weights: both, combine: WORST });

function withReaders(): Fakes {
  const fakes = fakeModels();
  const { models } = fakes;
  const reader = (id: string, salt: number) =>
    tableCausal(id, { vocabSize: models.policy.vocabSize, context: 256 }, (prefix) =>
      Float64Array.from({ length: models.policy.vocabSize }, (_, v) => 2 * hashed(salt, v, ...prefix)),
    );
  const readers = [...models.readers.values(), reader("strong", 50), reader("weak", 51)];
  return { ...fakes, models: { ...models, readers: new Map(readers.map((model) => [model.id, model])) } };
}

const movesOf = (events: readonly RunEvent[]) => eventsOf(events, "moved").map(({ move }) => move);

describe("a lane whose weights move", () => {
  it("says so before the token that they first act on, every few tokens, with what was measured", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([worst], LONG));
    const moves = movesOf(events);
    expect(moves.map(({ token, lane: at }) => [token, at])).toEqual([
      [MOVE_EVERY, 0],
      [2 * MOVE_EVERY, 0],
    ]);
    const place = events.findIndex(({ type }) => type === "moved");
    expect(events[place + 1]).toMatchObject({ type: "step", step: MOVE_EVERY });
    // The judge read two unfinished texts, then the finished one; each is charged to the lane.
    expect(fakes.usage.get("judge")!.forwards).toEqual([1, 1, 1]);
    expect(eventsOf(events, "finished")[0]!.lanes[0]!.forwards["judge"]).toBe(3);
    expect(isTidy(fakes)).toBe(true);
  });

  it("writes as the sum does until the first step, and otherwise after it", async () => {
    const sum = lane({ id: "genarm", beta: 0.5, weights: both });
    const tokens = tokensOf(await collect(fakeModels(), request([worst, sum], LONG)));
    expect(tokens["0:0"]!.slice(0, MOVE_EVERY)).toEqual(tokens["1:0"]!.slice(0, MOVE_EVERY));
    expect(tokens["0:0"]).not.toEqual(tokens["1:0"]);
  });

  it("writes the same again, and what a schedule of its moves writes under the sum", async () => {
    const first = await collect(fakeModels(), request([worst, bestOf(3), VAS], LONG));
    expect(await collect(fakeModels(), request([worst, bestOf(3), VAS], LONG))).toEqual(first);
    const schedule = movesOf(first).map(({ token, weights }) => ({ token, lane: 0, change: { weights } }));
    const sum = lane({ id: "genarm", beta: 0.5, weights: both });
    const by = await collect(fakeModels(), request([sum, bestOf(3), VAS], { ...LONG, schedule }));
    expect(tokensOf(by)).toEqual(tokensOf(first));
  });

  it("begins anew from a slider that was moved", async () => {
    const goals: Combine = { type: "goals", targets: { joy: 50 }, eta: 0.1, most: { joy: 100 } };
    const steered = lane({ id: "vas", beta: 0.5, weights: { joy: 1 }, k: 4, combine: goals });
    const schedule = [{ token: MOVE_EVERY + 1, lane: 0, change: { weights: { joy: -20 } } }];
    const [before, after] = movesOf(await collect(fakeModels(), request([steered], { ...LONG, schedule })));
    const grown = 0.1 * (50 - before!.rewards.joy!);
    expect(before!.weights.joy).toBeCloseTo(1 + grown, 9);
    // Away from joy now: at least 50 of minus joy.
    expect(after!.weights.joy).toBeCloseTo(-(20 + 0.1 * (50 + after!.rewards.joy!)), 9);
  });

  it("knows a source’s reward of the text so far without reading it, and reads it where its weight was 0", async () => {
    const sources = [RATIO, { ...RATIO, id: "s2" as const, name: "Other", strong: "weak", weak: "strong" }];
    const goals: Combine = { type: "goals", targets: { s1: 9, s2: -9 }, eta: 1, most: {} };
    const steered = lane({ id: "genarm", beta: 1, weights: { s1: 0.1, s2: 0.1 }, combine: goals });
    const fakes = withReaders();
    const wanted = request([steered], { ...LONG, sources });
    const events = await collect(fakes, wanted);
    const [tokens] = Object.values(tokensOf(events));
    const binding = new Binding(fakes.models, wanted);
    const moves = movesOf(events);
    expect(moves).toHaveLength(2);
    expect(moves[0]!.weights.s2).toBe(0);
    for (const { token, rewards } of moves) {
      for (const spec of sources) {
        const said = { tokens: tokens!.slice(0, token), text: "" };
        const whole = await scoreText(spec, said, { binding, charge: () => undefined });
        expect(rewards[spec.id]).toBeCloseTo(whole!, 6);
      }
    }
    // One reading by both models for the source that was off, at the second step; the rest are 24 steps each.
    const { forwards } = eventsOf(events, "finished")[0]!.lanes[0]!;
    expect(forwards["strong"]).toBe(24 + 1);
  });
});

it("an ARGS lane moves its weights by what the judge and a rule say of the text so far", async () => {
  const rule: SourceSpec = { id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 9 } };
  const weights = { joy: 1, s1: 0.5 };
  const args = lane({ id: "args", beta: 1, weights, k: 4, combine: WORST });
  const fakes = fakeModels();
  const events = await collect(fakes, request([args], { ...LONG, sources: [rule] }));
  const [prompt] = eventsOf(events, "started").map(({ promptTokens }) => promptTokens);
  const [tokens] = Object.values(tokensOf(events));
  const moves = movesOf(events);
  expect(moves.map(({ token }) => token)).toEqual([MOVE_EVERY, 2 * MOVE_EVERY]);
  let now: Weights = weights;
  for (const move of moves) {
    const written = tokens!.slice(0, move.token);
    const [read] = await fakes.models.judge!.score([[...prompt!, ...written]]);
    const joy = mean([...read![fakes.models.judge!.objectives.indexOf("joy")]!]);
    expect(move.rewards.joy).toBeCloseTo(joy, 9);
    const stream = TextStream.after(fakes.models.tokenizer, prompt!);
    for (const token of written) stream.push(token);
    expect(move.rewards.s1).toBe(ruleScore(rule.rule, stream.text.trim(), findPattern));
    now = movedWeights(WORST, weights, now, move.rewards);
    expect(move.weights).toEqual(now);
  }
});

describe("a lane that nothing can measure", () => {
  const refusal = async (models: Partial<Models>) => {
    const fakes = fakeModels();
    const events = await collect({ ...fakes, models: { ...fakes.models, ...models } }, request([worst], LONG));
    return eventsOf(events, "failed")[0]?.error;
  };

  it("is refused before a token is drawn", async () => {
    expect((await refusal({ judge: null }))?.message).toMatch(/move by what the judge says, and none is loaded/);
    const judge = fakeModels().models.judge!;
    expect((await refusal({ judge: { ...judge, objectives: ["joy"] } }))?.message).toMatch(
      /scores joy but not "adventure"; set its weight to 0 in that lane, combine by the sum/,
    );
  });
});

it("a best-of-N lane is shown by its way, and soft best-of-N draws by it", async () => {
  const { strategy } = bestOf(6, both);
  if (strategy.id !== "bon") throw new Error("not best of N");
  const ways: Combine[] = [WORST, { type: "harmonic" }, { type: "majority" }, { type: "veto", floors: { joy: 0 } }];
  const lanes = ways.flatMap((combine) => [
    lane({ ...strategy, combine }),
    lane({ ...strategy, id: "soft-bon", beta: 1e-9, combine }),
  ]);
  const events = await collect(fakeModels(), request(lanes, { maxTokens: 6 }));
  const results = eventsOf(events, "finished")[0]!.lanes;
  const samples = eventsOf(events, "sample").map(({ result }) => result);
  for (const [i, result] of results.entries()) {
    const own = samples.filter((sample) => sample.lane === i);
    expect(result.scores).toHaveLength(6);
    const best = Math.max(...result.scores.map((score) => score ?? -Infinity));
    expect(result.scores[result.chosen] ?? -Infinity).toBe(best);
    const [joy, adventure] = [own[result.chosen]!.reward.joy!, own[result.chosen]!.reward.adventure!];
    if (ways[Math.floor(i / 2)]!.type === "worst") expect(best).toBeCloseTo(Math.min(joy, 0.5 * adventure), 9);
    if (ways[Math.floor(i / 2)]!.type === "veto") expect(joy).toBeGreaterThanOrEqual(0);
  }
});

it("a lane that combines by the sum has no moves", async () => {
  expect(movesOf(await collect(fakeModels(), request([GENARM, VAS], LONG)))).toEqual([]);
});
