/** Byte-level BPE between text and token ids. Special tokens never come from text: a prompt with `</s>` stays text. */
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import type { Tokenizer } from "../interfaces.ts";
import { numberTable } from "./table.ts";

const TokenizerFile = v.looseObject({
  model: v.looseObject({ vocab: numberTable }),
  added_tokens: v.array(v.looseObject({ id: v.number(), content: v.string() })),
});
const TokenizerConfig = v.looseObject({ bos_token: v.string(), eos_token: v.string() });

export interface OpenedTokenizer {
  readonly tokenizer: Tokenizer;
  /** The text that the fingerprint of a vocabulary is the SHA-256 of: lines `id TAB JSON string NEWLINE`. */
  readonly vocabularyLines: string;
}

export function openTokenizer(file: unknown, config: unknown): OpenedTokenizer {
  const parsed = v.safeParse(v.tuple([TokenizerFile, TokenizerConfig]), [file, config]);
  if (!parsed.success) {
    throw new RunError(
      "model-corrupt",
      `The tokenizer is incomplete (${parsed.issues[0].message}). Load the model again.`,
    );
  }
  const [contents, { bos_token: bos, eos_token: eos }] = parsed.output;
  const tokens: (string | undefined)[] = [];
  for (const [token, id] of Object.entries(contents.model.vocab)) tokens[id] = token;
  for (const { id, content } of contents.added_tokens) tokens[id] = content;
  const special = new Set(contents.added_tokens.map((token) => token.id));
  const idOf = (token: string): TokenId => {
    const id = tokens.indexOf(token);
    if (id === -1)
      throw new RunError(
        "model-corrupt",
        `The tokenizer has no token "${token}", though its settings name it. Load the model again.`,
      );
    return id;
  };
  const lines = tokens.map((token, id) => `${id}\t${JSON.stringify(token ?? "")}\n`);
  const plain = new HubTokenizer({ ...contents, added_tokens: [] }, {});
  return {
    tokenizer: new ByteTokenizer(plain, tokens, special, idOf(bos), idOf(eos)),
    vocabularyLines: lines.join(""),
  };
}

class ByteTokenizer implements Tokenizer {
  readonly vocabSize: number;
  readonly bosId: TokenId;
  readonly endIds: readonly TokenId[];
  readonly #plain: HubTokenizer;
  readonly #tokens: readonly (string | undefined)[];
  readonly #special: ReadonlySet<TokenId>;
  /** Every step shows its candidates, and they are the same few hundred again and again. */
  readonly #shown = new Map<TokenId, string>();

  constructor(
    plain: HubTokenizer,
    tokens: readonly (string | undefined)[],
    special: ReadonlySet<TokenId>,
    bosId: TokenId,
    eosId: TokenId,
  ) {
    this.#plain = plain;
    this.#tokens = tokens;
    this.#special = special;
    this.vocabSize = tokens.length;
    this.bosId = bosId;
    this.endIds = [eosId];
  }

  encode(text: string): TokenId[] {
    return text === "" ? [] : this.#plain.encode(text, { add_special_tokens: false }).ids;
  }

  decode(ids: readonly TokenId[]): string {
    const spoken = ids.filter((id) => !this.#special.has(id));
    if (spoken.length === 0) return "";
    return this.#plain.decode(spoken, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }

  show(id: TokenId): string {
    const known = this.#shown.get(id);
    if (known !== undefined) return known;
    const shown = this.#spell(id);
    this.#shown.set(id, shown);
    return shown;
  }

  #spell(id: TokenId): string {
    const token = this.#tokens[id];
    if (token === undefined) return `<${id}>`;
    return this.#special.has(id) ? token : spellBytes(token);
  }
}

/** Readable form of a token of a byte-level vocabulary, whose letters stand for bytes. */
export function spellBytes(token: string): string {
  const bytes = Uint8Array.from(token, (character) => BYTE_OF.get(character) ?? 0);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return showControls(text);
  } catch {
    // Part of a character that more than one token spells.
    return Array.from(bytes, (byte) => (isPrintable(byte) ? String.fromCodePoint(byte) : hex(byte))).join("");
  }
}

export function showControls(text: string): string {
  return text.replace(CONTROL, (character) => hex(character.codePointAt(0) ?? 0));
}

const CONTROL = /\p{Cc}/gu;

function hex(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

/**
 * The byte behind each letter of a byte-level vocabulary (GPT-2): printable bytes of Latin-1 stand for themselves, the
 * others for the letters from U+0100 on, in order.
 */
const BYTE_OF: ReadonlyMap<string, number> = byteLetters();

function byteLetters(): Map<string, number> {
  const letters = new Map<string, number>();
  let next = 0x100;
  for (let byte = 0; byte < 256; byte += 1) {
    const isItself = isPrintable(byte) && byte !== 0x20 ? true : byte >= 0xa1 && byte !== 0xad;
    letters.set(String.fromCodePoint(isItself ? byte : next), byte);
    if (!isItself) next += 1;
  }
  return letters;
}
