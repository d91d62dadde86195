/** Keep one model's batch in line with the rows that need it: open, fork, drop, append, and catch up. */
import type { CutLogits } from "../../core/cut-logits.ts";
import type { AheadBatch, AheadModel, CausalModel, Logits, OpenRows, RowBatch, RowState } from "../interfaces.ts";
import type { Lane } from "./lane.ts";
import type { TokenId } from "../../core/types.ts";

/** A text in the making as one model reads it; the same object at every step. */
export interface Follower {
  readonly lane: Lane;
  /** Everything to read so far. */
  readonly prefix: TokenId[];
  /** Tokens of the prefix. */
  readonly length: number;
  readonly lastToken: TokenId;
}

/** Called for each forward, with one entry for every row of the batch that was forwarded, naming who it was for. */
export type CountForward = (modelId: string, rows: readonly Follower[]) => void;

interface Batch {
  select(rows: readonly number[]): Promise<void>;
  dispose(): void;
}

/** Rows with equal prefixes are read once and then forked; `rows[i]` is served by `unique[places[i]]`. */
function distinctPrefixes(rows: readonly Follower[]): { unique: Follower[]; prefixes: TokenId[][]; places: number[] } {
  const unique: Follower[] = [];
  const prefixes: TokenId[][] = [];
  const seen = new Map<string, number>();
  const places = rows.map((row) => {
    const prefix = row.prefix;
    const key = prefix.join(" ");
    const known = seen.get(key);
    if (known !== undefined) return known;
    seen.set(key, unique.length);
    unique.push(row);
    prefixes.push(prefix);
    return unique.length - 1;
  });
  return { unique, prefixes, places };
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

/** A shared prefix is one row of work, charged once to each lane that uses it. */
function prefixReaders(rows: readonly Follower[]): Follower[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const key = `${row.lane.index}:${row.prefix.join(" ")}`;
    return !seen.has(key) && seen.add(key);
  });
}

type Places = ReadonlyMap<Follower, number>;

function placesOf(rows: readonly Follower[]): Places {
  return new Map(rows.map((row, place) => [row, place]));
}

/** Old places of the rows in the batch; null where a row is not there, so that the batch must be opened anew. */
function findAll(rows: readonly Follower[], held: Places): number[] | null {
  const places = rows.map((row) => held.get(row) ?? -1);
  return places.includes(-1) ? null : places;
}

function isIdentity(places: readonly number[], size: number): boolean {
  return places.length === size && places.every((place, i) => place === i);
}

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
  readonly #open: Pick<OpenRows, "withStates" | "canBeCut">;
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
   * @param options   whether `state` will be asked for, and whether `cut` may do for logits
   */
  constructor(
    model: CausalModel,
    count: CountForward,
    maxTokens: number,
    { withStates = false, canBeCut = false }: Pick<OpenRows, "withStates" | "canBeCut"> = {},
  ) {
    this.#model = model;
    this.#count = count;
    this.#maxTokens = maxTokens;
    this.#open = { withStates, canBeCut };
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

  /** The likeliest of them; null where there is nothing but the whole logits. */
  cut(row: Follower): CutLogits | null {
    const slot = this.#slots.get(row);
    if (this.#batch?.cut === undefined || slot === undefined) return null;
    return (this.#cuts[slot] ??= this.#batch.cut(slot));
  }

  /** Brings the whole logits of rows that were cut, before any other forward of the model. */
  async bring(rows: readonly Follower[]): Promise<void> {
    const slots = [...new Set(rows.map((row) => this.#slots.get(row)!))];
    if (slots.length > 0) await this.#batch?.bring?.(slots);
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
