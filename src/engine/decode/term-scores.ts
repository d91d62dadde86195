/** The parts of a term at one step, as the core adds them up. */
import { byToken, isBeside, type LogitsBeside } from "../../core/cut-logits.ts";
import { logSumExp } from "../../core/logprobs.ts";
import type { TermPartScores } from "../../core/term-reward.ts";
import type { Logits } from "../interfaces.ts";
import type { TermGuide } from "./plan.ts";

export class TermScores {
  /** log Z by the view of its logits: rows with one text have one view. */
  readonly #logZ = new WeakMap<Logits, number>();

  /** @param logZ of these logits, worked out elsewhere */
  note(logits: Logits, logZ: number): void {
    this.#logZ.set(logits, logZ);
  }

  /** @param known log Z of the parts, where the step has been weighed before */
  of(
    { parts }: Pick<TermGuide, "parts">,
    logits: readonly (Logits | LogitsBeside)[],
    known?: readonly number[],
  ): TermPartScores[] {
    return parts.map(({ sign }, p): TermPartScores => {
      const own = logits[p]!;
      if (isBeside(own)) return { logits: byToken(own), sign, logZ: own.logZ, mean: own.mean };
      return { logits: own, sign, logZ: known?.[p] ?? this.#logZOf(own) };
    });
  }

  #logZOf(logits: Logits): number {
    const known = this.#logZ.get(logits) ?? logSumExp(logits);
    this.#logZ.set(logits, known);
    return known;
  }
}
