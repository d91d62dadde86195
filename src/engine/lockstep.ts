/**
 * All models of a run, advanced together: one policy forward a step for every row of every lane, one forward per ARM
 * for the rows that use it, one value forward for all VAS rows.
 */
import type { ObjectiveId, TokenId } from "../core/types.ts";
import { candidatesOf } from "./candidates.ts";
import type { Logits, Models, StepScores } from "./interfaces.ts";
import { guidanceOf } from "./plan.ts";
import type { Guidance } from "./plan.ts";
import type { Row } from "./row.ts";
import { CausalTrack, ValueTrack } from "./tracks.ts";

/** What one row's next-token law is made of. Logits are views, valid until the next `read`. */
export interface RowReading extends StepScores {
  readonly row: Row;
  readonly guidance: Guidance;
}

export interface Weighed {
  readonly readings: readonly RowReading[];
  readonly ms: number;
  /** Milliseconds of each source that was asked, by model id. */
  readonly models: Readonly<Record<string, number>>;
}

export class Lockstep {
  /** Batched forwards so far, all models. */
  forwards = 0;
  readonly #models: Models;
  readonly #now: () => number;
  readonly #banned: TokenId | null;
  readonly #policy: CausalTrack;
  readonly #arms = new Map<ObjectiveId, CausalTrack>();
  readonly #value: ValueTrack | null;

  /** @param banned a token that must not be drawn, and so is no candidate of VAS */
  constructor(models: Models, now: () => number, banned: TokenId | null) {
    this.#models = models;
    this.#now = now;
    this.#banned = banned;
    this.#policy = new CausalTrack(models.policy, this.#count);
    for (const { objective, model } of models.arms.values()) {
      this.#arms.set(objective, new CausalTrack(model, this.#count));
    }
    this.#value = models.value === null ? null : new ValueTrack(models.value, this.#count);
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
  async weigh(rows: readonly Row[]): Promise<Weighed> {
    const start = this.#now();
    const guidance = rows.map((row) => guidanceOf(row.lane.strategy, this.#models));
    const models: Record<string, number> = {};
    await this.#followArms(rows, guidance, models);
    const valuesStart = this.#now();
    const values = await this.#askValues(rows, guidance);
    if (this.#models.value !== null && values.size > 0) models[this.#models.value.id] = this.#now() - valuesStart;
    const readings = rows.map((row, i): RowReading => {
      const { candidates, values: own } = values.get(row) ?? { candidates: [], values: [] };
      const arms = this.#armLogits(row, guidance[i]!);
      return { row, guidance: guidance[i]!, policy: this.#policy.logits(row), arms, candidates, values: own };
    });
    return { readings, ms: this.#now() - start, models };
  }

  dispose(): void {
    this.#policy.dispose();
    for (const track of this.#arms.values()) track.dispose();
    this.#value?.dispose();
  }

  readonly #count = (modelId: string, rows: readonly Row[]): void => {
    this.forwards++;
    for (const { lane } of rows) lane.forwards[modelId] = (lane.forwards[modelId] ?? 0) + 1;
  };

  async #followArms(
    rows: readonly Row[],
    guidance: readonly Guidance[],
    models: Record<string, number>,
  ): Promise<void> {
    for (const [objective, track] of this.#arms) {
      const own = rows.filter((_, i) => usesArm(guidance[i]!, objective));
      const start = this.#now();
      await track.follow(own);
      const id = this.#models.arms.get(objective)?.model.id;
      if (own.length > 0 && id !== undefined) models[id] = (models[id] ?? 0) + this.#now() - start;
    }
  }

  #armLogits(row: Row, guidance: Guidance): Map<ObjectiveId, Logits> {
    if (guidance.type !== "arms") return new Map();
    return new Map(
      guidance.terms.map(({ source: { objective } }) => [objective, this.#arms.get(objective)!.logits(row)]),
    );
  }

  async #askValues(rows: readonly Row[], guidance: readonly Guidance[]) {
    const answers = new Map<Row, { candidates: readonly TokenId[]; values: readonly Float64Array[] }>();
    if (this.#value === null) return answers;
    const own = rows.flatMap((row, i) => {
      const guide = guidance[i]!;
      return guide.type === "values" ? [{ row, k: guide.k }] : [];
    });
    // Lanes may differ in k; all rows ask for the largest, and each keeps its own first k, the likeliest.
    const k = Math.max(0, ...own.map((user) => user.k));
    await this.#value.follow(
      own.map((user) => user.row),
      k,
    );
    if (own.length === 0) return answers;
    const candidates = own.map(({ row }) => candidatesOf(this.#policy.logits(row), k, this.#banned));
    const values = await this.#value.evaluate(candidates);
    for (const [i, user] of own.entries()) {
      answers.set(user.row, { candidates: candidates[i]!.slice(0, user.k), values: values[i]!.slice(0, user.k) });
    }
    return answers;
  }
}

function usesArm(guidance: Guidance, objective: ObjectiveId): boolean {
  return guidance.type === "arms" && guidance.terms.some((term) => term.source.objective === objective);
}
