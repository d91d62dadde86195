/**
 * Models backed by a function of the prefix, behind the engine's interfaces. They are strict: they refuse misuse that
 * an ONNX session might forgive (calls after dispose, wrong row counts, overlapping calls, a full context).
 */
import type {
  CausalModel,
  Logits,
  RewardModel,
  RowBatch,
  RowState,
  StateSizes,
  ValueBatch,
  ValueModel,
} from "../src/engine/interfaces.ts";
import type { ObjectiveId, TokenId } from "../src/core/types.ts";

type Prefix = readonly TokenId[];

/** What the tests count: leaks are `opened - disposed`, and forwards prove what was shared. */
export class Usage {
  opened = 0;
  disposed = 0;
  /** Rows of every forward, in order: open, step or evaluate. */
  readonly forwards: number[] = [];
  #busy = false;

  /** Runs one asynchronous model call; two at once are an error, as on a real runtime. */
  async alone<T>(compute: () => T): Promise<T> {
    if (this.#busy) throw new Error("two model calls overlap");
    this.#busy = true;
    try {
      await Promise.resolve();
      return compute();
    } finally {
      this.#busy = false;
    }
  }
}

class Prefixes {
  rows: Prefix[];
  isDisposed = false;
  readonly #usage: Usage;
  readonly #context: number;

  constructor(rows: readonly Prefix[], usage: Usage, context: number) {
    this.rows = rows.map((row) => [...row]);
    this.#usage = usage;
    this.#context = context;
    usage.opened++;
  }

  append(tokens: readonly TokenId[]): void {
    this.check();
    if (tokens.length !== this.rows.length) throw new Error(`${tokens.length} tokens for ${this.rows.length} rows`);
    this.rows = this.rows.map((row, i) => [...row, tokens[i]!]);
    for (const row of this.rows) if (row.length > this.#context) throw new Error(`context ${this.#context} overflows`);
  }

  replace(tokens: readonly TokenId[]): void {
    this.check();
    this.rows = this.rows.map((row) => row.slice(0, -1));
    this.append(tokens);
  }

  select(places: readonly number[], lengths?: readonly number[]): void {
    this.check();
    if (lengths !== undefined && lengths.length !== places.length) throw new Error("one length a row");
    this.rows = places.map((place, i) => {
      const row = this.rows[place];
      if (row === undefined) throw new Error(`row ${place} does not exist`);
      const length = lengths?.[i] ?? row.length;
      if (length > row.length) throw new Error(`row ${place} has ${row.length} tokens, not ${length}`);
      return row.slice(0, length);
    });
  }

  check(): void {
    if (this.isDisposed) throw new Error("used after dispose");
  }

  dispose(): void {
    this.check();
    this.isDisposed = true;
    this.#usage.disposed++;
  }
}

interface TableFacts {
  readonly vocabSize: number;
  readonly context?: number;
  /** Of a model that gives its states: their sizes, and the state after a prefix. */
  readonly states?: { readonly sizes: StateSizes; readonly of: (prefix: Prefix) => RowState };
}

/** @param logitsOf the whole model: next-token logits `[vocabSize]` after a prefix */
export function tableCausal(
  id: string,
  { vocabSize, context = 512, states }: TableFacts,
  logitsOf: (prefix: Prefix) => Logits,
  usage: Usage = new Usage(),
): CausalModel {
  return {
    id,
    vocabSize,
    context,
    ...(states !== undefined && {
      states: states.sizes,
      readStates: (text: Prefix, count: number) =>
        usage.alone(() => {
          usage.forwards.push(1);
          const ends = Array.from({ length: count }, (_, i) => text.slice(0, text.length - count + 1 + i));
          return ends.map((prefix) => ({ logits: logitsOf(prefix), ...states.of(prefix) }));
        }),
    }),
    read: (text, count) =>
      usage.alone(() => {
        usage.forwards.push(1);
        return Array.from({ length: count }, (_, i) => logitsOf(text.slice(0, text.length - count + 1 + i)));
      }),
    open: (prefixes, { states: wanted = "none" } = {}) =>
      usage.alone((): RowBatch => {
        if (wanted !== "none" && states === undefined) throw new Error(`${id} gives no states`);
        const held = new Prefixes(prefixes, usage, context);
        usage.forwards.push(prefixes.length);
        return {
          get size() {
            return held.rows.length;
          },
          logits(row) {
            held.check();
            const prefix = held.rows[row];
            if (prefix === undefined) throw new Error(`row ${row} does not exist`);
            return logitsOf(prefix);
          },
          step: (tokens) =>
            usage.alone(() => {
              held.append(tokens);
              usage.forwards.push(tokens.length);
            }),
          ...(states !== undefined &&
            wanted !== "none" && {
              state: (row: number) => {
                held.check();
                const state = states.of(held.rows[row]!);
                return wanted === "last" ? { ...state, middle: null } : state;
              },
              replace: (tokens: readonly TokenId[]) =>
                usage.alone(() => {
                  held.replace(tokens);
                  usage.forwards.push(tokens.length);
                }),
            }),
          select: (places, lengths) => usage.alone(() => held.select(places, lengths)),
          dispose: () => held.dispose(),
        };
      }),
  };
}

/** @param valueOf V of a prefix that ends in the candidate, one number per objective */
export function tableValue(
  id: string,
  { objectives, context = 512 }: { readonly objectives: readonly ObjectiveId[]; readonly context?: number },
  valueOf: (prefix: Prefix) => Float64Array,
  usage: Usage = new Usage(),
): ValueModel {
  return {
    id,
    objectives,
    context,
    read: (text, count) =>
      usage.alone(() => {
        usage.forwards.push(1);
        return Array.from({ length: count }, (_, i) => valueOf(text.slice(0, text.length - count + 1 + i)));
      }),
    open: (prefixes, k) =>
      usage.alone((): ValueBatch => {
        const held = new Prefixes(prefixes, usage, context);
        usage.forwards.push(prefixes.length);
        return {
          get size() {
            return held.rows.length;
          },
          evaluate: (candidates) =>
            usage.alone(() => {
              held.check();
              if (candidates.length !== held.rows.length) throw new Error("one list of candidates a row");
              if (candidates.some((own) => own.length !== candidates[0]!.length || own.length > k)) {
                throw new Error(`every row must have the same number of candidates, at most ${k}`);
              }
              usage.forwards.push(candidates.length * candidates[0]!.length);
              return held.rows.map((row, i) => candidates[i]!.map((candidate) => valueOf([...row, candidate])));
            }),
          advance: (tokens) => held.append(tokens),
          select: (places) => usage.alone(() => held.select(places)),
          dispose: () => held.dispose(),
        };
      }),
  };
}

/** @param scoreOf `[objective][member]` of a whole sequence */
export function tableReward(
  id: string,
  {
    objectives,
    members,
    context = 512,
  }: { readonly objectives: readonly ObjectiveId[]; readonly members: number; readonly context?: number },
  scoreOf: (sequence: Prefix) => Float64Array[],
  usage: Usage = new Usage(),
): RewardModel {
  return {
    id,
    objectives,
    members,
    context,
    score: (sequences) =>
      usage.alone(() => {
        usage.forwards.push(sequences.length);
        return sequences.map(scoreOf);
      }),
  };
}
