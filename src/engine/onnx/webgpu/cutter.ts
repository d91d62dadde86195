/** Cuts the likeliest tokens out of logits that lie on the card, and sums up the rest, so that 528 bytes a row come back. */
import type { CutLogits } from "../../../core/cut-logits.ts";
import { CUT_SIZE } from "../../../core/cut-logits.ts";
import type { CutInto } from "../runtime.ts";
import type { RowsOnCard } from "./beside.ts";
import { GpuScratch, USAGE, type BufferPlace } from "./buffers.ts";
import { CUT_SHADER, CUT_WORDS } from "./cut-shader.ts";
import { encodeRows } from "./pipeline.ts";

const WORD = Uint32Array.BYTES_PER_ELEMENT;
const CUT_BYTES = CUT_WORDS * WORD;

export class Cutter {
  readonly #place: BufferPlace;
  readonly #call: GpuScratch;
  readonly #found: GpuScratch;

  constructor(place: BufferPlace) {
    this.#place = place;
    this.#call = new GpuScratch(place, USAGE.STORAGE | USAGE.COPY_DST);
    this.#found = new GpuScratch(place, USAGE.STORAGE | USAGE.COPY_SRC);
  }

  /** Queues the program. @returns the buffer that will hold what it found, and its bytes */
  encode(encoder: GPUCommandEncoder, rows: RowsOnCard, { vocabulary, banned }: Omit<CutInto, "cuts">) {
    const { device } = this.#place;
    const { places, stride } = rows;
    const call = Uint32Array.of(stride, vocabulary, banned.size, ...banned, ...places);
    const wanted = this.#call.reserve(call.byteLength);
    device.queue.writeBuffer(wanted, 0, call);
    const bytes = places.length * CUT_BYTES;
    const found = this.#found.reserve(bytes);
    // The buffer of the logits may be larger than a program may look at.
    const resources = [{ buffer: rows.buffer, size: rows.bytes }, { buffer: wanted }, { buffer: found }];
    encodeRows(device, encoder, { code: CUT_SHADER, rows: places.length, resources });
    return { buffer: found, bytes };
  }

  free(): void {
    this.#call.free();
    this.#found.free();
  }
}

/** @returns one cut a row; null for a row with a logit that is no finite number */
export function readCuts(words: Uint32Array): (CutLogits | null)[] {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  return Array.from({ length: words.length / CUT_WORDS }, (_, row) => {
    const at = row * CUT_WORDS;
    const [max, sum] = [floats[at + 2 * CUT_SIZE]!, floats[at + 2 * CUT_SIZE + 1]!];
    if (words[at + 2 * CUT_SIZE + 2] !== 0) return null;
    const found = Array.from({ length: CUT_SIZE }, (__, i) => ({
      id: words[at + i]!,
      logit: floats[at + CUT_SIZE + i]!,
    })).sort((a, b) => b.logit - a.logit || a.id - b.id);
    return {
      ids: Int32Array.from(found, ({ id }) => id),
      logits: Float32Array.from(found, ({ logit }) => logit),
      logZ: max + Math.log(sum),
    };
  });
}
