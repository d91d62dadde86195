/** The closed forms of the exact world, by summing over all texts. */
import { isWhole, keyOf } from "./world.ts";
import type { Probabilities, Text, World } from "./world.ts";

/** A next-token distribution given the start of a text: probabilities `[vocabSize]`. */
export type NextDistribution = (start: Text) => readonly number[];
export type Reward = (text: Text) => number;

/** Probability of every text under a next-token distribution. */
export function distributionOf(world: World, next: NextDistribution): Probabilities {
  return new Map(
    world.texts.map((text) => {
      const probability = text.reduce((product, token, t) => product * next(text.slice(0, t))[token]!, 1);
      return [keyOf(text), probability];
    }),
  );
}

/** pi*(y) ∝ pi_ref(y) exp(r(y) / beta). */
export function target(world: World, reward: Reward, beta: number): Probabilities {
  const ref = distributionOf(world, world.next);
  return normalised(world, (text) => ref.get(keyOf(text))! * Math.exp(reward(text) / beta));
}

function normalised(world: World, weightOf: (text: Text) => number): Probabilities {
  const weights = world.texts.map((text) => [keyOf(text), weightOf(text)] as const);
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return new Map(weights.map(([key, weight]) => [key, weight / total]));
}

/** Sums of a weight over the texts that begin with each start; `""` is the whole. */
function sumsByStart(world: World, weightOf: (text: Text) => number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const text of world.texts) {
    const weight = weightOf(text);
    for (let length = 0; length <= text.length; length++) {
      const key = keyOf(text.slice(0, length));
      sums.set(key, (sums.get(key) ?? 0) + weight);
    }
  }
  return sums;
}

/** The conditional distribution p(v | start) = p(start v) / p(start) of a distribution over texts. */
export function conditional(world: World, distribution: Probabilities): NextDistribution {
  const sums = sumsByStart(world, (text) => distribution.get(keyOf(text))!);
  return (start) =>
    Array.from({ length: world.vocabSize }, (_, v) => (sums.get(keyOf([...start, v])) ?? 0) / sums.get(keyOf(start))!);
}

/** beta log E_ref[ exp(r / beta) | start ], and r itself for a whole text. */
export function softValue(world: World, reward: Reward, beta: number): Reward {
  const ref = distributionOf(world, world.next);
  const mass = sumsByStart(world, (text) => ref.get(keyOf(text))!);
  const tilted = sumsByStart(world, (text) => ref.get(keyOf(text))! * Math.exp(reward(text) / beta));
  return (start) => beta * Math.log(tilted.get(keyOf(start))! / mass.get(keyOf(start))!);
}

/** E_ref[ r | start ], what a value model trained by TD learns. */
export function meanValue(world: World, reward: Reward): Reward {
  const ref = distributionOf(world, world.next);
  const mass = sumsByStart(world, (text) => ref.get(keyOf(text))!);
  const weighted = sumsByStart(world, (text) => ref.get(keyOf(text))! * reward(text));
  return (start) => weighted.get(keyOf(start))! / mass.get(keyOf(start))!;
}

/** The ARM for which GenARM is exact: pi_r(v|s) ∝ ( pi*(v|s) / pi_ref(v|s) )^(beta / b). */
export function tokenwiseArm(world: World, reward: Reward, beta: number, b: number): NextDistribution {
  const best = conditional(world, target(world, reward, beta));
  return (start) => {
    const ref = world.next(start);
    return scaled(best(start).map((p, v) => (p / ref[v]!) ** (beta / b)));
  };
}

/** The Bradley–Terry optimum over whole texts: pi_r(y) ∝ exp(r(y) / b). */
export function bradleyTerryArm(world: World, reward: Reward, b: number): NextDistribution {
  return conditional(
    world,
    normalised(world, (text) => Math.exp(reward(text) / b)),
  );
}

/** pi(v|s) ∝ pi_ref(v|s) prod_i pi_i(v|s)^alpha_i. */
export function productDistribution(world: World, arms: readonly NextDistribution[], alpha: number): NextDistribution {
  return (start) => {
    const factors = arms.map((arm) => arm(start));
    return scaled(world.next(start).map((p, v) => factors.reduce((product, own) => product * own[v]! ** alpha, p)));
  };
}

/** VAS: the k likeliest tokens get exp of their centred summed value over beta, the others stay. */
export function valueDistribution(world: World, values: readonly Reward[], beta: number, k: number): NextDistribution {
  return (start) => {
    const ref = world.next(start);
    const candidates = ref
      .map((_, v) => v)
      .sort((a, b) => ref[b]! - ref[a]! || a - b)
      .slice(0, k);
    const valueOf = (v: number) => values.reduce((sum, value) => sum + value([...start, v]), 0);
    const mean = candidates.reduce((sum, v) => sum + valueOf(v), 0) / k;
    return scaled(ref.map((p, v) => (candidates.includes(v) ? p * Math.exp((valueOf(v) - mean) / beta) : p)));
  };
}

