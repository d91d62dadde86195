/** Reading every text of the enumerable world through an ARM and through values, against closed forms. */
import { describe, expect, it } from "vitest";
import type { LensAsk, LensReading, LensReward } from "../../src/core/lens/reading.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { readThrough } from "../../src/engine/lens/read-through.ts";
import { modelsOf } from "./decoder.ts";
import { makeWorld, policyLogits, softmax, type Text } from "./world.ts";

async function readAll(models: Models, reward: LensReward, texts: readonly Text[]): Promise<LensReading[]> {
  const ask: LensAsk = {
    reward,
    system: "",
    turns: [],
    texts: texts.map((answer) => ({ kind: "story", prompt: "", answer })),
    plausible: 0,
    detail: { after: 1 },
  };
  const control = { signal: new AbortController().signal, rest: async () => undefined, onProgress: () => undefined };
  const found: LensReading[] = [];
  for await (const reading of readThrough(models, ask, control)) found.push(reading);
  return found;
}

describe.each([makeWorld(1, 4, 4), makeWorld(2, 5, 3)])("in a world of $vocabSize tokens", (world) => {
  const B = 1.7;
  const arm = (start: Text) => softmax(policyLogits(77, world.vocabSize, start));
  const value = (start: Text): number => Math.sin(3 + start.reduce((sum, v, i) => sum + (v + 1) * (i + 2), 0));
  const judge = (start: Text): number => world.reward(start, 0);
  const models = modelsOf(world, { arms: [arm], b: B, values: [value] });

  it("a push is b times the ARM's log-probability less its mean under the reference", async () => {
    const readings = await readAll(models, { type: "arm", objective: "joy" }, world.texts);
    for (const [i, text] of world.texts.entries()) {
      const expected = text.map((token, t) => {
        const start = text.slice(0, t);
        const own = arm(start);
        const centre = [...world.next(start)].reduce((sum, p, v) => sum + p * Math.log(own[v]!), 0);
        return B * (Math.log(own[token]!) - centre);
      });
      const found = readings[i]!.detail!.values;
      expect(found).toHaveLength(expected.length);
      for (const [t, push] of expected.entries()) expect(found[t]).toBeCloseTo(push, 9);
    }
  });

  it("the pushes that the next token can have average 0 under the reference", async () => {
    const starts = world.texts.filter((text) => text.length > 1).slice(0, 20);
    for (const text of starts) {
      const start = text.slice(0, -1);
      const next = [...world.next(start)];
      const all = next.map((_, v) => [...start, v]);
      const readings = await readAll(models, { type: "arm", objective: "joy" }, all);
      const mean = readings.reduce((sum, { detail }, v) => sum + next[v]! * detail!.values.at(-1)!, 0);
      expect(mean).toBeCloseTo(0, 9);
    }
  });

  it("what tokens change adds up from the value of the prompt to that of the text", async () => {
    const readings = await readAll(models, { type: "value", objective: "joy" }, world.texts);
    for (const [i, text] of world.texts.entries()) {
      const { values, start } = readings[i]!.detail!;
      expect(start).toBeCloseTo(value([]), 12);
      expect(start! + values.reduce<number>((sum, change) => sum + change!, 0)).toBeCloseTo(value(text), 9);
    }
  });

  it("the judge is asked about every beginning", async () => {
    const readings = await readAll(models, { type: "judge", objective: "joy" }, world.texts);
    for (const [i, text] of world.texts.entries()) {
      const expected = text.map((_, t) => judge(text.slice(0, t + 1)));
      for (const [t, score] of expected.entries()) expect(readings[i]!.detail!.scores[t]).toBeCloseTo(score, 12);
    }
  });
});
