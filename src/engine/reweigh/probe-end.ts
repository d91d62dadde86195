/**
 * The weight at which texts fall apart, found on short texts that are steered harder and harder (`core/coherence.ts`).
 *
 * Weights that double from the starting weight are tried all at once, beside plain: rows of one batch cost little more than
 * one. Then the gap between the last good and the first bad is cut once more, again at once. So the search takes two short
 * texts' worth of batched forwards, whatever it finds.
 */
import { fallsApart } from "../../core/coherence.ts";
import { LARGEST_WEIGHT } from "../../core/price.ts";
import type { SourceId } from "../../core/sources/spec.ts";
import type { RunRequest } from "../../core/types.ts";
import type { Models } from "../interfaces.ts";
import { steeringBy, writeTexts, type ProbeControl, type WrittenText } from "./probe-text.ts";

/** Long enough for a loop to show, and with both rounds still shorter than the text that the price was found on. */
const END_TOKENS = 32;
/** Multiples of the starting weight. */
const STEPS = [2, 4, 8, 16] as const;
/** Weights tried between the last good one and the first bad one, evenly on the logarithm: the end is known to a fifth. */
const CUTS = 3;
/** For both rounds. */
const END_MS = 6000;
/** Texts that the time cut shorter than this tell nothing. */
const FEWEST_TOKENS = 12;

export interface ProbedEnd {
  /** The largest weight whose text still held. */
  readonly weight: number;
  /** Whether a larger weight was seen to break the text. */
  readonly isBroken: boolean;
}

/**
 * @param request gives prompt, seed, sampling and sources; its lanes only the strength
 * @param start   the weight that the source starts with, > 0; it is taken to be good
 * @returns null for a source that steers no tokens, and where it was cut off before it could tell
 * @throws RunError what a run of the source fails with
 */
export async function probeEnd(
  request: RunRequest,
  id: SourceId,
  start: number,
  models: Models,
  control: ProbeControl,
): Promise<ProbedEnd | null> {
  const strategyAt = steeringBy(request, id);
  if (strategyAt === null) return null;
  if (start >= LARGEST_WEIGHT) return { weight: LARGEST_WEIGHT, isBroken: false };
  const maxTokens = Math.min(request.maxTokens, END_TOKENS);
  const end = control.now() + END_MS;
  const write = (weights: readonly number[]): Promise<readonly WrittenText[]> => {
    const strategies = [{ id: "base" as const }, ...weights.map(strategyAt)];
    return writeTexts(request, strategies, models, control, { maxTokens, end });
  };
  /** How many of the weights hold before one breaks; null where the texts are too short to tell. */
  const holding = async (weights: readonly number[]): Promise<number | null> => {
    const [plain, ...steered] = await write(weights);
    if (plain === undefined || control.signal.aborted) return null;
    const isCut = [plain, ...steered].some(
      ({ tokens, isWhole }) => !isWhole && tokens.length < Math.min(FEWEST_TOKENS, maxTokens),
    );
    if (isCut) return null;
    const broken = steered.findIndex((text) => fallsApart(text, plain));
    return broken < 0 ? weights.length : broken;
  };
  const coarse = [...STEPS.map((step) => step * start).filter((weight) => weight < LARGEST_WEIGHT), LARGEST_WEIGHT];
  const tried = coarse.slice(0, STEPS.length);
  const held = await holding(tried);
  if (held === null) return null;
  const low = held === 0 ? start : tried[held - 1]!;
  const high = tried[held];
  if (high === undefined) return { weight: low, isBroken: false };
  const fine = Array.from({ length: CUTS }, (_, cut) => low * (high / low) ** ((cut + 1) / (CUTS + 1)));
  // Without time for the second round the coarse answer stands.
  const finer = (await holding(fine)) ?? 0;
  return { weight: finer === 0 ? low : fine[finer - 1]!, isBroken: true };
}
