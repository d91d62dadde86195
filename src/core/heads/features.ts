/**
 * What a head reads of a state: vectors of the policy's size, each with a name.
 *
 *   last        h, the state that the LM head reads (after the final norm)
 *   layer-21    the state after block 21, divided by its root mean square: x / sqrt(mean x² + 1e-6)
 *   …-mean      the mean of that vector over the answer so far, the current state included
 *
 * The answer's first state is the one that its first token is drawn from. The means say what the text was about; the last
 * state alone says mostly which token comes next.
 */
export type FeatureName = "last" | `layer-${number}` | "last-mean" | `layer-${number}-mean`;

/** The vectors of one state, each `[hidden]`. */
export type StateFeatures = ReadonlyMap<FeatureName, ArrayLike<number>>;

/** So that a state of zeros stays finite. */
const RMS_EPSILON = 1e-6;

export function isFeatureName(name: string): name is FeatureName {
  return /^(?:last|layer-(?:0|[1-9]\d{0,2}))(?:-mean)?$/.test(name);
}

/** x / sqrt(mean x² + 1e-6), `[hidden]`. `out` may be `x`. */
export function rmsNormalise(x: ArrayLike<number>, out: Float32Array): Float32Array {
  let sum = 0;
  for (let i = 0; i < out.length; i++) sum += x[i]! ** 2;
  const scale = 1 / Math.sqrt(sum / out.length + RMS_EPSILON);
  for (let i = 0; i < out.length; i++) out[i] = x[i]! * scale;
  return out;
}

/** The mean of the vectors added so far, kept up to date in O(hidden) a vector. */
export class RunningMean {
  readonly mean: Float64Array;
  #count: number;

  constructor(hidden: number) {
    this.mean = new Float64Array(hidden);
    this.#count = 0;
  }

  get count(): number {
    return this.#count;
  }

  /** @param x `[hidden]` */
  add(x: ArrayLike<number>): void {
    const share = 1 / ++this.#count;
    for (let i = 0; i < this.mean.length; i++) this.mean[i]! += (x[i]! - this.mean[i]!) * share;
  }

  /** A mean that goes on by itself, for a row that parts from this one. */
  fork(): RunningMean {
    const copy = new RunningMean(this.mean.length);
    copy.mean.set(this.mean);
    copy.#count = this.#count;
    return copy;
  }
}

/**
 * The named vectors one after another.
 * @param out `[names.length * hidden]`
 * @throws Error where a vector is missing: what the policy hands over is a mistake of ours
 */
export function gather(
  features: StateFeatures,
  names: readonly FeatureName[],
  hidden: number,
  out: Float32Array,
): void {
  for (const [f, name] of names.entries()) {
    const vector = features.get(name);
    if (vector?.length !== hidden) throw new Error(`feature ${name} has ${vector?.length ?? 0} numbers, not ${hidden}`);
    out.set(vector, f * hidden);
  }
}
