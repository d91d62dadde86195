/** Teaching a head on a small random model from a GGUF file: every number from another road. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { rmsNormalise, type StateFeatures } from "../../../src/core/heads/features.ts";
import { TokenRewardsBuilder } from "../../../src/core/heads/token-rewards.ts";
import type { TokenId } from "../../../src/core/types.ts";
import type { CausalModel, Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import { addRewards, readUnder, type Reading } from "../../../src/engine/teach/read-rewards.ts";
import { sampleAnswers, type Answer, type SampleOptions } from "../../../src/engine/teach/sample-answers.ts";
import { teachContrast, type ContrastLesson, type TeachProgress } from "../../../src/engine/teach/teach-contrast.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const SAMPLING = { plausible: 0, temperature: 1, topK: 0, topP: 1, minP: 0 } as const;
/** Milliseconds for what writes and reads the most, on a busy machine. */
const LONG = 120_000;
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

async function answers(asked: { rows: number } & Partial<SampleOptions>): Promise<readonly Answer[]> {
  const { signal } = new AbortController();
  const found: Answer[] = [];
  const options = { perPrompt: 3, maxTokens: 6, sampling: SAMPLING, seed: 1, signal, ...asked };
  for await (const group of sampleAnswers(models, PROMPTS, options)) found.push(...group);
  return found;
}

/** The end token, where an answer ended with it. */
const ends = (isEnded: boolean): readonly TokenId[] => (isEnded ? models.tokenizer.endIds.slice(0, 1) : []);

