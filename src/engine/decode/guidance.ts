/** One row's distributions at one step: from the models' raw numbers to pi_ref, the guided distribution and the sampled distribution. */
import { argsDistribution, argsShift } from "../../core/args.ts";
import { ascending, isCut, type CutLogits, type LogitsBeside } from "../../core/cut-logits.ts";
import { armContribution } from "../../core/contributions.ts";
import { RunError } from "../../core/errors.ts";
import { addReward } from "../../core/genarm.ts";
import { addListed, listedCentre, rewardAt, unlisted, type ListedRewards } from "../../core/listed-rewards.ts";
import {
  entropy,
  logprobsInto,
  normalise,
  probabilitiesInto,
  type Normaliser,
  type Tokens,
} from "../../core/logprobs.ts";
import { plausibleTokens } from "../../core/plausible.ts";
import { sampledDistribution } from "../../core/sampling.ts";
import { termCentre, termRewardOf } from "../../core/term-reward.ts";
import type { PushId, Sampling, TokenId } from "../../core/types.ts";
import { vasDistribution, vasShift } from "../../core/vas.ts";
import type { Logits, StepScores } from "../interfaces.ts";
import type { Guidance, TermGuide } from "./plan.ts";
import { TermScores } from "./term-scores.ts";

/** How one objective or source pushes at one step. */
export interface StepPush {
  readonly id: PushId;
  /** Signed push on a token, nats. */
  contribution(token: TokenId): number;
  /** r(v) of a term, V_i of a value model (NaN outside the candidates). */
  source(token: TokenId): number;
}

/** The distributions of one row, `[V]` nats, normalised; views of shared buffers, valid until the next row is guided. */
export interface RowDistributions {
  readonly base: Float64Array;
  /** Those that `base` has numbers of, in ascending order: all (null), or the likeliest where the rest did not come back. */
  readonly known: Tokens;
  /** Those that can be drawn, in ascending order; null for all. Elsewhere `base` alone has mass. */
  readonly tokens: Tokens;
  /** log pi_ref of the plausible tokens, -Infinity for the others, not normalised; `base` itself where all may be drawn. */
  readonly reference: Float64Array;
  /** After guidance, before temperature and truncation; `base` itself where nothing changes it. */
  readonly guided: Float64Array;
  /** What the token is drawn from. */
  readonly sampled: Float64Array;
  /** What it would be drawn from without guidance, `sampled` itself where nothing steers; worked out once, when asked for. */
  plain(): Float64Array;
  /** Of the sampled distribution, nats. */
  readonly entropy: number;
  readonly pushes: readonly StepPush[];
  /** guided = reference + sum of contributions - logZ. */
  readonly logZ: number;
}

interface SteeringTerm {
  readonly id: PushId;
  readonly alpha: number;
  readonly centre: number;
  readonly rewardOf: (token: TokenId) => number;
  /** A head's rewards, of the tokens that can be drawn. */
  readonly list: ListedRewards | null;
}

/** Scores of one step, and what steers it. */
export interface Guided extends StepScores {
  readonly guidance: Guidance;
}

/** What no weight can move in a step's distribution: kept, so that re-weighting the step need not work it out again. */
export interface StepMemo {
  base: Normaliser | null;
  /** log Z of each part of a term, and the mean of the term under pi_ref. */
  readonly terms: Map<PushId, { readonly logZ: readonly number[]; readonly centre: number }>;
}

/**
 * Works row by row in buffers of its own, so that a step allocates nothing of the size of the vocabulary. What only the tokens
 * that can be drawn have a part in goes over these alone: with `plausible` at 0.1 they are about ten.
 */
export class Guide {
  readonly #banned: ReadonlySet<TokenId>;
  readonly #base: Float64Array;
  readonly #reference: Float64Array;
  readonly #guided: Float64Array;
  readonly #sampled: Float64Array;
  readonly #plain: Float64Array;
  readonly #probabilities: Float64Array;
  readonly #ids: Int32Array;
  /** The tokens of the latest row: where the buffers above may hold numbers. */
  #tokens: Tokens = null;
  /** The logits that `#base` was made of: rows with one text have one view of them, and one base. */
  #read: Logits | CutLogits | null = null;
  #known: Tokens = null;
  #normaliser: Normaliser = { logZ: 0, entropy: 0, max: 0 };
  #hasProbabilities = false;
  readonly #parts = new TermScores();

