import { describe, expect, it } from "vitest";
import { decode } from "../../../src/engine/decode/loop.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { RowStep } from "../../../src/core/types.ts";
import {
  bestOf,
  BASE,
  collect,
  eventsOf,
  fakeControl,
  fakeModels,
  FAKE_EOS,
  GENARM,
  isTidy,
  lane,
  request,
  tokensOf,
  VAS,
} from "../../fakes.ts";
import { turns } from "../../turns.ts";

const ALL = [BASE, GENARM, VAS, bestOf(4)];

describe("a run", () => {
  it("starts once, steps in order, and ends with exactly one finished", async () => {
    const events = await collect(fakeModels(), request(ALL));
    const types = events.map((event) => event.type);
    expect(types[0]).toBe("started");
    expect(types.at(-1)).toBe("finished");
    expect(types.filter((type) => type === "finished" || type === "failed")).toHaveLength(1);
    expect(eventsOf(events, "step").map((event) => event.step)).toEqual([...eventsOf(events, "step").keys()]);
    expect(eventsOf(events, "sample")).toHaveLength(7);
  });

  it("gives the same tokens for the same request", async () => {
    const [first, second] = [await collect(fakeModels(), request(ALL)), await collect(fakeModels(), request(ALL))];
    expect(first).toEqual(second);
    const other = await collect(fakeModels(), request(ALL, { seed: 8 }));
    expect(tokensOf(other)).not.toEqual(tokensOf(first));
  });

  it("spells in its steps exactly the text of its samples, euro signs included", async () => {
    const events = await collect(fakeModels(), request([bestOf(16)], { maxTokens: 60 }));
    const samples = eventsOf(events, "sample").map((event) => event.result);
    for (const { sample, text, tokens } of samples) {
      const steps = eventsOf(events, "step").flatMap((event) => event.rows.filter((row) => row.sample === sample));
      expect(steps.map((row) => row.token)).toEqual(tokens);
      expect(text.startsWith(steps.map((row) => row.text).join(""))).toBe(true);
    }
    expect(samples.some(({ text }) => /[a-z]/.test(text))).toBe(true);
  });

  it("ends a row at the end token or at its length, and says which", async () => {
    const events = await collect(fakeModels(), request([bestOf(16)], { maxTokens: 20 }));
    const finishes = new Set<string>();
    for (const { result } of eventsOf(events, "sample")) {
      finishes.add(result.finish);
      expect(result.finish).toBe(result.tokens.at(-1) === FAKE_EOS ? "eos" : "length");
      expect(result.tokens.length === 20 || result.finish === "eos").toBe(true);
    }
    expect(finishes).toEqual(new Set(["eos", "length"]));
  });

  it("never ends early where the end is suppressed, in any lane", async () => {
    const events = await collect(fakeModels(), request(ALL, { maxTokens: 40, suppressEnd: true }));
    for (const tokens of Object.values(tokensOf(events))) {
      expect(tokens).toHaveLength(40);
      expect(tokens).not.toContain(FAKE_EOS);
    }
  });

  it("keeps the identity guided = base + contributions - logZ in every table and for every drawn token", async () => {
    const two = lane({ id: "genarm", beta: 0.5, weights: { joy: 1, dialogue: -0.7 } });
    const both = lane({ id: "vas", beta: 0.5, weights: { joy: 1, detail: 2 }, k: 5 });
    const events = await collect(fakeModels(), request([two, both]));
    for (const row of eventsOf(events, "step").flatMap((event) => event.rows)) {
      const push = Object.values(row.contributions).reduce((sum, x) => sum + x, 0);
      expect(row.logprob).toBeCloseTo(row.baseLogprob + push - row.logZ, 9);
      const { ids, base, guided, contributions } = row.top!;
      expect(ids).toContain(row.token);
      for (const i of ids.keys()) {
        const pushes = Object.values(contributions).reduce((sum, list) => sum + list[i]!, 0);
        expect(guided[i]).toBeCloseTo(base[i]! + pushes - row.logZ, 9);
      }
    }
  });

  it("reports as plain token what the plain lane draws, as long as the texts agree", async () => {
    const events = await collect(fakeModels(), request([BASE, GENARM]));
    for (const { rows } of eventsOf(events, "step")) {
      const [plain, steered] = rows;
      expect(steered!.plainToken).toBe(plain!.token);
      if (steered!.token !== plain!.token) return;
    }
    throw new Error("the guided lane should differ somewhere, or this test shows nothing");
  });
});

