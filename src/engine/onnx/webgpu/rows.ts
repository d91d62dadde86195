/** Rows whose caches lie on the GPU. Forks and drops are copies between buffers, queued in order with the graphs. */
import { bytesOf, type CacheShape, type DeviceRows, type Forward, type LogitsOnCard } from "../runtime.ts";
import { replaceBlocks } from "../replace-blocks.ts";
import { GpuBlock, GpuScratch, USAGE } from "./buffers.ts";
import type { GpuShared } from "./shared.ts";

/** What a session lends to its rows. */
export interface GpuLender extends GpuShared {
  readonly cache: CacheShape | null;
  run(call: Forward, past: readonly GpuBlock[], present: readonly GpuBlock[]): Promise<void>;
  /** What can be asked about the logits of a call; absent where nothing can be cut. */
  readonly onCard?: (call: Forward) => LogitsOnCard;
}

export class GpuRows implements DeviceRows {
  readonly #lender: GpuLender;
  /** One position of all blocks, on its way from row to row: a buffer cannot be copied onto itself. */
  readonly #position: GpuScratch;
  #rows: number;
  #capacity: number;
  #blocks: GpuBlock[];
  #latest: Forward | null = null;
  readonly onCard?: NonNullable<DeviceRows["onCard"]>;

  constructor(lender: GpuLender, rows: number, capacity: number) {
    this.#lender = lender;
    this.#position = new GpuScratch(lender, USAGE.COPY_SRC | USAGE.COPY_DST);
    this.#rows = rows;
    this.#capacity = capacity;
    this.#blocks = this.#allocate(rows, capacity);
    const { onCard } = lender;
    if (onCard === undefined) return;
    this.onCard = () => {
      if (this.#latest === null) throw new Error("these rows have run no forward");
      return onCard(this.#latest);
    };
  }

  get rows(): number {
    return this.#rows;
  }

  get capacity(): number {
    return this.#capacity;
  }

  async forward(call: Forward): Promise<void> {
    this.#latest = call;
    if (this.#lender.cache?.grows !== true) return this.#lender.run(call, this.#blocks, this.#blocks);
    const longer = this.#allocate(call.rows, call.total);
    this.#blocks = await replaceBlocks(this.#blocks, longer, (past, present) => this.#lender.run(call, past, present));
    this.#capacity = call.total;
  }

  keep(rows: readonly number[], length: number, capacity: number): void {
    const shape = this.#lender.cache;
    if (shape !== null) {
      const { device } = this.#lender;
      const token = shape.headDim * bytesOf(shape.type);
      const blocks = this.#allocate(rows.length, capacity);
      const encoder = device.createCommandEncoder();
      blocks.forEach((block, index) => {
        const old = this.#blocks[index];
        if (old === undefined) return;
        for (const [row, source] of rows.entries()) {
          for (let head = 0; head < shape.kvHeads; head += 1) {
            const from = (source * shape.kvHeads + head) * this.#capacity * token;
            const to = (row * shape.kvHeads + head) * capacity * token;
            encoder.copyBufferToBuffer(old.buffer, from, block.buffer, to, length * token);
          }
        }
      });
      device.queue.submit([encoder.finish()]);
      for (const block of this.#blocks) block.free();
      this.#blocks = blocks;
    }
    this.#rows = rows.length;
    this.#capacity = capacity;
  }

  spread(from: number, to: readonly number[], position: number): void {
    const { cache, device } = this.#lender;
    if (cache === null || to.length === 0) return;
    const token = cache.headDim * bytesOf(cache.type);
    const scratch = this.#position.reserve(2 * cache.layers * cache.kvHeads * token);
    const at = (row: number, head: number): number =>
      ((row * cache.kvHeads + head) * this.#capacity + position) * token;
    const encoder = device.createCommandEncoder();
    this.#blocks.forEach((block, index) => {
      for (let head = 0; head < cache.kvHeads; head += 1) {
        const slot = (index * cache.kvHeads + head) * token;
        encoder.copyBufferToBuffer(block.buffer, at(from, head), scratch, slot, token);
        for (const row of to) encoder.copyBufferToBuffer(scratch, slot, block.buffer, at(row, head), token);
      }
    });
    device.queue.submit([encoder.finish()]);
  }

  dispose(): void {
    for (const block of this.#blocks) block.free();
    this.#blocks = [];
    this.#position.free();
  }

  #allocate(rows: number, capacity: number): GpuBlock[] {
    const shape = this.#lender.cache;
    if (shape === null) return [];
    const dims = [rows, shape.kvHeads, capacity, shape.headDim];
    return Array.from({ length: 2 * shape.layers }, () => new GpuBlock(this.#lender, dims, shape.type));
  }
}
