/** The real decoder on the exact world: table-backed models, and its distribution over texts by walking every path. */
import { Guide } from "../../src/engine/decode/guidance.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { Binding } from "../../src/engine/decode/binding.ts";
import { planLanes } from "../../src/engine/decode/lane.ts";
import { Lockstep } from "../../src/engine/decode/lockstep.ts";
import { Row } from "../../src/engine/decode/row.ts";
import { TextStream } from "../../src/engine/decode/text-stream.ts";
import { measured } from "../../src/engine/decode/row-step.ts";
import type { SourceSpec } from "../../src/core/sources/spec.ts";
import type { LaneRequest, ObjectiveId, RunRequest } from "../../src/core/types.ts";
import { fakeModels, FAKE_EOS, request } from "../fakes.ts";
import { tableCausal, tableReward, tableValue } from "../table-models.ts";
import type { NextDistribution, Reward } from "./closed-form.ts";
import { hashed } from "../fakes.ts";
import { isWhole, keyOf, policyLogits } from "./world.ts";
import type { Probabilities, World } from "./world.ts";

/** Objectives 0 and 1 of the world under the names that the engine knows. */
export const OBJECTIVES: readonly [ObjectiveId, ObjectiveId] = ["joy", "adventure"];

export interface Parts {
  /** One ARM per objective, with its b. */
  readonly arms?: readonly NextDistribution[];
  readonly b?: number;
  /** One value per objective. */
  readonly values?: readonly Reward[];
  /** What the judge says of a text or of its beginning, one per objective; else the world's reward, as if it were a whole text. */
  readonly judged?: readonly Reward[];
}

export function modelsOf(world: World, { arms = [], b = 1, values = [], judged }: Parts): Models {
  const { vocabSize, prompt } = world;
  const start = (prefix: readonly number[]) => prefix.slice(prompt.length);
  const policy = tableCausal("policy", { vocabSize }, (prefix) => policyLogits(world.seed, vocabSize, start(prefix)));
  const sources = arms.map((arm, i) => {
    // Any constant may be added to a model's logits; the distributions must not notice.
    const logitsOf = (prefix: readonly number[]) => {
      const own = arm(start(prefix));
      return Float64Array.from(own, (p) => Math.log(p) + 3 * hashed(i, ...prefix));
    };
    const objective = OBJECTIVES[i]!;
    return [objective, { objective, b, model: tableCausal(`arm-${i}`, { vocabSize }, logitsOf) }] as const;
  });
  const objectives = OBJECTIVES.slice(0, values.length);
  const valueOf = (prefix: readonly number[]) => Float64Array.from(values, (value) => value(start(prefix)));
  const fakes = fakeModels().models;
  return {
    ...fakes,
    tokenizer: { ...fakes.tokenizer, vocabSize },
    promptIds: () => [...prompt],
    policy,
    arms: new Map(sources),
    value: values.length === 0 ? null : tableValue("value", { objectives }, valueOf),
    judge: tableReward("judge", { objectives: OBJECTIVES, members: 1 }, (sequence) =>
      OBJECTIVES.map((_, i) => Float64Array.of(judged?.[i]?.(start(sequence)) ?? world.reward(start(sequence), i))),
    ),
  };
}

/**
 * The probability of every text: one row a text, driven through the decoder's own forwards and distributions with the text's
 * tokens in place of drawn ones, multiplying the sampled distribution along the way.
 */
export async function decodedDistribution(
  world: World,
  models: Models,
  lane: LaneRequest,
  sources: readonly SourceSpec[] = [],
): Promise<Probabilities> {
  const texts = await decodedTexts(world, models, lane, sources);
  return new Map([...texts].map(([text, { probability }]) => [text, probability]));
}

/** The same, with what steering cost along each text: the sum of its steps' `klSteer`, null where one is. */
export async function decodedTexts(
  world: World,
  models: Models,
  { strategy, sampling }: LaneRequest,
  sources: readonly SourceSpec[] = [],
): Promise<ReadonlyMap<string, { readonly probability: number; readonly klSteer: number | null }>> {
  const wanted = request([{ name: "", strategy, sampling }], { sources });
  const binding = new Binding(models, wanted);
  const [lane] = planLanes(wanted, binding);
  const lockstep = new Lockstep(binding, () => 0, new Set(), 8);
  const guide = new Guide(world.vocabSize, new Set());
  const logprobs = new Map(
    world.texts.map((text) => [
      new Row(lane!, 0, world.prompt, TextStream.after(models.tokenizer, world.prompt)),
      { text, sum: 0 },
    ]),
  );
  try {
    for (let live = [...logprobs.keys()]; live.length > 0;) {
      await lockstep.read(live);
      const { readings } = await lockstep.weigh(live);
      for (const reading of readings) {
        const path = logprobs.get(reading.row)!;
        const token = path.text[reading.row.tokens.length]!;
        const step = measured(guide.distributions(reading, reading.row.lane.sampling), token);
        path.sum += step.logprob;
        if (!models.tokenizer.endIds.includes(token)) reading.row.stream.push(token);
        reading.row.append({ token, ...step });
      }
      live = live.filter((row) => !isWhole(row.tokens, world.maxLength));
    }
  } finally {
    lockstep.dispose();
  }
  return new Map(
    [...logprobs].map(([row, { text, sum }]) => [keyOf(text), { probability: Math.exp(sum), klSteer: row.klSteer }]),
  );
}

export function worldRequest(world: World, lanes: readonly LaneRequest[], seed: number): RunRequest {
  return request(lanes, { maxTokens: world.maxLength, seed });
}

export { FAKE_EOS as END };
