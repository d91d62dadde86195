/**
 * All models of a run, advanced together: one policy forward a step for every row of every lane, one forward for each
 * model that terms ask, one value forward for all VAS rows.
 */
import { CUT_SIZE, holdsDrawable } from "../../core/cut-logits.ts";
import type { LogitReads, TokenId, WholeReason } from "../../core/types.ts";
import type { Binding } from "./binding.ts";
import { CandidateScorer } from "./candidate-values.ts";
import type { StatesWanted, StepScores } from "../interfaces.ts";
import { Answers } from "./answers.ts";
import { drawableTokens } from "./drawable-tokens.ts";
import { chargeForward } from "./lane.ts";
import type { Guidance } from "./plan.ts";
import { Readers, type HeldPolicy } from "./readers.ts";
import type { Row } from "./row.ts";
import type { Follower } from "./followers.ts";
import { CausalTrack } from "./tracks.ts";

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
  #cutRows = 0;
  readonly #wholeRows: Partial<Record<WholeReason, number>> = {};
  readonly #now: () => number;
  readonly #policy: CausalTrack;
  readonly #readers: Readers;
  readonly #candidates: CandidateScorer;
  /** Kept only where some source reads the policy's states. */
  readonly #answers: Answers;
  readonly #states: StatesWanted;
  readonly #banned: ReadonlySet<TokenId>;
  readonly #keepsWhole: boolean;
  #canCut = false;

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
    this.#states = binding.statesFor(models.policy);
    this.#policy = new CausalTrack(models.policy, this.#count, maxTokens, {
      states: this.#states,
      canBeCut,
      banned,
    });
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
    if (this.#states !== "none") this.#answers.add(rows, (row) => this.#policy.state(row));
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
    const whole = this.#wholeOf(rows);
    await this.#policy.bring([...whole.keys()]);
    const held = this.#held(rows, whole);
    const late = await this.#readers.follow(rows, this.#now, models, held);
    await this.#policy.bring([...late]);
    for (const row of late) whole.set(row, "odd");
    this.#tally(rows, whole);
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

  /** How the policy's rows came so far; null where the device cannot cut them. */
  get reads(): LogitReads | null {
    return this.#canCut ? { cut: this.#cutRows, whole: this.#wholeRows } : null;
  }

  #tally(rows: readonly Row[], whole: ReadonlyMap<Row, WholeReason>): void {
    this.#canCut = this.#policy.canCut;
    this.#cutRows += rows.length - whole.size;
    for (const reason of whole.values()) this.#wholeRows[reason] = (this.#wholeRows[reason] ?? 0) + 1;
  }

  /** Keeps the policy's rows on the card for parts of terms to be read beside them. */
  #held(rows: readonly Row[], whole: ReadonlyMap<Row, WholeReason>): HeldPolicy | null {
    const besides = rows.filter((row) => {
      const { guidance } = row.lane;
      return !whole.has(row) && guidance.type === "terms" && guidance.terms.some(({ parts }) => parts.length > 0);
    });
    if (!this.#policy.isCut || besides.length === 0) return null;
    const places = new Map(
      besides.map((row) => [row, { heldRow: this.#policy.heldRow(row), cut: this.#policy.cut(row)! }]),
    );
    return { held: this.#policy.hold(), banned: this.#banned, rows: places };
  }

  #scoresOf(row: Row, whole: ReadonlyMap<Row, WholeReason>): StepScores["policy"] {
    const cut = whole.has(row) ? null : this.#policy.cut(row);
    return cut ?? this.#policy.logits(row);
  }

  /** The rows for whose step the likeliest tokens are not enough, and why. */
  #wholeOf(rows: readonly Row[]): Map<Row, WholeReason> {
    if (!this.#policy.canCut) return new Map();
    return new Map(
      rows.flatMap((row) => {
        const reason = this.#policy.isCut ? this.#wholeReason(row) : "any-token";
        return reason === null ? [] : [[row, reason] as const];
      }),
    );
  }

  #wholeReason(row: Row): WholeReason | null {
    const { guidance, sampling, opening, strategy } = row.lane;
    if (sampling.plausible === 0) return "any-token";
    if (guidance.type === "values" && guidance.k > CUT_SIZE) return "many-candidates";
    if (this.#keepsWhole && (strategy.id === "genarm" || strategy.id === "vas")) return "weighed-anew";
    // An opening may begin with any token.
    if (row.tokens.length < opening.length) return "opening";
    const cut = this.#policy.cut(row);
    if (cut === null) return "odd";
    return holdsDrawable(cut, sampling.plausible) ? null : "many-plausible";
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
