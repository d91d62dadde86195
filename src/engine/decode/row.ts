/** One text in the making. */
import { addKl } from "../../core/kl.ts";
import type { TextStream } from "./text-stream.ts";
import type { Lane } from "./lane.ts";
import type { FinishReason, RowStep, TokenId } from "../../core/types.ts";

export class Row {
  readonly lane: Lane;
  readonly sample: number;
  /** Which stream of the common noise draws it: that of its sample, until blocks part (`block-lane.ts`). */
  readonly noise: number;
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

  /** @param stream of the tokens' text, which is the row's own */
  constructor(lane: Lane, sample: number, prompt: readonly TokenId[], stream: TextStream, noise = sample) {
    this.lane = lane;
    this.sample = sample;
    this.prompt = prompt;
    this.stream = stream;
    this.noise = noise;
  }

  /** A row of its own that has said the same so far. */
  fork(sample: number, noise: number): Row {
    const own = new Row(this.lane, sample, this.prompt, this.stream.fork(), noise);
    own.tokens.push(...this.tokens);
    const { finish, klSum, klSteer, logprobSum, baseLogprobSum } = this;
    return Object.assign(own, { finish, klSum, klSteer, logprobSum, baseLogprobSum });
  }

  /** Everything the models read so far. */
  get prefix(): TokenId[] {
    return [...this.prompt, ...this.tokens];
  }

  get length(): number {
    return this.prompt.length + this.tokens.length;
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

  get length(): number {
    return this.#prompt.length + this.row.tokens.length;
  }

  get lastToken(): TokenId {
    return this.row.lastToken;
  }
}
