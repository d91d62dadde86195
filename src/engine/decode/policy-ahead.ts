/**
 * The policy looks ahead: what its states would be after each of k candidates. Each prefix is forked into k rows, and one
 * batched forward reads the candidates. When a candidate is chosen its row goes on, so no token is read twice; only a
 * choice outside the candidates costs a forward of its own.
 */
import type { TokenId } from "../../core/types.ts";
import type { AheadBatch, AheadModel, CausalModel, RowBatch, RowState } from "../interfaces.ts";

/** @param policy one that gives its states */
export function lookAhead(policy: CausalModel): AheadModel<RowState> {
  return {
    id: policy.id,
    // Nobody asks for the logits of these rows.
    open: async (prefixes, k) =>
      new PolicyAhead(await policy.open(prefixes, { states: "all", canStay: true }), prefixes.length, k),
  };
}

/** A prefix: where it lies in the batch, what its forked rows have read there, and what was chosen since. */
interface Place {
  readonly group: number;
  readonly placed: readonly TokenId[];
  readonly chosen: TokenId | null;
}

class PolicyAhead implements AheadBatch<RowState> {
  readonly #batch: RowBatch;
  readonly #k: number;
  #places: readonly Place[];
  /** Whether the rows have read candidates: k rows a group, one before. */
  #isAhead = false;
  #hasReadChoices = false;

  constructor(batch: RowBatch, size: number, k: number) {
    this.#batch = batch;
    this.#k = k;
    this.#places = Array.from({ length: size }, (_, group) => ({ group, placed: [], chosen: null }));
  }

  get size(): number {
    return this.#places.length;
  }

  get hasReadChoices(): boolean {
    return this.#hasReadChoices;
  }

  async evaluate(candidates: readonly (readonly TokenId[])[]): Promise<readonly (readonly RowState[])[]> {
    const k = this.#k;
    if (candidates.length !== this.size) throw new RangeError(`${candidates.length} lists for ${this.size} rows`);
    const most = Math.max(...candidates.map((list) => list.length));
    if (most < 1 || most > k) throw new RangeError(`${most} candidates, but the batch was opened for ${k}`);
    const origins = await this.#readChoices();
    // Fewer candidates than rows: the spare rows read the last one again.
    const filled = candidates.map((list) => Array.from({ length: k }, (_, j) => list[Math.min(j, list.length - 1)]!));
    await this.#batch.select(origins.flatMap((row) => Array.from({ length: k }, () => row)));
    await this.#batch.step(filled.flat());
    this.#isAhead = true;
    this.#places = filled.map((placed, group) => ({ group, placed, chosen: null }));
    return candidates.map((list, group) => list.map((_, j) => stateOf(this.#batch, group * k + j)));
  }

  advance(tokens: readonly TokenId[]): void {
    if (tokens.length !== this.size) throw new RangeError(`${tokens.length} tokens for ${this.size} rows`);
    if (this.#places.some(({ chosen }) => chosen !== null)) throw new Error("a choice waits to be read");
    this.#places = this.#places.map((place, row) => ({ ...place, chosen: tokens[row]! }));
  }

  /** Moves nothing: the next `evaluate` goes on from the rows that are still named. */
  async select(rows: readonly number[]): Promise<void> {
    this.#places = rows.map((row) => {
      const place = this.#places[row];
      if (place === undefined) throw new RangeError(`row ${row} of a batch of ${this.size}`);
      return place;
    });
  }

  dispose(): void {
    this.#batch.dispose();
  }

  /** @returns for each prefix a row of the batch that has read it whole, its chosen token included */
  async #readChoices(): Promise<readonly number[]> {
    if (this.#isAhead && this.#places.some(({ chosen }) => chosen === null)) {
      throw new Error("the rows have read candidates, and none was chosen");
    }
    const found = this.#places.map(({ placed, chosen }) => (chosen === null ? 0 : placed.indexOf(chosen)));
    const rows = this.#places.map(({ group }, i) => group * (this.#isAhead ? this.#k : 1) + Math.max(0, found[i]!));
    this.#hasReadChoices = found.includes(-1);
    if (!this.#hasReadChoices) return rows;
    await this.#batch.select(rows);
    const chosen = this.#places.map((place) => place.chosen!);
    // Rows that have read a candidate take it back; those that were just opened have read none.
    if (this.#isAhead) await replace(this.#batch, chosen);
    else await this.#batch.step(chosen);
    return rows.map((_, i) => i);
  }
}

function stateOf({ state }: RowBatch, row: number): RowState {
  if (state === undefined) throw new Error("the policy gives no states");
  return state(row);
}

function replace({ replace: own }: RowBatch, tokens: readonly TokenId[]): Promise<void> {
  if (own === undefined) throw new Error("the policy cannot take a token back");
  return own(tokens);
}
