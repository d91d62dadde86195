/**
 * Keeps the WebAssembly heap as small as a model allows. A heap never shrinks, so what it holds for a moment while a
 * session opens, a visitor pays for until the page closes.
 */
import type { ExternalFile, WeightBytes } from "../runtime.ts";
import type { OrtModule, Pointer } from "./module.ts";

/** What the runtime itself takes for nodes, names and small buffers, beside the weights; measured with SmolLM2. */
const RUNTIME_BYTES = 24e6;
/** A spacer that is too small would fill a hole elsewhere in place of the one between two weights. */
const SPACER_BYTES = 4096;

/** The spacers of a session leave holes that are a little smaller, so those of the next are larger. */
function spacerBytes(sessionsBefore: number): number {
  return SPACER_BYTES * (1 + sessionsBefore);
}

/** About how many bytes of the heap a session takes: its weights with their spacers, the graph twice, and the runtime. */
export function sessionBytes(
  graphBytes: number,
  external: readonly { readonly bytes: WeightBytes }[],
  sessionsBefore: number,
): number {
  const sizes = external.map(({ bytes }) => bytes.byteLength + spacerBytes(sessionsBefore));
  return sizes.reduce((sum, size) => sum + size, 0) + 2 * graphBytes + RUNTIME_BYTES;
}

/**
 * The heap grows by up to a fifth more than it must, and at most by 96 MB, each time that it is full. One large piece,
 * taken and given back, makes it as large as needed and no larger.
 */
export function makeRoom(module: OrtModule, bytes: number): void {
  const pointer = module._malloc(bytes);
  // Where there is no room, the session says so when it really needs it.
  if (pointer !== 0) module._free(pointer);
}

/**
 * The runtime loads all weights, then packs one after the other for its kernels and frees the original. The packed one
 * has the same size, but an aligned piece needs some bytes more than the hole, so each hole stayed empty: a sixth of the
 * heap. A spacer beside each weight, freed when all are loaded, makes the holes large enough.
 */
export function spacedFiles(
  module: OrtModule,
  external: readonly ExternalFile[],
  sessionsBefore: number,
): { readonly files: readonly ExternalFile[]; free(): void } {
  const waiting = new Set(external.map(({ path }) => path));
  const spacers: Pointer[] = [];
  const free = (): void => {
    for (const spacer of spacers.splice(0)) module._free(spacer);
  };
  const onRead = (path: string): void => {
    waiting.delete(path);
    if (waiting.size === 0) return free();
    const spacer = module._malloc(spacerBytes(sessionsBefore));
    if (spacer !== 0) spacers.push(spacer);
  };
  const files = external.map(({ path, bytes }) => ({ path, bytes: new Told(bytes, () => onRead(path)) }));
  return { files, free };
}

/** Bytes that say when they are read. */
class Told implements WeightBytes {
  readonly #bytes: WeightBytes;
  readonly #tell: () => void;

  constructor(bytes: WeightBytes, tell: () => void) {
    this.#bytes = bytes;
    this.#tell = tell;
  }

  get byteLength(): number {
    return this.#bytes.byteLength;
  }

  subarray(start?: number, end?: number): Uint8Array {
    this.#tell();
    return this.#bytes.subarray(start, end);
  }
}
