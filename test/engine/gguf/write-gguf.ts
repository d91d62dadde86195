/** Writes GGUF files for tests. */
import { LAYOUTS, type TensorType } from "../../../src/engine/gguf/tensor-types.ts";

export type FieldValue = string | number | boolean | readonly string[] | readonly number[];

export interface TensorToWrite {
  readonly name: string;
  readonly type: TensorType;
  readonly rows: number;
  readonly columns: number;
  readonly data: Uint8Array;
}

const TYPE_NUMBERS: Readonly<Record<TensorType, number>> = { F32: 0, F16: 1, Q4_0: 2, Q4_1: 3, Q8_0: 8, Q6_K: 14 };
const FLOAT64 = 12;
const UINT32 = 4;
const INT32 = 5;
const BOOL = 7;
const TEXT = 8;
const LIST = 9;
const ALIGNMENT = 32;

class Writer {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  bytes(bytes: Uint8Array): void {
    this.#parts.push(bytes);
    this.length += bytes.byteLength;
  }
  u32(value: number): void {
    this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }
  i32(value: number): void {
    this.bytes(new Uint8Array(Int32Array.of(value).buffer));
  }
  u64(value: number): void {
    this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }
  f64(value: number): void {
    this.bytes(new Uint8Array(Float64Array.of(value).buffer));
  }
  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.u64(bytes.byteLength);
    this.bytes(bytes);
  }
  pad(): void {
    this.bytes(new Uint8Array((ALIGNMENT - (this.length % ALIGNMENT)) % ALIGNMENT));
  }
  joined(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.length);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.byteLength;
    }
    return whole;
  }
}

function writeValue(to: Writer, value: FieldValue): void {
  if (typeof value === "string") {
    to.u32(TEXT);
    to.text(value);
  } else if (typeof value === "boolean") {
    to.u32(BOOL);
    to.bytes(Uint8Array.of(value ? 1 : 0));
  } else if (typeof value === "number") {
    const isWhole = Number.isInteger(value) && value >= 0;
    to.u32(isWhole ? UINT32 : FLOAT64);
    if (isWhole) to.u32(value);
    else to.f64(value);
  } else {
    to.u32(LIST);
    const isText = typeof value[0] === "string";
    to.u32(isText ? TEXT : INT32);
    to.u64(value.length);
    for (const each of value) {
      if (typeof each === "string") to.text(each);
      else to.i32(each);
    }
  }
}

export function writeGguf(
  fields: Readonly<Record<string, FieldValue>>,
  tensors: readonly TensorToWrite[],
): Uint8Array<ArrayBuffer> {
  const to = new Writer();
  to.bytes(new TextEncoder().encode("GGUF"));
  to.u32(3);
  to.u64(tensors.length);
  to.u64(Object.keys(fields).length);
  for (const [key, value] of Object.entries(fields)) {
    to.text(key);
    writeValue(to, value);
  }
  let offset = 0;
  for (const { name, type, rows, columns, data } of tensors) {
    const { values, bytes } = LAYOUTS[type];
    if (data.byteLength !== ((rows * columns) / values) * bytes)
      throw new Error(`${name} has ${data.byteLength} bytes`);
    to.text(name);
    const sizes = rows === 1 ? [columns] : [columns, rows];
    to.u32(sizes.length);
    for (const size of sizes) to.u64(size);
    to.u32(TYPE_NUMBERS[type]);
    to.u64(offset);
    offset += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT;
  }
  to.pad();
  for (const { data } of tensors) {
    to.bytes(data);
    to.pad();
  }
  return to.joined();
}
