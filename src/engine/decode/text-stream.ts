/** Turns tokens into text as they come: a token's text is what it adds to the decoded whole. */
import type { Tokenizer } from "../interfaces.ts";
import type { TokenId } from "../../core/types.ts";

/**
 * A run of tokens that ends in half a character is held back until it is whole: only the end decides how broken bytes
 * before it read. Real text needs at most 4 tokens; the bound keeps a model that writes nothing but broken bytes cheap.
 */
const MAX_PENDING = 64;
const REPLACEMENT = "\uFFFD";

/**
 * Decodes a short window instead of the whole text. The window starts with tokens that are already spelt, because some
 * decoders treat the first token of a text differently (a leading space falls away).
 */
export class TextStream {
  /** All text spelt so far. */
  text = "";
  readonly #tokenizer: Tokenizer;
  /** Tokens already spelt that give the window its context, and tokens whose text is still open. */
  #context: readonly TokenId[];
  #pending: TokenId[] = [];

  /** @param context the last tokens before the text, ordinary ones; may be empty */
  constructor(tokenizer: Tokenizer, context: readonly TokenId[]) {
    this.#tokenizer = tokenizer;
    this.#context = context;
  }

  /** The text of a response. The last prompt token as context keeps the space of the first token; a start token spells nothing. */
  static after(tokenizer: Tokenizer, prompt: readonly TokenId[]): TextStream {
    return new TextStream(tokenizer, prompt.length > 1 ? prompt.slice(-1) : []);
  }

  /** A stream of its own that has spelt the same so far. */
  fork(): TextStream {
    const own = new TextStream(this.#tokenizer, this.#context);
    own.text = this.text;
    own.#pending = [...this.#pending];
    return own;
  }

  /** The text that `token` adds; empty while a multi-byte character is incomplete. */
  push(token: TokenId): string {
    this.#pending.push(token);
    const added = this.#spell(this.#pending);
    if (added.endsWith(REPLACEMENT) && this.#pending.length <= MAX_PENDING) return "";
    return this.#settle(added);
  }

  /** The text that `token` would add, without taking it. */
  peek(token: TokenId): string {
    const added = this.#spell([...this.#pending, token]);
    return added.endsWith(REPLACEMENT) ? "" : whole(added);
  }

  /** Spells what is still open, as far as it makes whole characters. */
  flush(): string {
    return this.#pending.length === 0 ? "" : this.#settle(this.#spell(this.#pending));
  }

  #spell(pending: readonly TokenId[]): string {
    const before = this.#tokenizer.decode(this.#context);
    return this.#tokenizer.decode([...this.#context, ...pending]).slice(before.length);
  }

  #settle(added: string): string {
    const text = whole(added);
    this.text += text;
    this.#context = this.#pending;
    this.#pending = [];
    return text;
  }
}

/** Bytes that make no character are left out: nobody can read half a letter. The tokens keep them. */
function whole(text: string): string {
  return text.replaceAll(REPLACEMENT, "");
}
