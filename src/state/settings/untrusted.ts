/** JSON from outside: parsed only as deep as anything of ours goes, and without keys that every object already has. */

export type JsonReading =
  { readonly type: "json"; readonly value: unknown } | { readonly type: "broken"; readonly why: string };

/** The deepest file of ours, a trace, has 9 levels. */
const MAX_DEPTH = 32;
const RESERVED = new Set(Object.getOwnPropertyNames(Object.prototype));

export function readJson(json: string): JsonReading {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { type: "broken", why: "it is not JSON" };
  }
  const why = troubleIn(value);
  return why === null ? { type: "json", value } : { type: "broken", why };
}

/** A list of what is left to look at and no recursion: depth must not be able to exhaust the stack. */
function troubleIn(root: unknown): string | null {
  const left: { readonly value: object; readonly depth: number }[] = [];
  const add = (value: unknown, depth: number): void => {
    if (typeof value === "object" && value !== null) left.push({ value, depth });
  };
  add(root, 1);
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, depth } = next;
    if (depth > MAX_DEPTH) return `it nests more than ${MAX_DEPTH} levels deep`;
    if (Array.isArray(value)) {
      for (const item of value) add(item, depth + 1);
      continue;
    }
    for (const [key, own] of Object.entries(value)) {
      if (RESERVED.has(key)) return `it has the key "${key}", which no file of Tiller has`;
      add(own, depth + 1);
    }
  }
  return null;
}
