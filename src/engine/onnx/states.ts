/** States of rows or positions side by side, as a call brings them back and a batch keeps them. */
import type { CausalModel, RowState, StateSizes, StatesWanted } from "../interfaces.ts";
import type { StatesInto } from "./runtime.ts";

/** `[count, hidden]` each. */
export interface States extends StatesInto {
  readonly sizes: StateSizes;
}

/** Sizes of what is wanted; null where nothing is. @throws Error for a model that gives no states */
export function wantedSizes(
  { id, states }: Pick<CausalModel, "id" | "states">,
  wanted: StatesWanted,
): StateSizes | null {
  if (wanted === "none") return null;
  if (states === undefined) throw new Error(`${id} gives no states`);
  return wanted === "last" ? { ...states, layer: null } : states;
}

export function roomForStates(count: number, sizes: StateSizes): States {
  const room = (): Float32Array => new Float32Array(count * sizes.hidden);
  return { hidden: room(), middle: sizes.layer === null ? null : room(), sizes };
}

/** Views of some of them. */
export function statesFrom({ hidden, middle, sizes }: States, from: number, count: number): States {
  const some = (all: Float32Array): Float32Array => all.subarray(from * sizes.hidden, (from + count) * sizes.hidden);
  return { hidden: some(hidden), middle: middle === null ? null : some(middle), sizes };
}

/** A copy of one row's. */
export function stateAt({ hidden, middle, sizes }: States, at: number): RowState {
  const own = (all: Float32Array): Float32Array => all.slice(at * sizes.hidden, (at + 1) * sizes.hidden);
  return { hidden: own(hidden), middle: middle === null ? null : own(middle) };
}

/** New row r has the states of old row `rows[r]`. */
export function chosenStates({ hidden, middle, sizes }: States, rows: readonly number[]): States {
  const chosen = (all: Float32Array): Float32Array => {
    const own = new Float32Array(rows.length * sizes.hidden);
    copyRows(all, rows, own);
    return own;
  };
  return { hidden: chosen(hidden), middle: middle === null ? null : chosen(middle), sizes };
}

/** Row r of `into` becomes row `rows[r]` of `from`; both have rows of the same width, and `into` as many as are named. */
export function copyRows(from: Float32Array, rows: readonly number[], into: Float32Array): void {
  const width = into.length / rows.length;
  rows.forEach((row, at) => into.set(from.subarray(row * width, (row + 1) * width), at * width));
}
