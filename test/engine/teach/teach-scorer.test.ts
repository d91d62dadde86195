/** Teaching heads by a scorer whose answer is known, on a small random model: what counts digits must like digits. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { NormalEquations } from "../../../src/core/heads/ridge.ts";
import { directionRewards } from "../../../src/core/heads/head.ts";
import { meanRow } from "../../../src/core/heads/unembedding.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { RunEvent, RunRequest, TokenId } from "../../../src/core/types.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { withHeads } from "../../../src/engine/heads/loaded-head.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import type { Answer } from "../../../src/engine/teach/sample-answers.ts";
import { episodesOf, likeliest, stateScores, type ScoredAnswer } from "../../../src/engine/teach/scorer-episodes.ts";
import { pairAccuracy } from "../../../src/engine/teach/scorer-pairs.ts";
import { writeAnswers, type TeachProgress } from "../../../src/engine/teach/teach-contrast.ts";
import {
  fitScorer,
  scorerFeatures,
  teachScorer,
  type ScorerLesson,
  type TaughtByScorer,
} from "../../../src/engine/teach/teach-scorer.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
let runtime: Runtime;
let models: Models;
let lesson: ScorerLesson;
let answers: readonly Answer[];
let taught: TaughtByScorer;
const told: TeachProgress[] = [];
const control = (signal = new AbortController().signal) => {
  return { signal, rows: 48, onProgress: (each: TeachProgress) => void told.push(each), rest: async () => undefined };
};

beforeAll(async () => {
  runtime = await wasmRuntime(1);
  models = await tinyModels(runtime);
  lesson = {
    scorer: { type: "formula", formula: "digits" },
    prompts: Array.from({ length: 24 }, (_, i) => `Why ${i}?`),
    perPrompt: 24,
    maxTokens: 12,
    sampling: SAMPLING,
    features: scorerFeatures(models),
    seed: 1,
    value: { heldOut: 0.3 },
  };
  answers = await writeAnswers(models, lesson, control());
  taught = await fitScorer(models, answers, lesson, control());
}, 120_000);
afterAll(() => runtime.dispose());

/** An answer that ended at once, or has white space alone, is none. */
const isText = ({ tokens }: Answer): boolean => models.tokenizer.decode(tokens).trim() !== "";
const isDigit = (token: TokenId): boolean => /^\d+$/.test(models.tokenizer.decode([token]));

