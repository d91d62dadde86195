/** What the policy says of the plausible tokens of answers when an instruction stands before the prompt. */
import type { TokenRewardsBuilder } from "../../core/heads/token-rewards.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Logits } from "../interfaces.ts";
import type { Answer } from "./sample-answers.ts";

/** Of one answer: for each of its states the logits of the candidates, nats up to a constant of the state. */
export type Reading = readonly Float32Array[];

/**
 * Reads answers to one prompt. The prompt runs once, and each answer goes on from there. All but the candidates of each
 * state is dropped at once: a whole row of logits of 49,152 tokens is 197 kB.
 * @param beginning tokens before the answers, with the instruction
 */
export async function* readUnder(
  policy: CausalModel,
  beginning: readonly TokenId[],
  answers: readonly Answer[],
): AsyncGenerator<Reading> {
  const texts = answers.map(({ tokens, states }) => tokens.slice(0, Math.max(0, states.length - 1)));
  let at = 0;
  for await (const logits of policy.readEndings?.(beginning, texts) ?? oneByOne(policy, beginning, texts)) {
    const { states } = answers[at++]!;
    yield states.map(({ candidates }, i) => Float32Array.from(candidates, (token) => logits[i]![token]!));
  }
}

async function* oneByOne(
  policy: CausalModel,
  beginning: readonly TokenId[],
  texts: readonly (readonly TokenId[])[],
): AsyncGenerator<readonly Logits[]> {
  for (const text of texts) yield await policy.read([...beginning, ...text], text.length + 1);
}

/**
 * Adds each state of an answer to `data` with r(v) = log pi(v|better) - log pi(v|worse) for its candidates. A constant of a
 * state is left out of r: rewards are centred there.
 */
export function addRewards(
  data: TokenRewardsBuilder,
  { prompt, states }: Answer,
  better: Reading,
  worse: Reading,
): void {
  for (const [at, { features, candidates, logits }] of states.entries()) {
    const [up, down] = [better[at]!, worse[at]!];
    const rewards = up.map((logit, i) => logit - down[i]!);
    data.add(prompt, features, candidates, logits, rewards);
  }
}
