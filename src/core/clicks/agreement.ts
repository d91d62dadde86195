/**
 * How often the learned taste says what the person said, on clicks that it did not learn from.
 *
 * Each click on a pair that was drawn at random is predicted by the taste of all other clicks (leave one out). It is the
 * agreement with the clicks themselves, slips included: of a person who slips in 15 % of them, nobody can foresee more than
 * 85 %. "Same" is neither right nor wrong and is left out. The interval is Wilson's (1927), which holds for few clicks.
 */
import { fitTaste, predict, TASTE_DEFAULTS, type Click } from "./taste.ts";

export interface ShownClick extends Click {
  readonly isRandom: boolean;
}

export interface Agreement {
  /** Share of the clicks. */
  readonly value: number;
  /** How many could be judged. */
  readonly n: number;
  readonly ci95: readonly [number, number];
}

/** @returns null where no click can be judged yet */
export function agreement(clicks: readonly ShownClick[], measures: number, options = TASTE_DEFAULTS): Agreement | null {
  let n = 0;
  let right = 0;
  for (const click of clicks) {
    if (!click.isRandom || click.choice === "same") continue;
    const others = clicks.filter((other) => other !== click);
    const p = predict(fitTaste(others, measures, options), click.difference);
    n++;
    // Undecided is half right: at first there is nothing to go by.
    right += p === 0.5 ? 0.5 : Number(p > 0.5 === (click.choice === "left"));
  }
  return n === 0 ? null : { value: right / n, n, ci95: wilson(right, n) };
}

const Z = 1.959964;

function wilson(right: number, n: number): readonly [number, number] {
  const share = right / n;
  const centre = share + Z ** 2 / (2 * n);
  const half = Z * Math.sqrt((share * (1 - share)) / n + Z ** 2 / (4 * n ** 2));
  const scale = 1 + Z ** 2 / n;
  return [Math.max(0, (centre - half) / scale), Math.min(1, (centre + half) / scale)];
}
