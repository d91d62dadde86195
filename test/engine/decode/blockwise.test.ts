import { describe, expect, it } from "vitest";
import { blockwiseKlBound } from "../../../src/core/blocks/blockwise.ts";
import { mean } from "../../../src/core/stats.ts";
import { bestOfN } from "../../../src/core/best-of-n.ts";
import type { Combine } from "../../../src/core/combine/way-types.ts";
import type { Blockwise, LaneRequest, RowStep } from "../../../src/core/types.ts";
import { Binding } from "../../../src/engine/decode/binding.ts";
import { planLanes } from "../../../src/engine/decode/lane.ts";
import { planRows } from "../../../src/engine/decode/plan-rows.ts";
import { BASE, collect, eventsOf, fakeModels, hashed, isTidy, lane, request, tokensOf } from "../../fakes.ts";
import type { Fakes } from "../../fakes.ts";

function blockwise(plan: Partial<Blockwise> = {}): LaneRequest {
  const ranking = { beta: 1, weights: { joy: 1 }, ensemble: "mean", lambda: 0 } as const;
  return lane({ id: "blockwise", k: 4, block: 3, by: "judge", ...ranking, ...plan });
}

/** Models whose text has sentences: token 8 is a full stop. */
function sentences(): Fakes {
  const fakes = fakeModels();
  const { tokenizer } = fakes.models;
  const decode = (ids: readonly number[]): string =>
    ids.map((id) => (id === 8 || id === 9 || id === 10 ? "." : tokenizer.decode([id]))).join("");
  return { ...fakes, models: { ...fakes.models, tokenizer: { ...tokenizer, decode } } };
}

const LONG = { suppressEnd: true, maxTokens: 12 } as const;

