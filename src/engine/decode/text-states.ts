/** The states of one finished text, read once for all the heads that score it. */
import type { TokenId } from "../../core/types.ts";
import type { CausalModel, RowState } from "../interfaces.ts";
import type { Binding, PromptedModel } from "./binding.ts";

export class TextStates {
  readonly #binding: Binding;
  readonly #tokens: readonly TokenId[];
  readonly #known = new Map<CausalModel, readonly RowState[]>();

  /** @param tokens of the text; at least one */
  constructor(binding: Binding, tokens: readonly TokenId[]) {
    this.#binding = binding;
    this.#tokens = tokens;
  }

  /**
   * The state that each token was drawn from, and where the text did not end by itself also the one after its last token.
   * @param charge called where this takes a forward
   * @throws Error for a model without states
   */
  async of({ model, prompt }: PromptedModel, charge: (modelId: string) => void): Promise<readonly RowState[]> {
    const known = this.#known.get(model);
    if (known !== undefined) return known;
    if (model.readStates === undefined) throw new Error(`${model.id} gives no states`);
    charge(model.id);
    const isEnded = this.#binding.models.tokenizer.endIds.includes(this.#tokens.at(-1)!);
    // A text may have drawn its last token from the model's last position.
    const spoken = this.#tokens.slice(
      0,
      Math.min(this.#tokens.length - (isEnded ? 1 : 0), model.context - prompt.length),
    );
    const wants = this.#binding.statesFor(model) === "last" ? "last state" : "states";
    const found = await model.readStates([...prompt, ...spoken], spoken.length + 1, wants);
    this.#known.set(model, found);
    return found;
  }
}
