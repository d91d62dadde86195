/** The quantity that a token's colour stands for, and how strong the colour is. */
import { chosenProbabilities } from "../../core/step-probabilities.ts";
import type { RowStep } from "../../core/types.ts";
import type { Quantity } from "../settings/prefs.svelte.ts";

/** Total push of all objectives on the chosen token, nats. */
export function pushOf(step: RowStep): number {
  let sum = 0;
  for (const push of Object.values(step.contributions)) sum += push;
  return sum;
}

/** What steering cost at this token, nats; Infinity where plain sampling never draws a token that this lane keeps. */
export function steerOf({ klSteer }: Pick<RowStep, "klSteer">): number {
  return klSteer ?? Infinity;
}

export function quantityOf(step: RowStep, quantity: Quantity): number {
  switch (quantity) {
    case "push":
      return pushOf(step);
    case "probability":
      return chosenProbabilities(step).sampled;
    case "kl":
      return steerOf(step);
    case "entropy":
      return step.entropy;
    default:
      return quantity satisfies never;
  }
}

/** Where each of the five tints begins; nats, for probability the surprise -log p in nats. */
const STOPS: Readonly<Record<Quantity, readonly number[]>> = {
  push: [0.15, 0.5, 1, 2, 3.5],
  probability: [0.3, 0.9, 1.8, 3, 4.5],
  kl: [0.05, 0.2, 0.5, 1.2, 2.5],
  entropy: [0.3, 0.9, 1.8, 2.8, 4],
};

export type Level = -5 | -4 | -3 | -2 | -1 | 0 | 1 | 2 | 3 | 4 | 5;

/** 0 is no tint; the sign is that of the push, the size counts the stops passed. */
export function levelOf(step: RowStep, quantity: Quantity): Level {
  return levelBy(quantity === "probability" ? -step.logprob : quantityOf(step, quantity), STOPS[quantity]);
}

function levelBy(raw: number, stops: readonly number[]): Level {
  const passed = stops.filter((stop) => Math.abs(raw) >= stop).length;
  // At most five stops, so the product is a Level.
  return (Math.sign(raw) * passed) as Level;
}

/** The tint of a push that the lens reads off a text, nats, as a lane shows it. */
export function lensTint(push: number): Level {
  return levelBy(push, STOPS.push);
}

/** A credit lies between -1/2 and 1/2. */
export function creditTint(credit: number): Level {
  return levelBy(credit, CREDIT_STOPS);
}
const CREDIT_STOPS = [0.04, 0.12, 0.2, 0.3, 0.4] as const;

/** What changes of a score are divided by before they are tinted, so that the largest one has the full colour. */
export function tintUnit(values: readonly (number | null)[]): number {
  const most = Math.max(0, ...values.map((value) => Math.abs(value ?? 0)));
  return most === 0 ? 1 : most / STOPS.push.at(-1)!;
}

/** A flip: the same noise without guidance would have picked another token. */
export function isFlip(step: RowStep): boolean {
  return step.plainToken !== step.token;
}
