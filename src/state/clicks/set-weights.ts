/** Sliders by taste: the weights of the heads among the measures. */
import { weightsFrom } from "../../core/clicks/likes.ts";
import type { Taste } from "../../core/clicks/taste.ts";
import { twoDigits } from "../../core/rounding.ts";
import type { Settings } from "../settings/settings.svelte.ts";
import type { Measure } from "./session.ts";

/** What was done with the sliders. */
export interface WeightsSet {
  readonly set: readonly { readonly name: string; readonly weight: number }[];
  /** Heads that are wanted and have no room among the sources. */
  readonly full: readonly string[];
}

/** Together the heads spread the tokens by one nat, as one head does that is added by hand. */
const SPREAD = 1;
/** Less moves next to nothing. */
const LEAST = 0.05;

/** @param isHere whether a head can be used; one that was deleted cannot */
export function setWeights(
  taste: Taste,
  measures: readonly Measure[],
  settings: Settings,
  isHere: (head: string) => boolean,
): WeightsSet {
  const heads = measures.flatMap((measure, place) =>
    measure.type === "head" && measure.steers && isHere(measure.head) ? [{ ...measure, place }] : [],
  );
  const places = heads.map(({ place }) => place);
  const strength = settings.data.strength || 1;
  const set: { name: string; weight: number }[] = [];
  const full: string[] = [];
  for (const [i, spread] of weightsFrom(taste, places, SPREAD).entries()) {
    const { head, name, sliderEnd } = heads[i]!;
    const there = settings.data.sources.some((spec) => spec.type === "head" && spec.head === head);
    const bounded = Math.max(-sliderEnd, Math.min(sliderEnd, spread));
    const isWanted = Math.abs(bounded) >= LEAST;
    if (!isWanted && !there) continue;
    const id = settings.addHead({ head, name, isValue: false, start: LEAST, end: sliderEnd });
    if (id === null) {
      full.push(name);
      continue;
    }
    const weight = isWanted ? twoDigits(bounded / strength) : 0;
    settings.setWeight(id, weight);
    set.push({ name, weight });
  }
  return { set, full };
}
