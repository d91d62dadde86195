/**
 * All models of a run, advanced together: one policy forward a step for every row of every lane, one forward for each
 * model that terms ask, one value forward for all VAS rows.
 */
import type { TokenId } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { CandidateScorer } from "./candidate-values.ts";
import { topIndices } from "../../core/top.ts";
import type { LoadedHead, Logits, StepScores } from "../interfaces.ts";
import { chargeForward } from "./lane.ts";
import type { Guidance } from "./plan.ts";
import { Readers } from "./readers.ts";
import type { Row } from "./row.ts";
import { CausalTrack, type Follower } from "./tracks.ts";

/** What one row's next-token distribution is made of. Logits are views, valid until the next `read`. */
export interface RowReading extends StepScores {
  readonly row: Row;
  readonly guidance: Guidance;
}

/** Candidates that a step tells at the most. */
const LISTED = 64;

export interface StepReadings {
  readonly readings: readonly RowReading[];
  readonly ms: number;
  /** Milliseconds of each source that was asked, by model id. */
  readonly models: Readonly<Record<string, number>>;
}

export class Lockstep {
  /** Batched forwards so far, all models. */
  forwards = 0;
  readonly #now: () => number;
  readonly #policy: CausalTrack;
  readonly #readers: Readers;
  readonly #candidates: CandidateScorer;

  /**
   * @param banned    tokens that must not be drawn, and so are no candidates of VAS
   * @param maxTokens that a row can grow by
   */
  constructor(binding: Binding, now: () => number, banned: ReadonlySet<TokenId>, maxTokens: number) {
    const { models } = binding;
    this.#now = now;
    this.#policy = new CausalTrack(models.policy, this.#count, maxTokens, binding.needsStates);
    this.#readers = new Readers(binding, this.#policy, this.#count, maxTokens);
    this.#candidates = new CandidateScorer(models, this.#count, banned);
  }

  /**
   * Brings the policy to the end of every row. Rows have one length and are those of the call before, or fewer, each one
   * token longer; the first call reads the prompt. Nothing here depends on a setting that can move.
   * @returns milliseconds
   */
  async read(rows: readonly Row[]): Promise<number> {
    const start = this.#now();
    await this.#policy.follow(rows);
    return this.#now() - start;
  }

  /** After `read`: brings the sources of this moment's settings to the end of the rows that use them. */
  async weigh(rows: readonly Row[]): Promise<StepReadings> {
    const start = this.#now();
    // Without a prototype, so that a model may have any name.
    const models = Object.create(null) as Record<string, number>;
    await this.#readers.follow(rows, this.#now, models);
    const logitsOf = (row: Row) => this.#policy.logits(row);
    const values = await this.#candidates.ask(rows, logitsOf, { now: this.#now, ms: models });
    const readings = rows.map((row): RowReading => {
      const { candidates, values: own } = values.get(row) ?? { candidates: [], values: [] };
      const terms = this.#termsOf(row);
      return { row, guidance: row.lane.guidance, policy: logitsOf(row), terms, candidates, values: own };
    });
    return { readings, ms: this.#now() - start, models };
  }

  dispose(): void {
    this.#policy.dispose();
    this.#readers.dispose();
    this.#candidates.dispose();
  }

  /** Of the tokens that the lane can draw, and of those that its step lists; one product a token, and no forward. */
  #headRewards(row: Row, head: LoadedHead): Float32Array {
    const logits = this.#policy.logits(row);
    const rewards = new Float32Array(logits.length).fill(NaN);
    const tokens = drawableTokens(logits, row.lane.sampling.plausible);
    head.rewards(this.#policy.state(row), tokens).forEach((reward, i) => (rewards[tokens[i]!] = reward));
    return rewards;
  }

  readonly #count = (modelId: string, rows: readonly Follower[]): void => {
    this.forwards++;
    for (const { lane } of rows) chargeForward(lane, modelId);
  };

  #termsOf(row: Row): StepScores["terms"] {
    const { guidance } = row.lane;
    if (guidance.type !== "terms") return new Map();
    return new Map(
      guidance.terms.map(({ id, parts, head }) => {
        if (head !== null) return [id, [this.#headRewards(row, head)]];
        return [id, parts.map(({ prompted }) => this.#readers.logits(row, prompted))];
      }),
    );
  }
}

/** Margin for rounding: a token at the very bound of plausibility must not lack its reward. */
const NEAR_BOUND = 1e-3;

/** @returns all tokens where none is implausible, else the plausible ones and the likeliest that a step lists */
function drawableTokens(logits: Logits, plausible: number): Int32Array {
  if (plausible === 0) return Int32Array.from({ length: logits.length }, (_, token) => token);
  const listed = topIndices(logits, LISTED);
  const bound = logits[listed[0]!]! + Math.log(plausible) - NEAR_BOUND;
  const tokens = new Set(listed);
  for (let v = 0; v < logits.length; v++) if (logits[v]! >= bound) tokens.add(v);
  return Int32Array.from(tokens);
}
