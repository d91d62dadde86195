/** Lanes that heads steer, on a small random model: every distribution against the equations of `core/heads/head.ts`. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { rmsNormalise, type FeatureName } from "../../../src/core/heads/features.ts";
import type { HeadCard } from "../../../src/core/heads/head-card.ts";
import type { NamedHead } from "../../../src/core/heads/head-file.ts";
import { shiftOf, type Direction, type LowRankHead } from "../../../src/core/heads/head.ts";
import type { Unembedding } from "../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { LaneRequest, RowStep, RunEvent, RunRequest } from "../../../src/core/types.ts";
import { Guide } from "../../../src/engine/decode/guidance.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../src/engine/heads/loaded-head.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

let runtime: Runtime;
let bare: Models;
let unembedding: Unembedding;
let card: HeadCard;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  bare = await tinyModels(runtime);
  unembedding = await bare.teaching!.unembedding();
  card = {
    id: "made",
    name: "Made",
    policy: await bare.teaching!.identity(),
    teacher: { kind: "clicks", clicks: 1 },
    sliderEnd: 3,
    explained: null,
    training: { samples: 0, prompts: 0, seed: 1, command: "none" },
    metrics: {},
  };
});
afterAll(() => runtime.dispose());

const HIDDEN = 256;
let state = 5;
/** In [-1, 1), so that a failure can be repeated. */
const next = (): number => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 31 - 1;
const numbers = (count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, () => size * next());

const DIRECTION: Direction = { kind: "direction", hidden: HIDDEN, c: numbers(HIDDEN, 0.4), unit: 0.7 };
const lowRank = (features: readonly FeatureName[]): LowRankHead => {
  const inputs = features.length * HIDDEN;
  const [mean, scale] = [numbers(inputs, 0.1), numbers(inputs, 0.2).map((each) => 1 + each)];
  const [a, b] = [numbers(4 * inputs, 0.1), numbers(4 * HIDDEN, 0.3)];
  return { kind: "low-rank", hidden: HIDDEN, features, rank: 4, mean, scale, a, b, c: numbers(HIDDEN, 0.1), unit: 1.3 };
};
const LAST = lowRank(["last"]);
const BOTH = lowRank(["last", "layer-1"]);
const MEANS = lowRank(["last-mean", "layer-1-mean"]);

const named = (id: string, head: NamedHead["head"]): NamedHead => ({ card: { ...card, id, name: id }, head });
const source = (id: `s${number}`, head: string) => ({ id, name: head, type: "head", head }) as const;
const SOURCES = [source("s1", "direction"), source("s2", "last"), source("s3", "both"), source("s4", "means")];

function loaded(): Promise<Models> {
  return withHeads(bare, [
    named("direction", DIRECTION),
    named("last", LAST),
    named("both", BOTH),
    named("means", MEANS),
  ]);
}

function request(lanes: readonly LaneRequest[], more: Partial<RunRequest> = {}): RunRequest {
  const asked = { kind: "advice", prompt: "Why?", seed: 3, maxTokens: 6, suppressEnd: true } as const;
  return { version: 1, ...asked, sources: SOURCES, lanes, ...more };
}

const lane = (name: string, weights: Record<string, number>, plausible: number, temperature = 1): LaneRequest => ({
  name,
  strategy: { id: "genarm", beta: 0.5, weights },
  sampling: { plausible, temperature, topK: 0, topP: 1, minP: 0 },
});

async function run(models: Models, asked: RunRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const control = {
    signal: new AbortController().signal,
    now: () => 0,
    turn: async () => undefined,
    takeChanges: () => [],
  };
  for await (const event of decode("heads", asked, models, control)) events.push(event);
  const end = events.at(-1);
  if (end?.type === "failed") throw new Error(end.error.message);
  return events;
}

/** Steps of a lane, oldest first. */
function stepsOf(events: readonly RunEvent[], index: number): readonly RowStep[] {
  return events.flatMap((event) => (event.type === "step" ? event.rows.filter((row) => row.lane === index) : []));
}

/** What the loop asks of a policy, but for opening rows; spreading a class would lose its methods. */
function factsOf(policy: Models["policy"]): Omit<Models["policy"], "open"> {
  const { id, vocabSize, context, states, readStates } = policy;
  const read: Models["policy"]["read"] = (text, count) => policy.read(text, count);
  return { id, vocabSize, context, read, ...(states && { states }), ...(readStates && { readStates }) };
}

