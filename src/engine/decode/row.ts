/** One text in the making. */
import { addKl } from "../../core/kl.ts";
import { rowsOf } from "../../core/request.ts";
import { TextStream } from "./text-stream.ts";
import type { Lane } from "./lane.ts";
import type { Tokenizer } from "../interfaces.ts";
import type { FinishReason, RowStep, TokenId } from "../../core/types.ts";

export class Row {
  readonly lane: Lane;
  readonly sample: number;
  readonly prompt: readonly TokenId[];
  /** The response so far, the end token included. */
  readonly tokens: TokenId[] = [];
  readonly stream: TextStream;
  /** null while the row lives. */
  finish: FinishReason | null = null;
  /** Sums over the steps so far, nats: the two KLs of `RowStep`, log-probability under the sampled distribution, under pi_ref. */
  klSum = 0;
  klSteer: number | null = 0;
  logprobSum = 0;
  baseLogprobSum = 0;

  constructor(lane: Lane, sample: number, prompt: readonly TokenId[], tokenizer: Tokenizer) {
    this.lane = lane;
    this.sample = sample;
    this.prompt = prompt;
    this.stream = TextStream.after(tokenizer, prompt);
  }

  /** Everything the models read so far. */
  get prefix(): TokenId[] {
    return [...this.prompt, ...this.tokens];
  }

  get lastToken(): TokenId {
    const token = this.tokens.at(-1);
    if (token === undefined) throw new Error("the row has no token yet");
    return token;
  }

  append(step: Pick<RowStep, "token" | "kl" | "klSteer" | "logprob" | "baseLogprob">): void {
    this.tokens.push(step.token);
    this.klSum += step.kl;
    this.klSteer = addKl(this.klSteer, step.klSteer);
    this.logprobSum += step.logprob;
    this.baseLogprobSum += step.baseLogprob;
  }
}

/** A row as another model reads it: under a prompt of its own, with the same response. */
export class RowReader {
  readonly row: Row;
  readonly #prompt: readonly TokenId[];

  constructor(row: Row, prompt: readonly TokenId[]) {
    this.row = row;
    this.#prompt = prompt;
  }

  get lane(): Lane {
    return this.row.lane;
  }

  get prefix(): TokenId[] {
    return [...this.#prompt, ...this.row.tokens];
  }

  get lastToken(): TokenId {
    return this.row.lastToken;
  }
}

/** The rows of all lanes, lane by lane: one each, N for best-of-N. */
export function planRows(lanes: readonly Lane[], prompt: readonly TokenId[], tokenizer: Tokenizer): Row[] {
  return lanes.flatMap((lane) =>
    Array.from({ length: rowsOf(lane.strategy) }, (_, sample) => new Row(lane, sample, prompt, tokenizer)),
  );
}