/** ARGS: exp of the summed reward of each prefix over beta, among the k likeliest tokens alone. */
export function argsNext(world: World, rewards: readonly Reward[], beta: number, k: number): NextDistribution {
  return (start) => {
    const ref = world.next(start);
    const kept = ref
      .map((_, v) => v)
      .sort((a, b) => ref[b]! - ref[a]! || a - b)
      .slice(0, k);
    const rewardOf = (v: number) => rewards.reduce((sum, reward) => sum + reward([...start, v]), 0);
    return scaled(ref.map((p, v) => (kept.includes(v) ? p * Math.exp(rewardOf(v) / beta) : 0)));
  };
}

/**
 * `next` as it is drawn from with a temperature, after the tokens that the base of the world finds implausible have left:
 * p(v) ∝ next(v)^(1/T) where base(v) >= a max base.
 */
export function plausibleDistribution(
  world: World,
  next: NextDistribution,
  a: number,
  temperature = 1,
): NextDistribution {
  return (start) => {
    const ref = world.next(start);
    const bound = a * Math.max(...ref);
    return scaled(next(start).map((p, v) => (ref[v]! < bound ? 0 : p ** (1 / temperature))));
  };
}

/** sum_y p(y) log(p(y) / q(y)) over the texts that p has. */
export function klOfTexts(p: Probabilities, q: Probabilities): number {
  let sum = 0;
  for (const [text, mass] of p) if (mass > 0) sum += mass * Math.log(mass / q.get(text)!);
  return sum;
}

function scaled(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, w) => sum + w, 0);
  return weights.map((w) => w / total);
}

/** Distribution of the better of n texts, F^n - F^-^n; rewards are all different. */
export function bestOfNDistribution(world: World, reward: Reward, n: number): Probabilities {
  const ref = distributionOf(world, world.next);
  const ranked = [...world.texts].sort((a, b) => reward(a) - reward(b));
  let below = 0;
  return new Map(
    ranked.map((text) => {
      const upTo = below + ref.get(keyOf(text))!;
      const mass = upTo ** n - below ** n;
      below = upTo;
      return [keyOf(text), mass];
    }),
  );
}

/** Distribution of soft best-of-n, summed over all n-tuples of texts. */
export function softBestOfNDistribution(world: World, reward: Reward, beta: number, n: number): Probabilities {
  const ref = distributionOf(world, world.next);
  const entries = world.texts.map((text) => ({ p: ref.get(keyOf(text))!, tilt: Math.exp(reward(text) / beta) }));
  const mass = entries.map(() => 0);
  const chosen: number[] = [];
  const walk = (probability: number, total: number): void => {
    if (chosen.length === n) {
      for (const i of chosen) mass[i]! += (probability * entries[i]!.tilt) / total;
      return;
    }
    for (const [i, { p, tilt }] of entries.entries()) {
      chosen.push(i);
      walk(probability * p, total + tilt);
      chosen.pop();
    }
  };
  walk(1, 0);
  return new Map(world.texts.map((text, i) => [keyOf(text), mass[i]!]));
}

/** Largest difference of two distributions in one text. */
export function largestGap(p: Probabilities, q: Probabilities): number {
  return Math.max(...[...p].map(([key, mass]) => Math.abs(mass - (q.get(key) ?? NaN))));
}

export function totalVariation(p: Probabilities, q: Probabilities): number {
  return [...p].reduce((sum, [key, mass]) => sum + Math.abs(mass - q.get(key)!), 0) / 2;
}

/** KL(p || q), nats. */
export function divergence(p: Probabilities, q: Probabilities): number {
  return [...p].reduce((sum, [key, mass]) => (mass === 0 ? sum : sum + mass * Math.log(mass / q.get(key)!)), 0);
}

export function expectation(world: World, distribution: Probabilities, reward: Reward): number {
  return world.texts.reduce((sum, text) => sum + distribution.get(keyOf(text))! * reward(text), 0);
}

/** Probability of texts that were cut at the length and did not end by themselves. */
export function cutMass(world: World, distribution: Probabilities, endToken: number): number {
  const cut = world.texts.filter((text) => isWhole(text, world.maxLength) && text.at(-1) !== endToken);
  return cut.reduce((sum, text) => sum + distribution.get(keyOf(text))!, 0);
}
