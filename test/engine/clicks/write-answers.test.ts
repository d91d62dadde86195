/** Answers to choose between, on a small random model: how they are written, measured and ended. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import {
  checkAnswersAsk,
  TEXT_MEASURES,
  type AnswersAsk,
  type WrittenAnswer,
} from "../../../src/core/clicks/answers.ts";
import { readHead, writeHead } from "../../../src/core/heads/head-file.ts";
import type { Head } from "../../../src/core/heads/head.ts";
import { hash32 } from "../../../src/core/noise.ts";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import type { RunEvent, SampleResult } from "../../../src/core/types.ts";
import { AnswerMeasures } from "../../../src/engine/clicks/measure-answers.ts";
import { writeAnswersToJudge, type AnswersControl } from "../../../src/engine/clicks/write-answers.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../src/engine/heads/loaded-head.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import PROMPTS from "../../../src/engine/teach/prompts.json" with { type: "json" };
import { hashed } from "../../fakes.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const TOKENS = 10;
const HIDDEN = 256;

let runtime: Runtime;
let models: Models;
let files: readonly unknown[];
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  models = await tinyModels(runtime);
  files = [await headFile("up", push(1)), await headFile("across", push(2)), await headFile("worth", value())];
});
afterAll(() => runtime.dispose());

const numbers = (seed: number, count: number, size: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => size * hashed(seed, i));
const push = (seed: number): Head => ({ kind: "direction", hidden: HIDDEN, c: numbers(seed, HIDDEN, 0.4), unit: 0.7 });
const value = (): Head => ({
  kind: "value",
  hidden: HIDDEN,
  features: ["last", "last-mean"],
  mean: numbers(3, 2 * HIDDEN, 0.1),
  scale: numbers(4, 2 * HIDDEN, 0.2).map((each) => 1 + each),
  weights: numbers(5, 2 * HIDDEN, 0.1),
  intercept: 0.3,
});

async function headFile(name: string, head: Head): Promise<unknown> {
  const card = {
    id: name,
    name,
    policy: await models.teaching!.identity(),
    teacher: { kind: "clicks", clicks: 1 },
    sliderEnd: 3,
    explained: null,
    training: { samples: 0, prompts: 0, seed: 1, command: "none" },
    metrics: {},
  } as const;
  return writeHead({ card, head }, "float16");
}

const ASK: AnswersAsk = { ownPrompts: [], listed: 2, from: 0, heads: [], seed: 4 };

function controlled(more: Partial<AnswersControl> = {}) {
  const told: [done: number, total: number][] = [];
  const control: AnswersControl = {
    signal: new AbortController().signal,
    now: () => 0,
    rest: async () => undefined,
    onProgress: (...progress) => void told.push(progress),
    ...more,
  };
  return { control, told };
}

async function written(ask: AnswersAsk, control = controlled().control): Promise<readonly WrittenAnswer[][]> {
  const all: WrittenAnswer[][] = [];
  let done = 0;
  for await (const { answers, prompts } of writeAnswersToJudge(models, ask, control, TOKENS)) {
    expect(answers.length).toBeLessThanOrEqual(2);
    (all[done] ??= []).push(...answers);
    done = prompts;
  }
  expect(done).toBe(all.length);
  return all;
}

describe("answers to choose between", () => {
  it("come prompt by prompt, the visitor's own first, several to each and no two alike", async () => {
    const { control, told } = controlled();
    const all = await written({ ...ASK, ownPrompts: ["Why is it so?"] }, control);
    const prompts = all.map(([first]) => first!.prompt);
    expect(prompts[0]).toBe("Why is it so?");
    for (const prompt of prompts.slice(1)) expect(PROMPTS).toContain(prompt);
    expect(new Set(prompts).size).toBe(3);
    for (const answers of all) {
      expect(answers.length).toBeGreaterThanOrEqual(4);
      expect(new Set(answers.map(({ text }) => text)).size).toBe(answers.length);
      expect(answers.every(({ measures }) => measures.length === TEXT_MEASURES.length)).toBe(true);
    }
    expect(told.at(-1)).toEqual([3 * TOKENS, 3 * TOKENS]);
    expect(told).toEqual(told.toSorted(([a], [b]) => a - b));
    expect(await written({ ...ASK, ownPrompts: ["Why is it so?"] })).toEqual(all);
  }, 60_000);

  it("go on through the list, and answer a prompt that comes again otherwise", async () => {
    const [, second] = await written(ASK);
    const [next] = await written({ ...ASK, listed: 1, from: 1 });
    expect(next).toEqual(second);
    const [again] = await written({ ...ASK, listed: 1, from: 1 + PROMPTS.length });
    expect(again![0]!.prompt).toBe(second![0]!.prompt);
    expect(again!.map(({ text }) => text)).not.toEqual(second!.map(({ text }) => text));
  }, 60_000);

  it("are those of plain lanes and of lanes that each head steers up and down", async () => {
    const [answers] = await written({ ...ASK, listed: 1, heads: files });
    const texts = new Set(answers!.map(({ text }) => text));
    const named = await withHeads(
      models,
      files.slice(0, 2).map((file) => readHead(file)),
    );
    // The noise of an answer is that of its prompt's place in the list.
    const { prompt } = answers![0]!;
    const seed = hash32(ASK.seed, 0, 0, 0);
    const sampling = { plausible: 0.1, temperature: 0.85, topK: 0, topP: 1, minP: 0 } as const;
    const sources: SourceSpec[] = ["up", "across"].map((head, i) => ({
      id: `s${i + 1}`,
      name: head,
      type: "head",
      head,
    }));
    const lanes = (["s1", "s2"] as const).flatMap((id) =>
      [1, -1].map((weight) => ({
        name: id,
        sampling,
        strategy: { id: "genarm" as const, beta: 1, weights: { [id]: weight } },
      })),
    );
    const samples = await samplesOf({ prompt, seed, sources, lanes }, named);
    expect(samples).toHaveLength(4);
    for (const { text } of samples) expect(texts).toContain(text.trim());
    expect(new Set(samples.map(({ text }) => text)).size).toBeGreaterThan(2);
  }, 60_000);

  it("end within a step when they are cancelled, and what was written before stays", async () => {
    const stop = new AbortController();
    const { control } = controlled({
      signal: stop.signal,
      onProgress: (done) => {
        if (done === TOKENS + 3) stop.abort();
      },
    });
    const kept: WrittenAnswer[] = [];
    const writing = async (): Promise<void> => {
      for await (const { answers } of writeAnswersToJudge(models, { ...ASK, listed: 3 }, control, TOKENS)) {
        kept.push(...answers);
      }
    };
    await expect(writing()).rejects.toMatchObject({ code: "aborted" });
    expect(new Set(kept.map(({ prompt }) => prompt)).size).toBe(1);
  }, 60_000);

  it("are refused with heads of a policy that gives no states, and with what is no head", async () => {
    const { teaching: _, ...without } = models;
    const write = (with_: Models, heads: readonly unknown[]) =>
      writeAnswersToJudge(with_, { ...ASK, heads }, controlled().control, TOKENS).next();
    await expect(write(without, files)).rejects.toMatchObject({ code: "model-unsupported" });
    await expect(write(models, [{ version: 9 }])).rejects.toMatchObject({ code: "invalid-request" });
  });
});

interface Asked {
  readonly prompt: string;
  readonly seed: number;
  readonly sources: readonly SourceSpec[];
  readonly lanes: Parameters<typeof decode>[1]["lanes"];
}

async function samplesOf(asked: Asked, with_: Models): Promise<SampleResult[]> {
  const samples: SampleResult[] = [];
  const control = {
    signal: new AbortController().signal,
    now: () => 0,
    turn: async () => undefined,
    takeChanges: () => [],
  };
  const request = { version: 1, kind: "advice", maxTokens: TOKENS, ...asked } as const;
  const take = (event: RunEvent): void => {
    if (event.type === "failed") throw new Error(event.error.message);
    if (event.type === "sample") samples.push(event.result);
  };
  for await (const event of decode("test", request, with_, control)) take(event);
  return samples;
}

describe("the measures of an answer", () => {
  it("are what sources of the same scorers and heads score a text by", async () => {
    const ids = ["up", "across", "worth"];
    const with_ = await withHeads(
      models,
      files.map((file) => readHead(file)),
    );
    const scored: SourceSpec[] = [
      ...TEXT_MEASURES.map((type, i): SourceSpec => ({
        id: `s${i + 1}`,
        name: type,
        type: "scorer",
        scorer: { type },
      })),
      ...ids.map((head, i): SourceSpec => ({
        id: `s${TEXT_MEASURES.length + i + 1}`,
        name: head,
        type: "head",
        head,
        ...(head === "worth" && { kind: "value" as const }),
      })),
    ];
    const prompt = "Why?";
    const sampling = { plausible: 0.1, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
    const weights = Object.fromEntries(scored.map(({ id }) => [id, 1]));
    const strategy = { id: "bon", n: 3, beta: 1, weights, ensemble: "mean", lambda: 0 } as const;
    const samples = await samplesOf(
      { prompt, seed: 2, sources: scored, lanes: [{ name: "n", strategy, sampling }] },
      with_,
    );
    const before = with_.promptIds(with_.policy.id, {
      kind: "advice",
      prompt,
      instruction: null,
      system: "",
      turns: [],
    });
    const measures = await AnswerMeasures.open(
      with_,
      ids.map((id) => with_.heads!.get(id)!),
    );
    expect(samples).toHaveLength(3);
    for (const { tokens, text, sources } of samples) {
      const own = await measures.of({ before, tokens, text: text.trim() });
      expect(own).toHaveLength(scored.length);
      for (const [i, { id }] of scored.entries()) {
        const score = sources![id] ?? null;
        if (score === null) expect(own[i]).toBeNull();
        else expect(own[i]).toBeCloseTo(score, 5);
      }
      // An answer that ended by itself is measured with its end, like any token of it.
      const ended = [...tokens.slice(0, 4), with_.tokenizer.endIds[0]!];
      const short = await measures.of({ before, tokens: ended, text: "Short." });
      expect(short.every((each) => each === null || Number.isFinite(each))).toBe(true);
    }
  }, 60_000);
});

describe("what is asked for", () => {
  it.each([
    [{ ...ASK, listed: 61 }, /ask.listed must be a whole number at least 0 and at most 60, got 61/],
    [{ ...ASK, from: -1 }, /ask.from/],
    [{ ...ASK, seed: 0.5 }, /ask.seed/],
    [{ ...ASK, heads: Array.from({ length: 9 }) }, /ask.heads must be a list of 0 to 8 entries/],
    [{ ...ASK, ownPrompts: [3] }, /ask.ownPrompts\[0\] must be a text/],
    [{ ...ASK, lane: "plain" }, /ask has no setting "lane"/],
  ])("is refused where it is no ask: %#", (ask, words) => {
    expect(() => checkAnswersAsk(ask)).toThrow(words);
  });
});
