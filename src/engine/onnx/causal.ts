/** Policies and autoregressive reward models over an ONNX graph. */
import { CUT_SIZE, type CutLogits } from "../../core/cut-logits.ts";
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, OpenRows, RowBatch, RowState, StateSizes } from "../interfaces.ts";
import { checkContext, checkFinite, checkPrefixes, keptLengths, longest, paddedIds, roomFor } from "./inputs.ts";
import { readEndings } from "./endings.ts";
import { readLogprobs } from "./logprobs.ts";
import { READ_AT_ONCE, stretchesOf } from "./stretches.ts";
import { GrowingRowBatch } from "./growing.ts";
import { product, type DeviceRows, type Session } from "./runtime.ts";
import { chosenStates, copyRows, roomForStates, stateAt, statesFrom, wantedSizes, type States } from "./states.ts";

export interface CausalFacts {
  readonly id: string;
  readonly vocabSize: number;
  readonly context: number;
  /** How the graph remembers a text: in a cache with room for more (where nothing is said), in one that grows, or not. */
  readonly memory?: "shared" | "growing" | "none";
  /** Sizes of the states that the graph gives beside its logits; absent where it gives none. */
  readonly states?: StateSizes | undefined;
}

export class OnnxCausalModel implements CausalModel {
  readonly id: string;
  readonly vocabSize: number;
  readonly context: number;
  readonly memory: "shared" | "growing" | "none";
  readonly states?: StateSizes;
  readonly readStates?: NonNullable<CausalModel["readStates"]>;
  readonly readEndings?: NonNullable<CausalModel["readEndings"]>;
  readonly #session: Session;

  constructor(facts: CausalFacts, session: Session) {
    this.id = facts.id;
    this.vocabSize = facts.vocabSize;
    this.context = facts.context;
    this.memory = facts.memory ?? "shared";
    this.#session = session;
    if (this.memory === "shared") this.readEndings = (...texts) => readEndings(this, session, ...texts);
    if (facts.states === undefined) return;
    this.states = facts.states;
    this.readStates = async (text, count, wants = "logits") => {
      const found = roomForStates(count, wantedSizes(this, wants === "last state" ? "last" : "all")!);
      const logits = await this.#read(text, count, { states: found, stays: wants !== "logits" });
      return logits.map((each, at) => ({ logits: each, ...stateAt(found, at) }));
    };
  }

  async open(prefixes: readonly (readonly TokenId[])[], options: OpenRows = {}): Promise<RowBatch> {
    checkPrefixes(this.id, prefixes, this.context);
    const batch = this.#batch(prefixes, options);
    try {
      await batch.prefill(prefixes);
    } catch (error) {
      batch.dispose();
      throw error;
    }
    return batch;
  }

  read(text: readonly TokenId[], count: number): Promise<readonly Float32Array[]> {
    return this.#read(text, count);
  }

  readLogprobs(text: readonly TokenId[], count: number): Promise<Float64Array> {
    return this.#onRow(text.length - 1, (device) => {
      return readLogprobs(this, { session: this.#session, device, most: this.#atOnce }, text, count);
    });
  }

