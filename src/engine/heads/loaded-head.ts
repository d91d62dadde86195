/** Reward heads made ready for decoding: rewards of some tokens, or the value of the text, from the policy's own states. */
import { checkPolicy } from "../../core/heads/head-card.ts";
import type { NamedHead } from "../../core/heads/head-file.ts";
import { pushOf, rewardsOf, valueOf, type Head } from "../../core/heads/head.ts";
import { meanRow, type Unembedding } from "../../core/heads/unembedding.ts";
import { RunError } from "../../core/errors.ts";
import type { LoadedHead, Models, StateSizes } from "../interfaces.ts";
import { featuresGiven } from "../decode/answer-features.ts";

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
    checkFeatures(card.name, head, states);
    if (loaded.has(card.id)) throw refused(card.name, `another head has the id ${card.id}`, "Rename one of the two");
    loaded.set(card.id, ready(head, { unembedding, mean }));
  }
  return { ...models, heads: loaded };
}

interface Rows {
  readonly unembedding: Unembedding;
  readonly mean: Float64Array;
}

function ready(head: Head, { unembedding, mean }: Rows): LoadedHead {
  if (head.kind === "value") return { kind: "value", value: (features) => valueOf(head, features) };
  return {
    kind: "push",
    rewards: (features, tokens) =>
      rewardsOf(pushOf(head, features), tokens, unembedding, mean).map((reward) => reward / head.unit),
  };
}

function checkFeatures(name: string, head: Head, sizes: StateSizes): void {
  const given = featuresGiven(sizes);
  const wanted = head.kind === "direction" ? [] : head.features;
  const odd = wanted.find((feature) => !given.includes(feature));
  if (odd === undefined) return;
  throw refused(name, `it reads ${odd}, and this policy gives ${given.join(", ")}`, "Teach it on these");
}

function refused(name: string, why: string, wayOut: string): RunError {
  return new RunError("invalid-request", `The head “${name}” cannot be used: ${why}. ${wayOut}.`, { head: name });
}
