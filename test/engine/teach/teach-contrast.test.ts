/** Teaching a head on a small random model from a GGUF file: every number from another road. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { rmsNormalise } from "../../../src/core/heads/features.ts";
import { TokenRewardsBuilder } from "../../../src/core/heads/token-rewards.ts";
import { logSoftmax } from "../../../src/core/logprobs.ts";
import type { TokenId } from "../../../src/core/types.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { readAnswer, type ContrastPrompts } from "../../../src/engine/teach/read-rewards.ts";
import { sampleAnswers, type Answer } from "../../../src/engine/teach/sample-answers.ts";
import { teachContrast, type ContrastLesson, type TeachProgress } from "../../../src/engine/teach/teach-contrast.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
const PROMPTS: readonly TokenId[][] = [
  [1, 70, 88],
  [1, 3],
  [1, 200, 41, 41],
];

let runtime: Runtime;
let models: Models;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  models = await tinyModels(runtime);
});
afterAll(() => runtime.dispose());

async function answers(rows: number, seed = 1, maxTokens = 6): Promise<readonly Answer[]> {
  const { signal } = new AbortController();
  const found: Answer[] = [];
  const options = { perPrompt: 3, maxTokens, sampling: SAMPLING, seed, rows, signal };
  for await (const group of sampleAnswers(models, PROMPTS, options)) found.push(...group);
  return found;
}

describe("answers to learn from", () => {
  it("are the same however many are written at once, and others for another seed", async () => {
    const one = await answers(1);
    expect(one.map(({ prompt }) => prompt)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(await answers(4)).toEqual(one);
    expect(await answers(9, 2)).not.toEqual(one);
    expect(new Set(one.map(({ tokens }) => tokens.join(" "))).size).toBeGreaterThan(5);
    for (const { tokens } of one) {
      expect(tokens.length).toBeLessThanOrEqual(6);
      expect(tokens.filter((token) => models.tokenizer.endIds.includes(token))).toEqual([]);
    }
  });

  it("stop at once when the lesson is cancelled", async () => {
    const stopped = new AbortController();
    stopped.abort();
    const options = { perPrompt: 1, maxTokens: 6, sampling: SAMPLING, seed: 1, rows: 2, signal: stopped.signal };
    await expect(sampleAnswers(models, PROMPTS, options).next()).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("reading an answer", () => {
  const prompts: ContrastPrompts = { plain: [1, 70, 88], better: [1, 7, 70, 88], worse: [1, 9, 9, 70, 88] };
  const tokens = [41, 200, 3];

  it("gives each position the contrast of its plausible tokens, and its states", async () => {
    const { policy } = models;
    const layer = policy.states?.layer ?? 0;
    const features = ["last", `layer-${layer}`, "last-mean"] as const;
    const data = new TokenRewardsBuilder(features, policy.states?.hidden ?? 0);
    await readAnswer(policy, { prompt: 2, tokens }, prompts, features, data);
    const { states, starts, tokens: candidates, probabilities, rewards, prompts: own } = data.data();
    expect([...own]).toEqual([2, 2, 2]);
    const size = policy.states?.hidden ?? 0;
    const mean = new Float64Array(size);
    for (let at = 0; at < tokens.length; at += 1) {
      const text = tokens.slice(0, at);
      const [alone] = (await policy.readStates?.([...prompts.plain, ...text], 1)) ?? [];
      const lp = async (prefix: readonly TokenId[]) => {
        const [logits] = await policy.read([...prefix, ...text], 1);
        return logSoftmax(Float64Array.from(logits ?? []));
      };
      const [base, up, down] = [await lp(prompts.plain), await lp(prompts.better), await lp(prompts.worse)];
      const best = Math.max(...base);
      const wanted = [...base.keys()].filter((v) => base[v]! >= best - 3);
      const range = [starts[at] ?? 0, starts[at + 1] ?? 0] as const;
      expect([...candidates.subarray(...range)]).toEqual(wanted);
      const mass = wanted.reduce((sum, v) => sum + Math.exp(base[v]!), 0);
      const truth = wanted.map((v) => up[v]! - down[v]!);
      const centre = wanted.reduce((sum, v, k) => sum + (Math.exp(base[v]!) / mass) * truth[k]!, 0);
      wanted.forEach((v, k) => {
        expect(probabilities[range[0] + k]).toBeCloseTo(Math.exp(base[v]!) / mass, 4);
        expect(rewards[range[0] + k]).toBeCloseTo(truth[k]! - centre, 3);
      });
      const features3 = states.subarray(at * 3 * size, (at + 1) * 3 * size);
      const middle = rmsNormalise(alone?.middle ?? [], new Float32Array(size));
      for (let i = 0; i < size; i += 1) {
        mean[i]! += ((alone?.hidden[i] ?? NaN) - mean[i]!) / (at + 1);
        expect(features3[i]).toBeCloseTo(alone?.hidden[i] ?? NaN, 3);
        expect(features3[size + i]).toBeCloseTo(middle[i] ?? NaN, 3);
        expect(features3[2 * size + i]).toBeCloseTo(mean[i]!, 3);
      }
    }
  });

  it("refuses a layer that the model does not give", async () => {
    const data = new TokenRewardsBuilder(["layer-30"], models.policy.states?.hidden ?? 0);
    await expect(readAnswer(models.policy, { prompt: 0, tokens }, prompts, ["layer-30"], data)).rejects.toThrow(
      /gives its last state and layer-1, not layer-30/,
    );
  });
});

describe("a lesson", () => {
  const lesson: ContrastLesson = {
    better: "Be brief and kind to the reader.",
    worse: "Go on and on!",
    prompts: Array.from({ length: 24 }, (_, i) => `Why ${i}?`),
    perPrompt: 4,
    maxTokens: 12,
    sampling: SAMPLING,
    features: ["last"],
    seed: 1,
    fit: { rank: 8, epochs: 12, batch: 64, rate: 1e-2 },
  };
  const control = (onProgress: (progress: TeachProgress) => void, signal = new AbortController().signal) => {
    return { signal, rows: 16, onProgress, rest: async () => undefined };
  };

  it("ends with a head that follows the contrast on prompts that it did not learn from", async () => {
    const told: TeachProgress[] = [];
    const { head, measured, samples, states } = await teachContrast(
      models,
      lesson,
      control((each) => void told.push(each)),
    );
    expect(samples).toBe(96);
    expect(states).toBeGreaterThan(500);
    expect(head).toMatchObject({ kind: "low-rank", rank: 8, features: ["last"], hidden: 256 });
    expect(measured.explained.value).toBeGreaterThan(0.1);
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(["sample", "read", "fit"]);
    for (const { done, total } of told) expect(done).toBeLessThanOrEqual(total);
    expect(told.filter(({ phase }) => phase === "read").at(-1)).toEqual({ phase: "read", done: 96, total: 96 });
  });

  it("says what is too little, what makes no difference, and which models give no states", async () => {
    const quiet = control(() => undefined);
    const few = teachContrast(models, { ...lesson, perPrompt: 1, prompts: lesson.prompts.slice(0, 5) }, quiet);
    await expect(few).rejects.toThrow(/5 samples of 5 prompts are too few.*40 samples of 10 prompts/);
    const same = teachContrast(models, { ...lesson, worse: lesson.better }, quiet);
    await expect(same).rejects.toThrow(/make no difference to this model: .* 0\.000 nats/);
    const { teaching, ...blind } = models;
    expect(teaching).toBeDefined();
    await expect(teachContrast(blind, lesson, quiet)).rejects.toThrow(
      /tiny does not give its states.*Choose a GGUF model/,
    );
  });

  it("ends between two answers when it is cancelled", async () => {
    const stop = new AbortController();
    const seen: TeachProgress[] = [];
    const onProgress = (each: TeachProgress): void => {
      seen.push(each);
      if (each.phase === "read" && each.done === 3) stop.abort();
    };
    await expect(teachContrast(models, lesson, control(onProgress, stop.signal))).rejects.toMatchObject({
      code: "aborted",
    });
    expect(seen.at(-1)).toEqual({ phase: "read", done: 3, total: 96 });
  });

  it("knows its policy by the hash of its vocabulary and its sizes", async () => {
    const identity = await models.teaching?.identity();
    expect(identity).toMatchObject({ hidden: 256, vocabulary: models.policy.vocabSize });
    expect(identity?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});