describe("lanes", () => {
  it("decode alone what they decode together, in any order", async () => {
    const together = tokensOf(await collect(fakeModels(), request(ALL)));
    const reordered = tokensOf(await collect(fakeModels(), request(ALL.toReversed())));
    for (const [index, own] of ALL.entries()) {
      const alone = tokensOf(await collect(fakeModels(), request([own])));
      for (const [key, tokens] of Object.entries(alone)) {
        const sample = key.split(":")[1];
        expect(together[`${index}:${sample}`]).toEqual(tokens);
        expect(reordered[`${ALL.length - 1 - index}:${sample}`]).toEqual(tokens);
      }
    }
  });

  it("share their noise: sample 0 of best-of-N is the plain lane, and so is guidance of strength 0", async () => {
    const silent = lane({ id: "genarm", beta: 0.5, weights: { joy: 0 } });
    const endless = lane({ id: "vas", beta: Infinity, weights: { joy: 2 }, k: 4 });
    const fakes = fakeModels();
    const tokens = tokensOf(await collect(fakes, request([BASE, bestOf(4), silent, endless])));
    for (const key of ["1:0", "2:0", "3:0"]) expect(tokens[key]).toEqual(tokens["0:0"]);
    expect(fakes.usage.get("arm-joy")!.forwards).toEqual([]);
    expect(fakes.usage.get("value")!.forwards).toEqual([]);
  });

  it("cost one batched policy forward a step, one row for each text, one prefill, and one judge call", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request(ALL, { suppressEnd: true, maxTokens: 6 }));
    const rows = fakes.usage.get("policy")!.forwards;
    expect(rows).toEqual([1, ...[1, 2, 3, 4, 5].map((length) => distinctTexts(tokensOf(events), length))]);
    // Plain sampling and sample 0 of best-of-N never part.
    expect(Math.max(...rows)).toBe(6);
    expect(fakes.usage.get("arm-joy")!.forwards).toEqual([1, 1, 1, 1, 1, 1]);
    expect(fakes.usage.get("arm-dialogue")!.forwards).toEqual([]);
    expect(fakes.usage.get("value")!.forwards).toEqual([1, 4, 4, 4, 4, 4, 4]);
    expect(fakes.usage.get("judge")!.forwards).toEqual([7]);
    expect(eventsOf(events, "step").at(-1)!.forwards).toBe(6 + 6 + 7);
    const counts = eventsOf(events, "finished")[0]!.lanes.map((result) => result.forwards);
    expect(counts).toEqual([
      { policy: 6, judge: 1 },
      { policy: 6, "arm-joy": 6, judge: 1 },
      { policy: 6, value: 1 + 6 * 4, judge: 1 },
      { policy: 1 + 5 * 4, judge: 4 },
    ]);
    expect(isTidy(fakes)).toBe(true);
  });

  it("fork a row where texts part and drop it where they end", async () => {
    const fakes = fakeModels();
    const events = await collect(fakes, request([bestOf(16)], { maxTokens: 40 }));
    const [first, ...sizes] = fakes.usage.get("policy")!.forwards;
    expect(first).toBe(1);
    expect(sizes).toEqual(sizes.map((_, i) => distinctTexts(tokensOf(events), i + 1)));
    expect(Math.max(...sizes)).toBeGreaterThan(8);
    expect(sizes.at(-1)).toBeLessThan(Math.max(...sizes));
  });

  it("of VAS with different k share one value forward and keep their own candidates", async () => {
    const wide = lane({ id: "vas", beta: 0.5, weights: { joy: 2 }, k: 9 });
    const fakes = fakeModels();
    const together = tokensOf(await collect(fakes, request([VAS, wide], { suppressEnd: true, maxTokens: 5 })));
    expect(fakes.usage.get("value")!.forwards).toEqual([1, 18, 18, 18, 18, 18]);
    const alone = tokensOf(await collect(fakeModels(), request([VAS], { suppressEnd: true, maxTokens: 5 })));
    expect(together["0:0"]).toEqual(alone["0:0"]);
  });
});

