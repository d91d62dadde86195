/**
 * Reads the header of a GGUF file (versions 2 and 3, little-endian): named fields, and where each tensor lies. Weights stay
 * in the file until they are asked for. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import type { ByteSource } from "./byte-source.ts";
import { Cursor, NeedsMore } from "./cursor.ts";
import { Metadata, readValue, type Value } from "./metadata.ts";
import { damaged, unsupported } from "./refuse.ts";
import { checkStart } from "./start-of-file.ts";
import { LAYOUTS, supportedType, typeName, type TensorType } from "./tensor-types.ts";

export interface TensorInfo {
  readonly name: string;
  /** Values side by side in a row. */
  readonly columns: number;
  readonly rows: number;
  readonly type: TensorType;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly bytes: number;
}

export interface Gguf {
  readonly id: string;
  readonly source: ByteSource;
  readonly metadata: Metadata;
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** Most headers are 2 to 8 MB, for their vocabulary. */
const FIRST_WINDOW = 2 ** 20;
const GROWTH = 4;
const MOST_TENSORS = 100_000;
/** A field has a name, a type and a value: 13 bytes at least. */
const FIELD_BYTES = 13;

/**
 * @param id the name that errors call the file by
 * @throws RunError "model-corrupt", "model-unsupported"
 */
export async function readGguf(id: string, source: ByteSource): Promise<Gguf> {
  let window = Math.min(FIRST_WINDOW, source.size);
  for (;;) {
    const bytes = await source.read(0, window);
    checkStart(id, bytes);
    try {
      return parse(id, source, bytes);
    } catch (error) {
      if (!(error instanceof NeedsMore)) throw error;
      if (error.end > source.size || bytes.byteLength < window) throw cutShort(id, error.end, source.size);
      window = Math.min(Math.max(window * GROWTH, error.end), source.size);
    }
  }
}

function parse(id: string, source: ByteSource, bytes: Uint8Array): Gguf {
  const cursor = new Cursor(bytes);
  cursor.u32(); // the magic, checked before
  checkVersion(id, cursor.u32());
  const tensorCount = cursor.u64();
  const fieldCount = cursor.u64();
  if (tensorCount > MOST_TENSORS) throw damaged(id, `it claims to hold ${tensorCount} tensors`);
  cursor.require(fieldCount, FIELD_BYTES);
  const values = new Map<string, Value>();
  for (let index = 0; index < fieldCount; index += 1) {
    const key = cursor.text();
    values.set(key, readValue(id, key, cursor.u32(), cursor));
  }
  const metadata = new Metadata(id, values);
  checkWhole(metadata);
  const alignment = metadata.number("general.alignment") ?? 32;
  if (!(alignment >= 1 && alignment <= 2 ** 20)) throw damaged(id, `its field "general.alignment" is ${alignment}`);
  const found = Array.from({ length: tensorCount }, () => readTensor(id, cursor));
  const start = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = new Map<string, TensorInfo>();
  for (const tensor of found) {
    if (tensors.has(tensor.name)) throw damaged(id, `it holds the tensor ${tensor.name} twice`);
    tensors.set(tensor.name, { ...tensor, offset: start + tensor.offset });
  }
  checkEnds(id, source.size, tensors.values());
  return { id, source, metadata, tensors };
}

/** @throws RunError "model-unsupported" for other byte orders and for versions that are older or newer */
function checkVersion(id: string, version: number): void {
  if (version === 2 || version === 3) return;
  if (version !== 0 && (version & 0xffff) === 0) {
    throw unsupported(id, "it is a big-endian GGUF file", "Choose a little-endian one, as nearly all are");
  }
  throw unsupported(id, `it is GGUF version ${version}, and Tiller reads versions 2 and 3`, "Choose another file");
}

function checkWhole(metadata: Metadata): void {
  const parts = metadata.number("split.count") ?? 1;
  if (parts <= 1) return;
  const way = "Join the parts with llama-gguf-split --merge, or choose a model in one file";
  throw unsupported(metadata.id, `it is one of ${parts} parts of a split model`, way);
}

function readTensor(id: string, cursor: Cursor): TensorInfo {
  const name = cursor.text();
  const rank = cursor.u32();
  if (rank > 4) throw damaged(id, `its tensor ${name} has ${rank} axes`);
  const sizes = Array.from({ length: rank }, () => cursor.u64());
  const number = cursor.u32();
  const offset = cursor.u64();
  const type = supportedType(number);
  if (type === null)
    throw unsupported(id, `its tensor ${name} is of type ${typeName(number)}, which Tiller does not read`);
  const [columns = 1, ...others] = sizes;
  const rows = others.reduce((product, size) => product * size, 1);
  const { values, bytes } = LAYOUTS[type];
  if (columns % values !== 0 || !Number.isSafeInteger(columns * rows) || columns * rows === 0) {
    throw damaged(id, `its tensor ${name} of type ${type} has the sizes ${sizes.join(" x ")}`);
  }
  return { name, columns, rows, type, offset, bytes: (columns / values) * rows * bytes };
}

function checkEnds(id: string, size: number, tensors: Iterable<TensorInfo>): void {
  let end = 0;
  for (const { offset, bytes } of tensors) end = Math.max(end, offset + bytes);
  if (end > size) throw cutShort(id, end, size);
}

function cutShort(id: string, needed: number, size: number): Error {
  return damaged(id, `it ends at byte ${size} and should have ${needed} at least, so it was cut short`);
}

/** The bytes of one tensor. @throws RunError "model-corrupt" where the file has become shorter */
export async function readTensorBytes({ id, source }: Gguf, { offset, bytes }: TensorInfo): Promise<Uint8Array> {
  const read = await source.read(offset, bytes);
  if (read.byteLength < bytes) throw cutShort(id, offset + bytes, offset + read.byteLength);
  return read;
}
