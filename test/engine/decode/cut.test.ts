/** Lanes whose policy lies on a device that brings back the likeliest tokens alone. */
import { describe, expect, it } from "vitest";
import type { RowStep, RunEvent, RunRequest } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import type { CausalModel, Models, RunControl, StepScores } from "../../../src/engine/interfaces.ts";
import { narrowed } from "../../../src/engine/hub/narrow.ts";
import { KeptRuns } from "../../../src/engine/reweigh/kept-runs.ts";
import { cutting } from "../../cutting-model.ts";
import { bestOf, fakeControl, fakeModels, fakeTokenizer, hashed, lane, request } from "../../fakes.ts";
import { tableCausal } from "../../table-models.ts";

const SIZE = 400;
const CHAT = { temperature: 0.8, plausible: 0.1 } as const;

/** Few tokens fit, as in a language model; tokens 0 and 1 never come. */
function logitsOf(salt: number, prefix: readonly number[]): Float32Array {
  const key = Math.round(hashed(salt, ...prefix) * 1e9);
  return Float32Array.from({ length: SIZE }, (_, v) => (v < 2 ? -30 : 12 * hashed(key, v) ** 3));
}

interface Asked {
  readonly brought: number[];
  readonly beside?: number[];
  readonly isOdd?: boolean;
}

