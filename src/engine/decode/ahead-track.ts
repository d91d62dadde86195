/** Keeps a batch that looks ahead in line with the rows that need it. */
import type { TokenId } from "../../core/types.ts";
import type { AheadBatch, AheadModel } from "../interfaces.ts";
import {
  distinctPrefixes,
  findAll,
  isIdentity,
  placesOf,
  prefixReaders,
  type CountForward,
  type Follower,
} from "./followers.ts";

interface Batch {
  select(rows: readonly number[]): Promise<void>;
  dispose(): void;
}

async function openForked<B extends Batch>(
  rows: readonly Follower[],
  open: (prefixes: TokenId[][]) => Promise<B>,
): Promise<B> {
  const { unique, prefixes, places } = distinctPrefixes(rows);
  const batch = await open(prefixes);
  if (unique.length === rows.length) return batch;
  try {
    await batch.select(places);
  } catch (error) {
    batch.dispose();
    throw error;
  }
  return batch;
}

/** Rows of what looks ahead: the value model, or the policy for value heads. */
export class AheadTrack<T> {
  readonly #model: AheadModel<T>;
  readonly #count: CountForward;
  #batch: AheadBatch<T> | null = null;
  #rows: readonly Follower[] = [];
  #k = 0;

  constructor(model: AheadModel<T>, count: CountForward) {
    this.#model = model;
    this.#count = count;
  }

  /** As `CausalTrack.follow`; `k` is the number of candidates that the next `evaluate` asks for. */
  async follow(rows: readonly Follower[], k: number): Promise<void> {
    if (rows.length === 0) return this.dispose();
    const places = findAll(rows, placesOf(this.#rows));
    if (this.#batch === null || places === null || k > this.#k) {
      this.dispose();
      this.#batch = await openForked(rows, (prefixes) => this.#model.open(prefixes, k));
      this.#k = k;
      this.#count(this.#model.id, prefixReaders(rows));
    } else {
      if (!isIdentity(places, this.#rows.length)) await this.#batch.select(places);
      this.#batch.advance(rows.map((row) => row.lastToken));
    }
    this.#rows = rows;
  }

  /** What is known of every candidate of every followed row, one forward: `[row][candidate]`. */
  async evaluate(candidates: readonly (readonly TokenId[])[]): Promise<readonly (readonly T[])[]> {
    if (this.#batch === null) throw new Error(`${this.#model.id} follows no row`);
    const values = await this.#batch.evaluate(candidates);
    if (this.#batch.hasReadChoices === true) this.#count(this.#model.id, this.#rows);
    const forwarded = this.#rows.flatMap((row, i) => candidates[i]!.map(() => row));
    this.#count(this.#model.id, forwarded);
    return values;
  }

  dispose(): void {
    this.#batch?.dispose();
    this.#batch = null;
    this.#rows = [];
  }
}
