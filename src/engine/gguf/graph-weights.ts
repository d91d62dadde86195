/** Nodes that use a stored matrix: a product with it, and rows of it for tokens. Tied weights are stored once. */
import { blockWeights, bitsOf, type BlockWeights, type Minimum } from "./block-weights.ts";
import { dequantise, isCoded, readCodes, type CodedType } from "./dequantise.ts";
import { MICROSOFT, type GraphParts } from "./graph-parts.ts";
import { FLOAT } from "./onnx-writer.ts";
import { rowPieces } from "./row-pieces.ts";
import type { StoredTensor } from "./stored-weights.ts";

/** How matrices lie in the graph. */
export type GraphForm =
  /** As float32: fastest where 4-bit products are slow, as in WebAssembly. */
  | { readonly kind: "unfolded" }
  /** As they are stored, in blocks of codes. */
  | { readonly kind: "blocks"; readonly minimum: Minimum };

type CodedTensor = StoredTensor & { readonly type: CodedType };

function isCodedTensor(tensor: StoredTensor): tensor is CodedTensor {
  return isCoded(tensor.type);
}

/** input times the transpose of the matrix */
export function linear(
  parts: GraphParts,
  input: string,
  matrix: StoredTensor,
  form: GraphForm,
  output: string,
): string {
  if (!isCodedTensor(matrix) && form.kind === "blocks") return onCard(parts, input, matrix, output);
  if (form.kind === "unfolded" || !isCodedTensor(matrix)) return unfolded(parts, input, matrix, output);
  const blocks = blockWeights(matrix, form.minimum);
  const product = blocks.added === null ? output : `${output}.coded`;
  const made = ofBlocks(parts, input, matrix, blocks, product);
  if (blocks.added === null) return made;
  const perRow = matrix.columns / blocks.block;
  const added = parts.weight(`${matrix.name}.added`, "float32", [perRow, matrix.rows], blocks.added);
  const more = parts.node("MatMul", [blockSums(parts, input, matrix.columns, blocks.block), added], `${output}.added`);
  return parts.node("Add", [made, more], output);
}

function ofBlocks(
  parts: GraphParts,
  input: string,
  { name, rows, columns }: CodedTensor,
  { block, bits, packed, scales, zeros }: BlockWeights,
  output: string,
): string {
  const perRow = columns / block;
  const inputs = [
    input,
    parts.weight(`${name}.packed`, "uint8", [rows, perRow, (block * bits) / 8], packed),
    parts.weight(`${name}.scales`, "float32", [rows, perRow], scales),
    ...(zeros === null ? [] : [parts.weight(`${name}.zeros`, "float32", [rows, perRow], zeros)]),
  ];
  const ints = { K: columns, N: rows, bits, block_size: block };
  return parts.node("MatMulNBits", inputs, output, { ...MICROSOFT, ints });
}

/** The sums of the input over each block; queries, keys and values share them, and so do gate and up. */
function blockSums(parts: GraphParts, input: string, columns: number, block: number): string {
  return parts.shared(`${input}.block_sums`, (name) => {
    const shape = parts.whole(`blocks_of_${columns}`, [0, 0, columns / block, block]);
    const cut = parts.node("Reshape", [input, shape], `${input}.blocks`);
    parts.node("ReduceSum", [cut, parts.whole("last_axis", [-1])], name, { ints: { keepdims: 0 } });
  });
}

function unfolded(
  parts: GraphParts,
  input: string,
  { name, type, data, rows, columns }: StoredTensor,
  output: string,
): string {
  const bytesOfRow = data.byteLength / rows;
  const times = (weight: string, from: number, count: number, to: string): string => {
    const stored = data.subarray(bytesOfRow * from, bytesOfRow * (from + count));
    const made = parts.weight(weight, "float32", [count, columns], () => dequantise(type, stored));
    return parts.node("FusedMatMul", [input, made], to, { ...MICROSOFT, ints: { transB: 1 } });
  };
  const pieces = rowPieces(rows, columns);
  if (pieces.length === 1) return times(name, 0, rows, output);
  const products = pieces.map(({ from, count }) => {
    return times(`${name}.from_${from}`, from, count, `${output}.from_${from}`);
  });
  return parts.node("Concat", products, output, { ints: { axis: -1 } });
}

/**
 * Matrices that no codes stand for, on a graphics card. It has no product with a transpose (FusedMatMul runs on the processor, with
 * a way back and forth each), so the matrix is turned as it is made.
 */
function onCard(parts: GraphParts, input: string, { name, type, data, rows, columns }: StoredTensor, output: string) {
  const made = parts.weight(`${name}.turned`, "float32", [columns, rows], () => {
    return turned(dequantise(type, data), rows, columns);
  });
  return parts.node("MatMul", [input, made], output);
}

