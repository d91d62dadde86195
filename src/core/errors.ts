/** What can go wrong, as codes that the interface can act on. Each code has one sentence and a way out in the UI. */
export type ErrorCode =
  | "invalid-request"
  | "unknown-objective"
  | "context-overflow"
  | "vocab-mismatch"
  | "non-finite-logits"
  | "model-missing"
  | "model-corrupt"
  | "model-unsupported"
  | "self-check-failed"
  | "webgpu-unavailable"
  | "device-lost"
  | "out-of-memory"
  | "network"
  | "aborted"
  | "worker-crashed"
  | "internal";

/** After these the worker is of no use: its device or its memory is gone. */
const FATAL: ReadonlySet<ErrorCode> = new Set(["device-lost", "out-of-memory", "worker-crashed"]);

export function isFatal(code: ErrorCode): boolean {
  return FATAL.has(code);
}

/** JSON-safe facts about a failure: the value, the bound, the file, the step. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null>>;

/** An error as it crosses the worker boundary; comlink keeps neither class nor code of an Error. */
export interface ErrorData {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** The one error class that users may see. Programming mistakes throw plain `Error`. */
export class RunError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "RunError";
    this.code = code;
    this.details = details;
  }
}

/** Any thrown value as plain data; a value that is no `RunError` becomes code `internal`. */
export function toErrorData(error: unknown): ErrorData {
  if (error instanceof RunError) {
    return { code: error.code, message: error.message, details: error.details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, details: {} };
}
