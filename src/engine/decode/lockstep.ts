/**
 * All models of a run, advanced together: one policy forward a step for every row of every lane, one forward for each
 * model that terms ask, one value forward for all VAS rows.
 */
import { CUT_SIZE, holdsDrawable } from "../../core/cut-logits.ts";
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
  readonly #banned: ReadonlySet<TokenId>;
  readonly #keepsWhole: boolean;

  /**
   * @param banned    tokens that must not be drawn, and so are no candidates of VAS
   * @param maxTokens that a row can grow by
   * @param options   whether lanes that can be weighed anew need whole vocabularies, and whether the policy's likeliest tokens may be
   *                  enough for some row
   */
  constructor(
    binding: Binding,
    now: () => number,
    banned: ReadonlySet<TokenId>,
    maxTokens: number,
    { keepsWhole = false, canBeCut = false }: { readonly keepsWhole?: boolean; readonly canBeCut?: boolean } = {},
  ) {
    const { models } = binding;
    this.#now = now;
    this.#banned = banned;
    this.#keepsWhole = keepsWhole;
    this.#needsStates = binding.needsStates(models.policy);
    this.#policy = new CausalTrack(models.policy, this.#count, maxTokens, { withStates: this.#needsStates, canBeCut });
    this.#answers = new Answers(models.policy);
    this.#readers = new Readers(binding, this.#policy, this.#count, maxTokens);
    this.#candidates = new CandidateScorer(models, this.#count, this.#answers, banned);
  }

  /**
   * Brings the policy to the end of every row. Rows are those of the call before or forks of them, or fewer, each one token
   * longer but for those that wait; the first call reads the prompt. Nothing here depends on a setting that can move.
   * @returns milliseconds
   */
  async read(rows: readonly Row[]): Promise<number> {
    const start = this.#now();
    await this.#policy.follow(rows);
    if (this.#needsStates) this.#answers.add(rows, (row) => this.#policy.state(row));
    return this.#now() - start;
  }

  /** After `read`: makes `to` rows of their own that go on where `from` stands. No forward: they are one row of work until they part. */
  fork(from: Row, to: readonly Row[]): void {
    this.#policy.fork(from, to);
  }

  /** After `read`: brings the sources of this moment's settings to the end of the rows that use them. */
  async weigh(rows: readonly Row[]): Promise<StepReadings> {
    const start = this.#now();
    // Without a prototype, so that a model may have any name.
    const models = Object.create(null) as Record<string, number>;
    // First, for a source may ask the policy again.
    const whole = new Set(rows.filter((row) => this.#needsWhole(row)));
    await this.#policy.bring([...whole]);
    await this.#readers.follow(rows, this.#now, models);
    const logitsOf = (row: Row): StepScores["policy"] => this.#scoresOf(row, whole);
    const values = await this.#candidates.ask(rows, logitsOf, { now: this.#now, ms: models });
    const readings = rows.map((row): RowReading => {
      const { candidates, values: own } = values.get(row) ?? { candidates: [], values: [] };
      const [terms, heads] = [this.#termsOf(row), this.#headsOf(row, logitsOf(row))];
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

  #scoresOf(row: Row, whole: ReadonlySet<Row>): StepScores["policy"] {
    const cut = whole.has(row) ? null : this.#policy.cut(row);
    return cut ?? this.#policy.logits(row);
  }

  /** Whether the likeliest tokens are not enough for this row's step. */
  #needsWhole(row: Row): boolean {
    if (!this.#policy.isCut) return false;
    const cut = this.#policy.cut(row);
    if (cut === null) return true;
    const { guidance, sampling, opening, strategy } = row.lane;
    // The mean of a term is over the whole vocabulary.
    if (guidance.type === "terms" && guidance.terms.some(({ parts }) => parts.length > 0)) return true;
    if (guidance.type === "values" && guidance.k + this.#banned.size > CUT_SIZE) return true;
    if (this.#keepsWhole && (strategy.id === "genarm" || strategy.id === "vas")) return true;
    // An opening may begin with any token.
    if (row.tokens.length < opening.length) return true;
    return !holdsDrawable(cut, sampling.plausible, this.#banned);
  }

  /** No forward: the policy's state is there, and a sibling's came with the readers. */
  #headsOf(row: Row, policy: StepScores["policy"]): StepScores["heads"] {
    const { guidance, sampling } = row.lane;
    const heads = guidance.type === "terms" ? guidance.terms.filter(({ head }) => head !== null) : [];
    if (heads.length === 0) return new Map();
    const tokens = drawableTokens(policy, sampling.plausible);
    return new Map(
      heads.map(({ id, head, sibling }) => {
        const answer = sibling === null ? this.#answers.of(row) : this.#readers.answer(row, sibling);
        return [id, { tokens, rewards: head!.rewards(answer.latest, tokens) }];
      }),
    );
  }
}
