/**
 * Whether a steered text has fallen apart, told beside the plain text of the same prompt: the base finds it far less likely,
 * or it says the same again and again. The bounds are relative to the plain text, for some prompts are answered in odd words
 * or in refrains without any steering.
 */
import { perplexity } from "./kl.ts";
import { distinctN } from "./metrics.ts";
import type { TokenId } from "./types.ts";

/** A text as far as it goes, without the token that ends it. */
export interface Passage {
  readonly tokens: readonly TokenId[];
  /** Sum of log pi_ref of its tokens, nats. */
  readonly baseLogprobSum: number;
}

/** Perplexity under the base, as a multiple of plain's. */
const PERPLEXITY = 3;
/** distinct-2, as a share of plain's. */
const DISTINCT = 0.6;
/** A loop: the same words of this length, so many times more often than plain's most frequent ones. */
const LOOP = { length: 4, times: 2 } as const;

export function fallsApart(text: Passage, plain: Passage): boolean {
  if (text.tokens.length === 0) return plain.tokens.length > 0;
  if (perplexityOf(text) > PERPLEXITY * perplexityOf(plain)) return true;
  if (distinctN(text.tokens, 2) < DISTINCT * distinctN(plain.tokens, 2)) return true;
  return mostRepeated(text.tokens, LOOP.length) >= mostRepeated(plain.tokens, LOOP.length) + LOOP.times;
}

function perplexityOf({ tokens, baseLogprobSum }: Passage): number {
  return perplexity(baseLogprobSum, tokens.length);
}

/** How often the most frequent run of `n` tokens stands in a text. */
function mostRepeated(tokens: readonly TokenId[], n: number): number {
  const counts = new Map<string, number>();
  for (let start = 0; start + n <= tokens.length; start++) {
    const key = tokens.slice(start, start + n).join(" ");
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Math.max(0, ...counts.values());
}
