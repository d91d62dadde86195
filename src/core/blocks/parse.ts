/** Settings of decoding in steps, from a request of another thread, a link or a file. */
import { checkBoolean, checkFields, checkNumber, checkOneOf, type Fields } from "../bounds.ts";
import { STEP_RULES, type StepRewards } from "./step-rewards.ts";
import { BLOCK_READERS, type BlockPlan, type EarlyRejection } from "./spec.ts";

/** @throws RunError "invalid-request" */
export function parseRejection(value: unknown, path: string, most: { readonly tokens: number }): EarlyRejection {
  const fields = checkFields(value, path, ["share", "at", "isStudy"]);
  const share = { min: 0, max: 0.95, hint: "0.5 drops half of the texts" };
  const at = { min: 1, max: most.tokens, isInteger: true, hint: "leave it out for half of the answer" };
  return {
    share: checkNumber(fields.share, `${path}.share`, share),
    ...(fields.at === undefined ? {} : { at: checkNumber(fields.at, `${path}.at`, at) }),
    isStudy: fields.isStudy === undefined ? false : checkBoolean(fields.isStudy, `${path}.isStudy`),
  };
}

export const BLOCK_KEYS = ["k", "block", "by", "steps"] as const;

/**
 * @param most rows that a lane may have, and tokens that an answer may have
 * @throws RunError "invalid-request"
 */
export function parseBlockPlan(
  { k, block, by, steps }: Fields,
  path: string,
  most: { readonly rows: number; readonly tokens: number },
): BlockPlan {
  const rows = { min: 1, max: most.rows, isInteger: true, hint: "each continuation costs one row" };
  const tokens = { min: 1, max: most.tokens, isInteger: true, hint: 'or write "sentence"' };
  return {
    k: checkNumber(k, `${path}.k`, rows),
    block: block === "sentence" ? block : checkNumber(block, `${path}.block`, tokens),
    by: checkOneOf(by, `${path}.by`, BLOCK_READERS),
    ...(steps === undefined ? {} : { steps: parseSteps(steps, `${path}.steps`) }),
  };
}

function parseSteps(value: unknown, path: string): StepRewards {
  const { rule, eta = 0 } = checkFields(value, path, ["rule", "eta"]);
  const bound = { min: -1e6, max: 1e6, hint: "rewards above it count as much as it" };
  return { rule: checkOneOf(rule, `${path}.rule`, STEP_RULES), eta: checkNumber(eta, `${path}.eta`, bound) };
}
