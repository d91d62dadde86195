/** Failures of the API as data: no class crosses a thread. */
import { RunError, toErrorData, type ErrorData } from "../src/core/errors.ts";
import type { Settled } from "./protocol.ts";

export function busy(message: string): ErrorData {
  return toErrorData(new RunError("invalid-request", message));
}

export function missing(): RunError {
  return new RunError("model-missing", "No models are loaded yet. Load them first.");
}

export async function settle<T>(work: () => Promise<T>): Promise<Settled<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, error: toErrorData(error) };
  }
}
