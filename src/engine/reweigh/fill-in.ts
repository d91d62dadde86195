/** Sources that were off while a lane ran, read off its text afterwards. */
import type { TokenId } from "../../core/types.ts";
import { bannedOf } from "../decode/banned.ts";
import { likeliestCandidates } from "../decode/candidates.ts";
import type { Logits, Models } from "../interfaces.ts";
import type { KeptRun, KeptStep } from "./kept-runs.ts";
import type { Guidance, TermGuide } from "../decode/plan.ts";

/** Prefixes that a value model reads together: their caches take memory by the square of the text. */
const PREFIXES_AT_ONCE = 32;

/** Terms that a guidance needs and some step lacks. */
export function missingTerms(steps: readonly KeptStep[], guidance: Guidance): readonly TermGuide[] {
  if (guidance.type !== "terms") return [];
  return guidance.terms.filter(({ id, head }) =>
    steps.some((step) => (head === null ? !step.terms.has(id) : !step.heads.has(id))),
  );
}

/** Whether VAS needs values of more candidates than some step has, or values of a model that was not asked. */
export function lacksValues(steps: readonly KeptStep[], guidance: Guidance): boolean {
  if (guidance.type !== "values") return false;
  const others = new Set([...guidance.labels, ...guidance.heads].map(({ column }) => column));
  const columns = guidance.terms.map(({ column }) => column).filter((column) => !others.has(column));
  return columns.length > 0 && steps.some((step) => lacks(step, guidance.k, columns));
}

function lacks({ values }: KeptStep, k: number, columns: readonly number[]): boolean {
  return values.length < k || values.slice(0, k).some((own) => columns.some((column) => !(own[column]! > -Infinity)));
}

/** One forward a part: the logits of a term at every step of a text, `[part][step]`. */
export async function readTerm(
  steps: readonly KeptStep[],
  { parts }: TermGuide,
): Promise<readonly (readonly Logits[])[]> {
  const said = steps.slice(0, -1).map(({ step }) => step.token);
  const read: (readonly Logits[])[] = [];
  for (const { prompted } of parts) {
    read.push(await prompted.model.read([...prompted.prompt, ...said], steps.length));
  }
  return read;
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
  const banned = bannedOf(run.request, models.tokenizer);
  const candidates = steps.map((step) => likeliestCandidates(step.policy, k, banned));
  const values: (readonly Float64Array[])[] = [];
  for (let start = 0; start < steps.length; start += PREFIXES_AT_ONCE) {
    const some = candidates.slice(start, start + PREFIXES_AT_ONCE);
    const prefixes = some.map((_, i) => prefixOf(run, steps, start + i));
    const batch = await models.value.open(prefixes, k);
    try {
      const read = await batch.evaluate(some);
      values.push(...read.map((own, i) => withLabels(own, some[i]!, steps[start + i]!)));
    } finally {
      batch.dispose();
    }
  }
  return { candidates, values };
}

/** Keeps what classifiers and value heads said of the candidates that are still there. */
function withLabels(
  values: readonly Float64Array[],
  candidates: readonly TokenId[],
  kept: KeptStep,
): readonly Float64Array[] {
  const width = kept.values[0]?.length ?? 0;
  return values.map((own, c) => {
    if (width <= own.length) return own;
    const all = new Float64Array(width).fill(NaN);
    const before = kept.values[kept.candidates.indexOf(candidates[c]!)];
    if (before !== undefined) all.set(before);
    all.set(own);
    return all;
  });
}

/** What the models had read when they answered step `position`. */
function prefixOf(run: KeptRun, steps: readonly KeptStep[], position: number): TokenId[] {
  return [...run.promptTokens, ...steps.slice(0, position).map(({ step }) => step.token)];
}
