/**
 * Look-ahead rows of a value model. Each prefix owns k rows with the same cache; row j reads candidate j at the position
 * after the prefix. When a candidate is chosen its keys and values are already there: one position is copied to the
 * other k - 1 rows and no token is read twice. Only a choice outside the candidates costs a forward of its own.
 *
 * (Reading `[chosen, candidate]` at once, two tokens on top of a cache, would save the copy, but ONNX Runtime's
 * processor kernel allows that for one row only.)
 */
import type { ObjectiveId, TokenId } from "../../core/types.ts";
import type { ValueBatch, ValueModel } from "../interfaces.ts";
import { checkContext, checkFinite, checkPrefixes, longest, paddedIds, roomFor } from "./inputs.ts";
import { product, type DeviceRows, type Session } from "./runtime.ts";

export interface ValueFacts {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly context: number;
}

export class OnnxValueModel implements ValueModel {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly context: number;
  readonly #session: Session;

  constructor(facts: ValueFacts, session: Session) {
    this.id = facts.id;
    this.objectives = facts.objectives;
    this.context = facts.context;
    this.#session = session;
  }

  /** V of one text as it stands, one number per objective. */
  async valueOf(prefix: readonly TokenId[]): Promise<Float64Array> {
    checkPrefixes(this.id, [prefix], this.context);
    const room = roomFor(prefix.length, this.context);
    const batch = new OnnxValueBatch(this, 1, product(this.#session.shape), this.#session.open(1, room));
    try {
      return Float64Array.from(await batch.prefill([prefix]));
    } finally {
      batch.dispose();
    }
  }

  async read(text: readonly TokenId[], count: number): Promise<readonly Float64Array[]> {
    checkPrefixes(this.id, [text], this.context);
    if (!(count >= 1 && count <= text.length)) throw new RangeError(`${count} positions of a text of ${text.length}`);
    const width = product(this.#session.shape);
    const total = text.length;
    const values = new Float32Array(count * width);
    const device = this.#session.open(1, roomFor(total, this.context));
    try {
      await device.forward({
        rows: 1,
        columns: total,
        total,
        ids: paddedIds([text]),
        lengths: [total],
        picks: Array.from({ length: count }, (_, i) => total - count + i),
        into: values,
      });
    } finally {
      device.dispose();
    }
    checkFinite(this.id, values);
    return Array.from({ length: count }, (_, i) => Float64Array.from(values.subarray(i * width, (i + 1) * width)));
  }

  async open(prefixes: readonly (readonly TokenId[])[], k: number): Promise<ValueBatch> {
    checkPrefixes(this.id, prefixes, this.context);
    if (k < 1) throw new RangeError(`${this.id}: k = ${k}, but a look-ahead needs at least one candidate`);
    const room = roomFor(longest(prefixes) + 1, this.context);
    const batch = new OnnxValueBatch(this, k, product(this.#session.shape), this.#session.open(prefixes.length, room));
    try {
      await batch.prefill(prefixes);
    } catch (error) {
      batch.dispose();
      throw error;
    }
    return batch;
  }
}

class OnnxValueBatch implements ValueBatch {
  readonly #facts: ValueFacts;
  readonly #k: number;
  readonly #width: number;
  readonly #device: DeviceRows;
  /** Tokens of each prefix that are in the caches of all its k rows. */
  #lengths: number[] = [];
  /** What the position after each prefix holds in its k rows, or nothing yet. */
  #placed: readonly (readonly TokenId[])[] = [];
  /** Tokens chosen since the caches were last brought up to date, oldest first, one list for each prefix. */
  #pending: readonly (readonly TokenId[])[] = [];

  constructor(facts: ValueFacts, k: number, width: number, device: DeviceRows) {
    this.#facts = facts;
    this.#k = k;
    this.#width = width;
    this.#device = device;
  }

  get size(): number {
    return this.#lengths.length;
  }

  /** One row for each prefix, then k copies of it. Returns the values of the prefixes, `[size, width]`. */
  async prefill(prefixes: readonly (readonly TokenId[])[]): Promise<Float32Array> {
    const lengths = prefixes.map((prefix) => prefix.length);
    const values = await this.#forward(prefixes, lengths);
    this.#lengths = lengths;
    this.#forget();
    const copies = this.#rowsOf(
      lengths.map((_, row) => row),
      1,
    );
    this.#device.keep(copies, longest(prefixes), this.#device.capacity);
    return values;
  }

  async evaluate(candidates: readonly (readonly TokenId[])[]): Promise<readonly (readonly Float64Array[])[]> {
    if (candidates.length !== this.size) throw new RangeError(`${candidates.length} lists for ${this.size} rows`);
    const width = longest(candidates);
    if (width > this.#k) throw new RangeError(`${width} candidates, but the batch was opened for ${this.#k}`);
    await this.#catchUp();
    // Fewer candidates than rows: the spare rows read the last one again.
    const filled = candidates.map((list) =>
      Array.from({ length: this.#k }, (_, j) => list[Math.min(j, list.length - 1)] ?? 0),
    );
    const values = await this.#read(filled.flat());
    this.#placed = filled;
    return candidates.map((list, row) =>
      list.map((_, j) => {
        const start = (row * this.#k + j) * this.#width;
        return Float64Array.from(values.subarray(start, start + this.#width));
      }),
    );
  }

  advance(tokens: readonly TokenId[]): void {
    if (tokens.length !== this.size) throw new RangeError(`${tokens.length} tokens for ${this.size} rows`);
    this.#pending = this.#pending.map((list, row) => [...list, tokens[row] ?? 0]);
  }

  async select(rows: readonly number[]): Promise<void> {
    if (rows.length === this.size && rows.every((source, row) => source === row)) return;
    if (rows.some((source) => source < 0 || source >= this.size)) {
      throw new RangeError(`rows ${rows.join(" ")} of a batch of ${this.size}`);
    }
    const pick = <T>(list: readonly T[]): T[] =>
      rows.map((source) => list[source]).filter((item) => item !== undefined);
    const kept = Math.min(this.#device.capacity, Math.max(...pick(this.#lengths)) + 1);
    this.#device.keep(this.#rowsOf(rows, this.#k), kept, this.#device.capacity);
    this.#lengths = pick(this.#lengths);
    this.#placed = pick(this.#placed);
    this.#pending = pick(this.#pending);
  }

  dispose(): void {
    this.#device.dispose();
  }

  /** Brings the chosen tokens into all caches. */
  async #catchUp(): Promise<void> {
    const steps = this.#pending[0]?.length ?? 0;
    for (let step = 0; step < steps; step += 1) {
      const chosen = this.#pending.map((list) => list[step] ?? 0);
      const found = chosen.map((token, row) => this.#placed[row]?.indexOf(token) ?? -1);
      if (step > 0 || found.includes(-1))
        await this.#read(chosen.flatMap((token) => Array<TokenId>(this.#k).fill(token)));
      else found.forEach((candidate, row) => this.#spread(row, candidate));
      this.#lengths = this.#lengths.map((length) => length + 1);
    }
    this.#forget();
  }

  #forget(): void {
    this.#placed = this.#lengths.map(() => []);
    this.#pending = this.#lengths.map(() => []);
  }

  #spread(row: number, candidate: number): void {
    const own = this.#rowsOf([row], this.#k);
    const from = row * this.#k + candidate;
    this.#device.spread(
      from,
      own.filter((target) => target !== from),
      this.#lengths[row] ?? 0,
    );
  }

  /** The value after one more token in each of the k rows of each prefix, `[size * k, width]`. */
  async #read(tokens: readonly TokenId[]): Promise<Float32Array> {
    const length = Math.max(...this.#lengths);
    checkContext(this.#facts.id, length + 1, this.#facts.context);
    if (length + 1 > this.#device.capacity) {
      const all = Array.from({ length: this.#device.rows }, (_, row) => row);
      // The placed candidates lie at `length`, beyond the prefix: they fit, or nothing is placed.
      this.#device.keep(all, Math.min(length + 1, this.#device.capacity), roomFor(length + 1, this.#facts.context));
    }
    const lengths = this.#lengths.flatMap((own) => Array<number>(this.#k).fill(own + 1));
    return this.#forward(
      tokens.map((token) => [token]),
      lengths,
    );
  }

  async #forward(tokens: readonly (readonly TokenId[])[], lengths: readonly number[]): Promise<Float32Array> {
    const columns = longest(tokens);
    const total = Math.max(...lengths);
    const values = new Float32Array(tokens.length * this.#width);
    await this.#device.forward({
      rows: tokens.length,
      columns,
      total,
      ids: paddedIds(tokens),
      lengths,
      picks: tokens.map((row, index) => index * columns + row.length - 1),
      into: values,
    });
    checkFinite(this.#facts.id, values);
    return values;
  }

  /** Device rows of the given prefixes when each has `each` of them; `each` 1 makes k copies of every row. */
  #rowsOf(prefixes: readonly number[], each: number): number[] {
    return prefixes.flatMap((prefix) =>
      Array.from({ length: this.#k }, (_, j) => prefix * each + (each === 1 ? 0 : j)),
    );
  }
}
