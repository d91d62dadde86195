/** Value heads in decoding, on a small random model: every number against V of states that are read from scratch. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { rmsNormalise, type FeatureName } from "../../../src/core/heads/features.ts";
import type { HeadCard } from "../../../src/core/heads/head-card.ts";
import { valueOf, type Direction, type ValueHead } from "../../../src/core/heads/head.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { LaneRequest, RowStep, RunEvent, RunRequest, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../src/engine/heads/loaded-head.ts";
import type { CausalModel, Models, RowBatch } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const HIDDEN = 256;
const BETA = 0.5;
const FEATURES: readonly FeatureName[] = ["last", "layer-1", "last-mean", "layer-1-mean"];
let state = 9;
const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 31 - 1;
const numbers = (count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, () => size * next());
const INPUTS = FEATURES.length * HIDDEN;
const VALUE: ValueHead = {
  kind: "value",
  hidden: HIDDEN,
  features: FEATURES,
  mean: numbers(INPUTS, 0.2),
  scale: numbers(INPUTS, 0.2).map((each) => 1 + each),
  weights: numbers(INPUTS, 0.1),
  intercept: 0.4,
};
const LAST: ValueHead = { ...VALUE, features: ["last"], weights: numbers(HIDDEN, 0.2) };
const DIRECTION: Direction = { kind: "direction", hidden: HIDDEN, c: numbers(HIDDEN, 0.4), unit: 0.7 };
const SOURCES: readonly SourceSpec[] = [
  { id: "s1", name: "Value", type: "head", head: "value", kind: "value" },
  { id: "s2", name: "Last", type: "head", head: "last", kind: "value" },
  { id: "s3", name: "Direction", type: "head", head: "direction" },
];

let runtime: Runtime;
let bare: Models;
let models: Models;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  bare = await tinyModels(runtime);
  const card: HeadCard = {
    id: "value",
    name: "Value",
    policy: await bare.teaching!.identity(),
    teacher: { kind: "clicks", clicks: 1 },
    sliderEnd: 3,
    explained: null,
    training: { samples: 0, prompts: 0, seed: 1, command: "none" },
    metrics: {},
  };
  models = await withHeads(bare, [
    { card, head: VALUE },
    { card: { ...card, id: "last" }, head: LAST },
    { card: { ...card, id: "direction" }, head: DIRECTION },
  ]);
});
afterAll(() => runtime.dispose());

/** V of an answer so far, by the states of the whole text. */
async function truth(head: ValueHead, prompt: readonly TokenId[], said: readonly TokenId[]): Promise<number> {
  const spoken = said.filter((token) => !bare.tokenizer.endIds.includes(token));
  const states = (await bare.policy.readStates?.([...prompt, ...spoken], spoken.length + 1)) ?? [];
  const middles = states.map(({ middle }) => rmsNormalise(middle!, new Float32Array(HIDDEN)));
  const mean = (all: readonly Float32Array[]) =>
    Float64Array.from({ length: HIDDEN }, (_, i) => all.reduce((sum, each) => sum + each[i]!, 0) / all.length);
  const features = new Map<FeatureName, ArrayLike<number>>([
    ["last", states.at(-1)?.hidden ?? []],
    ["layer-1", middles.at(-1) ?? []],
    ["last-mean", mean(states.map(({ hidden }) => hidden))],
    ["layer-1-mean", mean(middles)],
  ]);
  return valueOf(head, features);
}

function request(lanes: readonly LaneRequest[], more: Partial<RunRequest> = {}): RunRequest {
  const asked = { kind: "advice", prompt: "Why?", seed: 3, maxTokens: 7, suppressEnd: true } as const;
  return { version: 1, ...asked, sources: SOURCES, lanes, ...more };
}
/** Cool enough that some tokens are candidates and some are not. */
const SAMPLING = { plausible: 0, temperature: 0.6, topK: 0, topP: 1, minP: 0 } as const;
const vas = (weights: Record<string, number>, k: number): LaneRequest => {
  return { name: "vas", strategy: { id: "vas", beta: BETA, weights, k }, sampling: SAMPLING };
};
const best = (weights: Record<string, number>, n: number): LaneRequest => {
  return {
    name: "best",
    strategy: { id: "bon", n, beta: 1, weights, ensemble: "mean", lambda: 0 },
    sampling: SAMPLING,
  };
};

