/**
 * Stored weights as numbers, exactly as `ggml-quants.c` unpacks them: every product below fits into the 24 bits of a float32,
 * so nothing but the last sum is rounded.
 */
import { fromHalves } from "../onnx/webgpu/halves.ts";
import { LAYOUTS, type TensorType } from "./tensor-types.ts";

/** Whole numbers with a scale for each block of them: value = code * scale + offset. */
export interface Codes {
  /** Signed: 4-bit codes with an offset are 0 to 15, those without are -8 to 7. */
  readonly codes: Int8Array;
  /** Codes that share a scale. */
  readonly block: 16 | 32;
  readonly scales: Float32Array;
  /** What is added to each value of a block; null where it is 0 throughout. */
  readonly offsets: Float32Array | null;
}

export type CodedType = Exclude<TensorType, "F32" | "F16">;

export function isCoded(type: TensorType): type is CodedType {
  return type !== "F32" && type !== "F16";
}

/** All 65,536 halves: a table is many times faster than arithmetic for each scale. */
let table: Float32Array | null = null;
function halves(): Float32Array {
  table ??= fromHalves(Uint16Array.from({ length: 0x1_0000 }, (_, bits) => bits));
  return table;
}

/** @param bytes whole blocks */
export function dequantise(type: TensorType, bytes: Uint8Array): Float32Array {
  if (type === "F32") return new Float32Array(aligned(bytes).buffer);
  if (type === "F16") {
    const known = halves();
    return Float32Array.from(new Uint16Array(aligned(bytes).buffer), (bits) => known[bits]!);
  }
  const { codes, block, scales, offsets } = readCodes(type, bytes);
  const values = new Float32Array(codes.length);
  for (let b = 0; b < scales.length; b += 1) {
    const scale = scales[b]!;
    const end = (b + 1) * block;
    // Adding 0 would turn -0 into 0.
    if (offsets === null) for (let i = b * block; i < end; i += 1) values[i] = codes[i]! * scale;
    else for (let i = b * block; i < end; i += 1) values[i] = codes[i]! * scale + offsets[b]!;
  }
  return values;
}

const READERS: Readonly<Record<CodedType, (bytes: Uint8Array) => Codes>> = {
  Q4_0: (bytes) => readNibbles(bytes, false),
  Q4_1: (bytes) => readNibbles(bytes, true),
  Q8_0: readEights,
  Q6_K: readSixes,
};

export function readCodes(type: CodedType, bytes: Uint8Array): Codes {
  return READERS[type](bytes);
}

/** Half precision scale (and offset), then 16 bytes: value i in the low half of byte i, value i + 16 in the high one. */
function readNibbles(bytes: Uint8Array, hasOffset: boolean): Codes {
  const size = LAYOUTS[hasOffset ? "Q4_1" : "Q4_0"].bytes;
  const blocks = bytes.byteLength / size;
  const known = halves();
  const codes = new Int8Array(blocks * 32);
  const scales = new Float32Array(blocks);
  const offsets = hasOffset ? new Float32Array(blocks) : null;
  const head = hasOffset ? 4 : 2;
  const shift = hasOffset ? 0 : 8;
  for (let b = 0; b < blocks; b += 1) {
    const at = b * size;
    scales[b] = known[bytes[at]! | (bytes[at + 1]! << 8)]!;
    if (offsets !== null) offsets[b] = known[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
    for (let i = 0; i < 16; i += 1) {
      const byte = bytes[at + head + i]!;
      codes[b * 32 + i] = (byte & 0xf) - shift;
      codes[b * 32 + 16 + i] = (byte >> 4) - shift;
    }
  }
  return { codes, block: 32, scales, offsets };
}

/** Half precision scale, then 32 signed bytes. */
function readEights(bytes: Uint8Array): Codes {
  const size = LAYOUTS.Q8_0.bytes;
  const blocks = bytes.byteLength / size;
  const known = halves();
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Int8Array(blocks * 32);
  const scales = new Float32Array(blocks);
  for (let b = 0; b < blocks; b += 1) {
    const at = b * size;
    scales[b] = known[bytes[at]! | (bytes[at + 1]! << 8)]!;
    codes.set(signed.subarray(at + 2, at + 34), b * 32);
  }
  return { codes, block: 32, scales, offsets: null };
}

/** 256 values: 128 bytes of low halves, 64 of upper pairs of bits, 16 signed scales, and one scale for all. */
function readSixes(bytes: Uint8Array): Codes {
  const size = LAYOUTS.Q6_K.bytes;
  const blocks = bytes.byteLength / size;
  const known = halves();
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Int8Array(blocks * 256);
  const scales = new Float32Array(blocks * 16);
  for (let b = 0; b < blocks; b += 1) {
    const at = b * size;
    const scale = known[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
    for (let s = 0; s < 16; s += 1) scales[b * 16 + s] = scale * signed[at + 192 + s]!;
    for (let half = 0; half < 2; half += 1) {
      const low = at + half * 64;
      const high = at + 128 + half * 32;
      const to = b * 256 + half * 128;
      for (let i = 0; i < 32; i += 1) {
        const pairs = bytes[high + i]!;
        codes[to + i] = ((bytes[low + i]! & 0xf) | ((pairs & 3) << 4)) - 32;
        codes[to + 32 + i] = ((bytes[low + 32 + i]! & 0xf) | (((pairs >> 2) & 3) << 4)) - 32;
        codes[to + 64 + i] = ((bytes[low + i]! >> 4) | (((pairs >> 4) & 3) << 4)) - 32;
        codes[to + 96 + i] = ((bytes[low + 32 + i]! >> 4) | (((pairs >> 6) & 3) << 4)) - 32;
      }
    }
  }
  return { codes, block: 16, scales, offsets: null };
}

/** A copy that begins at a multiple of four, as typed arrays need. */
function aligned(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(bytes);
}
