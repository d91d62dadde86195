/**
 * Reads the wire form of protocol buffers, as much of it as an ONNX file needs. Bytes are views, so a graph with
 * hundreds of megabytes of weights is walked without a copy.
 */

export interface Field {
  readonly number: number;
  /** The value of a varint; 0 for the rest. Exact up to 2^53. */
  readonly value: number;
  /** The contents of a string, a message or raw bytes; empty for the rest. */
  readonly bytes: Uint8Array;
  /** The whole field with its tag, for a copy of the message. */
  readonly raw: Uint8Array;
}

const NONE = new Uint8Array(0);

/** @throws RangeError where the bytes are no message */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = message[offset];
      if (byte === undefined || shift > 2 ** 63) throw new RangeError(`a number is cut off at byte ${offset}`);
      offset += 1;
      value += (byte & 0x7f) * shift;
      if (byte < 0x80) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (offset + length > message.byteLength)
      throw new RangeError(`a field of ${length} bytes runs past the end of the file`);
    offset += length;
    return message.subarray(offset - length, offset);
  };
  const content = (form: number, number: number): Pick<Field, "value" | "bytes"> => {
    switch (form) {
      case 0:
        return { value: varint(), bytes: NONE };
      case 1:
        return { value: 0, bytes: take(8) };
      case 2:
        return { value: 0, bytes: take(varint()) };
      case 5:
        return { value: 0, bytes: take(4) };
      default:
        throw new RangeError(`field ${number} at byte ${offset} has a form that ONNX files do not use`);
    }
  };
  while (offset < message.byteLength) {
    const start = offset;
    const tag = varint();
    const number = Math.floor(tag / 8);
    const { value, bytes } = content(tag % 8, number);
    yield { number, value, bytes, raw: message.subarray(start, offset) };
  }
}

const decoder = new TextDecoder();

export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}