async function run(own: Models, asked: RunRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const turn = async (): Promise<void> => undefined;
  const control = { signal: new AbortController().signal, now: () => 0, turn, takeChanges: () => [] };
  for await (const event of decode("heads", asked, own, control)) events.push(event);
  const end = events.at(-1);
  if (end?.type === "failed") throw new Error(end.error.message);
  return events;
}

const stepsOf = (events: readonly RunEvent[], index: number): readonly RowStep[] =>
  events.flatMap((event) => (event.type === "step" ? event.rows.filter((row) => row.lane === index) : []));
const promptOf = (events: readonly RunEvent[]): readonly TokenId[] =>
  events.flatMap((event) => (event.type === "started" ? event.promptTokens : []));

/** The policy, with the rows of every forward while it decodes noted. */
function counted(rows: number[]): Models {
  const { policy } = models;
  const noted = (batch: RowBatch): RowBatch => ({
    get size() {
      return batch.size;
    },
    logits: (row) => batch.logits(row),
    step: async (tokens) => {
      rows.push(tokens.length);
      await batch.step(tokens);
    },
    select: (chosen) => batch.select(chosen),
    dispose: () => batch.dispose(),
    ...(batch.state !== undefined && { state: batch.state }),
    ...(batch.replace !== undefined && {
      replace: async (tokens: readonly TokenId[]) => {
        rows.push(tokens.length);
        await batch.replace?.(tokens);
      },
    }),
  });
  const open: CausalModel["open"] = async (prefixes, options) => {
    rows.push(prefixes.length);
    return noted(await policy.open(prefixes, options));
  };
  const { id, vocabSize, context, states, readStates } = policy;
  const read: CausalModel["read"] = (text, count) => policy.read(text, count);
  const own = { id, vocabSize, context, open, read, ...(states && { states }), ...(readStates && { readStates }) };
  return { ...models, policy: own };
}

describe("VAS by value heads", () => {
  it.each([
    ["one that reads means, over few candidates", { s1: 1.2 }, 2],
    ["two at once, one of them down", { s1: 0.8, s2: -1 }, 5],
  ])("has the values and the distribution of states read from scratch: %s", async (_, weights, k) => {
    const events = await run(models, request([vas(weights, k)]));
    const said: TokenId[] = [];
    const banned = new Set(models.tokenizer.endIds);
    let [outside, listed] = [0, 0];
    for (const step of stepsOf(events, 0)) {
      const text = [...promptOf(events), ...said];
      const [found] = (await bare.policy.read(text, 1)) ?? [];
      const base = logSoftmax(Float64Array.from(found ?? [], (logit, v) => (banned.has(v) ? -Infinity : logit)));
      const likeliest = [...base.keys()].toSorted((a, b) => base[b]! - base[a]!).slice(0, k);
      const shift = new Map(likeliest.map((token) => [token, 0]));
      for (const [id, weight] of Object.entries(weights)) {
        const head = id === "s1" ? VALUE : LAST;
        const values = await Promise.all(likeliest.map((token) => truth(head, promptOf(events), [...said, token])));
        const mean = values.reduce((sum, value) => sum + value, 0) / k;
        for (const [c, token] of likeliest.entries()) {
          // A candidate that is pushed down far may leave the list.
          const at = step.top?.ids.indexOf(token) ?? -1;
          if (at >= 0) listed++;
          if (at >= 0) expect(step.top?.sources[id as "s1"]?.[at]).toBeCloseTo(values[c]!, 3);
          shift.set(token, shift.get(token)! + (weight / BETA) * (values[c]! - mean));
        }
      }
      const guided = logSoftmax(base.map((logprob, v) => logprob + (shift.get(v) ?? 0)));
      for (const [i, token] of (step.top?.ids ?? []).entries()) {
        expect(step.top?.guided[i]).toBeCloseTo(guided[token]!, 3);
      }
      if (!likeliest.includes(step.token)) outside++;
      said.push(step.token);
    }
    expect(said).toHaveLength(7);
    expect(listed).toBeGreaterThan(7);
    // Both roads were gone: on from a candidate, and from a token that was none.
    expect(outside).toBeGreaterThan(0);
    expect(outside).toBeLessThan(7);
  });

  it("counts every row of the policy that it read, and none at weight 0", async () => {
    const rows: number[] = [];
    const lanes = [vas({ s1: 1 }, 3), vas({ s1: 1, s2: 1 }, 3), vas({ s1: 0 }, 3)];
    const events = await run(counted(rows), request(lanes));
    const finished = events.find((event) => event.type === "finished");
    const forwards = finished?.lanes.map((lane) => lane.forwards.tiny ?? 0) ?? [];
    // What the last step draws is read by nobody.
    const isOutside = ({ top, token }: RowStep): boolean => Number.isNaN(top!.sources.s1![top!.ids.indexOf(token)]);
    const [first, second] = [0, 1].map((index) => stepsOf(events, index).slice(0, -1).map(isOutside));
    const again = first!.filter((each, t) => each || second![t]).length;
    expect(again).toBeGreaterThan(0);
    expect(again).toBeLessThan(6);
    // The prompt once for plain decoding and once for looking ahead; then a row a step, three candidates, and choices outside.
    expect(forwards).toEqual([7 + 1 + 7 * 3 + again, 7 + 1 + 7 * 3 + again, 7]);
    expect(rows.filter((count) => count === 6)).toHaveLength(7);
    expect(rows).toHaveLength(7 + 1 + 7 + again);
    const steps = events.filter((event) => event.type === "step").at(-1);
    expect(steps?.type === "step" && steps.forwards).toBe(rows.length);
  });

  it("says the same in another batch", async () => {
    const alone = stepsOf(await run(models, request([vas({ s1: 1 }, 3)])), 0);
    const plain: LaneRequest = { name: "plain", strategy: { id: "base" }, sampling: SAMPLING };
    const among = await run(models, request([plain, vas({ s2: 2 }, 4), vas({ s1: 1 }, 3)]));
    expect(stepsOf(among, 2).map(({ token }) => token)).toEqual(alone.map(({ token }) => token));
  });

  it("goes on where the weight comes back in mid-run, means included", async () => {
    const schedule = [{ token: 3, lane: 0, change: { weights: { s1: 1 } } }];
    const events = await run(models, request([vas({ s1: 0 }, 4)], { schedule }));
    const steps = stepsOf(events, 0);
    expect(steps.map(({ contributions }) => "s1" in contributions)).toEqual(steps.map((_, t) => t >= 3));
    const said = steps.slice(0, 5).map(({ token }) => token);
    const { top } = steps[5]!;
    const token = top!.ids.find((_, i) => Number.isFinite(top!.sources.s1?.[i] ?? NaN))!;
    const told = top!.sources.s1?.[top!.ids.indexOf(token)];
    expect(told).toBeCloseTo(await truth(VALUE, promptOf(events), [...said, token]), 3);
  });
});