describe("answers to learn from", () => {
  it("are the same however many are written at once, and others for another seed", async () => {
    const one = await answers({ rows: 1 });
    expect(one.map(({ prompt }) => prompt)).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2]);
    expect(await answers({ rows: 4 })).toEqual(one);
    expect(await answers({ rows: 9, seed: 2 })).not.toEqual(one);
    expect(new Set(one.map(({ tokens }) => tokens.join(" "))).size).toBeGreaterThan(5);
    for (const { tokens } of one) {
      expect(tokens.length).toBeLessThanOrEqual(6);
      expect(tokens.filter((token) => models.tokenizer.endIds.includes(token))).toEqual([]);
    }
  });

  it("begin as those of a lesson with fewer answers to each prompt", async () => {
    const [few, more] = [await answers({ rows: 4, perPrompt: 2 }), await answers({ rows: 4, perPrompt: 5 })];
    const firstTwo = more.filter((_, at) => at % 5 < 2);
    expect(firstTwo.map(({ tokens }) => tokens)).toEqual(few.map(({ tokens }) => tokens));
  });

  it("follow a guide in every second answer, among the plausible tokens alone, and are plain in the others", async () => {
    const best: TokenId[] = [];
    // It wants the largest id of the plausible ones so much that no other is drawn.
    const rewards = (_: StateFeatures, tokens: Int32Array) => {
      best.push(Math.max(...tokens));
      return Float32Array.from(tokens, (token) => 1000 * token);
    };
    const guides = [{ head: { kind: "push", rewards }, weight: 2 }] as const;
    const asked = { rows: 9, perPrompt: 3, maxTokens: 8, features: ["last"] } as const;
    const [plain, led] = [await answers(asked), await answers({ ...asked, guides })];
    for (const [at, { tokens, states }] of led.entries()) {
      if (at % 3 !== 1) expect(tokens).toEqual(plain[at]!.tokens);
      else
        expect([...tokens, ...ends(tokens.length < 8)]).toEqual(
          states.map(({ candidates }) => Math.max(...candidates)),
        );
    }
    expect(best.length).toBe(led.reduce((sum, { states }, at) => sum + (at % 3 === 1 ? states.length : 0), 0));
  });

  it("stop at once when the lesson is cancelled", async () => {
    const stopped = new AbortController();
    stopped.abort();
    const options = { perPrompt: 1, maxTokens: 6, sampling: SAMPLING, seed: 1, rows: 2, signal: stopped.signal };
    await expect(sampleAnswers(models, PROMPTS, options).next()).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("the states of an answer", () => {
  it(
    "come from the forwards that wrote it, with the plausible tokens of each",
    async () => {
      const { policy } = models;
      const layer = policy.states?.layer ?? 0;
      const size = policy.states?.hidden ?? 0;
      const features = ["last", `layer-${layer}`, "last-mean"] as const;
      const sampled = await answers({ rows: 4, maxTokens: 40, features });
      const ended = sampled.find(({ tokens }) => tokens.length < 40);
      expect(ended).toBeDefined();
      for (const { prompt, tokens, states } of [sampled[0]!, sampled[5]!, ended!]) {
        expect(states).toHaveLength(tokens.length < 40 ? tokens.length + 1 : tokens.length);
        const mean = new Float64Array(size);
        for (const [at, state] of states.entries()) {
          const text = [...PROMPTS[prompt]!, ...tokens.slice(0, at)];
          const [alone] = (await policy.readStates?.(text, 1)) ?? [];
          const logits = alone?.logits ?? new Float32Array(0);
          const best = Math.max(...logits);
          const wanted = [...logits.keys()].filter((v) => logits[v]! >= best - 3);
          expect([...state.candidates]).toEqual(wanted);
          wanted.forEach((v, k) => expect(state.logits[k]).toBeCloseTo(logits[v]!, 4));
          const middle = rmsNormalise(alone?.middle ?? [], new Float32Array(size));
          for (let i = 0; i < size; i += 1) {
            mean[i]! += ((alone?.hidden[i] ?? NaN) - mean[i]!) / (at + 1);
            expect(state.features[i]).toBeCloseTo(alone?.hidden[i] ?? NaN, 3);
            expect(state.features[size + i]).toBeCloseTo(middle[i] ?? NaN, 3);
            expect(state.features[2 * size + i]).toBeCloseTo(mean[i]!, 3);
          }
        }
      }
    },
    LONG,
  );

  it("are left out where nobody asks, and refused for a layer that the model does not give", async () => {
    expect((await answers({ rows: 4 })).flatMap(({ states }) => states)).toEqual([]);
    await expect(answers({ rows: 4, features: ["layer-30"] })).rejects.toThrow(
      /gives last, layer-1, last-mean, layer-1-mean, not layer-30/,
    );
  });
});

describe("reading answers under an instruction", () => {
  const told = [1, 9, 9, 70, 88];

  it("gives the candidates the logits of a forward over the whole text, within 1e-4", async () => {
    const sampled = (await answers({ rows: 9, maxTokens: 12, features: ["last"] })).slice(0, 3);
    const { policy: whole } = models;
    expect(whole.readEndings).toBeDefined();
    const { id, vocabSize, context } = whole;
    const read: CausalModel["read"] = (text, count) => whole.read(text, count);
    const plainly: CausalModel = { id, vocabSize, context, read, open: (prefixes) => whole.open(prefixes) };
    for (const policy of [models.policy, plainly]) {
      const readings: Reading[] = [];
      for await (const reading of readUnder(policy, told, sampled)) readings.push(reading);
      expect(readings).toHaveLength(3);
      for (const [k, { tokens, states }] of sampled.entries()) {
        for (const [at, { candidates }] of states.entries()) {
          const [logits] = await models.policy.read([...told, ...tokens.slice(0, at)], 1);
          candidates.forEach((v, i) =>
            expect(Math.abs(readings[k]![at]![i]! - (logits?.[v] ?? NaN))).toBeLessThan(1e-4),
          );
        }
      }
    }
  });

  it("gives each state the contrast of its candidates, centred", async () => {
    const [answer] = await answers({ rows: 1, features: ["last"] });
    const { prompt, states } = answer!;
    const better = states.map(({ candidates }) => Float32Array.from(candidates, (v) => Math.sin(v)));
    const worse = states.map(({ candidates }) => Float32Array.from(candidates, (v) => Math.cos(v)));
    const data = new TokenRewardsBuilder(["last"], models.policy.states?.hidden ?? 0);
    addRewards(data, answer!, better, worse);
    const { starts, tokens, probabilities, rewards, prompts } = data.data();
    expect([...prompts]).toEqual(states.map(() => prompt));
    for (const [at, { candidates, logits }] of states.entries()) {
      const range = [starts[at] ?? 0, starts[at + 1] ?? 0] as const;
      expect([...tokens.subarray(...range)]).toEqual([...candidates]);
      const mass = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const truth = [...candidates].map((v) => Math.sin(v) - Math.cos(v));
      const centre = truth.reduce((sum, reward, k) => sum + (Math.exp(logits[k]!) / mass) * reward, 0);
      truth.forEach((reward, k) => {
        expect(probabilities[range[0] + k]).toBeCloseTo(Math.exp(logits[k]!) / mass, 5);
        expect(rewards[range[0] + k]).toBeCloseTo(reward - centre, 5);
      });
    }
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
    fit: { rank: 8, epochs: 12, batch: 64, rate: 1e-2, decay: 0.05 },
  };
  const control = (onProgress: (progress: TeachProgress) => void, signal = new AbortController().signal) => {
    return { signal, rows: 16, onProgress, rest: async () => undefined };
  };

  it(
    "ends with a head that follows the contrast on prompts that it did not learn from",
    async () => {
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
      expect(told.filter(({ phase }) => phase === "read").at(-1)).toEqual({ phase: "read", done: 192, total: 192 });
    },
    LONG,
  );

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
    expect(seen.at(-1)).toEqual({ phase: "read", done: 3, total: 192 });
  });

  it("knows its policy by the hash of its vocabulary and its sizes", async () => {
    const identity = await models.teaching?.identity();
    expect(identity).toMatchObject({ hidden: 256, vocabulary: models.policy.vocabSize });
    expect(identity?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });
});
