/** Collects the parts of a graph: nodes, small constants inside it, and large weights in files beside it. */
import type { ExternalFile } from "../onnx/runtime.ts";
import {
  externalTensor,
  FLOAT,
  FLOAT16,
  INT32,
  INT64,
  INT8,
  model,
  node,
  port,
  tensor,
  UINT8,
  type Message,
  type NodeOptions,
} from "./onnx-writer.ts";
import { bytesOfArray, madeOnDemand } from "./weight-files.ts";

const ELEMENTS = {
  float32: { type: FLOAT, bytes: 4 },
  float16: { type: FLOAT16, bytes: 2 },
  int8: { type: INT8, bytes: 1 },
  uint8: { type: UINT8, bytes: 1 },
} as const;

type ElementType = keyof typeof ELEMENTS;
type Dims = readonly (number | string)[];

/** Operators of ONNX Runtime's own. */
export const MICROSOFT = { domain: "com.microsoft" } as const;

export class GraphParts {
  readonly #nodes: Message[] = [];
  readonly #weights: Message[] = [];
  readonly #inputs: Message[] = [];
  readonly #outputs: Message[] = [];
  readonly #files: ExternalFile[] = [];
  readonly #known = new Set<string>();
  #bytes = 0;
  #largest = { name: "", bytes: 0 };

  /** Bytes of all weights in files. */
  get weightBytes(): number {
    return this.#bytes;
  }

  get largestTensor(): { readonly name: string; readonly bytes: number } {
    return this.#largest;
  }

  input(name: string, type: number, dims: Dims): string {
    this.#inputs.push(port(name, type, dims));
    return name;
  }

  output(name: string, dims: Dims): void {
    this.#outputs.push(port(name, FLOAT, dims));
  }

  /** @returns the name of the first output */
  node(
    operator: string,
    inputs: readonly string[],
    outputs: string | readonly string[],
    options?: NodeOptions,
  ): string {
    const names = typeof outputs === "string" ? [outputs] : outputs;
    this.#nodes.push(node(operator, inputs, names, options));
    return names[0] ?? "";
  }

  /** Nodes that several others share: `make` adds them the first time alone. */
  shared(name: string, make: (name: string) => void): string {
    return this.#once(name, () => make(name));
  }

  /** A constant of whole numbers. */
  whole(name: string, values: readonly number[]): string {
    return this.#once(name, () => {
      this.#weights.push(tensor(name, INT64, [values.length], BigInt64Array.from(values, BigInt)));
    });
  }

  /** The same in 32 bits, which shaders compute with. */
  whole32(name: string, values: readonly number[]): string {
    return this.#once(name, () => {
      this.#weights.push(tensor(name, INT32, [values.length], Int32Array.from(values)));
    });
  }

  /** A constant of numbers, for vectors that are too small for a file. */
  numbers(name: string, values: ArrayLike<number>): string {
    return this.#once(name, () => {
      this.#weights.push(tensor(name, FLOAT, [values.length], Float32Array.from(values)));
    });
  }

  /** Weights in a file. Several nodes may name them; they are stored once. */
  weight(name: string, type: ElementType, dims: readonly number[], make: () => ArrayBufferView): string {
    return this.#once(name, () => {
      const element = ELEMENTS[type];
      const length = dims.reduce((product, size) => product * size, element.bytes);
      this.#weights.push(externalTensor(name, element.type, dims, { location: name, length }));
      this.#files.push(madeOnDemand(name, length, () => bytesOfArray(make())));
      this.#bytes += length;
      if (length > this.#largest.bytes) this.#largest = { name, bytes: length };
    });
  }

  finish(): { readonly graph: Uint8Array; readonly external: readonly ExternalFile[] } {
    const parts = model({ nodes: this.#nodes, weights: this.#weights, inputs: this.#inputs, outputs: this.#outputs });
    const graph = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
    let at = 0;
    for (const part of parts) {
      graph.set(part, at);
      at += part.byteLength;
    }
    return { graph, external: this.#files };
  }

  #once(name: string, add: () => void): string {
    if (!this.#known.has(name)) add();
    this.#known.add(name);
    return name;
  }
}
