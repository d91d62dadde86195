/** Whether a graphics card computes a model as the processor does: both read one probe, and their distributions are compared. */
import type { NumericCheck } from "../../core/hub.ts";
import { RunError } from "../../core/errors.ts";
import { logSoftmax } from "../../core/logprobs.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel } from "../interfaces.ts";
import type { HubModel } from "./hub-model.ts";

/** Text with letters, digits and marks, so that common and rare rows of the embedding take part. */
export const PROBE = "In 1969 the crew looked back at the Earth, and one of them said:";

/** Stored in 4 bits, kernels of cards and processors round differently; in full precision they must not. */
export function toleranceOf(dtype: HubModel["dtype"]): number {
  return dtype === "fp32" ? 2e-3 : 0.1;
}

const TOP = 5;

export async function probeCausal(model: CausalModel, ids: readonly TokenId[]): Promise<Float64Array> {
  const batch = await model.open([ids]);
  try {
    return Float64Array.from(logSoftmax(batch.logits(0)));
  } finally {
    batch.dispose();
  }
}

/** Logits of one text differ by tens from its first word to its last. */
const LEAST_DIFFERENCE = 1e-3;

/**
 * What can be checked of a form that the processor cannot compute: that a model listens at all. Shaders for 16 bits that fail
 * have been seen to answer zeros, or the same numbers after every word, without an error.
 * @throws RunError "self-check-failed"
 */
export async function requireListening(model: CausalModel, ids: readonly TokenId[]): Promise<void> {
  const logits = await model.read(ids, ids.length);
  const [first, last] = [logits[0], logits.at(-1)];
  if (first?.some((value, id) => Math.abs(value - (last?.[id] ?? value)) > LEAST_DIFFERENCE) === true) return;
  const message = `${model.id} answers the same after every word on this graphics card, so its 16-bit arithmetic fails here. Choose its 4-bit form (q4) or full precision, or switch to WebAssembly in the device menu.`;
  throw new RunError("self-check-failed", message, { model: model.id });
}

/** @param reference the distribution that the processor computed, `found` the card's */
export function compareDistributions(reference: Float64Array, found: Float64Array, tolerance: number): NumericCheck {
  const expected = topOf(reference);
  const differences = expected.map((id) => Math.abs((found[id] ?? Number.NaN) - (reference[id] ?? Number.NaN)));
  return verdict(differences, sameTop(reference, found, expected, tolerance), tolerance);
}

export function compareScores(reference: Float64Array, found: Float64Array, tolerance: number): NumericCheck {
  return verdict(
    Array.from(reference, (value, label) => Math.abs((found[label] ?? Number.NaN) - value)),
    true,
    tolerance,
  );
}

function verdict(differences: readonly number[], hasSameTop: boolean, tolerance: number): NumericCheck {
  // NaN is a difference beyond every bound.
  const maxDifference = differences.reduce((most, each) => (Number.isNaN(each) ? Infinity : Math.max(most, each)), 0);
  const status = maxDifference <= tolerance && hasSameTop ? "agrees" : "differs";
  return { status, maxDifference, tolerance, hasSameTop };
}

function topOf(distribution: Float64Array): TokenId[] {
  return Array.from(distribution.keys())
    .sort((a, b) => (distribution[b] ?? 0) - (distribution[a] ?? 0) || a - b)
    .slice(0, TOP);
}

/** A token at the edge of the five may change places with one that is as likely. */
function sameTop(
  reference: Float64Array,
  found: Float64Array,
  expected: readonly TokenId[],
  tolerance: number,
): boolean {
  const last = reference[expected.at(-1) ?? 0] ?? 0;
  return topOf(found).every((id) => expected.includes(id) || (reference[id] ?? 0) >= last - 2 * tolerance);
}
