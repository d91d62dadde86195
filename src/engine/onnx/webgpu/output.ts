/** What a session's forwards leave on the card, and the ways to it: whole rows, their likeliest tokens, or rows beside others. */
import type { BesideAsk, LogitsBeside } from "../../../core/cut-logits.ts";
import { bytesOf, outputDims, picksInOutput, product, type CutInto, type Forward, type GraphSpec } from "../runtime.ts";
import { Beside, GpuHeld, heldRows, readBeside, type RowsOnCard } from "./beside.ts";
import { GpuScratch, MAP_READ_MODE, USAGE } from "./buffers.ts";
import { Cutter, readCuts } from "./cutter.ts";
import { fromHalves } from "./halves.ts";
import type { GpuShared } from "./shared.ts";

export class GpuOutput {
  readonly #shared: GpuShared;
  readonly #spec: GraphSpec;
  /** Sizes of the output for one position or row. */
  readonly #shape: readonly number[];
  /** Of the latest forward, and of the one that is held; they change places. */
  #buffer: GpuScratch;
  #spare: GpuScratch;
  readonly #staging: GpuScratch;
  readonly #cutter: Cutter;
  readonly #beside: Beside;
  /** Whose numbers lie in the buffers. */
  #latest: Forward | null = null;
  #heldCall: Forward | null = null;
  #held: GpuHeld | null = null;

  constructor(shared: GpuShared, spec: GraphSpec, shape: readonly number[]) {
    this.#shared = shared;
    this.#spec = spec;
    this.#shape = shape;
    const usage = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST;
    this.#buffer = new GpuScratch(shared, usage);
    this.#spare = new GpuScratch(shared, usage);
    this.#staging = new GpuScratch(shared, USAGE.MAP_READ | USAGE.COPY_DST);
    this.#cutter = new Cutter(shared);
    this.#beside = new Beside(shared);
  }

  /** A buffer for a forward; what the latest one left is lost. */
  begin(call: Forward): GPUBuffer {
    this.#latest = null;
    return this.#buffer.reserve(this.#bytesOf(call));
  }

  /** The forward has run: reads what it asked for. */
  async end(call: Forward): Promise<void> {
    this.#latest = call;
    if (call.stays === true) return;
    if (call.cut === undefined) await this.#read(this.#rowsOf(call), call.into);
    else if (this.#takes(this.#bytesOf(call))) await this.#readCuts(this.#rowsOf(call), call.cut);
    else call.cut.cuts.fill(null);
  }

  /** @throws Error where another forward has written over them */
  async bring(call: Forward, which: readonly number[], into: Float32Array): Promise<void> {
    const rows = this.#rowsOf(call);
    await this.#read({ ...rows, places: which.map((at) => rows.places[at]!) }, into);
  }

  hold(call: Forward): GpuHeld {
    if (this.#latest !== call) throw new Error("another forward has written over these logits");
    if (this.#held !== null) this.#held.isOver = true;
    const held = new GpuHeld(this.#rowsOf(call));
    [this.#buffer, this.#spare] = [this.#spare, this.#buffer];
    [this.#latest, this.#heldCall, this.#held] = [null, call, held];
    return held;
  }

  async beside(
    call: Forward,
    asked: readonly BesideAsk[],
    vocabulary: number,
  ): Promise<readonly (LogitsBeside | null)[]> {
    const own = this.#rowsOf(call);
    if (asked.length === 0) return [];
    if (!this.#takes(own.bytes) || !this.#takes(heldRows(asked).bytes)) return asked.map(() => null);
    const encoder = this.#shared.device.createCommandEncoder();
    const { buffer, bytes } = this.#beside.encode(encoder, own, asked, vocabulary);
    let found: (LogitsBeside | null)[] = [];
    await this.#copyOut(
      encoder,
      bytes,
      (staging) => encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes),
      (mapped) => {
        found = readBeside(
          new Uint32Array(mapped),
          asked.map(({ cut }) => cut),
        );
      },
    );
    return found;
  }

  free(): void {
    for (const own of [this.#buffer, this.#spare, this.#staging, this.#cutter, this.#beside]) own.free();
  }

  #rowsOf(call: Forward): RowsOnCard {
    const isHeld = call === this.#heldCall;
    if (!isHeld && call !== this.#latest) throw new Error("another forward has written over these logits");
    return {
      buffer: (isHeld ? this.#spare : this.#buffer).reserve(0),
      bytes: this.#bytesOf(call),
      stride: product(this.#shape),
      places: picksInOutput(this.#spec, call),
    };
  }

  #bytesOf(call: Forward): number {
    return product(outputDims(this.#spec, this.#shape, call)) * bytesOf(this.#spec.outputType);
  }

  /** Whether a program may look at so many bytes. */
  #takes(bytes: number): boolean {
    return bytes <= this.#shared.device.limits.maxStorageBufferBindingSize;
  }

  async #readCuts(rows: RowsOnCard, { cuts, ...wanted }: CutInto): Promise<void> {
    const encoder = this.#shared.device.createCommandEncoder();
    const { buffer, bytes } = this.#cutter.encode(encoder, rows, wanted);
    await this.#copyOut(
      encoder,
      bytes,
      (staging) => encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes),
      (mapped) => {
        readCuts(new Uint32Array(mapped)).forEach((cut, row) => (cuts[row] = cut));
      },
    );
  }

  /** Brings back the picks alone: a long prompt has many more logits than anyone asks for. */
  async #read({ buffer, stride, places }: RowsOnCard, into: Float32Array): Promise<void> {
    const type = this.#spec.outputType ?? "float32";
    const each = stride * bytesOf(type);
    const encoder = this.#shared.device.createCommandEncoder();
    const copy = (staging: GPUBuffer): void => {
      for (const run of consecutive(places)) {
        encoder.copyBufferToBuffer(buffer, run.first * each, staging, run.place * each, run.count * each);
      }
    };
    await this.#copyOut(encoder, places.length * each, copy, (mapped) => {
      into.set(type === "float32" ? new Float32Array(mapped) : fromHalves(new Uint16Array(mapped)));
    });
  }

  /** Copies to where the processor can read, and reads. */
  async #copyOut(
    encoder: GPUCommandEncoder,
    bytes: number,
    copy: (staging: GPUBuffer) => void,
    take: (mapped: ArrayBuffer) => void,
  ): Promise<void> {
    const staging = this.#staging.reserve(bytes);
    copy(staging);
    this.#shared.device.queue.submit([encoder.finish()]);
    await staging.mapAsync(MAP_READ_MODE, 0, bytes);
    take(staging.getMappedRange(0, bytes));
    staging.unmap();
  }
}

/** Picks that lie side by side, so that one copy takes them all. */
function consecutive(picks: readonly number[]): { first: number; place: number; count: number }[] {
  const runs: { first: number; place: number; count: number }[] = [];
  picks.forEach((pick, place) => {
    const last = runs.at(-1);
    if (last !== undefined && last.first + last.count === pick) last.count += 1;
    else runs.push({ first: pick, place, count: 1 });
  });
  return runs;
}
