/** Checks of untrusted values. Every refusal names the place, the value, the bound and the way out. */
import { RunError } from "./errors.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Bound {
  readonly min: number;
  readonly max: number;
  readonly isInteger?: boolean;
  /** `min` itself is refused. */
  readonly isAbove?: boolean;
  /** What to do about it, after a semicolon. */
  readonly hint: string;
}

export function refuse(path: string, rule: string, value: unknown, hint: string): RunError {
  const shown = describe(value);
  return new RunError("invalid-request", `${path} must be ${rule}, got ${shown}; ${hint}`, { path, value: shown });
}

/** An object with known keys only, so that a misspelt setting is an error and never a silent default. */
export function checkFields(value: unknown, path: string, known: readonly string[]): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(path, "an object", value, `give the keys ${known.join(", ")}`);
  }
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      const message = `${path} has no setting "${key.slice(0, 40)}"; remove it or use one of ${known.join(", ")}`;
      throw new RunError("invalid-request", message, { path, key: key.slice(0, 40) });
    }
  }
  return Object.fromEntries(Object.entries(value));
}

export function checkNumber(value: unknown, path: string, bound: Bound): number {
  const { min, max, isInteger = false, isAbove = false, hint } = bound;
  const isNumber = typeof value === "number" && !Number.isNaN(value) && (!isInteger || Number.isInteger(value));
  if (isNumber && value <= max && (isAbove ? value > min : value >= min)) return value;
  const low = isAbove ? `above ${min}` : `at least ${min}`;
  const high = max === Infinity ? "" : ` and at most ${max}`;
  throw refuse(path, `${isInteger ? "a whole number" : "a number"} ${low}${high}`, value, hint);
}

export function checkString(value: unknown, path: string, maxLength: number): string {
  if (typeof value !== "string") throw refuse(path, "a text", value, "put it in quotes");
  if (value.length > maxLength) {
    throw refuse(path, `at most ${maxLength} characters long`, value.length, "shorten it");
  }
  return value;
}

export function checkArray(value: unknown, path: string, min: number, max: number): readonly unknown[] {
  if (!Array.isArray(value)) throw refuse(path, "a list", value, "put it in square brackets");
  if (value.length < min || value.length > max) {
    throw refuse(path, `a list of ${min} to ${max} entries`, value.length, "add or remove entries");
  }
  return value;
}

export function checkOneOf<T extends string>(value: unknown, path: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === value);
  if (choice === undefined) throw refuse(path, `one of ${choices.join(", ")}`, value, "choose one of them");
  return choice;
}

export function checkBoolean(value: unknown, path: string): boolean {
  if (typeof value !== "boolean") throw refuse(path, "true or false", value, "leave it out for false");
  return value;
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
