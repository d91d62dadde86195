/** What VAS knows of its candidates: the value model's numbers, classifiers' log-odds of the texts they make, and value heads. */
import { labelLogOdds } from "../../core/sources/classifier.ts";
import type { TokenId } from "../../core/types.ts";
import { likeliestCandidates } from "./candidates.ts";
import type { Models, StepScores } from "../interfaces.ts";
import type { Answers } from "./answers.ts";
import type { BoundLabel } from "./binding.ts";
import type { ValueGuidance } from "./plan.ts";
import type { Row } from "./row.ts";
import type { TextStream } from "./text-stream.ts";
import { addJudged, addTexts, type PrefixUser } from "./prefix-scores.ts";
import { HeadValues } from "./head-values.ts";
import { AheadTrack } from "./ahead-track.ts";
import type { CountForward } from "./followers.ts";

export type CandidateValues = Pick<StepScores, "candidates" | "values">;

interface User {
  readonly row: Row;
  readonly guide: ValueGuidance;
}

export class CandidateScorer {
  readonly #models: Models;
  readonly #count: CountForward;
  readonly #banned: ReadonlySet<TokenId>;
  readonly #track: AheadTrack<Float64Array> | null;
  readonly #heads: HeadValues;

  /**
   * @param answers the states of the rows' answers, for value heads
   * @param banned  tokens that must not be drawn, and so are no candidates
   */
  constructor(models: Models, count: CountForward, answers: Answers, banned: ReadonlySet<TokenId>) {
    this.#models = models;
    this.#count = count;
    this.#banned = banned;
    this.#track = models.value === null ? null : new AheadTrack(models.value, count);
    this.#heads = new HeadValues(models, count, answers);
  }

  /** @param logitsOf the policy's @param ms receives the milliseconds of each model that was asked, by id */
  async ask(
    rows: readonly Row[],
    logitsOf: (row: Row) => StepScores["policy"],
    clock: { readonly now: () => number; readonly ms: Record<string, number> },
  ): Promise<ReadonlyMap<Row, CandidateValues>> {
    const users = rows.flatMap((row): User[] => {
      const guide = row.lane.guidance;
      return guide.type === "values" ? [{ row, guide }] : [];
    });
    // Lanes may differ in k; all rows ask for the largest, and each keeps its own first k, the likeliest.
    const k = Math.max(0, ...users.map(({ guide }) => guide.k));
    const candidates = new Map(users.map(({ row }) => [row, likeliestCandidates(logitsOf(row), k, this.#banned)]));
    const values = await this.#valuesOf(users, candidates, k, clock);
    const valued = await this.#heads.ask(users, candidates, k, clock);
    const answers = new Map<Row, CandidateValues>();
    const prefixed: PrefixUser[] = [];
    for (const { row, guide } of users) {
      const own = candidates.get(row)!.slice(0, guide.k);
      const known = values.get(row);
      const vectors = own.map((token, c) => {
        const vector = new Float64Array(guide.width).fill(NaN);
        if (known !== undefined) vector.set(known[c]!);
        for (const { column, head } of guide.heads) vector[column] = head.value(valued(row, token, c));
        return vector;
      });
      await this.#addLabels({ row, guide }, own, vectors, clock);
      const user = { row, guide, candidates: own, vectors };
      await addTexts(user, this.#models.tokenizer.endIds);
      prefixed.push(user);
      answers.set(row, { candidates: own, values: vectors });
    }
    await addJudged(prefixed, this.#models.judge, this.#count, clock);
    return answers;
  }

  dispose(): void {
    this.#track?.dispose();
    this.#heads.dispose();
  }

  get #objectives(): number {
    return this.#models.value?.objectives.length ?? 0;
  }

  async #valuesOf(
    users: readonly User[],
    candidates: ReadonlyMap<Row, readonly TokenId[]>,
    k: number,
    { now, ms }: { readonly now: () => number; readonly ms: Record<string, number> },
  ) {
    const found = new Map<Row, readonly Float64Array[]>();
    if (this.#track === null || this.#models.value === null) return found;
    const start = now();
    const rows = users.filter(
      ({ guide }) => guide.reader === "value" && guide.terms.some(({ column }) => column < this.#objectives),
    );
    await this.#track.follow(
      rows.map(({ row }) => row),
      k,
    );
    if (rows.length === 0) return found;
    const values = await this.#track.evaluate(rows.map(({ row }) => candidates.get(row)!));
    for (const [i, { row }] of rows.entries()) found.set(row, values[i]!);
    ms[this.#models.value.id] = now() - start;
    return found;
  }

  /** One batched forward a classifier and row: the text so far with each candidate after it. */
  async #addLabels(
    { row, guide }: User,
    candidates: readonly TokenId[],
    vectors: readonly Float64Array[],
    { now, ms }: { readonly now: () => number; readonly ms: Record<string, number> },
  ): Promise<void> {
    for (const { classifier, label, column } of guide.labels) {
      const start = now();
      const odds = await labelLogOddsOf({ classifier, label }, row.stream, candidates);
      for (const [c, value] of odds.entries()) vectors[c]![column] = value;
      this.#count(
        classifier.id,
        candidates.map(() => row),
      );
      ms[classifier.id] = (ms[classifier.id] ?? 0) + now() - start;
    }
  }
}

/** log p(label) − log(1 − p(label)) of the text so far with each candidate after it; one batched forward. */
export async function labelLogOddsOf(
  { classifier, label }: BoundLabel,
  stream: TextStream,
  candidates: readonly TokenId[],
): Promise<number[]> {
  const texts = candidates.map((token) => (stream.text + stream.peek(token)).trimStart());
  const scores = await classifier.score(texts);
  return scores.map((logits) => labelLogOdds(logits, label, classifier.isMultiLabel));
}
