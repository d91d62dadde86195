/** Pairs of a plain and a steered text in an order that nobody knows, for blind reading, and how well a reader told them apart. */
import { hash32 } from "../../src/core/noise.ts";

export interface Pair {
  readonly promptId: string;
  readonly prompt: string;
  readonly first: string;
  readonly second: string;
  /** Which of the two is steered. The reader must not see it. */
  readonly steered: 1 | 2;
}

export interface TwoTexts {
  readonly promptId: string;
  readonly prompt: string;
  readonly plain: string;
  readonly steered: string;
}

/** @param seed decides the order of the pairs, and which text of each comes first */
export function shuffledPairs(texts: readonly TwoTexts[], seed: number): readonly Pair[] {
  const order = texts.map((each, at) => ({ each, key: hash32(seed, 0, 0, at) })).toSorted((a, b) => a.key - b.key);
  return order.map(({ each: { promptId, prompt, plain, steered } }, at): Pair => {
    const isFirst = hash32(seed, 1, 0, at) % 2 === 0;
    const texts2 = isFirst ? { first: steered, second: plain } : { first: plain, second: steered };
    return { promptId, prompt, ...texts2, steered: isFirst ? 1 : 2 };
  });
}

/** A line for each pair: which text is said to be steered, and what the reader says of it. */
export interface Verdict {
  readonly steered: 1 | 2;
  readonly remark: string;
}

/** Verdicts as a reader writes them, `1` or `2` and then a remark, one a line. */
export function parseVerdicts(text: string): readonly Verdict[] {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line, at) => {
    const [, said, remark = ""] = /^\s*([12])\b[\s:.-]*(.*)$/.exec(line) ?? [];
    if (said === undefined) throw new Error(`verdict ${at + 1} is "${line}"; begin it with 1 or 2`);
    return { steered: said === "1" ? 1 : 2, remark: remark.trim() };
  });
}

/** Pairs whose steered text was named. */
export function rightOf(steered: readonly (1 | 2)[], verdicts: readonly Verdict[]): number {
  if (steered.length !== verdicts.length) throw new Error(`${verdicts.length} verdicts for ${steered.length} pairs`);
  return verdicts.filter((verdict, at) => verdict.steered === steered[at]).length;
}

/** Probability of at least so many right by guessing. */
export function chanceOf(right: number, pairs: number): number {
  let all = 0;
  let ways = 1;
  for (let k = 0; k <= pairs; k++) {
    if (k >= right) all += ways;
    ways = (ways * (pairs - k)) / (k + 1);
  }
  return all / 2 ** pairs;
}
