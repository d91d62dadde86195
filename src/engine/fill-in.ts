/** Sources that were off while a lane ran, read off its text afterwards. */
import type { ObjectiveId, TokenId } from "../core/types.ts";
import { candidatesOf } from "./candidates.ts";
import type { Logits, Models } from "./interfaces.ts";
import type { KeptRun, KeptStep } from "./kept-runs.ts";
import type { Guidance } from "./plan.ts";

/** Prefixes that a value model reads together: their caches take memory by the square of the text. */
const PREFIXES_AT_ONCE = 32;

/** ARMs that a guidance needs and some step lacks. */
export function missingArms(steps: readonly KeptStep[], guidance: Guidance): readonly ObjectiveId[] {
  if (guidance.type !== "arms") return [];
  const wanted = guidance.terms.map(({ source }) => source.objective);
  return wanted.filter((objective) => steps.some((step) => !step.arms.has(objective)));
}

/** Whether VAS needs values of more candidates than some step has. */
export function lacksValues(steps: readonly KeptStep[], guidance: Guidance): boolean {
  return guidance.type === "values" && steps.some((step) => step.values.length < guidance.k);
}

/** One forward: the logits of an ARM at every step of a text. */
export async function readArm(
  models: Models,
  run: KeptRun,
  steps: readonly KeptStep[],
  objective: ObjectiveId,
): Promise<readonly Logits[]> {
  const model = models.arms.get(objective)?.model;
  if (model === undefined) throw new Error(`no ARM for ${objective}, though a guidance names it`);
  return model.read(prefixOf(run, steps, steps.length - 1), steps.length);
}

export interface ValueReading {
  readonly candidates: readonly (readonly TokenId[])[];
  readonly values: readonly (readonly Float64Array[])[];
}

/** Two forwards for each 32 tokens: one reads the prefixes, one their candidates. */
export async function readValues(
  models: Models,
  run: KeptRun,
  steps: readonly KeptStep[],
  k: number,
): Promise<ValueReading> {
  if (models.value === null) throw new Error("no value model, though a guidance needs one");
  const banned = run.request.suppressEnd === true ? models.tokenizer.eosId : null;
  const candidates = steps.map((step) => candidatesOf(step.policy, k, banned));
  const values: (readonly Float64Array[])[] = [];
  for (let start = 0; start < steps.length; start += PREFIXES_AT_ONCE) {
    const some = candidates.slice(start, start + PREFIXES_AT_ONCE);
    const prefixes = some.map((_, i) => prefixOf(run, steps, start + i));
    const batch = await models.value.open(prefixes, k);
    try {
      values.push(...(await batch.evaluate(some)));
    } finally {
      batch.dispose();
    }
  }
  return { candidates, values };
}

/** What the models had read when they answered step `position`. */
function prefixOf(run: KeptRun, steps: readonly KeptStep[], position: number): TokenId[] {
  return [...run.promptTokens, ...steps.slice(0, position).map(({ step }) => step.token)];
}
