/** Random distributions, weights and settings for property tests. */
import { fc } from "../properties.ts";
import type { Arbitrary } from "fast-check";
import { logSoftmax } from "../../src/core/logprobs.ts";
import type { Sampling } from "../../src/core/types.ts";

const logit = fc.double({ min: -20, max: 20, noNaN: true });

export function logits(size: number): Arbitrary<number[]> {
  return fc.array(logit, { minLength: size, maxLength: size });
}

export function distribution(size: number): Arbitrary<Float64Array> {
  return logits(size).map((values) => logSoftmax(values));
}

/** `count` distributions over one vocabulary of 2 to 12 tokens. */
export function distributions(count: number): Arbitrary<Float64Array[]> {
  return fc
    .integer({ min: 2, max: 12 })
    .chain((size) => fc.array(distribution(size), { minLength: count, maxLength: count }));
}

export const alpha: Arbitrary<number> = fc.double({ min: -3, max: 3, noNaN: true });

export const sampling: Arbitrary<Sampling> = fc
  .record({
    plausible: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true })),
    temperature: fc.oneof(fc.constant(0), fc.double({ min: 0.05, max: 5, noNaN: true })),
    topK: fc.integer({ min: 0, max: 14 }),
    topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
    minP: fc.double({ min: 0, max: 1, noNaN: true }),
    isMinP: fc.boolean(),
  })
  .map(({ isMinP, topP, minP, ...rest }) => ({ ...rest, topP: isMinP ? 1 : topP, minP: isMinP ? minP : 0 }));

export function massOf(distribution: Float64Array): number {
  return distribution.reduce((sum, logp) => sum + Math.exp(logp), 0);
}