/** log pi after each prefix, from the shifted state and the rows of W_U: one product for all heads. */
async function expected(
  models: Models,
  before: readonly number[],
  said: number,
  weights: readonly number[],
  plausible: number,
): Promise<Float64Array> {
  const states = (await models.policy.readStates?.(before, said + 1)) ?? [];
  const found = states.at(-1);
  const middles = states.map(({ middle }) => rmsNormalise(middle!, new Float32Array(HIDDEN)));
  const mean = (all: readonly Float32Array[]) =>
    Float64Array.from({ length: HIDDEN }, (_, i) => all.reduce((sum, each) => sum + each[i]!, 0) / all.length);
  const features = new Map<FeatureName, ArrayLike<number>>([
    ["last", found?.hidden ?? []],
    ["layer-1", middles.at(-1) ?? []],
    ["last-mean", mean(states.map(({ hidden }) => hidden))],
    ["layer-1-mean", mean(middles)],
  ]);
  const shift = shiftOf([DIRECTION, LAST, BOTH, MEANS], weights, 0.5, features);
  const banned = new Set(models.tokenizer.endIds);
  const base = logSoftmax(Float64Array.from(found?.logits ?? [], (logit, v) => (banned.has(v) ? -Infinity : logit)));
  const bound = Math.max(...base) + Math.log(plausible);
  const row = new Float64Array(HIDDEN);
  return logSoftmax(
    base.map((logprob, v) => {
      if (logprob < bound) return -Infinity;
      unembedding.rowOf(v, row);
      return logprob + row.reduce((sum, value, i) => sum + value * shift[i]!, 0);
    }),
  );
}

