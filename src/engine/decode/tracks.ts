/** Keep one model's batch in line with the rows that need it: open, fork, drop, append, and catch up. */
import type { BesideAsk, CutLogits, HeldLogits, LogitsBeside } from "../../core/cut-logits.ts";
import type { CausalModel, Logits, OpenRows, RowBatch, RowState } from "../interfaces.ts";
import type { TokenId } from "../../core/types.ts";
import {
  distinctPrefixes,
  findAll,
  isIdentity,
  prefixReaders,
  type CountForward,
  type Follower,
  type Places,
} from "./followers.ts";

/** What a batch must become so that each row's newest token is read once for all rows that share its text. */
interface Continuation {
  /** Old slot that each new slot goes on from; an old one named twice forks, one not named is dropped. */
  readonly origins: readonly number[];
  /** How many tokens of it each new slot keeps: all but the newest of its row. */
  readonly lengths: readonly number[];
  /** Newest token of each new slot. */
  readonly tokens: readonly TokenId[];
  readonly slots: Places;
}

/** @param held the old slot of each row */
function continuation(rows: readonly Follower[], held: readonly number[]): Continuation {
  const found = new Map<string, number>();
  const origins: number[] = [];
  const lengths: number[] = [];
  const tokens: TokenId[] = [];
  const slots = new Map<Follower, number>();
  for (const [i, row] of rows.entries()) {
    const origin = held[i]!;
    const key = `${origin}:${row.length}:${row.lastToken}`;
    const slot = found.get(key) ?? origins.length;
    if (slot === origins.length) {
      found.set(key, slot);
      origins.push(origin);
      lengths.push(row.length - 1);
      tokens.push(row.lastToken);
    }
    slots.set(row, slot);
  }
  return { origins, lengths, tokens, slots };
}

/**
 * The policy's rows, or those of one model that sources ask. Rows with one text are one row of work until they part: a lane and the lane
 * that guidance has not moved yet, and for good plain sampling and sample 0 of best-of-N.
 */
export class CausalTrack {
  readonly #model: CausalModel;
  readonly #count: CountForward;
  readonly #maxTokens: number;
  readonly #open: Omit<OpenRows, "ahead">;
  #batch: RowBatch | null = null;
  /** Row of the batch that serves each row; several rows may share one. */
  #slots: Places = new Map();
  /** Views of the latest forward, by row of the batch: rows that share one share its view, and what is worked out from it. */
  #views: Logits[] = [];
  #cuts: (CutLogits | null)[] = [];
  /** Tokens that each row of the batch has read. */
  #lengths: readonly number[] = [];

  /**
   * @param maxTokens that a row can grow by
   * @param options   whether `state` will be asked for, and whether `cut` or `beside` may do for logits
   */
  constructor(model: CausalModel, count: CountForward, maxTokens: number, options: Omit<OpenRows, "ahead"> = {}) {
    this.#model = model;
    this.#count = count;
    this.#maxTokens = maxTokens;
    this.#open = options;
  }

