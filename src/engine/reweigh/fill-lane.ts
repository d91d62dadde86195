/** Everything that a lane lacks under new weights, read off its text afterwards. */
import type { LaneTarget } from "../../core/reweighing.ts";
import { lacksValues, missingTerms, readTerm, readValues } from "./fill-in.ts";
import { lacksHeads, readHeads, readPushes } from "./fill-heads.ts";
import { lacksLabels, readLabels } from "./fill-labels.ts";
import { missingScores, readScores } from "./fill-scores.ts";
import type { Models } from "../interfaces.ts";
import type { KeptRun, KeptRuns, KeptStep } from "./kept-runs.ts";
import { Binding } from "../decode/binding.ts";
import { guidanceOf, type Guidance } from "../decode/plan.ts";

/** Whether the steps have all scores that a guidance needs. */
export function isFilled(steps: readonly KeptStep[], guidance: Guidance): boolean {
  if (missingTerms(steps, guidance).length > 0 || lacksValues(steps, guidance)) return false;
  return guidance.type !== "values" || !(lacksLabels(steps, guidance) || lacksHeads(steps, guidance));
}

/**
 * Classifiers, value heads and whole texts may take as long as the run did, so they are left where `goesOn` says no; what was read
 * until then is dropped.
 */
export async function fillLane(
  kept: KeptRuns,
  run: KeptRun,
  models: Models,
  target: LaneTarget,
  goesOn: () => Promise<boolean>,
): Promise<void> {
  if (missingScores(run, target).length > 0) {
    const scored = await readScores(models, run, target, goesOn);
    if (scored !== null) run.samples = scored;
  }
  const { lane, strategy } = target;
  const steps = run.lanes.get(lane) ?? [];
  if (steps.length === 0) return;
  const guidance = guidanceOf(strategy, new Binding(models, run.request));
  for (const term of missingTerms(steps, guidance)) {
    const { id, head } = term;
    if (head === null) kept.addTerm(run, lane, id, await readTerm(steps, term));
    else
      kept.addHead(run, lane, id, await readPushes(models, run, steps, { ...term, head }, target.sampling.plausible));
  }
  if (guidance.type !== "values") return;
  if (lacksValues(steps, guidance)) {
    const { candidates, values } = await readValues(models, run, steps, guidance.k);
    kept.addValues(run, lane, candidates, values);
  }
  if (lacksHeads(steps, guidance)) {
    const read = await readHeads(models, run, steps, guidance, goesOn);
    if (read === null) return;
    kept.addValues(run, lane, read.candidates, read.values, read.filled);
  }
  if (!lacksLabels(steps, guidance)) return;
  const read = await readLabels(models, run, steps, guidance, goesOn);
  if (read !== null) kept.addValues(run, lane, read.candidates, read.values, read.filled);
}
