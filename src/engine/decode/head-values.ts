/** What value heads say of VAS's candidates: V of the state after each, which the policy reads ahead, k rows a step. */
import type { StateFeatures } from "../../core/heads/features.ts";
import type { TokenId } from "../../core/types.ts";
import { lookAhead } from "./policy-ahead.ts";
import type { Models, RowState } from "../interfaces.ts";
import type { Answers } from "./answers.ts";
import type { ValueGuidance } from "./plan.ts";
import type { Row } from "./row.ts";
import { AheadTrack } from "./ahead-track.ts";
import type { CountForward } from "./followers.ts";

interface User {
  readonly row: Row;
  readonly guide: ValueGuidance;
}

export class HeadValues {
  readonly #endIds: ReadonlySet<TokenId>;
  readonly #policyId: string;
  readonly #answers: Answers;
  readonly #track: AheadTrack<RowState>;

  constructor({ policy, tokenizer }: Models, count: CountForward, answers: Answers) {
    this.#endIds = new Set(tokenizer.endIds);
    this.#policyId = policy.id;
    this.#answers = answers;
    this.#track = new AheadTrack(lookAhead(policy), count);
  }

  /**
   * An end token says no more, so its value is that of the text before it: no head has read a state after the end.
   * @returns the features after candidate c of a row whose guidance has value heads
   */
  async ask(
    users: readonly User[],
    candidates: ReadonlyMap<Row, readonly TokenId[]>,
    k: number,
    { now, ms }: { readonly now: () => number; readonly ms: Record<string, number> },
  ): Promise<(row: Row, token: TokenId, c: number) => StateFeatures> {
    const start = now();
    const rows = users.flatMap(({ row, guide }) => (guide.heads.length > 0 ? [row] : []));
    await this.#track.follow(rows, k);
    const found = rows.length === 0 ? [] : await this.#track.evaluate(rows.map((row) => candidates.get(row)!));
    if (rows.length > 0) ms[this.#policyId] = (ms[this.#policyId] ?? 0) + now() - start;
    const states = new Map(rows.map((row, i) => [row, found[i]!]));
    return (row, token, c) => {
      const answer = this.#answers.of(row);
      return this.#endIds.has(token) ? answer.latest : answer.peek(states.get(row)![c]!);
    };
  }

  dispose(): void {
    this.#track.dispose();
  }
}
