/** Answers of the frozen policy, for a head to learn from: plain sampling, many rows at once, with the common noise. */
import { normalise } from "../../core/logprobs.ts";
import { draw, sampledDistribution } from "../../core/sampling.ts";
import type { Sampling, TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { Models, RowBatch } from "../interfaces.ts";

export interface Answer {
  /** Place of the prompt in the list. */
  readonly prompt: number;
  /** The tokens drawn, without an end token. */
  readonly tokens: readonly TokenId[];
}

export interface SampleOptions {
  readonly perPrompt: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Answers that are written at once. */
  readonly rows: number;
  readonly signal: AbortSignal;
}

interface Open {
  readonly prompt: number;
  readonly sample: number;
  readonly tokens: TokenId[];
}

/**
 * Sample j of prompt p has the noise of sample p * perPrompt + j, so neither the size of a batch nor the order of prompts
 * changes a text.
 * @param prompts tokens that the policy reads before the answer, one list a prompt
 * @throws RunError "aborted"
 */
export async function* sampleAnswers(
  { policy, tokenizer }: Pick<Models, "policy" | "tokenizer">,
  prompts: readonly (readonly TokenId[])[],
  options: SampleOptions,
): AsyncGenerator<readonly Answer[]> {
  const wanted = prompts.flatMap((_, prompt) =>
    Array.from({ length: options.perPrompt }, (_unused, j): Open => {
      return { prompt, sample: prompt * options.perPrompt + j, tokens: [] };
    }),
  );
  const ends = new Set(tokenizer.endIds);
  for (let from = 0; from < wanted.length; from += options.rows) {
    const group = wanted.slice(from, from + options.rows);
    const prefixes = group.map(({ prompt }) => prompts[prompt]!);
    const batch = await policy.open(prefixes, { ahead: options.maxTokens });
    try {
      await write(batch, group, ends, policy.vocabSize, options);
    } finally {
      batch.dispose();
    }
    yield group.map(({ prompt, tokens }) => ({ prompt, tokens }));
  }
}

async function write(
  batch: RowBatch,
  group: readonly Open[],
  ends: ReadonlySet<TokenId>,
  vocabSize: number,
  { maxTokens, sampling, seed, signal }: SampleOptions,
): Promise<void> {
  const base = new Float64Array(vocabSize);
  const sampled = new Float64Array(vocabSize);
  let live = group;
  for (let position = 0; position < maxTokens; position += 1) {
    if (signal.aborted) throw aborted();
    const drawn = live.map((row, place): TokenId => {
      base.set(batch.logits(place));
      normalise(base);
      return draw(sampledDistribution(base, sampling, sampled), { seed, sample: row.sample, position }).token;
    });
    const going = live.flatMap((_, place) => (ends.has(drawn[place]!) ? [] : [place]));
    for (const place of going) live[place]!.tokens.push(drawn[place]!);
    if (going.length === 0 || position === maxTokens - 1) return;
    await batch.select(going);
    live = going.map((place) => live[place]!);
    await batch.step(going.map((place) => drawn[place]!));
  }
}