describe("a branch", () => {
  const rowsOf = (events: Awaited<ReturnType<typeof collect>>, index = 0): readonly RowStep[] =>
    eventsOf(events, "step").flatMap((event) => event.rows.filter((row) => row.lane === index && row.sample === 0));
  const unforced = (row: RowStep): RowStep => {
    const { isForced, ...rest } = row;
    return isForced === undefined ? row : rest;
  };

  it.each([
    ["plain", BASE],
    ["GenARM", GENARM],
    ["VAS", VAS],
  ])(
    "of %s that forces what was drawn anyway is that run, token for token and number for number",
    async (_name, own) => {
      const free = rowsOf(await collect(fakeModels(), request([own])));
      const opening = free.slice(0, 4).map((row) => row.token);
      const branch = rowsOf(await collect(fakeModels(), request([{ ...own, opening }])));
      expect(branch.map((row) => row.isForced ?? false)).toEqual(free.map((_row, i) => i < 4));
      expect(branch.map(unforced)).toEqual(free);
    },
  );

  it("that takes another token goes on as the models do after it, and tells what plain would have said", async () => {
    const free = rowsOf(await collect(fakeModels(), request([GENARM])));
    const other = free[2]!.top!.ids.find((id) => id !== free[2]!.token && id !== FAKE_EOS)!;
    const opening = [free[0]!.token, free[1]!.token, other];
    const branch = rowsOf(await collect(fakeModels(), request([{ ...GENARM, opening }])));
    expect(branch.slice(0, 2).map(unforced)).toEqual(free.slice(0, 2));
    const place = free[2]!.top!.ids.indexOf(other);
    expect(branch[2]!.baseLogprob).toBe(free[2]!.top!.base[place]);
    expect(branch[2]!.plainToken).toBe(free[2]!.plainToken);
    expect(branch[2]!.kl).toBe(free[2]!.kl);
    // The same models, asked directly after the new prefix.
    const fakes = fakeModels();
    const events = await collect(fakes, request([GENARM]));
    const started = events[0];
    const prompt = started?.type === "started" ? started.promptTokens : [];
    const batch = await fakes.models.policy.open([[...prompt, ...opening]]);
    const distribution = logSoftmax(batch.logits(0));
    expect(branch[3]!.baseLogprob).toBeCloseTo(distribution[branch[3]!.token]!, 12);
    batch.dispose();
  });

  it("serves every sample of best-of-N and leaves the other lanes alone", async () => {
    const free = await collect(fakeModels(), request([BASE, bestOf(4)]));
    const opening = [3, 5];
    const events = await collect(fakeModels(), request([BASE, { ...bestOf(4), opening }]));
    expect(rowsOf(events)).toEqual(rowsOf(free));
    for (const event of eventsOf(events, "sample").filter(({ result }) => result.lane === 1)) {
      expect(event.result.tokens.slice(0, 2)).toEqual(opening);
    }
  });

  it("with a token that the policy has not is refused with the bound", async () => {
    const events = await collect(fakeModels(), request([{ ...BASE, opening: [1, 99_999] }]));
    expect(events.at(-1)).toMatchObject({ type: "failed", error: { code: "vocab-mismatch" } });
    for (const opening of [[-1], [1.5], ["a"], "ab"]) {
      const bad = { ...BASE, opening } as unknown as typeof BASE;
      expect((await collect(fakeModels(), request([bad]))).at(-1)).toMatchObject({
        error: { code: "invalid-request" },
      });
    }
  });
});

describe("a reader that takes its time", () => {
  it("has the policy's next forward done meanwhile, and nothing else until its turn", async () => {
    const fakes = fakeModels();
    const policy = fakes.usage.get("policy")!;
    const arm = fakes.usage.get("arm-joy")!;
    const control = fakeControl();
    let release = (): void => undefined;
    const slow = { ...control, turn: () => new Promise<void>((resolve) => (release = resolve)) };
    const run = decode("run-1", request([GENARM]), fakes.models, slow);
    await run.next();
    const first = run.next();
    await turns();
    expect([policy.forwards.length, arm.forwards.length]).toEqual([1, 0]);
    release();
    expect((await first).value).toMatchObject({ type: "step", step: 0 });
    const second = run.next();
    await turns();
    expect([policy.forwards.length, arm.forwards.length]).toEqual([2, 1]);
    // A change that comes while the reader waits acts on the very next token.
    control.change(0, { beta: 2 });
    release();
    expect((await second).value).toMatchObject({ type: "changed", change: { token: 1 } });
    control.abort();
    release();
    for await (const event of run) expect(event.type).not.toBe("failed");
    expect(isTidy(fakes)).toBe(true);
  });
});

/** How many texts of that length go on: rows that differ, ended ones left out. */
function distinctTexts(tokens: ReturnType<typeof tokensOf>, length: number): number {
  const going = Object.values(tokens).filter((own) => own.length > length);
  return new Set(going.map((own) => own.slice(0, length).join(" "))).size;
}