describe("a lane that heads steer", () => {
  it.each([
    ["one direction", { s1: 0.6 }, [0.6, 0, 0, 0], 0.1],
    ["three heads at once, one of them down", { s1: 0.4, s2: -0.3, s3: 0.5 }, [0.4, -0.3, 0.5, 0], 0.1],
    ["one that reads the means over the answer", { s4: 0.7 }, [0, 0, 0, 0.7], 0.1],
    ["over the whole vocabulary", { s2: 0.5, s3: 0.2 }, [0, 0.5, 0.2, 0], 0],
  ] as const)("has the distribution of the shifted state: %s", async (_, weights, list, plausible) => {
    const models = await loaded();
    const events = await run(models, request([lane("heads", weights, plausible)]));
    const steps = stepsOf(events, 0);
    expect(steps).toHaveLength(6);
    const started = events.find((event) => event.type === "started");
    const text = [...(started?.promptTokens ?? [])];
    for (const step of steps) {
      const truth = await expected(models, text, step.position, list, plausible);
      step.top?.ids.forEach((id, i) => {
        const [guided, wanted] = [step.top?.guided[i] ?? NaN, truth[id] ?? NaN];
        if (wanted > -20) expect(guided).toBeCloseTo(wanted, 3);
      });
      expect(step.logprob).toBeCloseTo(truth[step.token] ?? NaN, 3);
      text.push(step.token);
    }
  });

  it("costs no forward of its own, and at weight 0 is plain sampling", async () => {
    const models = await loaded();
    const plain: LaneRequest = { ...lane("plain", {}, 0.1), strategy: { id: "base" } };
    const off = lane("off", { s1: 0, s2: 0 }, 0.1);
    const on = lane("on", { s1: 1.5, s2: 1 }, 0.1);
    const events = await run(models, request([plain, off, on]));
    const [a, b, c] = [0, 1, 2].map((index) => stepsOf(events, index).map(({ token }) => token));
    expect(b).toEqual(a);
    expect(c).not.toEqual(a);
    const finished = events.find((event) => event.type === "finished");
    const forwards = finished?.lanes.map((each) => each.forwards) ?? [];
    expect(forwards[2]).toEqual({ tiny: 6 });
    const spent = finished?.lanes.map(({ klSteer }) => (klSteer?.type === "exact" ? klSteer.sum : NaN)) ?? [];
    expect(spent.slice(0, 2)).toEqual([0, 0]);
    expect(spent[2]).toBeGreaterThan(0.01);
  });

  it("scores every lane's text by the mean reward of its tokens, which rises where the head steers", async () => {
    const models = await loaded();
    const plain: LaneRequest = { ...lane("plain", {}, 0.1), strategy: { id: "base" } };
    const events = await run(models, request([plain, lane("up", { s2: 2 }, 0.1), lane("down", { s2: -2 }, 0.1)]));
    const scores = events.flatMap((event) => (event.type === "sample" ? [event.result] : []));
    const of = (index: number): number => scores.find(({ lane: own }) => own === index)?.sources?.s2 ?? NaN;
    expect(of(1)).toBeGreaterThan(of(0));
    expect(of(0)).toBeGreaterThan(of(2));
    const steps = stepsOf(events, 1);
    // What the steps said of the chosen tokens is what the text was scored by.
    const told = steps.map((step) => step.top?.sources.s2?.[step.top.ids.indexOf(step.token)] ?? NaN);
    expect(told.reduce((sum, each) => sum + each, 0) / told.length).toBeCloseTo(of(1), 3);
  });

  it.each([
    ["the last state alone", ["s1", "s2"], "last"],
    ["the middle state too where a head reads it", ["s2", "s3"], "all"],
    ["no state without a head", [], "none"],
  ] as const)("asks the policy for %s", async (_, ids, wanted) => {
    const models = await loaded();
    const asked: unknown[] = [];
    const open: Models["policy"]["open"] = (prefixes, options) => {
      asked.push(options?.states);
      return models.policy.open(prefixes, options);
    };
    const policy = { ...factsOf(models.policy), open };
    const weights = Object.fromEntries(ids.map((id) => [id, 1]));
    const sources = SOURCES.filter(({ id }) => ids.some((each) => each === id));
    const lanes = [lane("asked", weights, 0.1)];
    const events = await run({ ...models, policy }, request(lanes, { sources }));
    expect(events.at(-1)?.type).toBe("finished");
    expect(asked[0]).toBe(wanted);
  });

  it("is refused in words where a kept step lacks the reward of a token that has become plausible", () => {
    const head = { kind: "push", rewards: () => new Float32Array(0) } as const;
    const reading = {
      guidance: { type: "terms", terms: [{ id: "s1", alpha: 0.5, parts: [], sibling: null, head }] },
      policy: Float32Array.of(0, -1, -3, -9),
      terms: new Map(),
      heads: new Map([["s1" as const, { tokens: Int32Array.of(0, 1), rewards: Float32Array.of(1, 0) }]]),
      candidates: [],
      values: [],
    } as const;
    const guide = new Guide(4, new Set());
    const at = (plausible: number) => guide.distributions(reading, lane("kept", {}, plausible).sampling);
    // Of the two plausible tokens: exp(0 + 0.5) against exp(-1).
    expect(at(0.1).guided[0]).toBeCloseTo(0.5 - Math.log(Math.exp(0.5) + Math.exp(-1)), 12);
    expect(() => at(0.01)).toThrow(/no head’s reward of token 2.*Set Plausible back/);
  });

  it("is refused in words where the head is not loaded, fits another policy, or cannot steer", async () => {
    const models = await loaded();
    const asked = request([lane("none", { s9: 1 }, 0.1)], { sources: [source("s9", "absent")] });
    await expect(run(models, asked)).rejects.toThrow(
      /needs the head "absent", which is not loaded; .*direction, last, both, means/,
    );
    const other = {
      ...named("other", LAST),
      card: { ...card, policy: { ...card.policy, fingerprint: "0".repeat(64) } },
    };
    await expect(withHeads(bare, [other])).rejects.toMatchObject({ code: "vocab-mismatch" });
    const deep = named("deep", lowRank(["layer-7"]));
    await expect(withHeads(bare, [deep])).rejects.toThrow(
      /deep.*cannot be used: it reads layer-7.*gives last, layer-1/,
    );
    await expect(withHeads(models, [named("last", LAST)])).rejects.toThrow(/another head has the id last/);
    const { teaching, ...blind } = bare;
    expect(teaching).toBeDefined();
    await expect(withHeads(blind, [])).rejects.toThrow(/tiny does not give its states/);
  });
});
