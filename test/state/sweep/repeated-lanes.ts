/** Four lanes of table models repeated over ten prompts and two seeds; a fifth one is a branch, which is left out. */
import { jobsOf, type JobOutcome, type SweepPlan } from "../../../src/core/sweep.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { defaultForm, planOf } from "../../../src/state/sweep/form.ts";
import { repeatForm } from "../../../src/state/sweep/lanes-plan.ts";
import { contestantsOf } from "../../../src/state/sweep/matrix.ts";
import type { Measure } from "../../../src/state/sweep/measures.ts";
import { tokenPoints } from "../../../src/state/sweep/points.ts";
import { defaultSettings, newLane, noWeights, type SettingsData } from "../../../src/state/settings/settings-data.ts";
import { fakeControl } from "../../fakes.ts";
import { modelsWithJudge } from "./table-api.ts";

export const rail: SettingsData = {
  ...defaultSettings(),
  weights: { ...noWeights(), joy: 1 },
  sources: [{ id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 5 } }],
  n: 4,
  lanes: [
    newLane("a", "base"),
    newLane("b", "genarm"),
    { ...newLane("c", "bon"), weights: { ...noWeights(), joy: 1, s1: 0.5 } },
    { ...newLane("d", "genarm"), strength: 3 },
    { ...newLane("e", "genarm"), opening: { tokens: [1, 2], text: "It" } },
  ],
};
export const form = { ...defaultForm(), ...repeatForm({ data: rail, writing: "story" }), maxTokens: 10, seeds: 2 };

function planNow(): SweepPlan {
  const reading = planOf(form, rail, "story");
  if (reading.type !== "plan") throw new Error(reading.why.code);
  return reading.plan;
}

async function run(plan: SweepPlan): Promise<Map<number, JobOutcome>> {
  const outcomes = new Map<number, JobOutcome>();
  const requests = jobsOf(plan).map((job) => job.request);
  for await (const event of sweep("s", requests, modelsWithJudge(3), fakeControl())) {
    if (event.type === "ran") outcomes.set(event.job, event.outcome);
  }
  return outcomes;
}

export const plan = planNow();
export const outcomes = await run(plan);
export const points = tokenPoints(plan, jobsOf(plan), outcomes);
export const contestants = contestantsOf(points);
export const models = [{ id: "policy", sha256: "0123456789abcdef" }];
export const TRUTH: Measure = { by: "truth", of: "joy" };
