/** What the inspector says of a step's time, and of a judge that cannot be asked. */
import type { StepMs } from "../../core/types.ts";
import type { JudgeSoFar } from "../../state/stage/judge-so-far.svelte.ts";
import { fixed } from "./format.ts";

/** One line a model, all lanes together; the arithmetic last. */
export function msText({ policy, rewards, tail, models }: StepMs): readonly (readonly [name: string, value: string])[] {
  const each = models === undefined ? { policy, rewards } : models;
  const lines = Object.entries({ ...each, arithmetic: tail });
  return lines.map(([name, ms], i) => [i === 0 ? `time of all lanes: ${name}` : name, `${fixed(ms, 1)} ms`]);
}

export function soFarText(obstacle: NonNullable<ReturnType<JudgeSoFar["obstacle"]>>): string {
  switch (obstacle) {
    case "decoding":
      return "Pause or wait for the end to ask the judge about the samples so far.";
    case "no-models":
      return "Load the models to ask the judge about the samples so far.";
    case "other-models":
      return "This run had another judge than the one loaded, so its samples cannot be judged here.";
    case "no-texts":
      return "This recording has not kept the texts of all samples, so the judge cannot read them so far.";
    default:
      return obstacle satisfies never;
  }
}

/** While sources read the texts that are written. */
export function scoringWords({ done, total }: { readonly done: number; readonly total: number }): string {
  return `Scoring the texts: ${done} of ${total} done`;
}
