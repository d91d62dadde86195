/** Turns what a runtime throws into the codes that the interface can act on. */
import { RunError, type ErrorCode } from "../../core/errors.ts";

const OUT_OF_MEMORY = /out of memory|bad_alloc|failed to allocate|could not allocate|allocation failed|Aborted\(OOM\)/i;
const DEVICE_LOST = /device (is|was) lost|device lost|GPUDevice.*destroyed|external Instance reference/i;
/** After one of these the WebAssembly instance is in an unknown state: only a new worker helps. */
const TRAPPED = /out of bounds|unreachable|null function|Aborted\(/i;

/** What the runtime says of an operator that its build lacks. */
const NO_OPERATOR =
  /([\w.]+:)?(?<unknown>\w+)\(-?\d+\) is not a registered|No Op registered for (?<older>\w+)|Could not find an implementation for (?<absent>\w+)/;

function codeOf(error: unknown, message: string): ErrorCode {
  if (OUT_OF_MEMORY.test(message)) return "out-of-memory";
  if (DEVICE_LOST.test(message)) return "device-lost";
  if (TRAPPED.test(message) || error instanceof WebAssembly.RuntimeError) return "worker-crashed";
  return "internal";
}

/**
 * The runtime's own words go to the details: they name files of the machine that built it.
 * @param doing completes the sentence "The model runtime failed while ..."
 */
export function asRunError(error: unknown, doing: string): RunError {
  if (error instanceof RunError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const groups = NO_OPERATOR.exec(reason)?.groups;
  const operator = groups?.["unknown"] ?? groups?.["older"] ?? groups?.["absent"];
  if (operator !== undefined) {
    const message = `The model needs the operator ${operator}, which the model runtime of this page does not have. Choose another form of it, another repository, or a GGUF file.`;
    return new RunError("model-unsupported", message, { operator, reason }, error);
  }
  const sentences: Partial<Record<ErrorCode, string>> = {
    "out-of-memory": `The memory ran out while ${doing}. Close other tabs, or use fewer samples and lanes.`,
    "device-lost": `The graphics device was lost while ${doing}. Run again, and Tiller asks for a new one.`,
    "worker-crashed": `The model runtime crashed while ${doing}. Run again to restart it.`,
  };
  const code = codeOf(error, reason);
  return new RunError(
    code,
    sentences[code] ?? `The model runtime failed while ${doing}. Run again. If it fails again, choose another model.`,
    { reason },
    error,
  );
}

/** For a call of a session that is gone. */
export function unloaded(): RunError {
  return new RunError("model-missing", "The model was unloaded while it was in use. Load it again, or choose another.");
}
