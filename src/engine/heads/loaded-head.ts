/**
 * Reward heads made ready for decoding: rewards of some tokens, or the value of the text, from the policy's own states. A head
 * that belongs to a smaller model of the same tokenizer reads that model's states: weak guides strong.
 */
import { checkPolicy, isSamePolicy, type PolicyIdentity } from "../../core/heads/head-card.ts";
import type { NamedHead } from "../../core/heads/head-file.ts";
import { pushOf, valueOf, type Head } from "../../core/heads/head.ts";
import { meanRow, type Unembedding } from "../../core/heads/unembedding.ts";
import { RunError } from "../../core/errors.ts";
import type { CausalModel, LoadedHead, Models, StateSizes } from "../interfaces.ts";
import { featuresGiven } from "../decode/answer-features.ts";

/**
 * The models with these heads, which sources of type "head" name by the ids of their cards.
 * @throws RunError "model-unsupported" where no model gives its states, "vocab-mismatch" for heads of none of the models,
 *   "invalid-request" for heads that no lane can use
 */
export async function withHeads(models: Models, heads: readonly NamedHead[]): Promise<Models> {
  const places = await placesOf(models);
  const [first] = places;
  if (first === undefined) {
    const { id } = models.policy;
    const message = `${id} does not give its states, so no head can steer it. Choose a GGUF model.`;
    throw new RunError("model-unsupported", message, { model: id });
  }
  const loaded = new Map(models.heads);
  for (const { card, head } of heads) {
    const place = places.find(({ identity }) => isSamePolicy(card.policy, identity)) ?? first;
    checkPolicy(card, place.identity);
    checkFeatures(card.name, head, place.model.states!);
    if (loaded.has(card.id)) throw refused(card.name, `another head has the id ${card.id}`, "Rename one of the two");
    loaded.set(card.id, await ready(card.name, head, place, models));
  }
  return { ...models, heads: loaded };
}

/** A model that heads may read: the policy first, and then its siblings. */
interface Place {
  readonly model: CausalModel;
  readonly identity: PolicyIdentity;
  /** Unpacked when the first head needs them. */
  readonly rows: () => Promise<SharedRows>;
}

async function placesOf({ policy, readers, teaching, siblings = new Map() }: Models): Promise<readonly Place[]> {
  const all = [...(teaching === undefined ? [] : [[policy.id, teaching] as const]), ...siblings];
  const places: Place[] = [];
  for (const [id, place] of all) {
    const model = id === policy.id ? policy : readers.get(id);
    if (model?.states === undefined) continue;
    let known: Promise<SharedRows> | null = null;
    const rows = () => (known ??= place.unembedding().then((each) => new SharedRows(each, meanRow(each))));
    places.push({ model, identity: await place.identity(), rows });
  }
  return places;
}

async function ready(name: string, head: Head, { model, rows }: Place, { policy }: Models): Promise<LoadedHead> {
  if (head.kind === "value") {
    if (model === policy)
      return { kind: "value", features: head.features, value: (features) => valueOf(head, features) };
    throw refused(
      name,
      `it values texts by the states of ${model.id}, and only the policy looks ahead`,
      "Use a head that steers tokens",
    );
  }
  const unpacked = await rows();
  return {
    kind: "push",
    features: head.kind === "direction" ? [] : head.features,
    ...(model !== policy && { model }),
    rewards: (features, tokens) => unpacked.times(pushOf(head, features), head.unit, tokens),
  };
}

/** Rows that lie unpacked at once: a vocabulary of them takes 113 MB. */
const AT_ONCE = 4096;

/** Rows of the LM head, mean-free. All heads of a step ask for the same tokens, so their rows are unpacked once. */
class SharedRows {
  readonly #unembedding: Unembedding;
  readonly #mean: Float64Array;
  #tokens: Int32Array | null = null;
  #rows = new Float32Array(0);

  /** @param mean `meanRow(unembedding)` */
  constructor(unembedding: Unembedding, mean: Float64Array) {
    this.#unembedding = unembedding;
    this.#mean = mean;
  }

  /** <W_U[v] - mean, push> / unit of each token. */
  times(push: Float64Array, unit: number, tokens: Int32Array): Float32Array {
    const { hidden } = this.#unembedding;
    const rewards = new Float32Array(tokens.length);
    for (let from = 0; from < tokens.length; from += AT_ONCE) {
      const some = tokens.length > AT_ONCE ? tokens.subarray(from, from + AT_ONCE) : tokens;
      const rows = this.#of(some);
      for (let i = 0, at = 0; i < some.length; i++) {
        let sum = 0;
        for (let k = 0; k < hidden; k++, at++) sum += rows[at]! * push[k]!;
        rewards[from + i] = sum / unit;
      }
    }
    return rewards;
  }

  /** `[tokens, hidden]`, the same while the same list is asked for. */
  #of(tokens: Int32Array): Float32Array {
    if (tokens === this.#tokens) return this.#rows;
    const { hidden } = this.#unembedding;
    const size = tokens.length * hidden;
    if (this.#rows.length < size) this.#rows = new Float32Array(size);
    for (const [i, token] of tokens.entries()) {
      const row = this.#rows.subarray(i * hidden, (i + 1) * hidden);
      this.#unembedding.rowOf(token, row);
      for (let k = 0; k < hidden; k++) row[k]! -= this.#mean[k]!;
    }
    this.#tokens = tokens;
    return this.#rows;
  }
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