  /** @param stays the logits need not come, if the device can keep them */
  async #read(
    text: readonly TokenId[],
    count: number,
    { states, stays = false }: { readonly states?: States; readonly stays?: boolean } = {},
  ): Promise<readonly Float32Array[]> {
    checkPrefixes(this.id, [text], this.context);
    if (!(count >= 1 && count <= text.length)) throw new RangeError(`${count} positions of a text of ${text.length}`);
    const width = product(this.#session.shape);
    const total = text.length;
    const logits = new Float32Array(count * width);
    const areLeft = await this.#onRow(total, async (device) => {
      const leaves = stays && device.onCard !== undefined;
      for (const { call, from, count: own } of stretchesOf(text, count, this.#atOnce)) {
        await device.forward({
          ...call,
          into: logits.subarray(from * width, (from + own) * width),
          ...(states !== undefined && { states: statesFrom(states, from, own) }),
          ...(leaves && { stays: true }),
        });
      }
      return leaves;
    });
    if (areLeft) return Array.from({ length: count }, () => new Float32Array(0));
    checkFinite(this.id, logits);
    // Each position owns its numbers, so that keeping one does not keep them all.
    return Array.from({ length: count }, (_, i) => logits.slice(i * width, i * width + this.vocabSize));
  }

  get #atOnce(): number {
    return this.memory === "shared" ? READ_AT_ONCE : Infinity;
  }

  async #onRow<T>(length: number, work: (device: DeviceRows) => Promise<T>): Promise<T> {
    const device = this.#session.open(1, this.memory === "shared" ? roomFor(length, this.context) : 0);
    try {
      return await work(device);
    } finally {
      device.dispose();
    }
  }

  #batch(
    prefixes: readonly (readonly TokenId[])[],
    { ahead = 1, states: wanted = "none", canBeCut = false, canStay = false, banned = NO_TOKENS }: OpenRows,
  ): Opening {
    const states = wantedSizes(this, wanted);
    if (this.memory === "shared") {
      const room = roomFor(longest(prefixes) + ahead, this.context);
      const device = this.#session.open(prefixes.length, room);
      const canCut = device.onCard !== undefined && this.vocabSize > CUT_SIZE + banned.size;
      const coming = !canCut ? "whole" : canBeCut ? "cut" : canStay ? "asked" : "whole";
      return new OnnxRowBatch(this, this.#session, device, { states, coming, canCut, banned });
    }
    const facts = { ...factsOf(this), hasCache: this.memory === "growing" };
    return new GrowingRowBatch(facts, this.#session, this.#session.open(prefixes.length, 0), states);
  }
}

const NO_TOKENS: ReadonlySet<TokenId> = new Set();

type Opening = OnnxRowBatch | GrowingRowBatch;

function factsOf({ id, vocabSize, context }: CausalFacts): Pick<CausalFacts, "id" | "vocabSize" | "context"> {
  return { id, vocabSize, context };
}

/** How logits come after a forward: all of them, the likeliest alone, or none until they are asked for. */
type Coming = "whole" | "cut" | "asked";

interface BatchOptions {
  /** Sizes of the states that the rows give; null where nobody wants them. */
  readonly states: StateSizes | null;
  readonly coming: Coming;
  /** Whether the device could cut logits. */
  readonly canCut: boolean;
  /** What cuts leave out. */
  readonly banned: ReadonlySet<TokenId>;
}

class OnnxRowBatch implements RowBatch {
  readonly #facts: CausalFacts;
  readonly #device: DeviceRows;
  /** Floats between the logits of two rows; more than the vocabulary where the graph pads it. */
  readonly #width: number;
  readonly state?: (row: number) => RowState;
  readonly cut?: (row: number) => CutLogits | null;
  readonly bring?: (rows: readonly number[]) => Promise<void>;
  readonly hold?: NonNullable<RowBatch["hold"]>;
  readonly beside?: NonNullable<RowBatch["beside"]>;
  readonly canCut: boolean;
  readonly #coming: Coming;
  readonly #banned: ReadonlySet<TokenId>;
  readonly replace?: (tokens: readonly TokenId[]) => Promise<void>;
  #lengths: number[] = [];
  /** `[size, width]` */
  #logits = new Float32Array(0);
  #states: States | null = null;
  /** Of the latest forward, one a row; null where logits come whole. */
  #cuts: (CutLogits | null)[] | null = null;

  constructor(
    facts: CausalFacts,
    session: Session,
    device: DeviceRows,
    { states, coming, canCut, banned }: BatchOptions,
  ) {
    this.#facts = facts;
    this.#device = device;
    this.#width = product(session.shape);
    this.canCut = canCut;
    this.#coming = coming;
    this.#banned = banned;
    if (coming !== "whole") {
      this.bring = (rows) => this.#bring(rows);
      this.hold = () => device.onCard!().hold();
      this.beside = (asked) => device.onCard!().beside(asked, facts.vocabSize);
    }
    if (coming === "cut") {
      this.#cuts = [];
      this.cut = (row) => {
        const cut = this.#cuts?.[row];
        if (cut === undefined) throw new RangeError(`row ${row} of a batch of ${this.size}`);
        return cut;
      };
    }
    if (states === null) return;
    this.#states = roomForStates(0, states);
    this.state = (row) => {
      if (this.#states === null || !(row >= 0 && row < this.size)) throw new RangeError(`row ${row} of ${this.size}`);
      return stateAt(this.#states, row);
    };
    // What the caches hold of the tokens taken back is written over.
    this.replace = (tokens) => {
      this.#lengths = this.#lengths.map((own) => own - 1);
      return this.step(tokens);
    };
  }

  get size(): number {
    return this.#lengths.length;
  }

  logits(row: number): Float32Array {
    if (row < 0 || row >= this.size) throw new RangeError(`row ${row} of a batch of ${this.size}`);
    return this.#logits.subarray(row * this.#width, row * this.#width + this.#facts.vocabSize);
  }

  async prefill(prefixes: readonly (readonly TokenId[])[]): Promise<void> {
    this.#lengths = prefixes.map((prefix) => prefix.length);
    await this.#forward(prefixes);
  }

  async step(tokens: readonly TokenId[]): Promise<void> {
    if (tokens.length !== this.size) throw new RangeError(`${tokens.length} tokens for ${this.size} rows`);
    const length = Math.max(...this.#lengths);
    checkContext(this.#facts.id, length + 1, this.#facts.context);
    if (length + 1 > this.#device.capacity) {
      const all = this.#lengths.map((_, row) => row);
      this.#device.keep(all, length, roomFor(length + 1, this.#facts.context));
    }
    this.#lengths = this.#lengths.map((own) => own + 1);
    await this.#forward(tokens.map((token) => [token]));
  }

  async select(rows: readonly number[], kept?: readonly number[]): Promise<void> {
    const held = rows.map((source) => {
      const length = this.#lengths[source];
      if (length === undefined) throw new RangeError(`row ${source} of a batch of ${this.size}`);
      return length;
    });
    // What the caches hold of tokens that were taken back is written over.
    const lengths = [...keptLengths(held, kept)];
    if (rows.length === this.size && rows.every((source, row) => source === row)) {
      this.#lengths = lengths;
      return;
    }
    this.#device.keep(rows, Math.max(...lengths), this.#device.capacity);
    const logits = new Float32Array(rows.length * this.#width);
    copyRows(this.#logits, rows, logits);
    this.#logits = logits;
    this.#lengths = lengths;
    if (this.#states !== null) this.#states = chosenStates(this.#states, rows);
    if (this.#cuts !== null) this.#cuts = rows.map((source) => this.#cuts?.[source] ?? null);
  }

  dispose(): void {
    this.#device.dispose();
  }

  /** Runs the new tokens of every row and brings back the logits after each row's last one. */
  async #forward(tokens: readonly (readonly TokenId[])[]): Promise<void> {
    const columns = longest(tokens);
    const total = Math.max(...this.#lengths);
    const rows = tokens.length;
    if (this.#logits.length !== rows * this.#width) this.#logits = new Float32Array(rows * this.#width);
    if (this.#states !== null) this.#states = roomForStates(rows, this.#states.sizes);
    if (this.#cuts !== null) this.#cuts = Array.from({ length: rows }, () => null);
    await this.#device.forward({
      rows,
      columns,
      total,
      ids: paddedIds(tokens),
      lengths: this.#lengths,
      starts: this.#lengths.map((length, row) => length - (tokens[row]?.length ?? 0)),
      picks: tokens.map((row, index) => index * columns + row.length - 1),
      into: this.#logits,
      ...(this.#states !== null && { states: this.#states }),
      ...(this.#cuts !== null && {
        cut: { vocabulary: this.#facts.vocabSize, banned: this.#banned, cuts: this.#cuts },
      }),
      ...(this.#coming === "asked" && { stays: true }),
    });
    if (this.#coming === "whole") checkFinite(this.#facts.id, this.#logits);
  }

  async #bring(rows: readonly number[]): Promise<void> {
    const width = this.#width;
    const found = new Float32Array(rows.length * width);
    await this.#device.onCard!().bring(rows, found);
    checkFinite(this.#facts.id, found);
    rows.forEach((row, i) => this.#logits.set(found.subarray(i * width, (i + 1) * width), row * width));
  }
}
