/** Judges: one score for each objective and ensemble member, for whole texts. */
import type { ObjectiveId, TokenId } from "../../core/types.ts";
import type { RewardModel } from "../interfaces.ts";
import type { Session } from "./runtime.ts";
import { readWholeTexts } from "./whole-texts.ts";

export interface RewardFacts {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly context: number;
}

export class OnnxRewardModel implements RewardModel {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly members: number;
  readonly context: number;
  readonly #session: Session;

  constructor(facts: RewardFacts, session: Session) {
    this.id = facts.id;
    this.objectives = facts.objectives;
    this.context = facts.context;
    this.members = session.shape[1] ?? 1;
    this.#session = session;
  }

  async score(sequences: readonly (readonly TokenId[])[]): Promise<readonly (readonly Float64Array[])[]> {
    const { id, context, members } = this;
    const each = this.objectives.length * members;
    const scores = await readWholeTexts({ id, context, each }, this.#session, sequences);
    return scores.map((own) =>
      this.objectives.map((_, objective) => own.slice(objective * members, (objective + 1) * members)),
    );
  }

  /** Frees its session; the model answers no more. */
  dispose(): Promise<void> {
    return this.#session.dispose();
  }
}