function turned(matrix: Float32Array, rows: number, columns: number): Float32Array {
  const to = new Float32Array(matrix.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) to[column * rows + row] = matrix[row * columns + column]!;
  }
  return to;
}

/**
 * The logits of states, `[count, columns]`. On a card a head that no codes stand for is the table itself where the two are tied:
 * Gemm takes it as it lies.
 */
export function unembed(
  parts: GraphParts,
  states: string,
  head: StoredTensor,
  form: GraphForm,
  output: string,
): string {
  if (form.kind === "blocks" && !isCodedTensor(head)) {
    return parts.node("Gemm", [states, floatTable(parts, head)], output, { ints: { transB: 1 } });
  }
  const wide = parts.node("Unsqueeze", [states, parts.whole("first_axis", [0])], `${states}_row`);
  const logits = linear(parts, wide, head, form, `${output}_row`);
  return parts.node("Squeeze", [logits, parts.whole("first_axis", [0])], output);
}

function floatTable(parts: GraphParts, { name, type, data, rows, columns }: StoredTensor): string {
  return parts.weight(`${name}.table`, "float32", [rows, columns], () => dequantise(type, data));
}

/** Rows of the table for ids. Codes stay codes until their rows are found: a table as float32 is large and seldom read. */
export function embed(parts: GraphParts, ids: string, table: StoredTensor, form: GraphForm): string {
  const look = (weight: string, output: string): string =>
    parts.node("Gather", [weight, ids], output, { ints: { axis: 0 } });
  const { name, type, data, rows, columns } = table;
  if (!isCodedTensor(table)) {
    // A card may lack shaders of 16 bits.
    if (form.kind === "blocks") return look(floatTable(parts, table), "embedded");
    const isHalf = type === "F16";
    const whole = parts.weight(`${name}.table`, isHalf ? "float16" : "float32", [rows, columns], () => data);
    const found = look(whole, isHalf ? "halves_found" : "embedded");
    return isHalf ? parts.node("Cast", [found], "embedded", { ints: { to: FLOAT } }) : found;
  }
  const found = codesFound(parts, table, form, look);
  const scales = look(found.scales, "scales_found");
  const wide = parts.whole("block_axis", [3]);
  let values = parts.node(
    "Mul",
    [found.codes, parts.node("Unsqueeze", [scales, wide], "scales_wide")],
    "values_scaled",
  );
  if (type === "Q4_1") {
    const perRow = columns / 32;
    const offsets = parts.weight(`${name}.offsets`, "float32", [rows, perRow], () => offsetsOf(table));
    const offset = parts.node("Unsqueeze", [look(offsets, "offsets_found"), wide], "offsets_wide");
    values = parts.node("Add", [values, offset], "values_moved");
  }
  return parts.node("Reshape", [values, parts.whole("joined", [0, 0, columns])], "embedded");
}

interface Found {
  /** `[rows, columns, blocks, block]`, signed */
  readonly codes: string;
  /** The name of the scales' weight. */
  readonly scales: string;
}

/** A head of 8-bit blocks that is tied to the table has the same codes, moved by 128: the two share them. */
function codesFound(
  parts: GraphParts,
  table: CodedTensor,
  form: GraphForm,
  look: (weight: string, output: string) => string,
): Found {
  const { name, type, data, rows, columns } = table;
  const block = type === "Q6_K" ? 16 : 32;
  const perRow = columns / block;
  const asFloat = (codes: string): string => parts.node("Cast", [codes], "codes_float", { ints: { to: FLOAT } });
  if (form.kind === "blocks" && bitsOf(table) === 8) {
    const { packed, scales } = blockWeights(table, form.minimum);
    const moved = asFloat(look(parts.weight(`${name}.packed`, "uint8", [rows, perRow, block], packed), "codes_found"));
    return {
      codes: parts.node("Sub", [moved, parts.numbers("middle_code", [128])], "codes_signed"),
      scales: parts.weight(`${name}.scales`, "float32", [rows, perRow], scales),
    };
  }
  const codes = parts.weight(`${name}.codes`, "int8", [rows, perRow, block], () => readCodes(type, data).codes);
  const scales = (): Float32Array => readCodes(type, data).scales;
  return {
    codes: asFloat(look(codes, "codes_found")),
    scales: parts.weight(`${name}.table_scales`, "float32", [rows, perRow], scales),
  };
}

function offsetsOf({ type, data }: CodedTensor): Float32Array {
  const { offsets } = readCodes(type, data);
  if (offsets === null) throw new Error(`blocks of type ${type} have no offsets`);
  return offsets;
}
