/** A text that is to be read: its tokens, what each adds, and the models under its prompt. */
import { RunError } from "../../core/errors.ts";
import { logSumExp } from "../../core/logprobs.ts";
import type { LensAsk, LensText } from "../../core/lens/reading.ts";
import type { TokenId } from "../../core/types.ts";
import { Binding } from "../decode/binding.ts";
import { TextStream } from "../decode/text-stream.ts";
import type { Models } from "../interfaces.ts";

export interface Said {
  readonly binding: Binding;
  /** At least one; the end token where the text ended by itself. */
  readonly tokens: readonly TokenId[];
  readonly pieces: readonly string[];
  /** Without the white space around it. */
  readonly text: string;
}

/** Texts under one prompt share a binding. */
export class Reader {
  readonly #models: Models;
  readonly #ask: LensAsk;
  readonly #bindings = new Map<string, Binding>();

  constructor(models: Models, ask: LensAsk) {
    this.#models = models;
    this.#ask = ask;
  }

  /** @throws RunError "invalid-request" for tokens that the policy does not have, and what prompts are refused with */
  async said({ kind, prompt, answer }: LensText): Promise<Said> {
    const binding = this.#binding(kind, prompt);
    const tokens = typeof answer === "string" ? await this.#written(answer, binding) : answer;
    this.#check(tokens);
    return { binding, tokens, ...spelled(tokens, binding) };
  }

  #binding(kind: LensText["kind"], prompt: string): Binding {
    const key = `${kind} ${prompt}`;
    const { reward, system, turns } = this.#ask;
    const sources = reward.type === "source" ? [reward.source] : [];
    const binding = this.#bindings.get(key) ?? new Binding(this.#models, { kind, prompt, system, turns, sources });
    this.#bindings.set(key, binding);
    return binding;
  }

  /**
   * A written text as the policy would have written it, with the end token after it. Some prompts leave the space before an
   * answer to the answer and some do not: the policy tells which, for it finds that beginning likelier.
   */
  async #written(answer: string, { policy }: Binding): Promise<readonly TokenId[]> {
    const { tokenizer } = this.#models;
    const text = answer.trim();
    const [bare, spaced] = [tokenizer.encode(text), tokenizer.encode(` ${text}`)];
    const [logits] = await policy.model.read(policy.prompt, 1);
    const logprob = (token: TokenId | undefined): number =>
      token === undefined ? -Infinity : logits![token]! - logSumExp(logits!);
    const tokens = logprob(spaced[0]) > logprob(bare[0]) ? spaced : bare;
    return [...tokens, tokenizer.endIds[0]!];
  }

  #check(tokens: readonly TokenId[]): void {
    const { id, vocabSize } = this.#models.policy;
    const odd = tokens.find((token) => token >= vocabSize);
    if (odd === undefined) return;
    const message = `The text has the token ${odd}, and ${id} knows ${vocabSize}: another model wrote it. Paste it as a text, or load the model that wrote it.`;
    throw new RunError("vocab-mismatch", message, { model: id, token: odd });
  }
}

function spelled(
  tokens: readonly TokenId[],
  { models: { tokenizer }, policy }: Binding,
): Pick<Said, "pieces" | "text"> {
  const stream = TextStream.after(tokenizer, policy.prompt);
  const pieces = tokens.map((token) => (tokenizer.endIds.includes(token) ? "" : stream.push(token)));
  const rest = stream.flush();
  const last = pieces.length - 1;
  if (rest !== "") pieces[last] = pieces[last]! + rest;
  return { pieces, text: stream.text.trim() };
}
