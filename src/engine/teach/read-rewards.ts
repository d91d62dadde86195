/** What a contrast of two instructions says of every plausible token of an answer, and the states that a head reads there. */
import { rmsNormalise, RunningMean, type FeatureName } from "../../core/heads/features.ts";
import { PLAUSIBLE_REACH, type TokenRewardsBuilder } from "../../core/heads/token-rewards.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Logits, RowState, StateSizes } from "../interfaces.ts";
import type { Answer } from "./sample-answers.ts";

/** One prompt in the three forms that are read before an answer. */
export interface ContrastPrompts {
  readonly plain: readonly TokenId[];
  readonly better: readonly TokenId[];
  readonly worse: readonly TokenId[];
}

/**
 * Reads an answer three times, and adds each of its states to `data` with r(v) = log pi(v|better) - log pi(v|worse) for the
 * tokens within `PLAUSIBLE_REACH` of the likeliest. A constant of a state is left out of r: rewards are centred there.
 * @param features of which the states are made, in the order of the head
 */
export async function readAnswer(
  policy: CausalModel,
  { prompt, tokens }: Answer,
  prompts: ContrastPrompts,
  features: readonly FeatureName[],
  data: TokenRewardsBuilder,
): Promise<void> {
  const { readStates, states } = policy;
  if (readStates === undefined || states === undefined) throw new Error(`${policy.id} gives no states`);
  if (tokens.length === 0) return;
  // The state after the last token would draw one that is not part of the answer.
  const before = tokens.slice(0, -1);
  const found = await readStates([...prompts.plain, ...before], tokens.length);
  const better = await policy.read([...prompts.better, ...before], tokens.length);
  const worse = await policy.read([...prompts.worse, ...before], tokens.length);
  const reader = new FeatureReader(features, states);
  for (const [at, state] of found.entries()) {
    const [up, down] = [better[at]!, worse[at]!];
    const candidates = plausibleTokens(state.logits, PLAUSIBLE_REACH);
    const logprobs = candidates.map((token) => state.logits[token]!);
    const rewards = candidates.map((token) => up[token]! - down[token]!);
    data.add(prompt, reader.read(state), candidates, logprobs, rewards);
  }
}

/** Ids whose logit is within `reach` nats of the largest. */
function plausibleTokens(logits: Logits, reach: number): TokenId[] {
  let most = -Infinity;
  for (let v = 0; v < logits.length; v += 1) most = Math.max(most, logits[v]!);
  const ids: TokenId[] = [];
  for (let v = 0; v < logits.length; v += 1) if (logits[v]! >= most - reach) ids.push(v);
  return ids;
}

/** The features of one answer's states, position by position. */
class FeatureReader {
  readonly #names: readonly FeatureName[];
  readonly #sizes: StateSizes;
  readonly #means: Readonly<Record<"last" | "middle", RunningMean>>;

  /** @throws Error for a layer that the model does not give */
  constructor(names: readonly FeatureName[], sizes: StateSizes) {
    const layer = `layer-${sizes.layer}`;
    const odd = names.find((name) => ![`last`, layer].includes(name.replace(/-mean$/, "")));
    if (odd !== undefined) throw new Error(`the policy gives its last state and ${layer}, not ${odd}`);
    this.#names = names;
    this.#sizes = sizes;
    this.#means = { last: new RunningMean(sizes.hidden), middle: new RunningMean(sizes.hidden) };
  }

  /** `[names * hidden]` of the next position. */
  read({ hidden, middle }: RowState): Float32Array {
    const size = this.#sizes.hidden;
    const scaled = rmsNormalise(middle, new Float32Array(size));
    this.#means.last.add(hidden);
    this.#means.middle.add(scaled);
    const all = new Float32Array(this.#names.length * size);
    for (const [place, name] of this.#names.entries()) {
      const isLast = name.startsWith("last");
      const own = name.endsWith("-mean") ? this.#means[isLast ? "last" : "middle"].mean : isLast ? hidden : scaled;
      all.set(own, place * size);
    }
    return all;
  }
}
