/** Answers between threads: a failure is data, never a thrown class. */
import type { ErrorData } from "./errors.ts";

export type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ErrorData };
