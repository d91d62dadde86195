/**
 * Runs jobs one at a time, in order. ONNX Runtime Web has no guard of its own: two calls at once corrupt its memory.
 * A job that fails rejects its own caller and nobody after it.
 */
export class Fifo {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(job: () => Promise<T>): Promise<T> {
    const result = this.#last.then(job, job);
    // The chain itself must never be rejected, or it would poison every later job.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
