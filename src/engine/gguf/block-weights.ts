/**
 * Stored blocks in the form that the operator `MatMulNBits` takes, without loss: codes without a sign, a scale for each
 * block, and where a block has a minimum, its zero point or what is added to it.
 */
import { isCoded, readCodes, type CodedType, type Codes } from "./dequantise.ts";
import type { StoredTensor } from "./stored-weights.ts";

/** How the minimum of a block of Q4_1 comes into the product. */
export type Minimum =
  /** As a zero point with a fraction. Processors take it; shaders take whole ones alone. */
  | "zero-point"
  /** As a second, small product: the sums of the input over each block, times what each block adds. */
  | "block-sums";

export interface BlockWeights {
  /** Values that share a scale. */
  readonly block: 16 | 32;
  readonly bits: 4 | 8;
  /** `[rows, blocks, block * bits / 8]` */
  readonly packed: () => Uint8Array;
  /** `[rows, blocks]` */
  readonly scales: () => Float32Array;
  /** `[rows, blocks]`, for the minimum as a zero point; null where the usual middle is right. */
  readonly zeros: (() => Float32Array) | null;
  /** `[blocks, rows]`, for the minimum by block sums: what each value has more than its code minus 8, times the scale. */
  readonly added: (() => Float32Array) | null;
}

/** The middle of 4 bits: what the operator takes from a code where it is given no zero points. */
const MIDDLE_4 = 8;
const MIDDLE_8 = 128;

/** Bits of a code in the graph; null for numbers that have no codes. */
export function bitsOf({ type }: Pick<StoredTensor, "type">): 4 | 8 | null {
  if (!isCoded(type)) return null;
  return type === "Q4_0" || type === "Q4_1" ? 4 : 8;
}

export function blockWeights(tensor: StoredTensor & { readonly type: CodedType }, minimum: Minimum): BlockWeights {
  const { type, data, rows } = tensor;
  // Read anew each time: kept, the unpacked codes of all layers would outweigh the file.
  const read = (): Codes => readCodes(type, data);
  const block = type === "Q6_K" ? 16 : 32;
  const scales = (): Float32Array => read().scales;
  const symmetric = { block, scales, zeros: null, added: null } as const;
  if (bitsOf(tensor) === 8) {
    return { ...symmetric, bits: 8, packed: () => Uint8Array.from(read().codes, (code) => code + MIDDLE_8) };
  }
  if (type !== "Q4_1") return { ...symmetric, bits: 4, packed: () => nibbles(read().codes, MIDDLE_4) };
  if (minimum === "block-sums") {
    return {
      ...symmetric,
      bits: 4,
      packed: () => nibbles(read().codes, 0),
      added: () => transposed(addedOf(read()), rows),
    };
  }
  return {
    block,
    bits: 4,
    packed: () => nibbles(withZeroPoints(read()).codes, 0),
    scales: () => withZeroPoints(read()).scales,
    zeros: () => withZeroPoints(read()).zeros,
    added: null,
  };
}

/** code * scale + offset = (code - zero) * scale with zero = -offset / scale. */
function withZeroPoints({ codes, scales, offsets }: Codes): Pick<Codes, "codes" | "scales"> & { zeros: Float32Array } {
  const own = { codes: codes.slice(), scales: scales.slice(), zeros: new Float32Array(scales.length) };
  scales.forEach((scale, b) => {
    const offset = offsets?.[b] ?? 0;
    if (scale !== 0) {
      own.zeros[b] = -offset / scale;
      return;
    }
    // All values are the minimum itself: code 1 with the minimum as its scale.
    own.codes.fill(1, b * 32, b * 32 + 32);
    own.scales[b] = offset;
  });
  return own;
}

/** code * scale + offset = (code - 8) * scale + added with added = offset + 8 * scale. */
function addedOf({ scales, offsets }: Codes): Float32Array {
  return Float32Array.from(scales, (scale, b) => (offsets?.[b] ?? 0) + MIDDLE_4 * scale);
}

function transposed(values: Float32Array, rows: number): Float32Array {
  const columns = values.length / rows;
  return Float32Array.from(values, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** Two codes a byte, the first in the low half. */
function nibbles(codes: Int8Array, shift: number): Uint8Array {
  const packed = new Uint8Array(codes.length / 2);
  for (let i = 0; i < packed.length; i += 1) {
    packed[i] = (codes[2 * i]! + shift) | ((codes[2 * i + 1]! + shift) << 4);
  }
  return packed;
}