describe("a lesson of a scorer that counts digits", () => {
  it("ends with a direction that likes digits better than anything else", async () => {
    const unembedding = await models.teaching!.unembedding();
    const rewards = directionRewards(taught.direction, unembedding, meanRow(unembedding));
    const mean = (wanted: boolean): number => {
      const own = [...rewards].filter((_, v) => isDigit(v) === wanted);
      return own.reduce((sum, each) => sum + each, 0) / own.length;
    };
    expect(mean(true)).toBeGreaterThan(mean(false) + 2);
    const others = [...rewards].filter((_, v) => !isDigit(v));
    const digits = [...rewards].filter((_, v) => isDigit(v));
    const above = digits.map((reward) => others.filter((other) => other < reward).length / others.length);
    expect(above.reduce((sum, share) => sum + share, 0) / above.length).toBeGreaterThan(0.8);
    expect(taught.pairs?.value).toBeGreaterThan(0.65);
    expect(taught.pairs?.ci95?.[0]).toBeGreaterThan(0.5);
  });

  it("ends with a value head that foresees some of the score on prompts that it did not learn from", () => {
    expect(taught.value.features).toEqual(["last", "layer-1", "last-mean", "layer-1-mean"]);
    expect(taught.explained.value).toBeGreaterThan(0.02);
    expect(taught.explained.ci95?.[0]).toBeGreaterThan(0);
    expect(taught.valueStep).toBeGreaterThan(0.01);
    const written = answers.filter(isText);
    const texts = written.map(({ tokens }) => models.tokenizer.decode(tokens).match(/\p{Nd}/gu)?.length ?? 0);
    const mean = texts.reduce((sum, count) => sum + count, 0) / texts.length;
    expect(taught.mean).toBeCloseTo(mean, 9);
    expect(taught.samples).toBe(written.length);
    expect(written.length).toBeGreaterThan(550);
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["sample", "read", "fit"]);
    for (const { done, total } of told) expect(done).toBeLessThanOrEqual(total);
  });

  it("steers both ways in decoding, by the direction and by values over candidates", async () => {
    const card = {
      id: "digits",
      name: "Digits",
      policy: await models.teaching!.identity(),
      teacher: { kind: "scorer", scorer: lesson.scorer, mean: taught.mean, sd: taught.sd },
      sliderEnd: 1,
      explained: taught.explained.value,
      training: { samples: taught.samples, prompts: taught.prompts, seed: 1, command: "none" },
      metrics: {},
    } as const;
    const own = await withHeads(models, [
      { card, head: taught.direction },
      { card: { ...card, id: "value" }, head: taught.value },
    ]);
    const by = (id: "genarm" | "vas", weight: number) => {
      const guidance = { beta: 1, weights: { [id === "genarm" ? "s1" : "s2"]: weight } };
      const strategy = id === "genarm" ? { id, ...guidance } : { id, ...guidance, k: 24 };
      return { name: `${id} ${weight}`, strategy, sampling: SAMPLING };
    };
    const push = 1 / taught.valueStep;
    const digits = [0, 0, 0, 0];
    for (let seed = 1; seed <= 12; seed++) {
      const request: RunRequest = {
        version: 1,
        kind: "advice",
        prompt: "Why not?",
        seed,
        maxTokens: 14,
        suppressEnd: true,
        sources: [
          { id: "s1", name: "Digits", type: "head", head: "digits" },
          { id: "s2", name: "Value", type: "head", head: "value", kind: "value" },
        ],
        lanes: [by("genarm", 1), by("genarm", -1), by("vas", push), by("vas", -push)],
      };
      const turn = async (): Promise<void> => undefined;
      const still = { signal: new AbortController().signal, now: () => 0, turn, takeChanges: () => [] };
      const events: RunEvent[] = [];
      for await (const event of decode("digits", request, own, still)) events.push(event);
      for (const event of events) {
        if (event.type === "failed") throw new Error(event.error.message);
        if (event.type === "sample") digits[event.result.lane]! += event.result.text.match(/\p{Nd}/gu)?.length ?? 0;
      }
    }
    expect(digits[0]).toBeGreaterThan(2 * digits[1]!);
    expect(digits[2]).toBeGreaterThan(digits[3]!);
  });
});

describe("a lesson of a scorer", () => {
  const refused = (formula: string) =>
    fitScorer(models, answers, { ...lesson, scorer: { type: "formula", formula } }, control());

  it("is refused in words where there is nothing to learn", async () => {
    await expect(refused("1 / digits")).rejects.toThrow(/gives Infinity for sample \d+.*must be a finite number/);
    await expect(refused("3")).rejects.toThrow(/gives 3 for all 5\d\d samples.*tells them apart/);
    const few = teachScorer(models, { ...lesson, perPrompt: 2 }, control());
    await expect(few).rejects.toThrow(/48 samples of 24 prompts are too few.*240 samples of 20 prompts/);
    const { teaching, ...blind } = models;
    expect(teaching).toBeDefined();
    await expect(teachScorer(blind, lesson, control())).rejects.toThrow(/tiny does not give its states/);
  });

  it("is refused with the figures where nothing was learned that holds on other prompts", async () => {
    // States that say nothing, and one answer a prompt, so that there is no pair to order.
    const blank = answers.map(({ tokens, states }, prompt) => {
      return { prompt, tokens, states: states.map((state) => ({ ...state, features: new Float32Array(4 * 256) })) };
    });
    await expect(fitScorer(models, blank, lesson, control())).rejects.toThrow(
      /On \d+ held-out prompts the value head explains -?0 % .* of the scores: nothing was learned of “formula”/,
    );
  });

  it("ends when it is cancelled", async () => {
    const stopped = new AbortController();
    stopped.abort();
    await expect(fitScorer(models, answers, lesson, control(stopped.signal))).rejects.toMatchObject({
      code: "aborted",
    });
  });
});