describe("best-of-N by a value head", () => {
  it("ranks the texts by the value of their last state, at one forward a text", async () => {
    const lanes = [best({ s1: 1 }, 4), { ...best({}, 1), strategy: { id: "base" } } as const];
    const events = await run(models, request(lanes, { suppressEnd: false }));
    const samples = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
    const values = await Promise.all(samples.map(({ tokens }) => truth(VALUE, promptOf(events), tokens)));
    for (const [i, { sources }] of samples.entries()) expect(sources?.s1).toBeCloseTo(values[i]!, 3);
    const finished = events.find((event) => event.type === "finished");
    const ranked = values.slice(0, 4);
    expect(new Set(ranked.map((value) => value.toFixed(3))).size).toBeGreaterThan(1);
    expect(finished?.lanes[0]?.chosen).toBe(ranked.indexOf(Math.max(...ranked)));
  });
});

describe("a value head in the wrong place", () => {
  const genarm = (weights: Record<string, number>): LaneRequest => {
    return { name: "genarm", strategy: { id: "genarm", beta: 1, weights }, sampling: SAMPLING };
  };
  const called = (source: object): Partial<RunRequest> => ({ sources: [{ ...SOURCES[0], ...source } as SourceSpec] });

  it("is refused in words before anything is computed", async () => {
    await expect(run(models, request([genarm({ s1: 1 })]))).rejects.toThrow(/cannot use a source of type "head"/);
    const plain = request([genarm({ s1: 1 })], { sources: [{ id: "s1", name: "Value", type: "head", head: "value" }] });
    await expect(run(models, plain)).rejects.toThrow(
      /"Value" names the head "value", which values texts.*kind "value"/,
    );
    await expect(run(models, request([vas({ s3: 1 }, 2)]))).rejects.toThrow(/cannot use a source of type "head"/);
    const odd = request([vas({ s1: 1 }, 2)], called({ head: "direction" }));
    await expect(run(models, odd)).rejects.toThrow(/"direction", which gives rewards of tokens and no value/);
    const absent = request([vas({ s1: 1 }, 2)], called({ head: "absent" }));
    await expect(run(models, absent)).rejects.toThrow(/needs the head "absent", which is not loaded/);
  });
});
