/** What heads read of an answer in the making: its latest state, and the means of its states so far. */
import { rmsNormalise, RunningMean, type FeatureName, type StateFeatures } from "../../core/heads/features.ts";
import type { RowState, StateSizes } from "../interfaces.ts";

/** The features that such a policy gives. */
export function featuresGiven({ layer }: StateSizes): readonly FeatureName[] {
  return layer === null ? ["last", "last-mean"] : ["last", `layer-${layer}`, "last-mean", `layer-${layer}-mean`];
}

/** One answer's states, position by position; the first is the one that its first token is drawn from. */
export class AnswerFeatures {
  readonly #sizes: StateSizes;
  readonly #last: RunningMean;
  readonly #middle: RunningMean;
  #latest: StateFeatures | null = null;

  constructor(sizes: StateSizes) {
    this.#sizes = sizes;
    this.#last = new RunningMean(sizes.hidden);
    this.#middle = new RunningMean(sizes.hidden);
  }

  /** States added so far. */
  get count(): number {
    return this.#last.count;
  }

  /** Of the state that was added last. */
  get latest(): StateFeatures {
    if (this.#latest === null) throw new Error("the answer has no state yet");
    return this.#latest;
  }

  /** @returns the features of this state, valid until the next one is added */
  add(state: RowState): StateFeatures {
    return (this.#latest = this.#with(state, this.#last, this.#middle));
  }

  /** The features that `state` would have if it were the next one. */
  peek(state: RowState): StateFeatures {
    return this.#with(state, this.#last.fork(), this.#middle.fork());
  }

  #with({ hidden, middle }: RowState, last: RunningMean, middles: RunningMean): StateFeatures {
    last.add(hidden);
    const features = new Map<FeatureName, ArrayLike<number>>([
      ["last", hidden],
      ["last-mean", last.mean],
    ]);
    const { layer, hidden: width } = this.#sizes;
    if (layer === null || middle === null) return features;
    const scaled = rmsNormalise(middle, new Float32Array(width));
    middles.add(scaled);
    return features.set(`layer-${layer}`, scaled).set(`layer-${layer}-mean`, middles.mean);
  }
}
