/** Compares expected with recomputed values leaf by leaf. */
import { isObject } from "./json.ts";

/** What a recomputation returns: the shape of `expected`, typed arrays welcome. */
export type Tree =
  number | string | boolean | null | ArrayLike<number> | readonly Tree[] | { readonly [key: string]: Tree };

export interface Comparison {
  /** Leaves that were recomputed and agree; leaves of `expected`. */
  readonly agreed: number;
  readonly total: number;
  /** Largest |expected - actual|; Infinity where a leaf is missing or of another type. */
  readonly maxError: number;
  /** Paths of the leaves that do not agree. */
  readonly failures: readonly string[];
}

export function compare(expected: unknown, actual: Tree | undefined, tolerance: number, path = ""): Comparison {
  if (isObject(expected)) {
    const parts = Object.entries(expected).map(([key, value]) =>
      compare(value, childOf(actual, key), tolerance, path === "" ? key : `${path}.${key}`),
    );
    return merge(parts);
  }
  if (Array.isArray(expected)) {
    const parts = expected.map((value, i) => compare(value, childOf(actual, i), tolerance, `${path}[${i}]`));
    const extra = isSequence(actual) ? actual.length !== expected.length : true;
    return merge(extra ? [...parts, miss(`${path}.length`)] : parts);
  }
  const error = leafError(expected, actual);
  const agrees = error <= tolerance;
  return { agreed: agrees ? 1 : 0, total: 1, maxError: error, failures: agrees ? [] : [path] };
}

function leafError(expected: unknown, actual: Tree | undefined): number {
  const number = expected === "-Infinity" ? -Infinity : expected === "Infinity" ? Infinity : expected;
  if (number === actual) return 0;
  if (typeof number !== "number" || typeof actual !== "number") return Infinity;
  const error = Math.abs(number - actual);
  return Number.isNaN(error) ? Infinity : error;
}

/** A list of another length fails without counting as a leaf. */
function miss(path: string): Comparison {
  return { agreed: 0, total: 0, maxError: Infinity, failures: [path] };
}

function merge(parts: readonly Comparison[]): Comparison {
  return {
    agreed: parts.reduce((sum, part) => sum + part.agreed, 0),
    total: parts.reduce((sum, part) => sum + part.total, 0),
    maxError: parts.reduce((max, part) => Math.max(max, part.maxError), 0),
    failures: parts.flatMap((part) => part.failures),
  };
}

function isSequence(value: Tree | undefined): value is ArrayLike<number> | readonly Tree[] {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

function isBranch(value: Tree | undefined): value is { readonly [key: string]: Tree } {
  return typeof value === "object" && value !== null && !isSequence(value);
}

function childOf(tree: Tree | undefined, key: string | number): Tree | undefined {
  if (isSequence(tree)) return typeof key === "number" ? tree[key] : undefined;
  if (!isBranch(tree) || typeof key === "number") return undefined;
  return Object.hasOwn(tree, key) ? tree[key] : undefined;
}
