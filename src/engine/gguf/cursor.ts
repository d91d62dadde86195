/** Walks the little-endian bytes of a GGUF header. */

/** The header goes on behind the bytes that are at hand. */
export class NeedsMore extends Error {
  /** Bytes of the file that must be at hand at least. */
  readonly end: number;

  constructor(end: number) {
    super(`the header goes on to byte ${end}`);
    this.name = "NeedsMore";
    this.end = end;
  }
}

const decoder = new TextDecoder();

export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws early where a list cannot be at hand: a damaged count would otherwise be walked for hours. */
  require(count: number, bytesEach: number): void {
    const end = this.offset + count * bytesEach;
    if (end > this.#bytes.byteLength) throw new NeedsMore(end);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }
  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }
  i16(): number {
    return this.#view.getInt16(this.#take(2), true);
  }
  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }
  i32(): number {
    return this.#view.getInt32(this.#take(4), true);
  }
  f32(): number {
    return this.#view.getFloat32(this.#take(4), true);
  }
  f64(): number {
    return this.#view.getFloat64(this.#take(8), true);
  }
  /** Exact up to 2^53; sizes beyond are beyond every file. */
  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), true));
  }
  i64(): number {
    return Number(this.#view.getBigInt64(this.#take(8), true));
  }

  text(): string {
    const length = this.u64();
    const start = this.#take(length);
    return decoder.decode(this.#bytes.subarray(start, start + length));
  }

  /** Moves over so many bytes and gives where they began. @throws NeedsMore */
  #take(length: number): number {
    const start = this.offset;
    if (start + length > this.#bytes.byteLength) throw new NeedsMore(start + length);
    this.offset = start + length;
    return start;
  }
}
