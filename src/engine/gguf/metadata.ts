/** The named values at the head of a GGUF file. */
import type { Cursor } from "./cursor.ts";
import { damaged } from "./refuse.ts";

export type Value = number | boolean | string | readonly Value[];

/** Readers of one value by the number of its type, with the bytes that it takes at least. */
const READERS: Readonly<Record<number, { readonly least: number; read(cursor: Cursor): Value }>> = {
  0: { least: 1, read: (cursor) => cursor.u8() },
  1: { least: 1, read: (cursor) => cursor.i8() },
  2: { least: 2, read: (cursor) => cursor.u16() },
  3: { least: 2, read: (cursor) => cursor.i16() },
  4: { least: 4, read: (cursor) => cursor.u32() },
  5: { least: 4, read: (cursor) => cursor.i32() },
  6: { least: 4, read: (cursor) => cursor.f32() },
  7: { least: 1, read: (cursor) => cursor.u8() !== 0 },
  8: { least: 8, read: (cursor) => cursor.text() },
  10: { least: 8, read: (cursor) => cursor.u64() },
  11: { least: 8, read: (cursor) => cursor.i64() },
  12: { least: 8, read: (cursor) => cursor.f64() },
};
const LIST = 9;
/** A list in a list begins with its type and its count. */
const LIST_BYTES = 12;
/** The format lets lists hold lists; no model needs more than this. */
const DEEPEST = 4;

/** @throws RunError "model-corrupt" for a type that GGUF does not have */
export function readValue(id: string, key: string, type: number, cursor: Cursor, depth = 0): Value {
  if (type === LIST && depth < DEEPEST) {
    const inner = cursor.u32();
    const count = cursor.u64();
    cursor.require(count, READERS[inner]?.least ?? LIST_BYTES);
    return Array.from({ length: count }, () => readValue(id, key, inner, cursor, depth + 1));
  }
  const reader = READERS[type];
  if (reader === undefined) throw damaged(id, `its field "${key}" has the type ${type}, which GGUF files do not have`);
  return reader.read(cursor);
}

/** Fields by name, asked for by the type that the asker needs. A field of another type counts as damage. */
export class Metadata {
  readonly id: string;
  readonly #values: ReadonlyMap<string, Value>;

  constructor(id: string, values: ReadonlyMap<string, Value>) {
    this.id = id;
    this.#values = values;
  }

  get(key: string): Value | undefined {
    return this.#values.get(key);
  }

  number(key: string): number | null {
    return this.#typed(key, "a number", (value) => typeof value === "number");
  }

  /** @throws RunError "model-corrupt" where the field is missing */
  needNumber(key: string): number {
    const value = this.number(key);
    if (value === null) throw damaged(this.id, `its field "${key}" is missing`, "Choose another file of the model");
    return value;
  }

  flag(key: string): boolean | null {
    return this.#typed(key, "true or false", (value) => typeof value === "boolean");
  }

  text(key: string): string | null {
    return this.#typed(key, "text", (value) => typeof value === "string");
  }

  texts(key: string): readonly string[] | null {
    return this.#typed(key, "a list of texts", (value): value is string[] => isList(value, "string"));
  }

  numbers(key: string): readonly number[] | null {
    return this.#typed(key, "a list of numbers", (value): value is number[] => isList(value, "number"));
  }

  #typed<T extends Value>(key: string, wanted: string, fits: (value: Value) => value is T): T | null {
    const value = this.#values.get(key);
    if (value === undefined) return null;
    if (!fits(value)) throw damaged(this.id, `its field "${key}" is not ${wanted}`, "Choose another file of the model");
    return value;
  }
}

function isList(value: Value, type: "string" | "number"): boolean {
  return Array.isArray(value) && value.every((each: Value) => typeof each === type);
}
