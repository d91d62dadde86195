/** Rows whose caches lie in memory that the processor can read: the WebAssembly heap or Node's. */
import { replaceBlocks } from "./replace-blocks.ts";
import { bytesOf, type CacheShape, type DeviceRows, type Forward } from "./runtime.ts";

/** One cache block `[rows, kvHeads, capacity, headDim]`. */
export interface RowBlock {
  /** The block's floats; asked for anew each time, because a heap that grows may move its views. */
  floats(): Float32Array;
  free(): void;
}

/** What a session lends to its rows. */
export interface CpuSession<B extends RowBlock> {
  readonly cache: CacheShape | null;
  allocate(dims: readonly number[]): B;
  /** Called before blocks of so many bytes together are taken. */
  makeRoom?(bytes: number): void;
  run(call: Forward, past: readonly B[], present: readonly B[]): Promise<void>;
}

export class CpuRows<B extends RowBlock> implements DeviceRows {
  readonly #session: CpuSession<B>;
  #rows: number;
  #capacity: number;
  #blocks: B[] = [];

  constructor(session: CpuSession<B>, rows: number, capacity: number) {
    this.#session = session;
    this.#rows = rows;
    this.#capacity = capacity;
    this.#blocks = this.#allocate(rows, capacity);
  }

  get rows(): number {
    return this.#rows;
  }

  get capacity(): number {
    return this.#capacity;
  }

  async forward(call: Forward): Promise<void> {
    if (this.#session.cache?.grows !== true) return this.#session.run(call, this.#blocks, this.#blocks);
    const longer = this.#allocate(call.rows, call.total);
    this.#blocks = await replaceBlocks(this.#blocks, longer, (past, present) => this.#session.run(call, past, present));
    this.#capacity = call.total;
  }

  keep(rows: readonly number[], length: number, capacity: number): void {
    const shape = this.#session.cache;
    if (shape !== null) {
      const { kvHeads, headDim } = shape;
      // One block after the other, so that no more than one lies there twice. Where memory ends in the middle, the run ends
      // too, and `dispose` frees old and new blocks alike.
      for (const [index, old] of this.#blocks.entries()) {
        const block = this.#session.allocate([rows.length, kvHeads, capacity, headDim]);
        const from = old.floats();
        const to = block.floats();
        for (const [row, source] of rows.entries()) {
          for (let head = 0; head < kvHeads; head += 1) {
            const start = (source * kvHeads + head) * this.#capacity * headDim;
            to.set(from.subarray(start, start + length * headDim), (row * kvHeads + head) * capacity * headDim);
          }
        }
        old.free();
        this.#blocks[index] = block;
      }
    }
    this.#rows = rows.length;
    this.#capacity = capacity;
  }

  spread(from: number, to: readonly number[], position: number): void {
    const shape = this.#session.cache;
    if (shape === null) return;
    const { kvHeads, headDim } = shape;
    for (const block of this.#blocks) {
      const floats = block.floats();
      for (let head = 0; head < kvHeads; head += 1) {
        const at = (row: number): number => ((row * kvHeads + head) * this.#capacity + position) * headDim;
        for (const row of to) floats.copyWithin(at(row), at(from), at(from) + headDim);
      }
    }
  }

  dispose(): void {
    for (const block of this.#blocks) block.free();
    this.#blocks = [];
  }

  #makeRoom(rows: number, capacity: number): void {
    const { cache } = this.#session;
    if (cache === null) return;
    const { layers, kvHeads, headDim } = cache;
    this.#session.makeRoom?.(2 * layers * rows * kvHeads * capacity * headDim * bytesOf(cache.type));
  }

  /** All blocks or none: a failure in the middle frees what was taken. */
  #allocate(rows: number, capacity: number): B[] {
    const shape = this.#session.cache;
    if (shape === null) return [];
    const blocks: B[] = [];
    this.#makeRoom(rows, capacity);
    try {
      for (let index = 0; index < 2 * shape.layers; index += 1) {
        blocks.push(this.#session.allocate([rows, shape.kvHeads, capacity, shape.headDim]));
      }
    } catch (error) {
      for (const block of blocks) block.free();
      throw error;
    }
    return blocks;
  }
}
