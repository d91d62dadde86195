/** Heads that were off while a lane ran, read off its text afterwards: one forward for rewards, k rows a step for values. */
import type { ListedRewards } from "../../core/listed-rewards.ts";
import type { PushId } from "../../core/types.ts";
import { bannedOf } from "../decode/banned.ts";
import { likeliestCandidates } from "../decode/candidates.ts";
import { drawableTokens } from "../decode/drawable-tokens.ts";
import type { PromptedModel } from "../decode/binding.ts";
import type { TermGuide, ValueGuidance } from "../decode/plan.ts";
import { AnswerFeatures } from "../decode/answer-features.ts";
import { lookAhead } from "../decode/policy-ahead.ts";
import type { Models, PushingHead, RowState } from "../interfaces.ts";
import { isUnknown, widened, type LabelReading } from "./fill-labels.ts";
import type { KeptRun, KeptStep } from "./kept-runs.ts";

/** @param plausible as the lane is weighed now @returns one list a step */
export async function readPushes(
  { policy }: Models,
  { promptTokens }: KeptRun,
  steps: readonly KeptStep[],
  { head, sibling }: Pick<TermGuide, "sibling"> & { readonly head: PushingHead },
  plausible: number,
): Promise<readonly ListedRewards[]> {
  const { answer, states } = await readText(sibling ?? { model: policy, prompt: promptTokens }, steps);
  return states.map((state, t) => {
    const tokens = drawableTokens(steps[t]!.policy, plausible);
    return { tokens, rewards: head.rewards(answer.add(state), tokens) };
  });
}

/** Whether a value head is wanted that was not asked about the first k candidates of some step. */
export function lacksHeads(steps: readonly KeptStep[], { k, heads }: ValueGuidance): boolean {
  return steps.some(({ values }) =>
    heads.some(({ column }) => values.length < k || values.slice(0, k).some((own) => isUnknown(own, column))),
  );
}

/**
 * The policy goes through the text again, with k candidates at every step.
 * @param goesOn is asked after every step, for this takes as long as decoding did
 * @returns null where it was told to stop
 */
export async function readHeads(
  models: Models,
  run: KeptRun,
  steps: readonly KeptStep[],
  { k, heads, width }: ValueGuidance,
  goesOn: () => Promise<boolean>,
): Promise<LabelReading | null> {
  const banned = bannedOf(run.request, models.tokenizer);
  const { answer, states } = await readText({ model: models.policy, prompt: run.promptTokens }, steps);
  const candidates = steps.map(({ policy }) => likeliestCandidates(policy, k, banned));
  const values: (readonly Float64Array[])[] = [];
  const filled = new Set<PushId>();
  const batch = await lookAhead(models.policy).open([run.promptTokens], k);
  try {
    for (const [t, kept] of steps.entries()) {
      if (t > 0) batch.advance([steps[t - 1]!.step.token]);
      const [after = []] = await batch.evaluate([candidates[t]!]);
      const latest = answer.add(states[t]!);
      values.push(
        candidates[t]!.map((token, c) => {
          const vector = widened(kept.values[kept.candidates.indexOf(token)], width);
          const features = models.tokenizer.endIds.includes(token) ? latest : answer.peek(after[c]!);
          for (const { id, head, column } of heads) {
            if (!isUnknown(vector, column)) continue;
            filled.add(id);
            vector[column] = head.value(features);
          }
          return vector;
        }),
      );
      if (!(await goesOn())) return null;
    }
  } finally {
    batch.dispose();
  }
  return { candidates, values, filled: [...filled] };
}

/** The states that the tokens of a text were drawn from, from one forward. */
async function readText(
  { model: { id, readStates, states: sizes }, prompt }: PromptedModel,
  steps: readonly KeptStep[],
): Promise<{ readonly answer: AnswerFeatures; readonly states: readonly RowState[] }> {
  if (readStates === undefined || sizes === undefined) throw new Error(`${id} gives no states`);
  const said = steps.slice(0, -1).map(({ step }) => step.token);
  return { answer: new AnswerFeatures(sizes), states: await readStates([...prompt, ...said], steps.length, "states") };
}
