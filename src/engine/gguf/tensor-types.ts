/** How GGUF files store the numbers of a tensor: blocks of so many values in so many bytes. Numbers are those of `ggml.h`. */

export type TensorType = "F32" | "F16" | "Q4_0" | "Q4_1" | "Q8_0" | "Q6_K";

export interface Layout {
  /** Values of a block. */
  readonly values: number;
  /** Bytes of a block. */
  readonly bytes: number;
}

export const LAYOUTS: Readonly<Record<TensorType, Layout>> = {
  F32: { values: 1, bytes: 4 },
  F16: { values: 1, bytes: 2 },
  Q4_0: { values: 32, bytes: 18 },
  Q4_1: { values: 32, bytes: 20 },
  Q8_0: { values: 32, bytes: 34 },
  Q6_K: { values: 256, bytes: 210 },
};

/** Every type by its number; those without a layout are refused by name. */
const NAMES: Readonly<Record<number, string>> = {
  0: "F32",
  1: "F16",
  2: "Q4_0",
  3: "Q4_1",
  6: "Q5_0",
  7: "Q5_1",
  8: "Q8_0",
  9: "Q8_1",
  10: "Q2_K",
  11: "Q3_K",
  12: "Q4_K",
  13: "Q5_K",
  14: "Q6_K",
  15: "Q8_K",
  16: "IQ2_XXS",
  17: "IQ2_XS",
  18: "IQ3_XXS",
  19: "IQ1_S",
  20: "IQ4_NL",
  21: "IQ3_S",
  22: "IQ2_S",
  23: "IQ4_XS",
  24: "I8",
  25: "I16",
  26: "I32",
  27: "I64",
  28: "F64",
  29: "IQ1_M",
  30: "BF16",
  34: "TQ1_0",
  35: "TQ2_0",
  39: "MXFP4",
};

export function typeName(type: number): string {
  return NAMES[type] ?? `number ${type}`;
}

export function supportedType(type: number): TensorType | null {
  const name = typeName(type);
  return name in LAYOUTS ? (name as TensorType) : null;
}
