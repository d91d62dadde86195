/** Judges: one score for each objective and ensemble member, for whole texts. */
import type { ObjectiveId, TokenId } from "../../core/types.ts";
import type { RewardModel } from "../interfaces.ts";
import { checkFinite, checkPrefixes, countingMask, longest, paddedIds } from "./inputs.ts";
import type { Session } from "./runtime.ts";

export interface RewardFacts {
  readonly id: string;
  readonly objectives: readonly ObjectiveId[];
  readonly context: number;
}

/** Texts scored in one forward: attention over whole texts takes memory by the square of their length. */
const ROWS_AT_ONCE = 16;

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
    if (sequences.length === 0) return [];
    checkPrefixes(this.id, sequences, this.context);
    const scores: Float64Array[][] = [];
    for (let start = 0; start < sequences.length; start += ROWS_AT_ONCE) {
      scores.push(...(await this.#scoreSome(sequences.slice(start, start + ROWS_AT_ONCE))));
    }
    return scores;
  }

  async #scoreSome(sequences: readonly (readonly TokenId[])[]): Promise<Float64Array[][]> {
    const total = longest(sequences);
    const each = this.objectives.length * this.members;
    const flat = new Float32Array(sequences.length * each);
    const device = this.#session.open(sequences.length, 0);
    try {
      await device.forward({
        rows: sequences.length,
        columns: total,
        total,
        ids: paddedIds(sequences),
        mask: countingMask(
          sequences.map((sequence) => sequence.length),
          total,
        ),
        picks: sequences.map((_, row) => row),
        into: flat,
      });
    } finally {
      device.dispose();
    }
    checkFinite(this.id, flat);
    return sequences.map((_, row) =>
      this.objectives.map((_, objective) => {
        const start = row * each + objective * this.members;
        return Float64Array.from(flat.subarray(start, start + this.members));
      }),
    );
  }
}
