/** Scores that texts can be ranked by. */
import { RunError } from "../../core/errors.ts";

/** @throws RunError "invalid-request" for a score that is no finite number: no sample could be ranked by it */
export function requireFinite(name: string, score: number | null): number | null {
  if (score === null || Number.isFinite(score)) return score;
  const message = `"${name}" gives ${score} for a text, and a score must be a finite number. Change the scorer so that it has one for every text.`;
  throw new RunError("invalid-request", message, { source: name, value: String(score) });
}
