/** The decision of one row at one step, and what the trace keeps of it. */
import { steeringKl } from "../../core/kl.ts";
import { klDivergence, type Tokens } from "../../core/logprobs.ts";
import { draw, hasCloseMaximum } from "../../core/sampling.ts";
import { topIndices } from "../../core/top.ts";
import type { PerPush, RowStep, TokenId, TopCandidates } from "../../core/types.ts";
import type { StepPush, RowDistributions } from "./guidance.ts";
import type { Tokenizer } from "../interfaces.ts";
import type { Row } from "./row.ts";

/** Rows of the table that a shown row keeps a step. */
export const TOP_SIZE = 64;

type Speaker = Pick<Tokenizer, "endIds" | "show">;

export interface Decision {
  readonly step: RowStep;
  readonly isClose: boolean;
}

/** Draws the next token of `row` and measures the draw; leaves the row as it is, but for its text stream. */
export function decide(row: Row, distributions: RowDistributions, seed: number, tokenizer: Speaker): Decision {
  const { guided, sampled, tokens } = distributions;
  const plain = distributions.plain();
  const position = row.tokens.length;
  const key = { seed, sample: row.noise, position };
  const drawn = draw(sampled, key, tokens);
  const forced = row.lane.opening[position];
  const token = forced ?? drawn.token;
  const isClose = forced === undefined && drawn.isClose;
  const plainToken = plain === sampled ? drawn.token : draw(plain, key, tokens).token;
  const isEnd = (each: TokenId): boolean => tokenizer.endIds.includes(each);
  // Before `push`, which moves the stream on.
  const plainText = plainToken === token || isEnd(plainToken) ? "" : row.stream.peek(plainToken);
  const text = isEnd(token) ? "" : row.stream.push(token);
  const step: RowStep = {
    lane: row.lane.index,
    sample: row.sample,
    position,
    token,
    text,
    ...measured(distributions, token),
    plainToken,
    plainText: plainToken === token ? text : plainText,
    ...(forced === undefined ? {} : { isForced: true as const }),
    ...(row.sample === 0 ? { top: topCandidates(distributions, token, tokenizer) } : {}),
  };
  const isCloseMaximum = row.lane.sampling.temperature === 0 && hasCloseMaximum(guided, tokens);
  return { step, isClose: isClose || isCloseMaximum };
}

/** The numbers of a token under the distributions of its step. */
export function measured(distributions: RowDistributions, token: TokenId) {
  const { base, tokens, sampled, entropy, logZ, pushes } = distributions;
  const plain = distributions.plain();
  const kl = sampled === base ? 0 : klDivergence(sampled, base, tokens);
  return {
    logprob: sampled[token]!,
    baseLogprob: base[token]!,
    kl,
    klSteer: plain === sampled ? 0 : plain === base ? kl : steeringKl(sampled, plain, tokens),
    entropy,
    logZ,
    contributions: byId(pushes, (push) => push.contribution(token)),
  } satisfies Partial<RowStep>;
}

/**
 * The likeliest tokens of the guided distribution; where it has fewer, the base's likeliest of the others follow. The drawn one
 * takes the last place where it is not among them.
 */
export function topCandidates(
  { base, known, tokens, reference, guided, pushes }: RowDistributions,
  drawn: TokenId,
  tokenizer: Speaker,
): TopCandidates {
  const ids = topIndices(guided, TOP_SIZE, tokens).filter((id) => guided[id]! > -Infinity);
  if (ids.length < Math.min(TOP_SIZE, guided.length)) {
    const likeliest = topIndices(base, TOP_SIZE, known).filter((id) => !(guided[id]! > -Infinity));
    ids.push(...likeliest.slice(0, TOP_SIZE - ids.length));
  }
  if (!ids.includes(drawn)) ids[ids.length - 1] = drawn;
  return {
    ids,
    texts: ids.map((id) => tokenizer.show(id)),
    base: ids.map((id) => base[id]!),
    guided: ids.map((id) => guided[id]!),
    contributions: byId(pushes, (push) => ids.map((id) => push.contribution(id))),
    sources: byId(pushes, (push) => ids.map((id) => push.source(id))),
    tail: {
      base: massOutside(base, ids, 1),
      guided: massOutside(guided, ids, 1),
      ...(reference === base ? {} : { plausible: massOutside(reference, ids, massOf(reference, tokens)) }),
    },
  };
}

function massOf(distribution: Float64Array, tokens: Tokens): number {
  let mass = 0;
  for (const token of tokens ?? distribution.keys()) mass += Math.exp(distribution[token]!);
  return mass;
}

function massOutside(distribution: Float64Array, ids: readonly TokenId[], whole: number): number {
  let mass = whole;
  for (const id of ids) mass -= Math.exp(distribution[id]!);
  return Math.max(0, mass);
}

function byId<T>(pushes: readonly StepPush[], read: (push: StepPush) => T): PerPush<T> {
  return Object.fromEntries(pushes.map((push) => [push.id, read(push)]));
}
