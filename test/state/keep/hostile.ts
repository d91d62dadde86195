/** What an enemy, or a broken disk, puts where the page expects something else. */
import { fc } from "../../properties.ts";

export const SCRIPTS = [
  `<script>document.title='overrun'</script>`,
  `<img src=x onerror="document.title='overrun'">`,
  `"><svg onload=alert(1)>`,
  `javascript:alert(1)`,
  "\u202Egnp.exe \u0000\u0007",
] as const;

export function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { value };
  return value;
}

/** Own keys that every object has already; a computed key makes an own property of "__proto__" too. */
const prototypeKeys = fc
  .constantFrom("__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf")
  .map((key) => ({ [key]: { polluted: true } }));

/** Everything here survives JSON. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, true, "", 0, -1, 0.5, 2 ** 53, -(2 ** 31), 1e308, -1e308, 5e-324),
  fc.constantFrom("NaN", "Infinity", "-Infinity", "1e999", "undefined"),
  fc.constantFrom(...SCRIPTS),
  fc.constantFrom([], {}, [[]], nested(33), nested(500)),
  fc.constant("x".repeat(200_000)),
  prototypeKeys,
  fc.jsonValue(),
);

export type Path = readonly (string | number)[];

/** The places of a value: objects and lists as well as what they hold. */
export function* places(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path;
  if (typeof value !== "object" || value === null) return;
  for (const [key, own] of Object.entries(value)) {
    yield* places(own, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

/** A copy of `value` with one place set to something else; an absent last key is added. */
export function replaced(value: unknown, path: Path, by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.with(Number(key), replaced(value[Number(key)], rest, by));
  const fields = new Map(Object.entries(value ?? {}));
  fields.set(String(key), replaced(fields.get(String(key)), rest, by));
  return Object.fromEntries(fields);
}

export function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((own, key) => new Map(Object.entries(own ?? {})).get(String(key)), value);
}

/** Nothing that was read may have changed what every object has. */
export function isUnpolluted(): boolean {
  return !("polluted" in {}) && !("value" in {});
}
