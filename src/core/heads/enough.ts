/** What is too little to learn from, in words with the figures. */
import { RunError } from "../errors.ts";
import { rewardSpread, type Explained } from "./measures.ts";
import type { TokenRewards } from "./token-rewards.ts";

/**
 * Nats of spread within a state below which two instructions count as one. Of SmolLM2-135M-Instruct's tokens "Answer well."
 * against "Give a good answer." spreads by 0.2, and formal against casual by 0.7. What wordings alone make is noise to a
 * head: `checkLearned` finds it after the fit.
 */
export const MIN_SPREAD = 0.1;

/**
 * Fewest samples and prompts. Rewards of tokens are dense: each sample gives dozens of states. For formal against casual on
 * SmolLM2-135M-Instruct 20 samples of 32 tokens taught nothing (3 % explained, from -3 to 9), and 40 did (14 %, from 4 to 24).
 * A scorer gives one number a text: the pilot's direction told better from worse no better than chance at 120 samples (.49 of pairs), and at 240 it
 * did (.60). Half a dozen prompts are held out.
 */
export const NEEDED = {
  tokens: { samples: 40, prompts: 10 },
  texts: { samples: 240, prompts: 20 },
} as const;

/** @throws RunError "invalid-request" for rewards that tell no token from another */
export function checkSpread(data: TokenRewards): void {
  if (data.prompts.length === 0) throw none();
  const spread = rewardSpread(data);
  if (spread >= MIN_SPREAD) return;
  const figures = `their rewards spread by ${spread.toFixed(3)} nats over the plausible tokens, and a head needs ${MIN_SPREAD}`;
  const message = `The two sides make no difference to this model: ${figures}. Make the instructions differ more.`;
  throw new RunError("invalid-request", message, { spread, needed: MIN_SPREAD });
}

/**
 * For a head that was fitted: its share explained on held-out prompts must be above 0 beyond chance.
 * @param spread of the rewards, nats
 * @throws RunError "invalid-request" with the figures, for a head that helps on no other prompts
 */
export function checkLearned({ value, n, ci95 }: Explained, spread: number): void {
  const low = ci95?.[0] ?? value;
  if (low > 0) return;
  const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
  const interval = ci95 === null ? "" : ` (95 %: ${percent(ci95[0])} to ${percent(ci95[1])})`;
  const figures = `explains ${percent(value)}${interval} of the rewards on ${n} held-out prompts, where they spread by ${spread.toFixed(2)} nats`;
  const message = `The head ${figures}: it learned nothing that holds on other prompts. Make the two sides differ more, or sample more.`;
  throw new RunError("invalid-request", message, { explained: value, low, prompts: n, spread });
}

/**
 * @param kind "tokens" where every token has a reward, "texts" where a scorer gives one number a text
 * @throws RunError "invalid-request" with how many are needed
 */
export function checkEnough(kind: keyof typeof NEEDED, samples: number, prompts: number): void {
  const needed = NEEDED[kind];
  if (samples >= needed.samples && prompts >= needed.prompts) return;
  const has = `${samples} samples of ${prompts} prompts`;
  const message = `${has} are too few to learn from: ${needed.samples} samples of ${needed.prompts} prompts are needed. Sample more.`;
  throw new RunError("invalid-request", message, { samples, prompts, ...prefixed(needed) });
}

/**
 * Scores of whole texts, standardised; null where the scorer says nothing, which leaves the text out.
 * @returns the scores in standard deviations, and the constants that made them
 * @throws RunError "invalid-request" for a score that is no finite number, for no score, and for one score on all texts
 */
export function standardiseScores(scorer: string, scores: readonly (number | null)[]) {
  const given = scores.filter((score) => score !== null);
  const broken = scores.findIndex((score) => score !== null && !Number.isFinite(score));
  if (broken >= 0) {
    const count = given.filter((score) => !Number.isFinite(score)).length;
    const value = String(scores[broken]);
    const which = `The scorer “${scorer}” gives ${value} for sample ${broken + 1} (${count} of ${scores.length} like it)`;
    const message = `${which}, and a reward must be a finite number. Change the scorer so that it has a value for every text.`;
    throw new RunError("invalid-request", message, { scorer, sample: broken + 1, value, count });
  }
  if (given.length === 0) {
    const message = `The scorer “${scorer}” says nothing about any of the ${scores.length} samples. Choose another scorer.`;
    throw new RunError("invalid-request", message, { scorer, samples: scores.length });
  }
  const mean = given.reduce((sum, score) => sum + score, 0) / given.length;
  const sd = Math.sqrt(given.reduce((sum, score) => sum + (score - mean) ** 2, 0) / given.length);
  // Rounding alone gives equal scores a deviation of 1e-16 of their size.
  if (sd <= 1e-9 * Math.max(1, Math.abs(mean))) {
    const all = `The scorer “${scorer}” gives ${mean} for all ${given.length} samples`;
    const message = `${all}, so there is nothing to learn. Choose a scorer that tells them apart.`;
    throw new RunError("invalid-request", message, { scorer, value: mean, samples: given.length });
  }
  return { scores: scores.map((score) => (score === null ? null : (score - mean) / sd)), mean, sd };
}

function none(): RunError {
  const message = "No state has two plausible tokens, so there is nothing to learn. Sample more, or at temperature 1.";
  return new RunError("invalid-request", message, { states: 0 });
}

function prefixed({ samples, prompts }: { readonly samples: number; readonly prompts: number }) {
  return { neededSamples: samples, neededPrompts: prompts };
}
