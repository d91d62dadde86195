/** What a head learned from, as its file says it. Shown on its card, and enough to learn it again. */
import { checkFields, checkNumber, checkOneOf, checkString } from "../bounds.ts";
import { parseScorer, type ScorerSpec } from "../scorers/spec.ts";

export type Teacher =
  /** log pi(v|better) - log pi(v|worse): one model under two instructions. */
  | { readonly kind: "contrast"; readonly model: string; readonly better: string; readonly worse: string }
  /** log pi_strong(v) - log pi_weak(v) */
  | { readonly kind: "ratio"; readonly strong: string; readonly weak: string }
  /** b log pi_r(v) of an autoregressive reward model for one objective. */
  | { readonly kind: "arm"; readonly model: string; readonly objective: string; readonly b: number }
  /** A scorer of whole texts; the constants turn its scores into standard deviations. */
  | { readonly kind: "scorer"; readonly scorer: ScorerSpec; readonly mean: number; readonly sd: number }
  /** A person's choices between two answers. */
  | { readonly kind: "clicks"; readonly clicks: number };

const KINDS = ["contrast", "ratio", "arm", "scorer", "clicks"] as const satisfies readonly Teacher["kind"][];
const KEYS: Readonly<Record<Teacher["kind"], readonly string[]>> = {
  contrast: ["model", "better", "worse"],
  ratio: ["strong", "weak"],
  arm: ["model", "objective", "b"],
  scorer: ["scorer", "mean", "sd"],
  clicks: ["clicks"],
};
const NAME = 200;
const INSTRUCTION = 2000;
const ANY = { min: -Number.MAX_VALUE, max: Number.MAX_VALUE, hint: "make the file anew" };

/** @throws RunError "invalid-request" */
export function parseTeacher(value: unknown, path: string): Teacher {
  const all = ["kind", ...new Set(KINDS.flatMap((kind) => KEYS[kind]))];
  const kind = checkOneOf(checkFields(value, path, all).kind, `${path}.kind`, KINDS);
  const fields = checkFields(value, path, ["kind", ...KEYS[kind]]);
  const text = (key: string, length = NAME): string => checkString(fields[key], `${path}.${key}`, length);
  const number = (key: string, bound: { min: number; isAbove?: boolean; isInteger?: boolean }): number =>
    checkNumber(fields[key], `${path}.${key}`, { ...ANY, ...bound });
  switch (kind) {
    case "contrast":
      return { kind, model: text("model"), better: text("better", INSTRUCTION), worse: text("worse", INSTRUCTION) };
    case "ratio":
      return { kind, strong: text("strong"), weak: text("weak") };
    case "arm":
      return { kind, model: text("model"), objective: text("objective"), b: number("b", { min: 0, isAbove: true }) };
    case "scorer": {
      const scorer = parseScorer(fields.scorer, `${path}.scorer`);
      return { kind, scorer, mean: number("mean", ANY), sd: number("sd", { min: 0, isAbove: true }) };
    }
    case "clicks":
      return { kind, clicks: number("clicks", { min: 1, isInteger: true }) };
    default:
      throw new Error(`unknown teacher ${String(kind satisfies never)}`);
  }
}
