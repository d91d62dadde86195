/** One row's distributions at one step: from the models' raw numbers to pi_ref, the guided distribution and the sampled distribution. */
import { armCentre, armContribution } from "../../core/contributions.ts";
import { RunError } from "../../core/errors.ts";
import { addArms } from "../../core/genarm.ts";
import { addListed, listedCentre, rewardAt, unlisted, type ListedRewards } from "../../core/listed-rewards.ts";
import { entropy, logSumExp, normalise, normaliseWithEntropy } from "../../core/logprobs.ts";
import { plausibleOnly } from "../../core/plausible.ts";
import { sampledDistribution } from "../../core/sampling.ts";
import { termReward } from "../../core/term-reward.ts";
import type { PushId, Sampling, TokenId } from "../../core/types.ts";
import { vasDistribution, vasShift } from "../../core/vas.ts";
import type { Logits, StepScores } from "../interfaces.ts";
import type { Guidance, TermGuide } from "./plan.ts";

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

/** A reward of every token (`logprobs`, `[V]`), or of those that can be drawn. */
type SteeringTerm = {
  readonly id: PushId;
  readonly alpha: number;
  readonly centre: number;
  readonly rewardOf: (token: TokenId) => number;
} & ({ readonly logprobs: Float64Array } | { readonly list: ListedRewards });

/** Scores of one step, and what steers it. */
export interface Guided extends StepScores {
  readonly guidance: Guidance;
}

/** What no weight can move in a step's distribution: kept, so that re-weighting the step need not work it out again. */
export interface StepMemo {
  base: { readonly logZ: number; readonly entropy: number } | null;
  /** log Z of each part of a term, and the mean of the term under pi_ref. */
  readonly terms: Map<PushId, { readonly logZ: readonly number[]; readonly centre: number }>;
}

/** Works row by row in buffers of its own, so that a step allocates nothing of the size of the vocabulary. */
export class Guide {
  readonly #banned: ReadonlySet<TokenId>;
  readonly #base: Float64Array;
  readonly #plausible: Float64Array;
  readonly #guided: Float64Array;
  readonly #sampled: Float64Array;
  readonly #plain: Float64Array;
  readonly #terms = new Map<PushId, Float64Array>();
  /** Where the second part of a term is normalised. */
  readonly #scratch: Float64Array;

  /** @param banned tokens of probability 0, the end tokens where text must go on */
  constructor(vocabSize: number, banned: ReadonlySet<TokenId>) {
    this.#banned = banned;
    this.#base = new Float64Array(vocabSize);
    this.#plausible = new Float64Array(vocabSize);
    this.#guided = new Float64Array(vocabSize);
    this.#sampled = new Float64Array(vocabSize);
    this.#plain = new Float64Array(vocabSize);
    this.#scratch = new Float64Array(vocabSize);
  }

