/** Reads the names and dimensions of a session's inputs and outputs. */
import type { Signature } from "../runtime.ts";
import { fail, type OrtModule, type Pointer } from "./module.ts";

export interface SessionPort {
  /** The name as ONNX Runtime holds it; freed with the session. */
  readonly pointer: Pointer;
  readonly name: string;
  readonly dims: readonly (number | string)[];
}

export interface SessionPorts {
  readonly inputs: readonly SessionPort[];
  readonly outputs: readonly SessionPort[];
}

export function readPorts(module: OrtModule, session: Pointer): SessionPorts {
  const stack = module.stackSave();
  try {
    const counts = module.stackAlloc(2 * module.PTR_SIZE);
    if (module._OrtGetInputOutputCount(session, counts, counts + module.PTR_SIZE) !== 0) {
      fail(module, "cannot count the graph's inputs");
    }
    const inputCount = module.getValue(counts, "i32");
    const outputCount = module.getValue(counts + module.PTR_SIZE, "i32");
    const ports = Array.from({ length: inputCount + outputCount }, (_, index) => readPort(module, session, index));
    return { inputs: ports.slice(0, inputCount), outputs: ports.slice(inputCount) };
  } finally {
    module.stackRestore(stack);
  }
}

/** Metadata is `{ type: i32, rank: i32, names: pointer[rank], sizes: word[rank] }`; a name marks a varying size. */
function readPort(module: OrtModule, session: Pointer, index: number): SessionPort {
  const word = module.PTR_SIZE;
  const stack = module.stackSave();
  try {
    const result = module.stackAlloc(2 * word);
    if (module._OrtGetInputOutputMetadata(session, index, result, result + word) !== 0) {
      fail(module, `cannot read input or output ${index}`);
    }
    const pointer = module.getValue(result, "*");
    const metadata = module.getValue(result + word, "*");
    const rank = module.getValue(metadata, "i32") === 0 ? 0 : module.getValue(metadata + 4, "i32");
    const dims = Array.from({ length: rank }, (_, axis) => {
      const name = module.getValue(metadata + 8 + axis * word, "*");
      return name === 0 ? module.getValue(metadata + 8 + (rank + axis) * word, "*") : module.UTF8ToString(name);
    });
    module._OrtFree(metadata);
    return { pointer, name: module.UTF8ToString(pointer), dims };
  } finally {
    module.stackRestore(stack);
  }
}

export function signatureOf(ports: readonly SessionPort[]): Signature {
  return new Map(ports.map((port) => [port.name, port.dims]));
}
