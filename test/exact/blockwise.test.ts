import { describe, expect, it } from "vitest";
import type { Blockwise, LaneRequest } from "../../src/core/types.ts";
import { blockwiseKlBound } from "../../src/core/blocks/blockwise.ts";
import { decode } from "../../src/engine/decode/loop.ts";
import { bestOf, BASE, eventsOf, fakeControl, lane } from "../fakes.ts";
import type { RunEvent } from "../../src/core/types.ts";
import { enumerated, ofLength, type IsOver } from "./blockwise-law.ts";
import { bestOfNDistribution, distributionOf, meanValue, type Reward } from "./closed-form.ts";
import { modelsOf, worldRequest } from "./decoder.ts";
import { goodnessOfFit } from "./goodness.ts";
import { keyOf, makeWorld, type Probabilities, type Text } from "./world.ts";

const WORLD = makeWorld(4, 3, 4);
const RUNS = 600;
const PATIENCE_MS = 180_000;
const reward: Reward = (text) => WORLD.reward(text, 0);
/** Unlike the reward it is made for beginnings. */
const value = meanValue(WORLD, reward);

function blockwise(k: number, block: Blockwise["block"], by: Blockwise["by"]): LaneRequest {
  return lane({ id: "blockwise", k, block, by, beta: 1, weights: { joy: 1 }, ensemble: "mean", lambda: 0 });
}

/** In the world of sentences token 2 is a letter and token 3 a full stop; one before all letters ends no sentence. */
const STOP = 3;
const isSentence: IsOver = (block) => block.at(-1) === STOP && block.includes(2);

function klTo(law: Probabilities, base: Probabilities): number {
  return [...law].reduce((sum, [key, p]) => (p === 0 ? sum : sum + p * Math.log(p / base.get(key)!)), 0);
}

async function run(lanes: readonly LaneRequest[], seed: number): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  const models = modelsOf(WORLD, { values: [value] });
  for await (const event of decode("run", worldRequest(WORLD, lanes, seed), models, fakeControl())) events.push(event);
  return events;
}

function shownTexts(events: readonly RunEvent[]): readonly string[] {
  expect(eventsOf(events, "failed")).toEqual([]);
  const samples = eventsOf(events, "sample").map((event) => event.result);
  return eventsOf(events, "finished")[0]!.lanes.map(({ lane: index, chosen }) =>
    keyOf(samples.find((own) => own.lane === index && own.sample === chosen)!.tokens),
  );
}

describe("the law of blockwise best-of-K", () => {
  it("by enumeration is best-of-N where a block is the whole text, and the base where K is 1", () => {
    const whole = enumerated(WORLD, reward, 3, ofLength(WORLD.maxLength));
    for (const [key, p] of bestOfNDistribution(WORLD, reward, 3)) expect(whole.get(key)).toBeCloseTo(p, 12);
    const single = enumerated(WORLD, reward, 1, ofLength(2));
    for (const [key, p] of distributionOf(WORLD, WORLD.next)) expect(single.get(key)).toBeCloseTo(p, 12);
  });

  it("costs no more than its bound, for every length of a block", () => {
    const base = distributionOf(WORLD, WORLD.next);
    for (const length of [1, 2, 3, 4]) {
      const most = Math.ceil(WORLD.maxLength / length);
      for (const k of [2, 3]) {
        expect(klTo(enumerated(WORLD, value, k, ofLength(length)), base)).toBeLessThan(blockwiseKlBound(most, k));
      }
    }
  });

  it("reaches more of the reward than plain sampling, by the value as by the judge", () => {
    const mean = (law: Probabilities): number =>
      WORLD.texts.reduce((sum, text) => sum + law.get(keyOf(text))! * reward(text), 0);
    const plain = mean(distributionOf(WORLD, WORLD.next));
    const byValue = mean(enumerated(WORLD, value, 3, ofLength(1)));
    expect(byValue).toBeGreaterThan(mean(enumerated(WORLD, value, 2, ofLength(1))));
    expect(mean(enumerated(WORLD, value, 2, ofLength(1)))).toBeGreaterThan(plain);
    // The judge reads beginnings as if they were whole texts, so it knows less about them.
    expect(mean(enumerated(WORLD, reward, 3, ofLength(1)))).toBeLessThan(byValue);
  });

  it(`is that of whole runs over ${RUNS} seeds`, { timeout: PATIENCE_MS }, async () => {
    const cases: readonly (readonly [LaneRequest, Probabilities])[] = [
      [blockwise(2, 1, "value"), enumerated(WORLD, value, 2, ofLength(1))],
      [blockwise(3, 2, "value"), enumerated(WORLD, value, 3, ofLength(2))],
      [blockwise(3, 2, "judge"), enumerated(WORLD, reward, 3, ofLength(2))],
    ];
    const shown = cases.map((): string[] => []);
    for (let seed = 0; seed < RUNS; seed++) {
      const texts = shownTexts(
        await run(
          cases.map(([own]) => own),
          seed,
        ),
      );
      for (const [index, text] of texts.entries()) shown[index]!.push(text);
    }
    for (const [index, [, law]] of cases.entries()) {
      const { statistic, limit } = goodnessOfFit(shown[index]!, law);
      expect(statistic).toBeLessThan(limit);
    }
    // The test has teeth: blocks of another length have another law.
    const wrong = goodnessOfFit(shown[1]!, cases[0]![1]);
    expect(wrong.statistic).toBeGreaterThan(wrong.limit);
  });
});

describe("blocks of sentences, whose candidates differ in length", () => {
  it("have the law of enumeration", { timeout: PATIENCE_MS }, async () => {
    const world = makeWorld(11, 4, 5);
    const valueOf: Reward = (text) => world.reward(text, 0);
    const models = modelsOf(world, {});
    const spelt = (ids: Text): string => ids.map((id) => (id === 2 ? "c" : id === STOP ? "." : "")).join("");
    const spelling = { ...models, tokenizer: { ...models.tokenizer, decode: spelt } };
    const shown: string[] = [];
    for (let seed = 0; seed < 2 * RUNS; seed++) {
      const events: RunEvent[] = [];
      const wanted = worldRequest(world, [blockwise(2, "sentence", "judge")], seed);
      for await (const event of decode("run", wanted, spelling, fakeControl())) events.push(event);
      shown.push(...shownTexts(events));
    }
    const { statistic, limit } = goodnessOfFit(shown, enumerated(world, valueOf, 2, isSentence));
    expect(statistic).toBeLessThan(limit);
    const wrong = goodnessOfFit(shown, enumerated(world, valueOf, 2, ofLength(2)));
    expect(wrong.statistic).toBeGreaterThan(wrong.limit);
  });
});

describe("blockwise runs beside the strategies that they contain", () => {
  it("K = 1 says what plain sampling says, token for token", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const [plain, single] = shownTexts(await run([BASE, blockwise(1, 1, "judge")], seed));
      expect(single).toBe(plain);
    }
  });

  it("a block as long as the text shows the text of best-of-N, from the same samples", async () => {
    for (let seed = 0; seed < 40; seed++) {
      const [best, whole] = shownTexts(await run([bestOf(4), blockwise(4, WORLD.maxLength, "judge")], seed));
      expect(whole).toBe(best);
    }
  });
});
