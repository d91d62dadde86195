/**
 * All models of a run, advanced together: one policy forward a step for every row of every lane, one forward for each
 * model that terms ask, one value forward for all VAS rows.
 */
import type { TokenId } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { CandidateScorer } from "./candidate-values.ts";
import type { StepScores } from "../interfaces.ts";
import { Answers } from "./answers.ts";
import { drawableTokens } from "./drawable-tokens.ts";
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
  /** Kept only where some source reads the policy's states. */
  readonly #answers: Answers;
  readonly #needsStates: boolean;

  /**
   * @param banned    tokens that must not be drawn, and so are no candidates of VAS
   * @param maxTokens that a row can grow by
   */
  constructor(binding: Binding, now: () => number, banned: ReadonlySet<TokenId>, maxTokens: number) {
    const { models } = binding;
    this.#now = now;
    this.#needsStates = binding.needsStates(models.policy);
    this.#policy = new CausalTrack(models.policy, this.#count, maxTokens, this.#needsStates);
    this.#answers = new Answers(models.policy);
    this.#readers = new Readers(binding, this.#policy, this.#count, maxTokens);
    this.#candidates = new CandidateScorer(models, this.#count, this.#answers, banned);
  }

  /**
   * Brings the policy to the end of every row. Rows have one length and are those of the call before, or fewer, each one
   * token longer; the first call reads the prompt. Nothing here depends on a setting that can move.
   * @returns milliseconds
   */
  async read(rows: readonly Row[]): Promise<number> {
    const start = this.#now();
    await this.#policy.follow(rows);
    if (this.#needsStates) this.#answers.add(rows, (row) => this.#policy.state(row));
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
      const [terms, heads] = [this.#termsOf(row), this.#headsOf(row)];
      return { row, guidance: row.lane.guidance, policy: logitsOf(row), terms, heads, candidates, values: own };
    });
    return { readings, ms: this.#now() - start, models };
  }

  dispose(): void {
    this.#policy.dispose();
    this.#readers.dispose();
    this.#candidates.dispose();
  }

  readonly #count = (modelId: string, rows: readonly Follower[]): void => {
    this.forwards++;
    for (const { lane } of rows) chargeForward(lane, modelId);
  };

  #termsOf(row: Row): StepScores["terms"] {
    const { guidance } = row.lane;
    if (guidance.type !== "terms") return new Map();
    return new Map(
      guidance.terms.flatMap(({ id, parts, head }) =>
        head === null ? [[id, parts.map(({ prompted }) => this.#readers.logits(row, prompted))] as const] : [],
      ),
    );
  }

  /** No forward: the policy's state is there, and a sibling's came with the readers. */
  #headsOf(row: Row): StepScores["heads"] {
    const { guidance, sampling } = row.lane;
    const heads = guidance.type === "terms" ? guidance.terms.filter(({ head }) => head !== null) : [];
    if (heads.length === 0) return new Map();
    const tokens = drawableTokens(this.#policy.logits(row), sampling.plausible);
    return new Map(
      heads.map(({ id, head, sibling }) => {
        const answer = sibling === null ? this.#answers.of(row) : this.#readers.answer(row, sibling);
        return [id, { tokens, rewards: head!.rewards(answer.latest, tokens) }];
      }),
    );
  }
}
