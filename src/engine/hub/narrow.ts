/** A model seen through the first ids of its vocabulary, where another model lacks the rest. */
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, Logits, RowBatch } from "../interfaces.ts";

export function narrowed(model: CausalModel, vocabSize: number): CausalModel {
  if (vocabSize >= model.vocabSize) return model;
  return {
    id: model.id,
    vocabSize,
    context: model.context,
    // Cuts and what lies on the card are of the whole vocabulary.
    open: async (prefixes, { ahead } = {}) =>
      new NarrowBatch(await model.open(prefixes, ahead === undefined ? {} : { ahead }), vocabSize),
    read: async (text, count) => (await model.read(text, count)).map((logits) => logits.slice(0, vocabSize)),
  };
}

class NarrowBatch implements RowBatch {
  readonly #batch: RowBatch;
  readonly #vocabSize: number;

  constructor(batch: RowBatch, vocabSize: number) {
    this.#batch = batch;
    this.#vocabSize = vocabSize;
  }

  get size(): number {
    return this.#batch.size;
  }

  logits(row: number): Logits {
    return this.#batch.logits(row).subarray(0, this.#vocabSize);
  }

  step(tokens: readonly TokenId[]): Promise<void> {
    return this.#batch.step(tokens);
  }

  select(rows: readonly number[], lengths?: readonly number[]): Promise<void> {
    return this.#batch.select(rows, lengths);
  }

  dispose(): void {
    this.#batch.dispose();
  }
}