  /**
   * @param memo of this very step, filled in here and used the next time; with or without it the numbers are the same
   * @throws RunError "non-finite-logits"
   */
  distributions(reading: Guided, sampling: Sampling, memo: StepMemo | null = null): RowDistributions {
    const base = this.#base;
    const baseEntropy = this.#normalisedBase(reading.policy, memo);
    const reference = plausibleOnly(base, sampling.plausible, this.#plausible);
    const { logZ, pushes } = this.#steer(reading, { base, reference }, memo);
    const isSteered = reading.guidance.type !== "none";
    const guided = isSteered || reference !== base ? this.#guided : base;
    const sampled = sampledDistribution(guided, sampling, this.#sampled);
    let known = isSteered ? null : sampled;
    const plain = (): Float64Array => (known ??= this.#plainFrom(base, reference, sampling));
    // Most rows draw from the base itself, whose entropy came with its normaliser.
    const ownEntropy = sampled === base ? baseEntropy : entropy(sampled);
    return { base, reference, guided, sampled, plain, pushes, logZ, entropy: ownEntropy };
  }

  #plainFrom(base: Float64Array, reference: Float64Array, sampling: Sampling): Float64Array {
    if (reference === base) return sampledDistribution(base, sampling, this.#plain);
    this.#plain.set(reference);
    normalise(this.#plain);
    return sampledDistribution(this.#plain, sampling, this.#plain);
  }

  /** Makes `#base` log pi_ref, and where tokens are banned, pi_ref over the others. @returns its entropy, nats */
  #normalisedBase(logits: Logits, memo: StepMemo | null): number {
    const base = this.#base;
    for (let v = 0; v < base.length; v++) base[v] = logits[v]!;
    for (const token of this.#banned) base[token] = -Infinity;
    if (memo === null) return normaliseWithEntropy(base);
    if (memo.base === null) {
      const logZ = logSumExp(base);
      memo.base = { logZ, entropy: normaliseWithEntropy(base) };
    } else {
      const { logZ } = memo.base;
      for (let v = 0; v < base.length; v++) base[v]! -= logZ;
    }
    return memo.base.entropy;
  }

  #steer(
    reading: Guided,
    { base, reference }: Pick<RowDistributions, "base" | "reference">,
    memo: StepMemo | null,
  ): { readonly logZ: number; readonly pushes: readonly StepPush[] } {
    const { guidance } = reading;
    switch (guidance.type) {
      case "none":
        if (reference === base) return { logZ: 0, pushes: [] };
        this.#guided.set(reference);
        return { logZ: normalise(this.#guided), pushes: [] };
      case "terms":
        return this.#steerByTerms(reading, guidance, { base, reference }, memo);
      case "values":
        return this.#steerByValues(reading, guidance, reference);
      default:
        throw new Error(`unknown guidance ${JSON.stringify(guidance satisfies never)}`);
    }
  }

  #steerByTerms(
    reading: Guided,
    guidance: Guidance & { type: "terms" },
    { base, reference }: Pick<RowDistributions, "base" | "reference">,
    memo: StepMemo | null,
  ) {
    const lists: ListedRewards[] = [];
    const terms = guidance.terms.map((guide): SteeringTerm => {
      const { id, alpha } = guide;
      if (guide.head === null) {
        const { reward, centre } = this.#term(guide, reading.terms.get(id)!, base, memo);
        return { id, alpha, centre, logprobs: reward, rewardOf: (token) => reward[token]! };
      }
      const list = reading.heads.get(id)!;
      lists.push(list);
      const rewardOf = (token: TokenId): number => rewardAt(list, token);
      return { id, alpha, centre: listedCentre(base, list), list, rewardOf };
    });
    if (lists.length > 0) requireRewards(lists, reference);
    addArms(
      reference,
      terms.flatMap((term) => ("logprobs" in term ? [term] : [])),
      this.#guided,
    );
    for (const term of terms) if ("list" in term) addListed(term.list, term.alpha, this.#guided);
    const centres = terms.reduce((sum, { alpha, centre }) => sum + alpha * centre, 0);
    const logZ = normalise(this.#guided) - centres;
    const pushes = terms.map(({ id, alpha, centre, rewardOf }): StepPush => ({
      id,
      contribution: (token) => armContribution(alpha, rewardOf(token), centre),
      source: rewardOf,
    }));
    return { logZ, pushes };
  }

  /** r(v) = signed sum of log pi_part(v), and its mean under pi_ref. */
  #term({ id, parts }: TermGuide, logits: readonly Logits[], base: Float64Array, memo: StepMemo | null) {
    const reward = this.#bufferOf(id);
    const known = memo?.terms.get(id);
    const scores = parts.map(({ sign }, p) => ({ logits: logits[p]!, sign, logZ: known?.logZ[p] }));
    const logZ = termReward(scores, reward, this.#scratch);
    if (known !== undefined) return { reward, centre: known.centre };
    const centre = armCentre(base, reward);
    memo?.terms.set(id, { logZ, centre });
    return { reward, centre };
  }

  #steerByValues({ candidates, values }: Guided, guidance: Guidance & { type: "values" }, reference: Float64Array) {
    // An implausible candidate cannot be drawn, so it has no say in the mean either.
    const drawable = [...candidates.keys()].filter((c) => reference[candidates[c]!]! > -Infinity);
    const ids = drawable.map((c) => candidates[c]!);
    const place = new Map(ids.map((token, c) => [token, c]));
    const terms = guidance.terms.map(({ id, column, scale }) => {
      const own = drawable.map((c) => values[c]![column]!);
      return { id, own, shift: vasShift(scale, own) };
    });
    const logZ = vasDistribution(
      reference,
      ids,
      terms.map((term) => term.shift),
      this.#guided,
    );
    const pushes = terms.map(({ id, own, shift }): StepPush => ({
      id,
      contribution: (token) => shift[place.get(token) ?? -1] ?? 0,
      source: (token) => own[place.get(token) ?? -1] ?? NaN,
    }));
    return { logZ, pushes };
  }

  #bufferOf(id: PushId): Float64Array {
    const buffer = this.#terms.get(id) ?? new Float64Array(this.#base.length);
    this.#terms.set(id, buffer);
    return buffer;
  }
}

/** A kept step has a head's rewards of the tokens that could be drawn when it ran. @throws RunError "invalid-request" */
function requireRewards(lists: readonly ListedRewards[], reference: Float64Array): void {
  const token = unlisted(lists, reference);
  if (token === null) return;
  const message = `This run kept no head’s reward of token ${token}, which was not plausible then. Set Plausible back to what it was, or run again.`;
  throw new RunError("invalid-request", message, { token });
}
