/** Numbers of an answer that a taste is learned from: scorers of its text, and rewards that heads give it. */
import { TEXT_MEASURES } from "../../core/clicks/answers.ts";
import type { Measures } from "../../core/clicks/differences.ts";
import type { TextScorer } from "../../core/scorers/scorer.ts";
import type { TokenId } from "../../core/types.ts";
import { AnswerFeatures } from "../decode/answer-features.ts";
import type { LoadedHead, Models } from "../interfaces.ts";
import { openScorer } from "../scorers/open-scorer.ts";

export interface Measured {
  /** What the policy reads before the answer. */
  readonly before: readonly TokenId[];
  /** At least one; the end token where one was drawn. */
  readonly tokens: readonly TokenId[];
  /** Without the white space around it. */
  readonly text: string;
}

export class AnswerMeasures {
  readonly #models: Models;
  readonly #scorers: readonly TextScorer[];
  readonly #heads: readonly LoadedHead[];

  constructor(models: Models, scorers: readonly TextScorer[], heads: readonly LoadedHead[]) {
    this.#models = models;
    this.#scorers = scorers;
    this.#heads = heads;
  }

  /** @param heads in the order in which they are to measure */
  static async open(models: Models, heads: readonly LoadedHead[]): Promise<AnswerMeasures> {
    return new AnswerMeasures(models, await Promise.all(TEXT_MEASURES.map((type) => openScorer({ type }))), heads);
  }

  /** One forward for all heads together; none without heads. */
  async of(answer: Measured): Promise<Measures> {
    const said = this.#scorers.map((scorer) => finite(scorer.score(answer.text)));
    return [...said, ...(await this.#headScores(answer))];
  }

  /** As a source of type "head" scores a text: the mean of r over its tokens, or V where it has been said. */
  async #headScores({ before, tokens }: Measured): Promise<(number | null)[]> {
    if (this.#heads.length === 0) return [];
    const { policy, tokenizer } = this.#models;
    if (policy.readStates === undefined || policy.states === undefined) throw new Error(`${policy.id} gives no states`);
    const ended = tokenizer.endIds.includes(tokens.at(-1)!);
    // The state behind the last token draws nothing, but a value head judges by it. An end token is not read.
    const read = ended ? tokens.slice(0, -1) : tokens;
    const states = await policy.readStates([...before, ...read], read.length + 1, "states");
    const features = new AnswerFeatures(policy.states);
    const sums = this.#heads.map(() => 0);
    for (const [t, state] of states.entries()) {
      const here = features.add(state);
      const token = tokens[t];
      if (token === undefined) continue;
      const drawn = Int32Array.of(token);
      for (const [h, head] of this.#heads.entries()) {
        if (head.kind === "push") sums[h]! += head.rewards(here, drawn)[0]!;
      }
    }
    return this.#heads.map((head, h) =>
      finite(head.kind === "push" ? sums[h]! / tokens.length : head.value(features.latest)),
    );
  }
}

/** A measure that is no finite number says nothing. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
