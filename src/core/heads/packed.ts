/**
 * Arrays of numbers as text, for a head's file.
 *
 *   {"shape": [64, 576], "type": "float16", "data": "…"}                        little-endian halves, base64
 *   {"shape": [64, 576], "type": "int8", "scales": "…", "data": "…"}            one half-precision scale a row; entry = scale int8
 *
 * A scale is the row's largest size over 127, rounded up to a half, so no entry is cut. A vector is one row.
 */
import { checkFields, checkOneOf, checkString, refuse } from "../bounds.ts";
import { RunError } from "../errors.ts";
import { float16Bits, float16Value } from "./float16.ts";

export type PackedType = "float16" | "int8";

export type Packed =
  | { readonly shape: readonly number[]; readonly type: "float16"; readonly data: string }
  | { readonly shape: readonly number[]; readonly type: "int8"; readonly scales: string; readonly data: string };

/** Characters of the longest text: more than any head of a policy of a few thousand numbers a state. */
const MAX_CHARACTERS = 2 ** 25;

/**
 * @param shape of one or two sizes
 * @throws RunError "invalid-request" for a number that is not finite, or too large for half precision
 */
export function pack(name: string, values: ArrayLike<number>, shape: readonly number[], type: PackedType): Packed {
  for (let i = 0; i < values.length; i++) {
    if (Math.abs(values[i]!) <= 65504) continue;
    const message = `${name}[${i}] is ${values[i]}, and a head's file holds numbers of at most 65504; learn the head anew`;
    throw new RunError("invalid-request", message, { name, at: i, value: String(values[i]) });
  }
  return type === "float16" ? packHalves(values, shape) : packBytes(values, shape);
}

function packHalves(values: ArrayLike<number>, shape: readonly number[]): Packed {
  return { shape, type: "float16", data: toBase64(halves(values)) };
}

function packBytes(values: ArrayLike<number>, shape: readonly number[]): Packed {
  const columns = shape.at(-1)!;
  const rows = values.length / columns;
  const scales = new Float64Array(rows);
  const bytes = new Int8Array(values.length);
  for (let r = 0; r < rows; r++) {
    let largest = 0;
    for (let i = 0; i < columns; i++) largest = Math.max(largest, Math.abs(values[r * columns + i]!));
    const scale = (scales[r] = halfAbove(largest / 127));
    // A row of zeros has scale 0, and its bytes are 0 already.
    if (scale === 0) continue;
    for (let i = 0; i < columns; i++) bytes[r * columns + i] = Math.round(values[r * columns + i]! / scale);
  }
  return { shape, type: "int8", scales: toBase64(halves(scales)), data: toBase64(new Uint8Array(bytes.buffer)) };
}

/**
 * The numbers of a packed array of the expected shape.
 * @throws RunError "invalid-request" for another shape, broken base64, a wrong length, or a number that is not finite
 */
export function unpack(value: unknown, path: string, shape: readonly number[]): Float32Array {
  const known = checkFields(value, path, ["shape", "type", "scales", "data"]);
  const type = checkOneOf(known.type, `${path}.type`, ["float16", "int8"]);
  const fields = checkFields(
    value,
    path,
    type === "int8" ? ["shape", "type", "scales", "data"] : ["shape", "type", "data"],
  );
  if (JSON.stringify(fields.shape) !== JSON.stringify(shape)) {
    const given = Array.isArray(fields.shape) ? `[${fields.shape.join(", ").slice(0, 40)}]` : fields.shape;
    throw refuse(`${path}.shape`, `[${shape.join(", ")}]`, given, "take the file from where it was made");
  }
  const size = shape.reduce((product, each) => product * each, 1);
  const data = fromBase64(fields.data, `${path}.data`, type === "int8" ? size : 2 * size);
  const rows = shape.length === 1 ? 1 : shape[0]!;
  const values =
    type === "float16"
      ? fromHalves(data)
      : scaled(data, fromHalves(fromBase64(fields.scales, `${path}.scales`, 2 * rows)), size / rows);
  const broken = values.findIndex((each) => !Number.isFinite(each));
  if (broken >= 0) throw refuse(`${path}[${broken}]`, "a finite number", values[broken], "make the file anew");
  return values;
}

function scaled(data: Uint8Array, scales: Float32Array, columns: number): Float32Array {
  const bytes = new Int8Array(data.buffer, data.byteOffset, data.length);
  return Float32Array.from(bytes, (byte, i) => byte * scales[Math.floor(i / columns)]!);
}

function halves(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) view.setUint16(2 * i, float16Bits(values[i]!), true);
  return bytes;
}

function fromHalves(bytes: Uint8Array): Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => float16Value(view.getUint16(2 * i, true)));
}

/** The smallest half that is at least `x`; x >= 0. */
function halfAbove(x: number): number {
  const bits = float16Bits(x);
  return float16Value(bits) >= x ? float16Value(bits) : float16Value(bits + 1);
}

function toBase64(bytes: Uint8Array): string {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

function fromBase64(value: unknown, path: string, bytes: number): Uint8Array {
  const text = checkString(value, path, MAX_CHARACTERS);
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    throw refuse(path, "base64", text, "the file is damaged: take it from where it was made");
  }
  const letters = atob(text);
  if (letters.length !== bytes) {
    throw refuse(path, `${bytes} bytes`, letters.length, "the file is damaged or cut: take it from where it was made");
  }
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}