/** @param asked receives what was read off the device; null for models whose logits come whole */
function modelsWith(asked: Asked | null): Models {
  const on = (model: CausalModel): CausalModel => (asked === null ? model : cutting(model, asked));
  const of = (id: string, salt: number): CausalModel =>
    on(tableCausal(id, { vocabSize: SIZE }, (prefix) => logitsOf(salt, prefix)));
  const [policy, joy] = [of("policy", 1), of("joy-arm", 2)];
  const { models } = fakeModels();
  return {
    ...models,
    tokenizer: { ...fakeTokenizer(), vocabSize: SIZE },
    policy,
    arms: new Map([["joy", { objective: "joy", b: 1, model: joy }]]),
    readers: new Map([
      ["policy", policy],
      ["joy-arm", joy],
    ]),
    promptIds: (id, { instruction }) => (instruction === null ? [1, 2] : [1, instruction.length + id.length]),
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

const CONTRASTS = [
  { id: "s1", name: "kind", type: "contrastive", model: "policy", better: "Be kind.", worse: "Be so rude." },
  { id: "s2", name: "brief", type: "contrastive", model: "policy", better: "Be brief.", worse: "Be so rude." },
] as const;

function readsOf(events: readonly RunEvent[]) {
  const last = events.at(-1);
  return last?.type === "finished" ? last.reads : null;
}

/** Every number of the steps, to 1e-5: the cut's logits are the same, only log Z may be rounded. */
function expectAlike(found: readonly RunEvent[], whole: readonly RunEvent[]): void {
  const [own, expected] = [stepsOf(found), stepsOf(whole)];
  expect(own.map(({ token, plainToken, top }) => [token, plainToken, top?.ids])).toEqual(
    expected.map(({ token, plainToken, top }) => [token, plainToken, top?.ids]),
  );
  const numbers = ({ logprob, baseLogprob, kl, klSteer, entropy, logZ, contributions, top }: RowStep): number[] => [
    logprob,
    baseLogprob,
    kl,
    klSteer ?? -1,
    entropy,
    logZ,
    ...Object.values(contributions),
    ...(top === undefined ? [] : Object.values(top.contributions).flat()),
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
    const found = await run(modelsWith({ brought }), asked);
    expectAlike(found, await run(modelsWith(null), asked));
    expect(brought).toEqual([]);
    expect(readsOf(found)).toEqual({ cut: 7 * 20, whole: {} });
  });

  it("reads the parts of terms beside the policy's row, to the same numbers", async () => {
    const lanes = [
      lane({ id: "base" }, CHAT),
      lane({ id: "genarm", beta: 1, weights: { s1: 0.5 } }, CHAT),
      lane({ id: "genarm", beta: 1, weights: { s1: -0.3, s2: 0.4, joy: 0.2 } }, { ...CHAT, topP: 0.9 }),
    ];
    for (const suppressEnd of [false, true]) {
      const asked = request(lanes, { maxTokens: 12, sources: CONTRASTS, suppressEnd });
      const [brought, beside]: [number[], number[]] = [[], []];
      const found = await run(modelsWith({ brought, beside }), asked);
      expectAlike(found, await run(modelsWith(null), asked));
      expect(brought).toEqual([]);
      expect(readsOf(found)).toEqual({ cut: stepsOf(found).length, whole: {} });
      // The policy under three instructions and an ARM; then the lanes part, and one has two instructions of its own.
      expect(beside.slice(0, 4)).toEqual([3, 1, 5, 1]);
    }
  });

  it("brings whole logits for what needs them, and for these rows alone", async () => {
    const steered = { id: "genarm", beta: 1, weights: { s1: 0.5 } } as const;
    const lanes = {
      "any-token": lane({ id: "base" }, { ...CHAT, plausible: 0 }),
      "many-plausible": lane({ id: "base" }, { ...CHAT, plausible: 1e-7 }),
      steered: lane(steered, { ...CHAT, plausible: 1e-7 }),
    };
    for (const [name, own] of Object.entries(lanes)) {
      const asked = request([lane({ id: "base" }, CHAT), own], { maxTokens: 12, sources: CONTRASTS });
      const brought: number[] = [];
      const found = await run(modelsWith({ brought }), asked);
      expectAlike(found, await run(modelsWith(null), asked));
      // The parts of a term too.
      const [rows, reason] = name === "steered" ? [[1, 2], "many-plausible"] : [[1], name];
      expect(brought).toEqual(Array.from({ length: 12 }, () => rows).flat());
      expect(readsOf(found)).toEqual({ cut: 12, whole: { [reason]: 12 } });
    }
  });

  it("brings rows whole that cannot be read beside others", async () => {
    const asked = request([lane({ id: "genarm", beta: 1, weights: { s1: 0.5 } }, CHAT)], {
      maxTokens: 3,
      sources: CONTRASTS,
    });
    const brought: number[] = [];
    const found = await run(modelsWith({ brought, isOdd: true }), asked);
    expectAlike(found, await run(modelsWith(null), asked));
    expect(brought).toEqual([2, 1, 2, 1, 2, 1]);
    expect(readsOf(found)).toEqual({ cut: 0, whole: { odd: 3 } });
  });

  it("says of lanes that can draw every token that their rows came whole", async () => {
    const asked = request([lane({ id: "base" }, { ...CHAT, plausible: 0 })], { maxTokens: 3 });
    expect(readsOf(await run(modelsWith({ brought: [] }), asked))).toEqual({ cut: 0, whole: { "any-token": 3 } });
    expect(readsOf(await run(modelsWith(null), asked))).toBeUndefined();
  });

  it("brings them while an opening says which token comes", async () => {
    const opened = { ...lane({ id: "base" }, CHAT), opening: [7, 9] };
    const brought: number[] = [];
    const asked = request([opened], { maxTokens: 6 });
    const found = await run(modelsWith({ brought }), asked);
    expectAlike(found, await run(modelsWith(null), asked));
    expect(brought).toEqual([1, 1]);
    expect(readsOf(found)).toEqual({ cut: 4, whole: { opening: 2 } });
  });

  it("keeps no run whose scores are cut, for it is weighed as a recording is; a probe asks for whole ones", async () => {
    const asked = request([lane({ id: "genarm", beta: 1, weights: {} }, CHAT)], { maxTokens: 4 });
    const keepIn = async (keepsWhole: boolean, brought: number[]): Promise<number> => {
      const kept = new KeptRuns();
      const keep = (step: RowStep, scores: StepScores): void => kept.take("run", step, scores);
      for await (const event of decode("run", asked, modelsWith({ brought }), { ...fakeControl(), keep, keepsWhole })) {
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

  it("gives whole rows to whoever sees it through fewer tokens", async () => {
    const model = cutting(
      tableCausal("policy", { vocabSize: SIZE }, (prefix) => logitsOf(1, prefix)),
      { brought: [] },
    );
    const batch = await narrowed(model, 300).open([[1, 2]], { canBeCut: true, canStay: true });
    expect([...batch.logits(0)]).toEqual(Array.from(logitsOf(1, [1, 2]).slice(0, 300)));
  });
});
