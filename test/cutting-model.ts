/** A causal model whose device brings back what is asked for alone: cuts, rows beside held ones, and whole rows that are brought. */
import type { BesideAsk, CutLogits, HeldLogits, LogitsBeside } from "../src/core/cut-logits.ts";
import type { CausalModel, Logits, RowBatch } from "../src/engine/interfaces.ts";
import { cutOf } from "./cut-of.ts";

interface Held extends HeldLogits {
  readonly rows: readonly Logits[];
}

export interface CuttingOptions {
  /** Receives the number of rows of each call that brought whole logits. */
  readonly brought: number[];
  /** Receives the number of rows of each call that read them beside others. */
  readonly beside?: number[];
  /** Whether rows beside others can be read; else they must be brought whole. */
  readonly isOdd?: boolean;
}

export function cutting(model: CausalModel, { brought, beside = [], isOdd = false }: CuttingOptions): CausalModel {
  return {
    ...model,
    open: async (prefixes, options = {}) => {
      const batch = await model.open(prefixes, options);
      if (options.canBeCut !== true && options.canStay !== true) return { ...wrapped(batch), canCut: true };
      let whole = new Set<number>();
      return {
        ...wrapped(batch),
        get size() {
          return batch.size;
        },
        canCut: true,
        logits(row): Logits {
          if (!whole.has(row)) throw new Error(`the logits of row ${row} were not brought`);
          return batch.logits(row);
        },
        ...(options.canBeCut === true && { cut: (row: number): CutLogits => cutOf(batch.logits(row), options.banned) }),
        bring: async (rows) => {
          brought.push(rows.length);
          whole = new Set([...whole, ...rows]);
        },
        hold: (): Held => ({
          heldBy: "test",
          rows: Array.from({ length: batch.size }, (_, row) => batch.logits(row).slice()),
        }),
        beside: async (asked) => {
          beside.push(asked.length);
          return asked.map((ask) => (isOdd ? null : besideOf(batch.logits(ask.row), ask)));
        },
        step: (tokens) => {
          whole = new Set();
          return batch.step(tokens);
        },
      };
    },
  };
}

function wrapped(batch: RowBatch): RowBatch {
  return {
    get size() {
      return batch.size;
    },
    logits: (row) => batch.logits(row),
    step: (tokens) => batch.step(tokens),
    select: (rows, lengths) => batch.select(rows, lengths),
    dispose: () => batch.dispose(),
  };
}

/** In the plainest way, as a card reads it. */
function besideOf(logits: Logits, { held, heldRow, cut, banned }: BesideAsk): LogitsBeside {
  const other = (held as Held).rows[heldRow]!;
  const weights = Array.from(other, (logit, v) => (banned.has(v) ? 0 : Math.exp(logit - cut.logits[0]!)));
  const weight = weights.reduce((sum, own) => sum + own, 0);
  const max = Math.max(...logits);
  return {
    ids: cut.ids,
    logits: Float32Array.from(cut.ids, (id) => logits[id]!),
    logZ: max + Math.log(Array.from(logits).reduce((sum, logit) => sum + Math.exp(logit - max), 0)),
    mean: weights.reduce((sum, own, v) => sum + own * logits[v]!, 0) / weight,
  };
}
