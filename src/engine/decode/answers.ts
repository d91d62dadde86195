/** The states of every row's answer, as heads read them. */
import { AnswerFeatures } from "./answer-features.ts";
import type { CausalModel, RowState } from "../interfaces.ts";
import type { Row } from "./row.ts";

export class Answers {
  readonly #policy: CausalModel;
  readonly #known = new Map<Row, AnswerFeatures>();

  constructor(policy: CausalModel) {
    this.#policy = policy;
  }

  /** Takes the state behind the next token of every row that heads may steer: means need each of them. */
  add(rows: readonly Row[], stateOf: (row: Row) => RowState): void {
    const { states } = this.#policy;
    if (states === undefined) throw new Error(`${this.#policy.id} gives no states`);
    for (const row of rows) {
      const { id } = row.lane.strategy;
      if (id !== "genarm" && id !== "vas") continue;
      const own = this.#known.get(row) ?? new AnswerFeatures(states);
      this.#known.set(row, own);
      own.add(stateOf(row));
    }
  }

  of(row: Row): AnswerFeatures {
    const own = this.#known.get(row);
    if (own === undefined) throw new Error("no states of this row are kept");
    return own;
  }
}
