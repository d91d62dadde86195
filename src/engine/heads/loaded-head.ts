/** A reward head made ready for decoding: the rewards of some tokens after a state, from the policy's own numbers. */
import { checkPolicy } from "../../core/heads/head-card.ts";
import { rmsNormalise, type FeatureName } from "../../core/heads/features.ts";
import type { NamedHead } from "../../core/heads/head-file.ts";
import { pushOf, rewardsOf, type PushHead } from "../../core/heads/head.ts";
import { meanRow, type Unembedding } from "../../core/heads/unembedding.ts";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import type { LoadedHead, Models, RowState, StateSizes } from "../interfaces.ts";

/**
 * The models with these heads, which sources of type "head" name by the ids of their cards.
 * @throws RunError "model-unsupported" for a policy without states, "vocab-mismatch" for heads of another policy,
 *   "invalid-request" for heads that no lane can use
 */
export async function withHeads(models: Models, heads: readonly NamedHead[]): Promise<Models> {
  const { teaching, policy } = models;
  const { states } = policy;
  if (teaching === undefined || states === undefined) {
    const message = `${policy.id} does not give its states, so no head can steer it. Choose a GGUF model.`;
    throw new RunError("model-unsupported", message, { model: policy.id });
  }
  const identity = await teaching.identity();
  const unembedding = await teaching.unembedding();
  const mean = meanRow(unembedding);
  const loaded = new Map(models.heads);
  for (const { card, head } of heads) {
    checkPolicy(card, identity);
    if (head.kind === "value") {
      throw refused(card.name, "it values whole texts, and a lane needs rewards of tokens", "Choose another head");
    }
    checkFeatures(card.name, head, states);
    if (loaded.has(card.id)) throw refused(card.name, `another head has the id ${card.id}`, "Rename one of the two");
    loaded.set(card.id, ready(head, states, { unembedding, mean }));
  }
  return { ...models, heads: loaded };
}

interface Rows {
  readonly unembedding: Unembedding;
  readonly mean: Float64Array;
}

function ready(head: PushHead, { hidden, layer }: StateSizes, { unembedding, mean }: Rows): LoadedHead {
  const middleName: FeatureName = `layer-${layer}`;
  return {
    rewards: (state: RowState, tokens: readonly TokenId[] | Int32Array): Float64Array => {
      const middle = rmsNormalise(state.middle, new Float32Array(hidden));
      const features = new Map<FeatureName, ArrayLike<number>>([
        ["last", state.hidden],
        [middleName, middle],
      ]);
      return rewardsOf(pushOf(head, features), tokens, unembedding, mean).map((reward) => reward / head.unit);
    },
  };
}

/** Means over the answer would need the states of a row's past, which decoding does not keep. */
function checkFeatures(name: string, head: PushHead, { layer }: StateSizes): void {
  const wanted = head.kind === "direction" ? [] : head.features;
  const odd = wanted.find((feature) => feature !== "last" && feature !== `layer-${layer}`);
  if (odd === undefined) return;
  throw refused(name, `it reads ${odd}, and a lane has the last state and layer-${layer} alone`, "Teach it on these");
}

function refused(name: string, why: string, wayOut: string): RunError {
  return new RunError("invalid-request", `The head “${name}” cannot steer: ${why}. ${wayOut}.`, { head: name });
}
