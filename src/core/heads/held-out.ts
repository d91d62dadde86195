/** Which prompts a fit keeps back to be measured on. */
import { STREAMS, uniform } from "./seeded.ts";

export interface Split {
  /** Indices of states. */
  readonly training: Int32Array;
  readonly heldOut: Int32Array;
}

/**
 * A prompt's number and the seed alone decide, so a prompt that was held out stays held out when more samples come. At
 * least one prompt is on each side where there are two.
 * @param prompts `[states]`
 * @param share   of the prompts, from 0 to 1; 0 holds out none
 */
export function splitByPrompt(prompts: Int32Array, share: number, seed: number): Split {
  const draws = new Map<number, number>();
  for (const prompt of prompts) draws.set(prompt, uniform(seed, STREAMS.split, prompt));
  const order = [...draws].sort((a, b) => a[1] - b[1] || a[0] - b[0]);
  const asked = order.filter(([, draw]) => draw < share).length;
  const count = share === 0 ? 0 : Math.min(order.length - 1, Math.max(1, asked));
  const kept = new Set(order.slice(0, count).map(([prompt]) => prompt));
  const states = Int32Array.from(prompts, (_, state) => state);
  return {
    training: states.filter((state) => !kept.has(prompts[state]!)),
    heldOut: states.filter((state) => kept.has(prompts[state]!)),
  };
}
