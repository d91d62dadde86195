/** Writes ONNX files: the wire form of protocol buffers, and the few messages of `onnx.proto` that a graph needs. */

type Bytes = Uint8Array<ArrayBuffer>;
/** Parts of a message, so that large weights are not copied until the end. */
export type Message = readonly Bytes[];

const text = (value: string): Bytes => new TextEncoder().encode(value);
const sizeOf = (parts: Message): number => parts.reduce((sum, part) => sum + part.byteLength, 0);

/** Negative numbers take the ten bytes of their 64 bits. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  if (value < 0) {
    const bits = BigInt.asUintN(64, BigInt(value));
    for (let at = 0n; at < 63n; at += 7n) bytes.push(Number((bits >> at) & 0x7fn) + 128);
    return [...bytes, 1];
  }
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

const number = (field: number, value: number): Message => [Uint8Array.from([...varint(field * 8), ...varint(value)])];
/** What stands before a field of so many bytes. */
export const header = (field: number, bytes: number): Bytes =>
  Uint8Array.from([...varint(field * 8 + 2), ...varint(bytes)]);
export const message = (field: number, parts: Message): Message => [header(field, sizeOf(parts)), ...parts];
const string = (field: number, value: string): Message => message(field, [text(value)]);

export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const INT32 = 6;
export const INT64 = 7;
export const FLOAT16 = 10;

export function tensor(
  name: string,
  type: number,
  dims: readonly number[],
  data: ArrayBufferView<ArrayBuffer>,
): Message {
  const raw = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return [...dims.flatMap((size) => number(1, size)), ...number(2, type), ...string(8, name), ...message(9, [raw])];
}

const EXTERNAL = 1;

/** A tensor whose bytes lie in a file of their own, and fill it. */
export function externalTensor(
  name: string,
  type: number,
  dims: readonly number[],
  { location, length }: { readonly location: string; readonly length: number },
): Message {
  const entry = (key: string, value: string): Message => message(13, [...string(1, key), ...string(2, value)]);
  return [
    ...dims.flatMap((size) => number(1, size)),
    ...number(2, type),
    ...string(8, name),
    ...entry("location", location),
    ...entry("offset", "0"),
    ...entry("length", String(length)),
    ...number(14, EXTERNAL),
  ];
}

export function port(name: string, type: number, dims: readonly (number | string)[]): Message {
  const shape = dims.flatMap((size) => message(1, typeof size === "number" ? number(1, size) : string(2, size)));
  const tensorType = [...number(1, type), ...message(2, shape)];
  return [...string(1, name), ...message(2, message(1, tensorType))];
}

export interface NodeOptions {
  readonly domain?: string;
  readonly ints?: Readonly<Record<string, number>>;
  readonly floats?: Readonly<Record<string, number>>;
}

export function node(
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  { domain = "", ints = {}, floats = {} }: NodeOptions = {},
): Message {
  const attributes = [
    ...Object.entries(ints).map(([name, value]) => [...string(1, name), ...number(3, value), ...number(20, 2)]),
    ...Object.entries(floats).map(([name, value]) => [...string(1, name), ...float(2, value), ...number(20, 1)]),
  ];
  return [
    ...inputs.flatMap((name) => string(1, name)),
    ...outputs.flatMap((name) => string(2, name)),
    ...string(4, operator),
    ...attributes.flatMap((attribute) => message(5, attribute)),
    ...string(7, domain),
  ];
}

function float(field: number, value: number): Message {
  return [Uint8Array.from(varint(field * 8 + 5)), new Uint8Array(Float32Array.of(value).buffer)];
}

export interface GraphParts {
  readonly nodes: readonly Message[];
  readonly weights: readonly Message[];
  readonly inputs: readonly Message[];
  readonly outputs: readonly Message[];
}

/** A file with the operators of ONNX 17 and of ONNX Runtime. */
export function model({ nodes, weights, inputs, outputs }: GraphParts): Message {
  const graph = [
    ...nodes.flatMap((part) => message(1, part)),
    ...string(2, "graph"),
    ...weights.flatMap((part) => message(5, part)),
    ...inputs.flatMap((part) => message(11, part)),
    ...outputs.flatMap((part) => message(12, part)),
  ];
  const opset = (domain: string, version: number): Message => message(8, [...string(1, domain), ...number(2, version)]);
  return [...number(1, 8), ...message(7, graph), ...opset("", 17), ...opset("com.microsoft", 1)];
}
