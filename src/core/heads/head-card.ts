/** What a head's file says besides its numbers, and which policy it fits. */
import { checkArray, checkFields, checkNumber, checkString, refuse, type Fields } from "../bounds.ts";
import { RunError } from "../errors.ts";
import { parseTeacher, type Teacher } from "./teacher.ts";

/** Of a policy: the SHA-256 of its vocabulary, and its sizes. */
export interface PolicyIdentity {
  readonly fingerprint: string;
  readonly hidden: number;
  readonly vocabulary: number;
}

export interface Metric {
  readonly value: number;
  /** What it was measured on: prompts, pairs or texts. */
  readonly n: number;
  readonly ci95: readonly [number, number] | null;
}

/** Everything about a head but its numbers. */
export interface HeadCard {
  /** Letters, digits, `.`, `_` and `-`. */
  readonly id: string;
  readonly name: string;
  readonly policy: PolicyIdentity;
  readonly teacher: Teacher;
  /** The strength at which the slider ends, in units of the head. */
  readonly sliderEnd: number;
  /** Share of the token rewards (of a value head: of the scores) explained on held-out prompts; null where it was not measured. */
  readonly explained: number | null;
  readonly training: {
    readonly samples: number;
    readonly prompts: number;
    readonly seed: number;
    readonly command: string;
  };
  readonly metrics: Readonly<Record<string, Metric>>;
}

const MAX_METRICS = 40;
/** The way out of a broken file. */
export const ANEW = "make the file anew";

const SIZES = ["fingerprint", "hidden", "vocabulary"] as const;

export function isSamePolicy(a: PolicyIdentity, b: PolicyIdentity): boolean {
  return SIZES.every((key) => a[key] === b[key]);
}

/** @throws RunError "vocab-mismatch" where the head belongs to another policy than the loaded one */
export function checkPolicy({ name, policy }: HeadCard, loaded: PolicyIdentity): void {
  const differs = SIZES.find((key) => policy[key] !== loaded[key]);
  if (differs === undefined) return;
  const [has, wants] = [describe(policy), describe(loaded)];
  const message = `The head “${name}” was learned on a policy with ${has}. The loaded one has ${wants}. Load that policy, or learn the head on this one.`;
  throw new RunError("vocab-mismatch", message, { head: policy[differs], policy: loaded[differs], differs });
}

function describe({ fingerprint, hidden, vocabulary }: PolicyIdentity): string {
  return `${vocabulary} tokens (fingerprint ${fingerprint.slice(0, 12)}…) and states of ${hidden} numbers`;
}

/** @param fields of the file, whose keys are checked already */
export function readCard(fields: Fields, path: string): HeadCard {
  const id = checkString(fields.id, `${path}.id`, 80);
  if (!/^[\w.-]+$/.test(id)) throw refuse(`${path}.id`, "letters, digits, dots and hyphens", id, "rename the head");
  return {
    id,
    name: checkString(fields.name, `${path}.name`, 80),
    policy: readPolicy(fields.policy, `${path}.policy`),
    teacher: parseTeacher(fields.teacher, `${path}.teacher`),
    sliderEnd: positive(fields.sliderEnd, `${path}.sliderEnd`),
    explained: fields.explained === null ? null : real(fields.explained, `${path}.explained`, 1),
    training: readTraining(fields.training, `${path}.training`),
    metrics: readMetrics(fields.metrics, `${path}.metrics`),
  };
}

function readPolicy(value: unknown, path: string): PolicyIdentity {
  const fields = checkFields(value, path, ["fingerprint", "hidden", "vocabulary"]);
  const fingerprint = checkString(fields.fingerprint, `${path}.fingerprint`, 64);
  if (!/^[0-9a-f]{64}$/.test(fingerprint)) throw refuse(`${path}.fingerprint`, "a SHA-256 in hex", fingerprint, ANEW);
  return {
    fingerprint,
    hidden: count(fields.hidden, `${path}.hidden`, 1, 65536),
    vocabulary: count(fields.vocabulary, `${path}.vocabulary`, 2, 2 ** 24),
  };
}

function readTraining(value: unknown, path: string): HeadCard["training"] {
  const fields = checkFields(value, path, ["samples", "prompts", "seed", "command"]);
  return {
    samples: count(fields.samples, `${path}.samples`, 0, 1e9),
    prompts: count(fields.prompts, `${path}.prompts`, 0, 1e9),
    seed: count(fields.seed, `${path}.seed`, 0, 2 ** 32),
    command: checkString(fields.command, `${path}.command`, 1000),
  };
}

function readMetrics(value: unknown, path: string): HeadCard["metrics"] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(path, "an object", value, ANEW);
  const entries = Object.entries(value);
  if (entries.length > MAX_METRICS) throw refuse(path, `at most ${MAX_METRICS} entries`, entries.length, "remove some");
  return Object.fromEntries(
    entries.map(([name, metric]) => {
      const at = `${path}.${name.slice(0, 40)}`;
      const fields = checkFields(metric, at, ["value", "n", "ci95"]);
      const ci95 = fields.ci95 === null ? null : checkArray(fields.ci95, `${at}.ci95`, 2, 2);
      const [low, high] = (ci95 ?? []).map((end, i) => real(end, `${at}.ci95[${i}]`));
      return [
        name,
        {
          value: real(fields.value, `${at}.value`),
          n: count(fields.n, `${at}.n`, 0, 1e9),
          ci95: low === undefined || high === undefined ? null : [low, high],
        },
      ];
    }),
  );
}

export function count(value: unknown, path: string, min: number, max: number): number {
  return checkNumber(value, path, { min, max, isInteger: true, hint: ANEW });
}

export function positive(value: unknown, path: string): number {
  return checkNumber(value, path, { min: 0, isAbove: true, max: Number.MAX_VALUE, hint: ANEW });
}

function real(value: unknown, path: string, max = Number.MAX_VALUE): number {
  return checkNumber(value, path, { min: -Number.MAX_VALUE, max, hint: ANEW });
}
