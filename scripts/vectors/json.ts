/** Reads numbers out of a vector file; every complaint names the place. */
import { BadInput } from "../node/bad-input.ts";

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One object of the file with typed access to its fields. */
export class Fields {
  readonly #value: { readonly [key: string]: Json };
  readonly #path: string;

  constructor(value: Json | undefined, path: string) {
    if (!isObject(value)) throw new BadInput(`${path} must be an object`);
    this.#value = value;
    this.#path = path;
  }

  get keys(): string[] {
    return Object.keys(this.#value);
  }

  number(key: string): number {
    return toNumber(this.#value[key], `${this.#path}.${key}`);
  }

  numbers(key: string): number[] {
    return toNumbers(this.#value[key], `${this.#path}.${key}`);
  }

  matrix(key: string): number[][] {
    const path = `${this.#path}.${key}`;
    return this.list(key).map((row, i) => toNumbers(row, `${path}[${i}]`));
  }

  strings(key: string): string[] {
    return this.list(key).map((entry, i) => {
      if (typeof entry !== "string") throw new BadInput(`${this.#path}.${key}[${i}] must be a text`);
      return entry;
    });
  }

  fields(key: string): Fields {
    return new Fields(this.#value[key], `${this.#path}.${key}`);
  }

  rows(key: string): Fields[] {
    return this.list(key).map((row, i) => new Fields(row, `${this.#path}.${key}[${i}]`));
  }

  list(key: string): readonly Json[] {
    const value = this.#value[key];
    if (!isList(value)) throw new BadInput(`${this.#path}.${key} must be a list`);
    return value;
  }
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** JSON has no infinities; the files write them as texts. */
function toNumber(value: Json | undefined, path: string): number {
  if (value === "-Infinity") return -Infinity;
  if (value === "Infinity") return Infinity;
  if (typeof value !== "number") throw new BadInput(`${path} must be a number`);
  return value;
}

function toNumbers(value: Json | undefined, path: string): number[] {
  if (!isList(value)) throw new BadInput(`${path} must be a list of numbers`);
  return value.map((entry, i) => toNumber(entry, `${path}[${i}]`));
}