  /** @param banned tokens of probability 0, the end tokens where text must go on */
  constructor(vocabSize: number, banned: ReadonlySet<TokenId>) {
    this.#banned = banned;
    const buffer = (): Float64Array => new Float64Array(vocabSize);
    this.#base = buffer();
    this.#reference = buffer();
    this.#guided = buffer();
    this.#sampled = buffer();
    this.#plain = buffer();
    this.#probabilities = buffer();
    this.#ids = new Int32Array(vocabSize);
  }

  /**
   * @param memo of this very step, filled in here and used the next time; with or without it the numbers are the same
   * @throws RunError "non-finite-logits"
   */
  distributions(reading: Guided, sampling: Sampling, memo: StepMemo | null = null): RowDistributions {
    const base = this.#base;
    this.#readBase(reading.policy, memo);
    const tokens = this.#drawable(sampling.plausible);
    const reference = tokens === null ? base : copyAt(tokens, base, this.#reference);
    const { logZ, pushes } = this.#steer(reading, { tokens, reference }, memo);
    const isSteered = reading.guidance.type !== "none";
    const guided = isSteered || reference !== base ? this.#guided : base;
    const sampled = sampledDistribution(guided, sampling, this.#sampled, tokens);
    let found = isSteered ? null : sampled;
    const plain = (): Float64Array => (found ??= this.#plainFrom({ tokens, reference }, sampling));
    // Most rows draw from the base itself, whose entropy came with its normaliser.
    const ownEntropy = sampled === base ? this.#normaliser.entropy : entropy(sampled, tokens);
    return { base, known: this.#known, tokens, reference, guided, sampled, plain, pushes, logZ, entropy: ownEntropy };
  }

  #plainFrom({ tokens, reference }: Pick<RowDistributions, "tokens" | "reference">, sampling: Sampling): Float64Array {
    if (tokens === null) return sampledDistribution(reference, sampling, this.#plain);
    copyAt(tokens, reference, this.#plain);
    normalise(this.#plain, tokens);
    return sampledDistribution(this.#plain, sampling, this.#plain, tokens);
  }

  /** Makes `#base` log pi_ref, and where tokens are banned, pi_ref over the others. */
  #readBase(scores: Logits | CutLogits, memo: StepMemo | null): void {
    if (this.#read !== scores) {
      // Should the logits be refused, nothing has been read.
      this.#read = null;
      this.#hasProbabilities = false;
      if (isCut(scores)) this.#readCut(scores);
      else {
        this.#normaliser = logprobsInto(scores, this.#base, this.#banned, memo?.base ?? null);
        this.#known = null;
        if (this.#banned.size === 0) this.#parts.note(scores, this.#normaliser.logZ);
      }
      this.#read = scores;
    }
    if (memo !== null) memo.base = this.#normaliser;
  }

  /** log pi_ref of the likeliest tokens; the others have some mass, and nobody asks which. */
  #readCut(cut: CutLogits): void {
    if (this.#known === null) this.#base.fill(-Infinity);
    else for (const token of this.#known) this.#base[token] = -Infinity;
    const { logZ } = cut;
    this.#known = ascending(cut);
    let max = -Infinity;
    for (const [i, token] of cut.ids.entries()) {
      const logprob = cut.logits[i]! - logZ;
      this.#base[token] = logprob;
      max = Math.max(max, logprob);
    }
    // The entropy of the whole base is asked for only where every token can be drawn.
    this.#normaliser = { logZ, entropy: NaN, max };
  }

  /** Takes the numbers of the row before out of the buffers. @returns the tokens of this one */
  #drawable(plausible: number): Tokens {
    for (const buffer of [this.#reference, this.#guided, this.#sampled, this.#plain]) {
      if (this.#tokens !== null) for (const token of this.#tokens) buffer[token] = -Infinity;
      // A row that can draw every token writes every number.
      else if (plausible > 0) buffer.fill(-Infinity);
    }
    this.#tokens = plausibleTokens(this.#base, this.#normaliser.max, plausible, this.#ids, this.#known);
    return this.#tokens;
  }

  #steer(
    reading: Guided,
    from: Pick<RowDistributions, "tokens" | "reference">,
    memo: StepMemo | null,
  ): { readonly logZ: number; readonly pushes: readonly StepPush[] } {
    const { guidance } = reading;
    switch (guidance.type) {
      case "none":
        if (from.tokens === null) return { logZ: 0, pushes: [] };
        copyAt(from.tokens, from.reference, this.#guided);
        return { logZ: normalise(this.#guided, from.tokens), pushes: [] };
      case "terms":
        return this.#steerByTerms(reading, guidance, from, memo);
      case "values":
        return this.#steerByValues(reading, guidance, from);
      default:
        throw new Error(`unknown guidance ${JSON.stringify(guidance satisfies never)}`);
    }
  }

  #steerByTerms(
    reading: Guided,
    guidance: Guidance & { type: "terms" },
    { tokens, reference }: Pick<RowDistributions, "tokens" | "reference">,
    memo: StepMemo | null,
  ) {
    const terms = guidance.terms.map((guide): SteeringTerm => {
      const { id, alpha } = guide;
      if (guide.head === null) return { id, alpha, list: null, ...this.#term(guide, reading.terms.get(id)!, memo) };
      const list = reading.heads.get(id)!;
      const rewardOf = (token: TokenId): number => rewardAt(list, token);
      return { id, alpha, list, centre: listedCentre(this.#base, list), rewardOf };
    });
    const lists = terms.flatMap(({ list }) => list ?? []);
    if (lists.length > 0) requireRewards(lists, reference, tokens);
    if (tokens === null) this.#guided.set(reference);
    else copyAt(tokens, reference, this.#guided);
    for (const { alpha, list, rewardOf } of terms) if (list === null) addReward(this.#guided, alpha, rewardOf, tokens);
    for (const { alpha, list } of terms) if (list !== null) addListed(list, alpha, this.#guided);
    const centres = terms.reduce((sum, { alpha, centre }) => sum + alpha * centre, 0);
    const logZ = normalise(this.#guided, tokens) - centres;
    const pushes = terms.map(({ id, alpha, centre, rewardOf }): StepPush => ({
      id,
      contribution: (token) => armContribution(alpha, rewardOf(token), centre),
      source: rewardOf,
    }));
    return { logZ, pushes };
  }

  /** r(v) = signed sum of log pi_part(v), and its mean under pi_ref. */
  #term(guide: TermGuide, logits: readonly (Logits | LogitsBeside)[], memo: StepMemo | null) {
    const known = memo?.terms.get(guide.id);
    const scores = this.#parts.of(guide, logits, known?.logZ);
    const rewardOf = termRewardOf(scores);
    if (known !== undefined) return { rewardOf, centre: known.centre };
    const centre = termCentre(() => this.#baseProbabilities(), scores);
    memo?.terms.set(guide.id, { logZ: scores.map(({ logZ }) => logZ), centre });
    return { rewardOf, centre };
  }

  #baseProbabilities(): Float64Array {
    if (!this.#hasProbabilities) probabilitiesInto(this.#base, this.#probabilities);
    this.#hasProbabilities = true;
    return this.#probabilities;
  }

  #steerByValues(
    { candidates, values }: Guided,
    guidance: Guidance & { type: "values" },
    { tokens, reference }: Pick<RowDistributions, "tokens" | "reference">,
  ) {
    // An implausible candidate cannot be drawn, so it has no say in the mean either.
    const drawable = [...candidates.keys()].filter((c) => reference[candidates[c]!]! > -Infinity);
    const ids = drawable.map((c) => candidates[c]!);
    const place = new Map(ids.map((token, c) => [token, c]));
    const terms = guidance.terms.map(({ id, column, scale }) => {
      const own = drawable.map((c) => values[c]![column]!);
      return { id, own, shift: guidance.reader === "judge" ? argsShift(scale, own) : vasShift(scale, own) };
    });
    const distribution = guidance.reader === "judge" ? argsDistribution : vasDistribution;
    const logZ = distribution(
      reference,
      ids,
      terms.map((term) => term.shift),
      this.#guided,
      tokens,
    );
    const pushes = terms.map(({ id, own, shift }): StepPush => ({
      id,
      contribution: (token) => shift[place.get(token) ?? -1] ?? 0,
      source: (token) => own[place.get(token) ?? -1] ?? NaN,
    }));
    return { logZ, pushes };
  }
}

/** @returns `to`, with the numbers of these tokens */
function copyAt(tokens: Int32Array, from: Float64Array, to: Float64Array): Float64Array {
  for (const token of tokens) to[token] = from[token]!;
  return to;
}

/** A kept step has a head's rewards of the tokens that could be drawn when it ran. @throws RunError "invalid-request" */
function requireRewards(lists: readonly ListedRewards[], reference: Float64Array, tokens: Tokens): void {
  const token = unlisted(lists, reference, tokens);
  if (token === null) return;
  const message = `This run kept no head’s reward of token ${token}, which was not plausible then. Set Plausible back to what it was, or run again.`;
  throw new RunError("invalid-request", message, { token });
}