describe("a blockwise lane", () => {
  it("says after each block what was written, what it scored and which goes on", async () => {
    const events = await collect(fakeModels(), request([blockwise()], LONG));
    const blocks = eventsOf(events, "block").map(({ choice }) => choice);
    expect(blocks.map(({ lane: own, block, start }) => [own, block, start])).toEqual([
      [0, 0, 0],
      [0, 1, 3],
      [0, 2, 6],
      [0, 3, 9],
    ]);
    for (const { candidates, chosen } of blocks) {
      expect(candidates).toHaveLength(4);
      expect(candidates.every(({ tokens }) => tokens === 3)).toBe(true);
      expect(chosen).toBe(bestOfN(candidates.map(({ score }) => score)));
    }
    const text = blocks.map(({ candidates, chosen }) => candidates[chosen]!.text).join("");
    const [sample, ...others] = eventsOf(events, "sample");
    expect(others).toEqual([]);
    expect(sample!.result).toMatchObject({ sample: 0, finish: "length", text });
  });

  it("writes every row of a block, and the chosen rows are the text", async () => {
    const events = await collect(fakeModels(), request([blockwise()], LONG));
    const rows = eventsOf(events, "step").flatMap((event) => event.rows);
    const text: number[] = [];
    for (const { choice } of eventsOf(events, "block")) {
      const own = rows.filter(
        ({ sample, position }) => sample === choice.chosen && position >= choice.start && position < choice.start + 3,
      );
      text.push(...own.map(({ token }) => token));
    }
    expect(text).toEqual(tokensOf(events)["0:0"]);
  });

  it("reads one row where a block begins and K in it, and no token twice", async () => {
    const fakes = fakeModels();
    await collect(fakes, request([blockwise({ k: 3 })], LONG));
    const sizes = fakes.usage.get("policy")!.forwards;
    // Candidates that draw the same token share their row.
    expect(sizes).toHaveLength(12);
    expect([0, 3, 6, 9].map((step) => sizes[step])).toEqual([1, 1, 1, 1]);
    expect(Math.max(...sizes)).toBe(3);
    expect(fakes.usage.get("judge")!.forwards).toEqual([3, 3, 3, 3, 1]);
    expect(isTidy(fakes)).toBe(true);
  });

  it("charges what it reads: the policy’s rows, and the judge’s for every block and for the text", async () => {
    const events = await collect(fakeModels(), request([blockwise({ k: 3 })], LONG));
    const [result] = eventsOf(events, "finished")[0]!.lanes;
    expect(result!.forwards).toEqual({ policy: 4 * (1 + 2 * 3), judge: 4 * 3 + 1 });
    const byValue = await collect(fakeModels(), request([blockwise({ k: 3, by: "value" })], LONG));
    expect(eventsOf(byValue, "finished")[0]!.lanes[0]!.forwards).toMatchObject({ value: 4 * 3, judge: 1 });
  });

  it("reports the KL of its choices as a bound and as an estimate below it", async () => {
    const events = await collect(fakeModels(), request([blockwise()], LONG));
    const { kl, klSteer } = eventsOf(events, "finished")[0]!.lanes[0]!;
    expect(kl).toEqual(klSteer);
    expect(kl).toMatchObject({ type: "best-of-n", upperBound: blockwiseKlBound(4, 4) });
    if (kl.type !== "best-of-n") throw new Error("no bound");
    expect(kl.estimator).toBeGreaterThan(0);
    expect(kl.estimator).toBeLessThan(kl.upperBound);
  });

  it("leaves the lanes beside it alone", async () => {
    const alone = tokensOf(await collect(fakeModels(), request([BASE], LONG)));
    const beside = tokensOf(await collect(fakeModels(), request([blockwise({ block: "sentence" }), BASE], LONG)));
    expect(beside["1:0"]).toEqual(alone["0:0"]);
  });

  it("waits with the best candidate alone while longer sentences are being written", async () => {
    const fakes = sentences();
    const events = await collect(
      fakes,
      request([blockwise({ block: "sentence" })], { suppressEnd: true, maxTokens: 30 }),
    );
    const blocks = eventsOf(events, "block").map(({ choice }) => choice);
    expect(blocks.some(({ candidates }) => new Set(candidates.map(({ tokens }) => tokens)).size > 1)).toBe(true);
    for (const { candidates, chosen } of blocks) {
      expect(chosen).toBe(bestOfN(candidates.map(({ score }) => score)));
      for (const { text } of candidates.slice(0, -1)) expect(text.slice(0, -1)).not.toMatch(/[a-z].*\.$/);
    }
    const text = blocks.map(({ candidates, chosen }) => candidates[chosen]!.text).join("");
    expect(eventsOf(events, "sample")[0]!.result.text).toBe(text);
    expect(eventsOf(events, "sample")[0]!.result.tokens).toHaveLength(30);
    // Had the text been read otherwise, its log-probabilities would be others.
    const shown = rowsOfText(events);
    const [prompt] = eventsOf(events, "started").map(({ promptTokens }) => promptTokens);
    const read = await fakes.models.policy.read([...prompt!, ...shown.map(({ token }) => token)].slice(0, -1), 30);
    for (const [t, { token, baseLogprob }] of shown.entries()) {
      const logits = [...read[t]!].map((each, v) => (v === 1 ? -Infinity : each));
      const logZ = Math.log(logits.reduce((sum, each) => sum + Math.exp(each), 0));
      expect(baseLogprob).toBeCloseTo(logits[token]! - logZ, 10);
    }
    expect(isTidy(fakes)).toBe(true);
  });

  it("draws from no number of the noise twice, though candidates differ in length", async () => {
    const { models } = sentences();
    const own = blockwise({ block: "sentence" });
    const binding = new Binding(models, request([own]));
    const [planned] = planLanes(request([own]), binding);
    const [rows] = planRows([planned!], binding, 40);
    const seen = new Set<string>();
    let drawn = 0;
    for (let step = 0; rows!.texts[0]!.tokens.length < 40; step++) {
      rows!.begin({ fork: () => undefined });
      for (const row of rows!.writing) {
        seen.add(`${row.noise} ${row.tokens.length}`);
        drawn += 1;
        const token = 2 + Math.floor(12 * Math.abs(hashed(step, row.sample)));
        row.stream.push(token);
        row.append({ token, kl: 0, klSteer: 0, logprob: -1, baseLogprob: -1 });
      }
      await rows!.end();
    }
    expect(drawn).toBeGreaterThan(100);
    expect(seen.size).toBe(drawn);
  });

  it.each<[string, Combine, (joy: number, adventure: number) => number]>([
    ["worst", { type: "worst", eta: 1 }, (joy, adventure) => Math.min(joy, -0.5 * adventure)],
    [
      "goals",
      { type: "goals", targets: { joy: 0.9, adventure: 0.4 }, eta: 1, most: {} },
      (joy, adventure) => -Math.max(0, 0.9 - joy) - Math.max(0, 0.4 + adventure),
    ],
    ["veto", { type: "veto", floors: { joy: 0 } }, (joy, adventure) => (joy < 0 ? NaN : joy - 0.5 * adventure)],
    [
      "harmonic",
      { type: "harmonic" },
      (joy, adventure) => 1.5 / (1 + Math.exp(-joy) + 0.5 * (1 + Math.exp(adventure))),
    ],
  ])("ranks its candidates by the way of the lane: %s", async (_, combine, scoreOf) => {
    const fakes = fakeModels();
    const own = blockwise({ k: 6, weights: { joy: 1, adventure: -0.5 }, combine });
    const events = await collect(fakes, request([own], LONG));
    const [prompt] = eventsOf(events, "started").map(({ promptTokens }) => promptTokens);
    const { candidates, chosen } = eventsOf(events, "block")[0]!.choice;
    const rows = eventsOf(events, "step").flatMap((event) => event.rows.filter(({ position }) => position < 3));
    const prefixes = candidates.map((__, c) => [
      ...prompt!,
      ...rows.flatMap(({ sample, token }) => (sample === c ? [token] : [])),
    ]);
    const judge = fakes.models.judge!;
    const scores = (await judge.score(prefixes)).map((read) => {
      const of = (id: "joy" | "adventure"): number => mean([...read[judge.objectives.indexOf(id)]!]);
      return scoreOf(of("joy"), of("adventure"));
    });
    const best = Math.max(...scores.filter((each) => !Number.isNaN(each)));
    expect(chosen).toBe(Math.max(0, scores.indexOf(best)));
    const round = (score: number | null): number | null => score && Math.round(score * 1e9);
    expect(candidates.map(({ score: told }) => round(told))).toEqual(
      scores.map((each) => round(Number.isNaN(each) ? null : each)),
    );
  });

  it("takes new weights from the next block on", async () => {
    const still = await collect(fakeModels(), request([blockwise()], LONG));
    const schedule = [{ token: 4, lane: 0, change: { weights: { joy: -1 } } }];
    const moved = await collect(fakeModels(), request([blockwise()], { ...LONG, schedule }));
    const choices = (events: typeof still) => eventsOf(events, "block").map(({ choice }) => choice);
    expect(choices(moved).slice(0, 2)).toEqual(choices(still).slice(0, 2));
    const third = choices(moved)[2]!;
    expect(third.candidates.map(({ score }) => -score!)).toEqual(
      choices(still)[2]!.candidates.map(({ score }) => score),
    );
  });

  it("as a branch begins its first block after the opening", async () => {
    const opening = [3, 5, 7, 9];
    const events = await collect(fakeModels(), request([{ ...blockwise(), opening }], LONG));
    expect(eventsOf(events, "block").map(({ choice }) => choice.start)).toEqual([4, 7, 10]);
    expect(tokensOf(events)["0:0"]!.slice(0, 4)).toEqual(opening);
  });

  it("that is broken off ends with the first candidate, as far as it goes", async () => {
    const events = await collect(fakeModels(), request([blockwise()], LONG), (event, control) => {
      if (event.type === "step" && event.step === 4) control.abort();
    });
    const [sample] = eventsOf(events, "sample");
    expect(sample!.result).toMatchObject({ sample: 0, finish: "aborted" });
    expect(sample!.result.tokens).toHaveLength(5);
  });

  it("is refused in words where nothing can read its blocks", async () => {
    const bare = fakeModels();
    const without = { ...bare, models: { ...bare.models, judge: null, value: null } };
    for (const [by, what] of [
      ["judge", "judge"],
      ["value", "value model"],
    ] as const) {
      const [, last] = await collect(without, request([blockwise({ by })]));
      expect(last ?? (await collect(without, request([blockwise({ by })])))[0]).toMatchObject({
        type: "failed",
        error: {
          code: "model-missing",
          message: expect.stringContaining(`Blocks are ranked by the ${what}`) as string,
        },
      });
    }
  });
});

function rowsOfText(events: Awaited<ReturnType<typeof collect>>): RowStep[] {
  const rows = eventsOf(events, "step").flatMap((event) => event.rows);
  return eventsOf(events, "block").flatMap(({ choice }) => {
    const end = choice.start + choice.candidates[choice.chosen]!.tokens;
    const own = rows.filter(
      (row) => row.sample === choice.chosen && row.position >= choice.start && row.position < end,
    );
    // A slot is written by each block anew: its last rows are those of this block.
    return [...new Map(own.map((row) => [row.position, row])).values()];
  });
}
