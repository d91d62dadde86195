/** One row's laws at one step: from the models' raw numbers to pi_ref, the guided law and the sampled law. */
import { armCentre, armContribution } from "../core/contributions.ts";
import { genarmLaw } from "../core/genarm.ts";
import { entropy, logSumExp, normalise, normaliseWithEntropy } from "../core/logprobs.ts";
import { sampledLaw } from "../core/sampling.ts";
import type { ObjectiveId, Sampling, TokenId } from "../core/types.ts";
import { vasLaw, vasShift } from "../core/vas.ts";
import type { Logits, StepScores } from "./interfaces.ts";
import type { Guidance } from "./plan.ts";

/** How one objective pushes at one step. */
export interface Push {
  readonly objective: ObjectiveId;
  /** Signed push on a token, nats. */
  contribution(token: TokenId): number;
  /** log pi_i of an ARM, V_i of a value model (NaN outside the candidates). */
  source(token: TokenId): number;
}

/** The laws of one row, `[V]` nats, normalised; views of shared buffers, valid until the next row is guided. */
export interface RowLaws {
  readonly base: Float64Array;
  /** After guidance, before temperature and truncation; `base` itself where nothing steers. */
  readonly guided: Float64Array;
  /** What the token is drawn from. */
  readonly sampled: Float64Array;
  /** What it would be drawn from without guidance; worked out when asked for. */
  plain(): Float64Array;
  /** Of the sampled law, nats. */
  readonly entropy: number;
  readonly pushes: readonly Push[];
  /** guided = base + sum of contributions - logZ. */
  readonly logZ: number;
}

/** Scores of one step, and what steers it. */
export interface Guided extends StepScores {
  readonly guidance: Guidance;
}

/** What no weight can move in a step's law: kept, so that re-weighting the step need not work it out again. */
export interface StepMemo {
  base: { readonly logZ: number; readonly entropy: number } | null;
  readonly arms: Map<ObjectiveId, { readonly logZ: number; readonly centre: number }>;
}

/** Works row by row in buffers of its own, so that a step allocates nothing of the size of the vocabulary. */
export class Guide {
  readonly #banned: TokenId | null;
  readonly #base: Float64Array;
  readonly #guided: Float64Array;
  readonly #sampled: Float64Array;
  readonly #plain: Float64Array;
  readonly #arms = new Map<ObjectiveId, Float64Array>();

  /** @param banned a token of probability 0, the end token where text must go on */
  constructor(vocabSize: number, banned: TokenId | null) {
    this.#banned = banned;
    this.#base = new Float64Array(vocabSize);
    this.#guided = new Float64Array(vocabSize);
    this.#sampled = new Float64Array(vocabSize);
    this.#plain = new Float64Array(vocabSize);
  }

  /**
   * @param memo of this very step, filled in here and used the next time; with or without it the numbers are the same
   * @throws RunError "non-finite-logits"
   */
  laws(reading: Guided, sampling: Sampling, memo: StepMemo | null = null): RowLaws {
    const base = this.#base;
    const baseEntropy = this.#reference(reading.policy, memo);
    const { logZ, pushes } = this.#steer(reading, base, memo);
    const guided = reading.guidance.type === "none" ? base : this.#guided;
    const sampled = sampledLaw(guided, sampling, this.#sampled);
    const plain = (): Float64Array => (guided === base ? sampled : sampledLaw(base, sampling, this.#plain));
    // Most rows draw from the base itself, whose entropy came with its normaliser.
    return { base, guided, sampled, plain, pushes, logZ, entropy: sampled === base ? baseEntropy : entropy(sampled) };
  }

  /** Makes `#base` log pi_ref, and where a token is banned, pi_ref over the others. @returns its entropy, nats */
  #reference(logits: Logits, memo: StepMemo | null): number {
    const base = this.#base;
    for (let v = 0; v < base.length; v++) base[v] = logits[v]!;
    if (this.#banned !== null) base[this.#banned] = -Infinity;
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
    base: Float64Array,
    memo: StepMemo | null,
  ): { readonly logZ: number; readonly pushes: readonly Push[] } {
    const { guidance } = reading;
    switch (guidance.type) {
      case "none":
        return { logZ: 0, pushes: [] };
      case "arms":
        return this.#steerByArms(reading, guidance, base, memo);
      case "values":
        return this.#steerByValues(reading, guidance, base);
      default:
        throw new Error(`unknown guidance ${JSON.stringify(guidance satisfies never)}`);
    }
  }

  #steerByArms(reading: Guided, guidance: Guidance & { type: "arms" }, base: Float64Array, memo: StepMemo | null) {
    let centres = 0;
    const terms = guidance.terms.map(({ source: { objective }, alpha }) => {
      const { logprobs, centre } = this.#arm(objective, reading.arms.get(objective)!, base, memo);
      centres += alpha * centre;
      return { objective, alpha, logprobs, centre };
    });
    const logZ = genarmLaw(base, terms, this.#guided) - centres;
    const pushes = terms.map(({ objective, alpha, logprobs, centre }): Push => ({
      objective,
      contribution: (token) => armContribution(alpha, logprobs[token]!, centre),
      source: (token) => logprobs[token]!,
    }));
    return { logZ, pushes };
  }

  /** log pi_i of an ARM, and its mean under pi_ref. */
  #arm(objective: ObjectiveId, logits: Logits, base: Float64Array, memo: StepMemo | null) {
    const logprobs = this.#armBuffer(objective);
    const known = memo?.arms.get(objective);
    if (known !== undefined) {
      for (let v = 0; v < logprobs.length; v++) logprobs[v] = logits[v]! - known.logZ;
      return { logprobs, centre: known.centre };
    }
    for (let v = 0; v < logprobs.length; v++) logprobs[v] = logits[v]!;
    const logZ = normalise(logprobs);
    const centre = armCentre(base, logprobs);
    memo?.arms.set(objective, { logZ, centre });
    return { logprobs, centre };
  }

  #steerByValues({ candidates, values }: Guided, guidance: Guidance & { type: "values" }, base: Float64Array) {
    const place = new Map(candidates.map((token, c) => [token, c]));
    const terms = guidance.terms.map(({ objective, column, strength }) => {
      const own = values.map((value) => value[column]!);
      return { objective, own, shift: vasShift(strength, own) };
    });
    const logZ = vasLaw(
      base,
      candidates,
      terms.map((term) => term.shift),
      this.#guided,
    );
    const pushes = terms.map(({ objective, own, shift }): Push => ({
      objective,
      contribution: (token) => shift[place.get(token) ?? -1] ?? 0,
      source: (token) => own[place.get(token) ?? -1] ?? NaN,
    }));
    return { logZ, pushes };
  }

  #armBuffer(objective: ObjectiveId): Float64Array {
    const buffer = this.#arms.get(objective) ?? new Float64Array(this.#base.length);
    this.#arms.set(objective, buffer);
    return buffer;
  }
}
