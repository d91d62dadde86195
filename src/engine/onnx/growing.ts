/**
 * Rows over graphs whose cache grows by the columns of each call, and over graphs without a cache, which read every text
 * anew. In a growing cache all rows are as wide as the longest: where a row has no token, the mask has a hole, and the
 * positions are counted by us.
 */
import type { TokenId } from "../../core/types.ts";
import type { RowBatch, RowState, StateSizes } from "../interfaces.ts";
import { checkContext, checkFinite, keptLengths, longest, paddedIds } from "./inputs.ts";
import { product, type DeviceRows, type Session } from "./runtime.ts";
import { chosenStates, copyRows, roomForStates, stateAt, type States } from "./states.ts";

export interface GrowingFacts {
  readonly id: string;
  readonly vocabSize: number;
  readonly context: number;
  readonly hasCache: boolean;
}

export class GrowingRowBatch implements RowBatch {
  readonly #facts: GrowingFacts;
  readonly #device: DeviceRows;
  readonly #width: number;
  readonly state?: (row: number) => RowState;
  readonly replace?: (tokens: readonly TokenId[]) => Promise<void>;
  #texts: (readonly TokenId[])[] = [];
  /** Which columns of the cache hold a token of the row, oldest first; all rows have as many columns. */
  #marks: (readonly boolean[])[] = [];
  /** `[size, width]` */
  #logits = new Float32Array(0);
  #states: States | null = null;

  /** @param states sizes of the states that the rows give; null where nobody wants them */
  constructor(facts: GrowingFacts, session: Session, device: DeviceRows, states: StateSizes | null) {
    this.#facts = facts;
    this.#device = device;
    this.#width = product(session.shape);
    if (states === null) return;
    this.#states = roomForStates(0, states);
    this.state = (row) => {
      if (this.#states === null || !(row >= 0 && row < this.size)) throw new RangeError(`row ${row} of ${this.size}`);
      return stateAt(this.#states, row);
    };
    this.replace = (tokens) => {
      this.#takeBack();
      return this.step(tokens);
    };
  }

  get size(): number {
    return this.#texts.length;
  }

  logits(row: number): Float32Array {
    if (row < 0 || row >= this.size) throw new RangeError(`row ${row} of a batch of ${this.size}`);
    return this.#logits.subarray(row * this.#width, row * this.#width + this.#facts.vocabSize);
  }

  async prefill(prefixes: readonly (readonly TokenId[])[]): Promise<void> {
    this.#texts = prefixes.map(() => []);
    this.#marks = prefixes.map(() => []);
    await this.#take(prefixes);
  }

  async step(tokens: readonly TokenId[]): Promise<void> {
    if (tokens.length !== this.size) throw new RangeError(`${tokens.length} tokens for ${this.size} rows`);
    checkContext(this.#facts.id, longest(this.#texts) + 1, this.#facts.context);
    await this.#take(tokens.map((token) => [token]));
  }

  async select(rows: readonly number[], kept?: readonly number[]): Promise<void> {
    if (kept === undefined && rows.length === this.size && rows.every((source, row) => source === row)) return;
    const pick = <T>(list: readonly T[]): T[] =>
      rows.map((source) => {
        const item = list[source];
        if (item === undefined) throw new RangeError(`row ${source} of a batch of ${this.size}`);
        return item;
      });
    const whole = pick(this.#texts);
    const lengths = keptLengths(
      whole.map((text) => text.length),
      kept,
    );
    const texts = whole.map((text, row) => text.slice(0, lengths[row]));
    const marks = pick(this.#marks).map((own, row) => firstMarks(own, lengths[row]!));
    // Columns that only dropped rows used go with them.
    const columns = Math.max(0, ...marks.map((own) => own.lastIndexOf(true) + 1));
    this.#device.keep(rows, columns, columns);
    const logits = new Float32Array(rows.length * this.#width);
    copyRows(this.#logits, rows, logits);
    this.#texts = texts;
    this.#marks = marks.map((own) => own.slice(0, columns));
    this.#logits = logits;
    if (this.#states !== null) this.#states = chosenStates(this.#states, rows);
  }

  dispose(): void {
    this.#device.dispose();
  }

  /** A step wrote one column for all rows, the last one; without a cache there is none to take away. */
  #takeBack(): void {
    this.#texts = this.#texts.map((text) => text.slice(0, -1));
    if (!this.#facts.hasCache) return;
    const columns = (this.#marks[0]?.length ?? 0) - 1;
    const all = this.#marks.map((_, row) => row);
    this.#device.keep(all, columns, columns);
    this.#marks = this.#marks.map((own) => own.slice(0, columns));
  }

  async #take(tokens: readonly (readonly TokenId[])[]): Promise<void> {
    const texts = this.#texts.map((text, row) => [...text, ...(tokens[row] ?? [])]);
    const rows = texts.length;
    if (this.#logits.length !== rows * this.#width) this.#logits = new Float32Array(rows * this.#width);
    if (this.#states !== null) this.#states = roomForStates(rows, this.#states.sizes);
    const fed = this.#facts.hasCache ? tokens : texts;
    const columns = longest(fed);
    const fresh = fed.map((own) => Array.from({ length: columns }, (_, column) => column < own.length));
    const marks = this.#facts.hasCache ? this.#marks.map((own, row) => [...own, ...(fresh[row] ?? [])]) : fresh;
    const total = marks[0]?.length ?? 0;
    await this.#device.forward({
      rows,
      columns,
      total,
      ids: paddedIds(fed),
      lengths: texts.map((text) => text.length),
      ...(this.#facts.hasCache && { marks: marksOf(marks, total) }),
      starts: texts.map((text, row) => text.length - (fed[row]?.length ?? 0)),
      picks: fed.map((own, row) => row * columns + own.length - 1),
      into: this.#logits,
      ...(this.#states !== null && { states: this.#states }),
    });
    checkFinite(this.#facts.id, this.#logits);
    this.#texts = texts;
    this.#marks = marks;
  }
}

/** The columns of the first `count` tokens; the others become holes. */
function firstMarks(marks: readonly boolean[], count: number): readonly boolean[] {
  let seen = 0;
  return marks.map((isToken) => isToken && ++seen <= count);
}

function marksOf(marks: readonly (readonly boolean[])[], total: number): Uint8Array {
  const flat = new Uint8Array(marks.length * total);
  marks.forEach((own, row) => own.forEach((isToken, column) => (flat[row * total + column] = Number(isToken))));
  return flat;
}
