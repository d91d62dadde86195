/**
 * Answers of the frozen policy, for a head to learn from: many rows at once, with the common noise. Sampling is plain, or every
 * second answer follows a head of an earlier round, so that the next one learns from states that such a head leads to (DAgger,
 * Ross et al., arXiv:1011.0686).
 */
import type { FeatureName, StateFeatures } from "../../core/heads/features.ts";
import { normalise } from "../../core/logprobs.ts";
import { draw, sampledDistribution } from "../../core/sampling.ts";
import type { Sampling, TokenId } from "../../core/types.ts";
import { aborted } from "../bundle/loader.ts";
import type { CausalModel, Models, PushingHead, RowBatch } from "../interfaces.ts";
import { StateReader, type AnswerState } from "./answer-states.ts";

/** A head that leads some of the answers. */
export interface Guide {
  readonly head: PushingHead;
  /** At beta 1. */
  readonly weight: number;
}

export interface Answer {
  /** Place of the prompt in the list. */
  readonly prompt: number;
  /** The tokens drawn, without an end token. */
  readonly tokens: readonly TokenId[];
  /**
   * Before each token, and before the end token where one was drawn: one state more than tokens then. Empty unless
   * features were asked for.
   */
  readonly states: readonly AnswerState[];
}

export interface SampleOptions {
  readonly perPrompt: number;
  readonly maxTokens: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Answers that are written at once. */
  readonly rows: number;
  /** What to keep of each state; nothing where it is left out. */
  readonly features?: readonly FeatureName[];
  /** Answers 1, 3, 5, … to a prompt follow them in turn, among the plausible tokens; the others are plain. Needs features. */
  readonly guides?: readonly Guide[];
  /** Answers, in their order, that are there already and are not written again. Default 0. */
  readonly done?: number;
  readonly signal: AbortSignal;
}

interface Open {
  readonly prompt: number;
  readonly sample: number;
  readonly tokens: TokenId[];
  readonly states: AnswerState[];
  readonly reader: StateReader | null;
  readonly guide: Guide | null;
}

/** Numbers of samples that belong to one prompt: more than anybody asks for. */
const PER_PROMPT = 1024;

/**
 * Sample j of prompt p has the noise of sample 1024 p + j, so the size of a batch changes no text, and a lesson with more
 * answers to each prompt goes on from those of a shorter one. The forwards that write give the states too, so nothing is read twice.
 * @param prompts tokens that the policy reads before the answer, one list a prompt
 * @throws RunError "aborted"
 */
export async function* sampleAnswers(
  { policy, tokenizer }: Pick<Models, "policy" | "tokenizer">,
  prompts: readonly (readonly TokenId[])[],
  options: SampleOptions,
): AsyncGenerator<readonly Answer[]> {
  const { perPrompt, features, guides = [], done = 0 } = options;
  const wanted = prompts.flatMap((_, prompt) =>
    Array.from({ length: perPrompt }, (_unused, j): Open => {
      const reader = features === undefined ? null : new StateReader(features, policy);
      const guide = reader === null ? null : guideOf(prompt, j, guides);
      return { prompt, sample: prompt * PER_PROMPT + j, tokens: [], states: [], reader, guide };
    }),
  );
  const ends = new Set(tokenizer.endIds);
  for (let from = done; from < wanted.length; from += options.rows) {
    const group = wanted.slice(from, from + options.rows);
    const batch = await open(policy, prompts, group, options);
    try {
      await write(batch, group, ends, policy.vocabSize, options);
    } finally {
      batch.dispose();
    }
    yield group.map(({ prompt, tokens, states }) => ({ prompt, tokens, states }));
  }
}

/** @param sample of the prompt */
function guideOf(prompt: number, sample: number, guides: readonly Guide[]): Guide | null {
  return sample % 2 === 0 ? null : (guides[(prompt + (sample - 1) / 2) % guides.length] ?? null);
}

/** Each prompt is read once, and its rows go on from there. */
async function open(
  policy: CausalModel,
  prompts: readonly (readonly TokenId[])[],
  group: readonly Open[],
  { maxTokens, features }: SampleOptions,
): Promise<RowBatch> {
  const distinct = [...new Set(group.map(({ prompt }) => prompt))];
  const prefixes = distinct.map((prompt) => prompts[prompt]!);
  const batch = await policy.open(prefixes, { ahead: maxTokens, states: features === undefined ? "none" : "all" });
  try {
    await batch.select(group.map(({ prompt }) => distinct.indexOf(prompt)));
  } catch (error) {
    batch.dispose();
    throw error;
  }
  return batch;
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
      const logits = batch.logits(place);
      if (row.reader !== null) row.states.push(row.reader.read(batch.state!(place), logits));
      if (row.guide === null) base.set(logits);
      else follow(row.guide, row.reader!.features, row.states.at(-1)!, base);
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

/** log pi + w r of the plausible tokens, up to a constant; no other token can be drawn. */
function follow({ head, weight }: Guide, features: StateFeatures, state: AnswerState, out: Float64Array): void {
  const { candidates, logits } = state;
  const rewards = head.rewards(features, candidates);
  out.fill(-Infinity);
  for (const [i, token] of candidates.entries()) out[token] = logits[i]! + weight * rewards[i]!;
}
