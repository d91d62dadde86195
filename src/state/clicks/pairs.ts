/** From a session to what the taste learns from, and to the pair that is shown next. */
import type { ShownClick } from "../../core/clicks/agreement.ts";
import { deviationsOf, differenceOf } from "../../core/clicks/differences.ts";
import { nextPair } from "../../core/clicks/next-pair.ts";
import { fitTaste, type Taste } from "../../core/clicks/taste.ts";
import { STREAMS, uniform } from "../../core/heads/seeded.ts";
import type { Session, ShownPair } from "./session.ts";

/** An answer is shown so often at the most, as long as there are others: nobody likes to read the same again and again. */
const OFTEN = 2;

/** The clicks with their differences of measures, in standard deviations over the answers that are here now. */
export function shownClicks({ answers, clicks }: Session): ShownClick[] {
  if (clicks.length === 0) return [];
  const deviations = deviationsOf(answers.map(({ measures }) => measures));
  return clicks.map(({ left, right, choice, isRandom }) => ({
    difference: differenceOf(answers[left]!.measures, answers[right]!.measures, deviations),
    choice,
    isRandom,
  }));
}

export function tasteOf(session: Session): Taste {
  return fitTaste(shownClicks(session), session.measures.length);
}

/** Null where every pair was shown, or none is there yet. */
export function pairToShow(session: Session, taste: Taste): ShownPair | null {
  const { answers, clicks, seed } = session;
  const pairs = pairsOf(session);
  const left = pairs.fresh.length > 0 ? pairs.fresh : pairs.left;
  if (left.length === 0) return null;
  const deviations = deviationsOf(answers.map(({ measures }) => measures));
  const differences = left.map(([a, b]) => differenceOf(answers[a]!.measures, answers[b]!.measures, deviations));
  const next = nextPair(taste, differences, clicks.length, seed);
  if (next === null) return null;
  const [a, b] = left[next.index]!;
  // The side is a matter of the seed and the pair alone, so it says nothing of how an answer was written.
  return uniform(seed, STREAMS.sides, a, b) < 0.5
    ? { left: a, right: b, isRandom: next.isRandom }
    : { left: b, right: a, isRandom: next.isRandom };
}

/** How many pairs of little-shown answers are left; when they run out, answers come again in other pairs. */
export function freshPairs(session: Session): number {
  return pairsOf(session).fresh.length;
}

type Pair = readonly [a: number, b: number];

/** Pairs of answers to one prompt that were not shown yet, and those of little-shown answers among them. */
function pairsOf({ answers, clicks }: Session): { readonly left: readonly Pair[]; readonly fresh: readonly Pair[] } {
  const shown = new Set(clicks.flatMap(({ left, right }) => [`${left} ${right}`, `${right} ${left}`]));
  const times = answers.map(() => 0);
  for (const { left, right } of clicks) {
    times[left]!++;
    times[right]!++;
  }
  const byPrompt = new Map<string, number[]>();
  for (const [place, { prompt }] of answers.entries()) {
    byPrompt.set(prompt, [...(byPrompt.get(prompt) ?? []), place]);
  }
  const pairs = [...byPrompt.values()].flatMap((places) =>
    places.flatMap((a, i) => places.slice(i + 1).map((b): Pair => [a, b])),
  );
  const left = pairs.filter(([a, b]) => !shown.has(`${a} ${b}`));
  const fresh = left.filter(([a, b]) => times[a]! < OFTEN && times[b]! < OFTEN);
  return { left, fresh };
}