  /**
   * Reads the newest token of every row. Call it once a step with all the rows that need the model; none drops it.
   * A row that was not there before (a weight that left 0) is caught up by one prefill of all prefixes. One that did not
   * grow, because it waits for others, reads its newest token again.
   */
  async follow(rows: readonly Follower[]): Promise<void> {
    if (rows.length === 0) return this.dispose();
    this.#views = [];
    this.#cuts = [];
    const held = findAll(rows, this.#slots);
    if (this.#batch === null || held === null) {
      this.dispose();
      const { prefixes, places } = distinctPrefixes(rows);
      this.#batch = await this.#model.open(prefixes, { ahead: this.#maxTokens, ...this.#open });
      this.#slots = new Map(rows.map((row, i) => [row, places[i]!]));
      this.#lengths = prefixes.map((prefix) => prefix.length);
      this.#count(this.#model.id, prefixReaders(rows));
    } else {
      const { origins, lengths, tokens, slots } = continuation(rows, held);
      const goesBack = lengths.some((length, slot) => length < this.#lengths[origins[slot]!]!);
      if (goesBack) await this.#batch.select(origins, lengths);
      else if (!isIdentity(origins, this.#batch.size)) await this.#batch.select(origins);
      await this.#batch.step(tokens);
      this.#slots = slots;
      this.#lengths = lengths.map((length) => length + 1);
      this.#count(this.#model.id, rows);
    }
  }

  /** Makes `to` rows of their own that have read what `from` has. */
  fork(from: Follower, to: readonly Follower[]): void {
    const slot = this.#slots.get(from);
    if (slot === undefined) throw new Error(`${this.#model.id} does not follow this row`);
    this.#slots = new Map([...this.#slots, ...to.map((row) => [row, slot] as const)]);
  }

  /** Next-token logits of a row of the latest `follow`, valid until the next one. */
  logits(row: Follower): Logits {
    const slot = this.#slots.get(row);
    if (this.#batch === null || slot === undefined) throw new Error(`${this.#model.id} does not follow this row`);
    return (this.#views[slot] ??= this.#batch.logits(slot));
  }

  /** Whether the whole logits of a row come only when they are asked for. */
  get isCut(): boolean {
    return this.#batch?.cut !== undefined;
  }

  /** Whether the device could cut them. */
  get canCut(): boolean {
    return this.#batch?.canCut === true;
  }

  /** Whether logits stay on the device until `bring` or `beside`. */
  get stays(): boolean {
    return this.#batch?.beside !== undefined;
  }

  /** The likeliest of them; null where there is nothing but the whole logits. */
  cut(row: Follower): CutLogits | null {
    const slot = this.#slots.get(row);
    if (this.#batch?.cut === undefined || slot === undefined) return null;
    return (this.#cuts[slot] ??= this.#batch.cut(slot));
  }

  /** Brings the whole logits of rows that were cut, before any other forward of the model but for held ones. */
  async bring(rows: readonly Follower[]): Promise<void> {
    const slots = [...new Set(rows.map((row) => this.#slots.get(row)!))];
    if (slots.length > 0) await this.#batch?.bring?.(slots);
  }

  /** Keeps the logits of the latest `follow` on the device until the next. */
  hold(): HeldLogits {
    if (this.#batch?.hold === undefined) throw new Error(`${this.#model.id} keeps nothing on a device`);
    return this.#batch.hold();
  }

  /** Which row of the held logits is this row's. */
  heldRow(row: Follower): number {
    return this.#slots.get(row)!;
  }

  /** @returns one a row; null for those that must be brought whole */
  async beside(
    asked: readonly (Omit<BesideAsk, "row"> & { readonly row: Follower })[],
  ): Promise<readonly (LogitsBeside | null)[]> {
    if (this.#batch?.beside === undefined) throw new Error(`${this.#model.id} keeps nothing on a device`);
    const distinct = new Map<string, BesideAsk>();
    const keys = asked.map((ask) => {
      const row = this.#slots.get(ask.row)!;
      const key = `${row}:${ask.heldRow}`;
      distinct.set(key, { ...ask, row });
      return key;
    });
    if (distinct.size === 0) return [];
    const found = await this.#batch.beside([...distinct.values()]);
    const byKey = new Map([...distinct.keys()].map((key, i) => [key, found[i]!]));
    return keys.map((key) => byKey.get(key) ?? null);
  }

  /** The state behind those logits. */
  state(row: Follower): RowState {
    const slot = this.#slots.get(row);
    if (this.#batch?.state === undefined || slot === undefined)
      throw new Error(`${this.#model.id} gives no state here`);
    return this.#batch.state(slot);
  }

  dispose(): void {
    this.#batch?.dispose();
    this.#batch = null;
    this.#slots = new Map();
    this.#views = [];
  }
}
