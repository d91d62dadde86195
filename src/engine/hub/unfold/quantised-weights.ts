/**
 * The weights of ONNX Runtime's operator `MatMulNBits` as numbers: codes of 4 or 8 bits in blocks along each row, a scale
 * for each block, and zero points (ContribOperators of onnxruntime, com.microsoft.MatMulNBits).
 */

export interface QuantisedMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly bits: 4 | 8;
  /** Values that share a scale; the last block of a row may be padded. */
  readonly block: number;
  /** `[rows, blocks, block * bits / 8]`; of two codes of 4 bits in a byte, the first is in the low half. */
  readonly packed: Uint8Array;
  /** `[rows, blocks]` */
  readonly scales: Float32Array;
  /**
   * `[rows, blocks]` as fractions, or as codes: of 8 bits, or of 4, where each row begins at a whole byte. Null is the
   * middle of the codes.
   */
  readonly zeros: Float32Array | Uint8Array | null;
}

export function blocksOf({ columns, block }: Pick<QuantisedMatrix, "columns" | "block">): number {
  return Math.ceil(columns / block);
}

/** @returns `[count, columns]`: (code - zero point) * scale */
export function unpackRows(matrix: QuantisedMatrix, from: number, count: number): Float32Array {
  const { columns, bits, block, packed, scales } = matrix;
  const blocks = blocksOf(matrix);
  const bytes = (block * bits) / 8;
  const values = new Float32Array(count * columns);
  for (let row = 0; row < count; row += 1) {
    for (let b = 0; b < blocks; b += 1) {
      const at = (from + row) * blocks + b;
      const scale = scales[at]!;
      const zero = zeroOf(matrix, from + row, b, blocks);
      const start = row * columns + b * block;
      const end = Math.min(start + block, (row + 1) * columns);
      let byte = at * bytes;
      if (bits === 8) {
        for (let i = start; i < end; i += 1) values[i] = (packed[byte++]! - zero) * scale;
        continue;
      }
      for (let i = start; i < end; i += 2) {
        const pair = packed[byte++]!;
        values[i] = ((pair & 0xf) - zero) * scale;
        if (i + 1 < end) values[i + 1] = ((pair >> 4) - zero) * scale;
      }
    }
  }
  return values;
}

function zeroOf({ zeros, bits }: QuantisedMatrix, row: number, b: number, blocks: number): number {
  if (zeros === null) return 2 ** (bits - 1);
  if (zeros instanceof Float32Array || bits === 8) return zeros[row * blocks + b]!;
  const pair = zeros[row * Math.ceil(blocks / 2) + (b >> 1)]!;
  return b % 2 === 0 ? pair & 0xf : pair >> 4;
}