describe("what the fits are given", () => {
  it("is the answers' states with the log-probabilities of the whole vocabulary", async () => {
    const [answer] = answers;
    const { prompt, tokens, states } = answer!;
    const plain = models.promptIds("tiny", {
      kind: "advice",
      prompt: lesson.prompts[prompt]!,
      instruction: null,
      system: "",
      turns: [],
    });
    const [logits] = await models.policy.read([...plain, ...tokens.slice(0, 2)], 1);
    const truth = logSoftmax(Float64Array.from(logits ?? []));
    const found = likeliest(states[2]!);
    const order = [...truth.keys()].toSorted((a, b) => truth[b]! - truth[a]!);
    expect(found.length).toBeGreaterThan(3);
    for (const [k, [token, logprob]] of found.entries()) {
      expect(logprob).toBeCloseTo(truth[token]!, 3);
      expect(truth[token]).toBeCloseTo(truth[order[k]!]!, 3);
    }
    const scored: ScoredAnswer[] = answers.slice(0, 2).map((each, i) => ({ ...each, score: i - 0.5 }));
    const { prompts, scores } = stateScores(scored, lesson.features, 256);
    expect(prompts).toHaveLength(scored[0]!.states.length + scored[1]!.states.length);
    expect([...new Set(scores)]).toEqual([-0.5, 0.5]);
    const end = models.tokenizer.endIds[0]!;
    const cut = { ...scored[0]!, tokens: tokens.slice(0, states.length - 1) };
    const { chosen, starts, values } = episodesOf([cut, scored[1]!], ({ logZ }) => logZ, end);
    expect([...chosen.subarray(0, states.length)]).toEqual([...tokens.slice(0, states.length - 1), end]);
    expect([...starts]).toEqual([0, states.length, states.length + scored[1]!.states.length]);
    expect(values[1]).toBeCloseTo(states[1]!.logZ, 4);
  });

  it("makes a value head that ridge regression in closed form makes too", async () => {
    const scored = answers.filter(isText).map((answer) => ({
      ...answer,
      score: ((models.tokenizer.decode(answer.tokens).match(/\p{Nd}/gu)?.length ?? 0) - taught.mean) / taught.sd,
    }));
    const own = { ...lesson, features: ["last"] as const, value: { heldOut: 0 } };
    const narrow = scored.map((answer) => ({
      ...answer,
      states: answer.states.map((state) => ({ ...state, features: state.features.slice(0, 256) })),
    }));
    const { value } = await fitScorer(models, narrow, own, control());
    const states = narrow.flatMap((answer) => answer.states.map(({ features }) => ({ features, score: answer.score })));
    const centre = new Float64Array(256);
    for (const { features } of states) for (let i = 0; i < 256; i++) centre[i]! += features[i]! / states.length;
    const equations = new NormalEquations(256);
    for (const { features, score } of states) {
      equations.add(
        Float64Array.from(features, (x, i) => (x - centre[i]!) / value.scale[i]!),
        score,
      );
    }
    const weights = equations.solve(3 * states.length);
    for (let i = 0; i < 256; i++) expect(value.weights[i]).toBeCloseTo(weights[i]!, 4);
  });
});

describe("the share of pairs that a direction orders right", () => {
  const state = {
    features: new Float32Array(0),
    candidates: Int32Array.of(0, 1),
    logits: Float32Array.of(0, 0),
    logZ: Math.log(2),
  };
  const answer = (prompt: number, tokens: readonly TokenId[], score: number): ScoredAnswer => {
    return { prompt, tokens, score, states: tokens.map(() => state) };
  };

  it("counts pairs of one prompt, half for a tie, and none that the scorer finds equal", () => {
    const rewards = Float64Array.of(1, -1, 5);
    const answers = [
      answer(0, [0, 0], 2),
      answer(0, [1, 1], 1),
      answer(0, [0, 1], 3),
      answer(1, [0], 1),
      answer(1, [0], 0),
      answer(1, [1], 0),
    ];
    // Prompt 0: right, wrong, right. Prompt 1: a tie, right, and one pair of equal scores.
    expect(pairAccuracy(answers, rewards, 2, 1)).toMatchObject({ value: 3.5 / 5, n: 5 });
    expect(pairAccuracy([answer(0, [0], 1), answer(1, [1], 2)], rewards, 2, 1)).toBeNull();
    expect(pairAccuracy(answers.slice(0, 3), rewards, 2, 1)?.ci95).toBeNull();
  });
});
