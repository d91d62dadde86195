/** A policy that lets other work of its thread in after every forward: a lesson is long, and a cancel must be heard. */
import type { CausalModel, RowBatch } from "../interfaces.ts";

/** @param rest awaited after each forward; what it throws ends the work */
export function restingPolicy(policy: CausalModel, rest: () => Promise<void>): CausalModel {
  const { id, vocabSize, context, states, readStates, readEndings } = policy;
  const after = async <T>(forward: Promise<T>): Promise<T> => {
    const found = await forward;
    await rest();
    return found;
  };
  return {
    id,
    vocabSize,
    context,
    ...(states && { states }),
    open: async (prefixes, options) => restingRows(await policy.open(prefixes, options), rest),
    read: (text, count) => after(policy.read(text, count)),
    ...(readEndings && {
      readEndings: (beginning, endings) => between(readEndings.call(policy, beginning, endings), rest),
    }),
    ...(readStates && { readStates: (...asked) => after(readStates.call(policy, ...asked)) }),
  };
}

async function* between<T>(steps: AsyncGenerator<T>, rest: () => Promise<void>): AsyncGenerator<T> {
  for await (const step of steps) {
    yield step;
    await rest();
  }
}

function restingRows(batch: RowBatch, rest: () => Promise<void>): RowBatch {
  const { state } = batch;
  return {
    get size() {
      return batch.size;
    },
    logits: (row) => batch.logits(row),
    step: async (tokens) => {
      await batch.step(tokens);
      await rest();
    },
    select: (rows) => batch.select(rows),
    ...(state && { state: (row) => state.call(batch, row) }),
    dispose: () => batch.dispose(),
  };
}
