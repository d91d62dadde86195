/** Reads rows of logits beside rows that are held on the card, so that 276 bytes a pair come back. */
import {
  CUT_SIZE,
  type CutLogits,
  type LogitsBeside,
  type BesideAsk,
  type HeldLogits,
} from "../../../core/cut-logits.ts";
import { BESIDE_SHADER, BESIDE_WORDS, CALL_HEAD, PAIR_WORDS, STRANGE, SUMS } from "./beside-shader.ts";
import { GpuScratch, USAGE, type BufferPlace } from "./buffers.ts";
import { encodeRows } from "./pipeline.ts";

const WORD = Uint32Array.BYTES_PER_ELEMENT;

/** Rows of logits in a buffer. */
export interface RowsOnCard {
  readonly buffer: GPUBuffer;
  readonly bytes: number;
  /** Floats from row to row. */
  readonly stride: number;
  /** Where each row of the batch lies. */
  readonly places: readonly number[];
}

export class GpuHeld implements HeldLogits {
  readonly heldBy = "webgpu";
  readonly rows: RowsOnCard;
  /** Other logits have taken the place. */
  isOver = false;

  constructor(rows: RowsOnCard) {
    this.rows = rows;
  }
}

export class Beside {
  readonly #place: BufferPlace;
  readonly #call: GpuScratch;
  readonly #found: GpuScratch;

  constructor(place: BufferPlace) {
    this.#place = place;
    this.#call = new GpuScratch(place, USAGE.STORAGE | USAGE.COPY_DST);
    this.#found = new GpuScratch(place, USAGE.STORAGE | USAGE.COPY_SRC);
  }

  /**
   * Queues the program.
   * @param asked rows beside rows of the same held logits
   * @returns the buffer that will hold what it found, and its bytes
   */
  encode(encoder: GPUCommandEncoder, own: RowsOnCard, asked: readonly BesideAsk[], vocabulary: number) {
    const { device } = this.#place;
    const held = heldRows(asked);
    const call = callWords(own, held, asked, vocabulary);
    const wanted = this.#call.reserve(call.byteLength);
    device.queue.writeBuffer(wanted, 0, call);
    const bytes = asked.length * BESIDE_WORDS * WORD;
    const found = this.#found.reserve(bytes);
    const resources = [
      { buffer: own.buffer, size: own.bytes },
      { buffer: held.buffer, size: held.bytes },
      { buffer: wanted },
      { buffer: found },
    ];
    encodeRows(device, encoder, { code: BESIDE_SHADER, rows: asked.length, resources });
    return { buffer: found, bytes };
  }

  free(): void {
    this.#call.free();
    this.#found.free();
  }
}

/** @throws Error where they are held no more, or not on the card */
export function heldRows([first]: readonly BesideAsk[]): RowsOnCard {
  if (!(first?.held instanceof GpuHeld)) throw new Error("these logits are not held on the card");
  if (first.held.isOver) throw new Error("other logits have taken the place of those held");
  return first.held.rows;
}

function callWords(
  own: RowsOnCard,
  held: RowsOnCard,
  asked: readonly BesideAsk[],
  vocabulary: number,
): Uint32Array<ArrayBuffer> {
  const banned = [...(asked[0]?.banned ?? [])];
  const words = new Uint32Array(CALL_HEAD + banned.length + asked.length * PAIR_WORDS);
  const floats = new Float32Array(words.buffer);
  words.set([own.stride, held.stride, vocabulary, banned.length, ...banned]);
  for (const [i, { row, heldRow, cut }] of asked.entries()) {
    const at = CALL_HEAD + banned.length + i * PAIR_WORDS;
    words.set([own.places[row]!, held.places[heldRow]!], at);
    floats[at + 2] = cut.logits[0]!;
    words.set(cut.ids, at + 3);
  }
  return words;
}

/** @returns null for a row with a logit that is no finite number */
export function readBeside(words: Uint32Array, cuts: readonly Pick<CutLogits, "ids">[]): (LogitsBeside | null)[] {
  const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
  return cuts.map(({ ids }, pair) => {
    const at = pair * BESIDE_WORDS;
    if (words[at + STRANGE] !== 0) return null;
    const sumOf = (name: keyof typeof SUMS): number => floats[at + SUMS[name]]!;
    return {
      ids,
      logits: floats.slice(at, at + CUT_SIZE),
      logZ: sumOf("largest") + Math.log(sumOf("mass")),
      mean: sumOf("largest") + sumOf("moment") / sumOf("weight"),
    };
  });
}
