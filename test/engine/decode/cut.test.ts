/** Lanes whose policy lies on a device that brings back the likeliest tokens alone. */
import { describe, expect, it } from "vitest";
import type { RowStep, RunEvent, RunRequest } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { CausalModel, Logits, Models, RunControl, StepScores } from "../../../src/engine/interfaces.ts";
import { KeptRuns } from "../../../src/engine/reweigh/kept-runs.ts";
import { cutOf } from "../../cut-of.ts";
import { bestOf, fakeControl, fakeModels, fakeTokenizer, hashed, lane, request } from "../../fakes.ts";
import { tableCausal } from "../../table-models.ts";

const SIZE = 400;
const CHAT = { temperature: 0.8, plausible: 0.1 } as const;

/** Few tokens fit, as in a language model; tokens 0 and 1 never come. */
function logitsOf(salt: number, prefix: readonly number[]): Float32Array {
  const key = Math.round(hashed(salt, ...prefix) * 1e9);
  return Float32Array.from({ length: SIZE }, (_, v) => (v < 2 ? -30 : 12 * hashed(key, v) ** 3));
}

/** @param brought receives the number of rows of each call that brought whole logits */
function cutting(model: CausalModel, brought: number[]): CausalModel {
  return {
    ...model,
    open: async (prefixes, options = {}) => {
      const batch = await model.open(prefixes, options);
      if (options.canBeCut !== true) return batch;
      let whole = new Set<number>();
      return {
        get size() {
          return batch.size;
        },
        logits(row): Logits {
          if (!whole.has(row)) throw new Error(`the logits of row ${row} were not brought`);
          return batch.logits(row);
        },
        cut: (row) => cutOf(batch.logits(row)),
        bring: async (rows) => {
          brought.push(rows.length);
          whole = new Set(rows);
        },
        step: (tokens) => {
          whole = new Set();
          return batch.step(tokens);
        },
        select: (rows) => batch.select(rows),
        dispose: () => batch.dispose(),
      };
    },
  };
}

function modelsWith(brought: number[] | null): Models {
  const whole = tableCausal("policy", { vocabSize: SIZE }, (prefix) => logitsOf(1, prefix));
  const policy = brought === null ? whole : cutting(whole, brought);
  const { models } = fakeModels();
  return {
    ...models,
    tokenizer: { ...fakeTokenizer(), vocabSize: SIZE },
    policy,
    arms: new Map(),
    readers: new Map([["policy", policy]]),
  };
}

async function run(models: Models, asked: RunRequest, more: Partial<RunControl> = {}): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of decode("run", asked, models, { ...fakeControl(), ...more })) events.push(event);
  const failed = events.find((event) => event.type === "failed");
  if (failed !== undefined) throw new Error(failed.error.message);
  return events;
}

const stepsOf = (events: readonly RunEvent[]): RowStep[] =>
  events.flatMap((event) => (event.type === "step" ? event.rows : []));

/** Every number of the steps, to 1e-5: the cut's logits are the same, only log Z may be rounded. */
function expectAlike(found: readonly RunEvent[], whole: readonly RunEvent[]): void {
  const [own, expected] = [stepsOf(found), stepsOf(whole)];
  expect(own.map(({ token, plainToken, top }) => [token, plainToken, top?.ids])).toEqual(
    expected.map(({ token, plainToken, top }) => [token, plainToken, top?.ids]),
  );
  const numbers = ({ logprob, baseLogprob, kl, klSteer, entropy, logZ, top }: RowStep): number[] => [
    logprob,
    baseLogprob,
    kl,
    klSteer ?? NaN,
    entropy,
    logZ,
    ...(top === undefined ? [] : [...top.base, ...top.guided, top.tail.base, top.tail.guided, top.tail.plausible ?? 0]),
  ];
  for (const [i, step] of own.entries()) {
    const [a, b] = [numbers(step), numbers(expected[i]!)];
    const apart = a.map((x, n) => (x === b[n] ? 0 : Math.abs(x - b[n]!)));
    expect(Math.max(...apart)).toBeLessThan(1e-5);
  }
}

describe("A policy whose device cuts its logits", () => {
  it("writes what whole logits write, from the likeliest tokens alone", async () => {
    const asked = request(
      [
        lane({ id: "base" }, CHAT),
        lane({ id: "base" }, { ...CHAT, temperature: 0, plausible: 0.3 }),
        lane({ id: "base" }, { ...CHAT, topK: 3 }),
        lane({ id: "base" }, { ...CHAT, topP: 0.8 }),
        { ...bestOf(3), sampling: { ...lane({ id: "base" }, CHAT).sampling } },
      ],
      { maxTokens: 20 },
    );
    const brought: number[] = [];
    const found = await run(modelsWith(brought), asked);
    expectAlike(found, await run(modelsWith(null), asked));
    expect(brought).toEqual([]);
  });

  it("brings whole logits for what needs them, and for these rows alone", async () => {
    const sources = [
      { id: "s1", name: "kind", type: "contrastive", model: "policy", better: "Be kind.", worse: "Be rude." },
    ] as const;
    const lanes = {
      contrast: lane({ id: "genarm", beta: 1, weights: { s1: 0.5 } }, CHAT),
      "every token can be drawn": lane({ id: "base" }, { ...CHAT, plausible: 0 }),
      "more than 64 are plausible": lane({ id: "base" }, { ...CHAT, plausible: 1e-7 }),
    };
    for (const own of Object.values(lanes)) {
      const asked = request([lane({ id: "base" }, CHAT), own], { maxTokens: 12, sources });
      const brought: number[] = [];
      const found = await run(modelsWith(brought), asked);
      expectAlike(found, await run(modelsWith(null), asked));
      expect(brought).toEqual(Array.from({ length: 12 }, () => 1));
    }
  });

  it("brings them while an opening says which token comes", async () => {
    const opened = { ...lane({ id: "base" }, CHAT), opening: [7, 9] };
    const brought: number[] = [];
    const asked = request([opened], { maxTokens: 6 });
    expectAlike(await run(modelsWith(brought), asked), await run(modelsWith(null), asked));
    expect(brought).toEqual([1, 1]);
  });

  it("keeps no run whose scores are cut, for it is weighed as a recording is; a probe asks for whole ones", async () => {
    const asked = request([lane({ id: "genarm", beta: 1, weights: {} }, CHAT)], { maxTokens: 4 });
    const keepIn = async (keepsWhole: boolean, brought: number[]): Promise<number> => {
      const kept = new KeptRuns();
      const keep = (step: RowStep, scores: StepScores): void => kept.take("run", step, scores);
      for await (const event of decode("run", asked, modelsWith(brought), { ...fakeControl(), keep, keepsWhole })) {
        kept.see(event);
      }
      return kept.find("run")?.lanes.get(0)?.length ?? 0;
    };
    const [cut, whole]: [number[], number[]] = [[], []];
    expect(await keepIn(false, cut)).toBe(0);
    expect(cut).toEqual([]);
    expect(await keepIn(true, whole)).toBe(4);
    expect(whole).toEqual([1, 1, 1, 1]);
  });
});
