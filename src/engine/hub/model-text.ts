/** Text and tokens of a model from the Hub, whatever kind of vocabulary it has, and the prompts that it expects. */
import { Tokenizer as HubTokenizer } from "@huggingface/tokenizers";
import * as v from "valibot";
import { RunError } from "../../core/errors.ts";
import type { TokenId } from "../../core/types.ts";
import type { Tokenizer } from "../interfaces.ts";
import { numberTable } from "../bundle/table.ts";
import { showControls, spellBytes } from "../bundle/tokenizer.ts";
import { chatTemplate, type ChatMessage, type ChatTemplate } from "./chat.ts";
import { templateOf } from "./template-of.ts";
import { broken, encodePieces, isMark, stripped, withHiddenMarks } from "./marks.ts";

const Vocabulary = v.union([numberTable, v.array(v.looseTuple([v.string(), v.number()]))]);
const AddedToken = v.looseObject({ id: v.number(), content: v.string(), special: v.optional(v.boolean(), true) });
const TokenizerFile = v.looseObject({
  model: v.looseObject({ vocab: Vocabulary }),
  added_tokens: v.optional(v.array(AddedToken), []),
  truncation: v.optional(v.nullable(v.looseObject({ max_length: v.optional(v.number()) }))),
});
/** A special token: its text alone, or an object with its text and how it is matched. */
const Mark = v.optional(v.nullable(v.union([v.string(), v.looseObject({ content: v.string() })])));
const TokenizerConfig = v.looseObject({
  bos_token: Mark,
  eos_token: Mark,
  pad_token: Mark,
  unk_token: Mark,
  chat_template: v.optional(v.unknown()),
  model_max_length: v.optional(v.nullable(v.number())),
});
type TokenizerConfig = v.InferOutput<typeof TokenizerConfig>;

export interface TextFiles {
  readonly tokenizer: unknown;
  /** `tokenizer_config.json`, or null where there is none. */
  readonly config: unknown;
  /** The template of a file of its own, as text or as a list of named ones; null where there is none. */
  readonly template: unknown;
  /** Tokens that end an answer, as the model's configuration lists them. */
  readonly endIds: readonly TokenId[];
}

export interface ModelText {
  readonly tokenizer: Tokenizer;
  /** The token of every id, added ones included; holes are undefined. */
  readonly tokens: readonly (string | undefined)[];
  /** Tokens of a text that the tokenizer's files allow; Infinity where they name no bound. */
  readonly limit: number;
  /** Null for a model that only continues text. */
  readonly chat: ChatTemplate | null;
  /** Ids of a text in which the tokenizer's marks count; with those that it puts around every text, or without. */
  encodeMarked(text: string, isWhole: boolean): TokenId[];
  /** Ids of a text with the marks that the tokenizer puts around every text; marks in the text stay text. */
  encodeWhole(text: string): TokenId[];
  /** What a model reads before it answers: the chat in its template's marks. */
  chatIds(messages: readonly ChatMessage[]): TokenId[];
  /** What a model reads before it continues a plain text. */
  plainIds(text: string): TokenId[];
}

/** @throws RunError "model-corrupt" where the files do not describe a tokenizer */
export function openModelText(id: string, files: TextFiles): ModelText {
  const parsed = v.safeParse(v.tuple([TokenizerFile, TokenizerConfig]), [files.tokenizer, files.config ?? {}]);
  if (!parsed.success) throw corrupt(id, parsed.issues[0].message);
  const [file, config] = parsed.output;
  const tokens = tokensOf(file);
  const special = new Set(file.added_tokens.filter((token) => token.special).map((token) => token.id));
  const full = open(id, file, config);
  const marks = file.added_tokens.filter(isMark);
  const markIds = new Set(marks.map((mark) => mark.id));
  const plain = open(
    id,
    {
      ...file,
      model: withHiddenMarks(file.model, marks),
      added_tokens: file.added_tokens.filter((token) => !markIds.has(token.id)),
    },
    config,
  );
  const markId = (mark: TokenizerConfig["bos_token"]): TokenId | null => {
    const text = typeof mark === "string" ? mark : mark?.content;
    const found = text === undefined ? -1 : tokens.indexOf(text);
    return found < 0 ? null : found;
  };
  const eos = markId(config.eos_token);
  // The template's own end mark first: it is the one that an answer is most likely to end with.
  const ends = [eos, ...files.endIds].flatMap((end) => (end !== null && end < tokens.length ? [end] : []));
  const endIds = [...new Set(ends)];
  const eosId = endIds[0] ?? markId(config.pad_token);
  if (eosId === null) throw corrupt(id, "it names no token that ends a text");
  const bosId = markId(config.bos_token) ?? markId(config.pad_token) ?? eosId;
  const spell = (JSON.stringify([file["decoder"], file["pre_tokenizer"]]) ?? "").includes('"ByteLevel"')
    ? spellBytes
    : spellPieces;
  const tokenizer: Tokenizer = {
    vocabSize: tokens.length,
    bosId,
    endIds: endIds.length > 0 ? endIds : [eosId],
    encode: (text) => (text === "" ? [] : plain.encode(text, { add_special_tokens: false }).ids),
    decode: (ids) => {
      const spoken = ids.filter((token) => !special.has(token) && tokens[token] !== undefined);
      if (spoken.length === 0) return "";
      return full.decode(spoken, { skip_special_tokens: false, clean_up_tokenization_spaces: false });
    },
    show: remember((token) => {
      const text = tokens[token];
      if (text === undefined) return `<${token}>`;
      return special.has(token) ? text : spell(text);
    }),
  };
  const template = templateOf(files.template) ?? templateOf(config.chat_template);
  const chat = template === null ? null : chatTemplate(id, template, marksOf(config));
  const encodeMarked = (text: string, isWhole: boolean): TokenId[] =>
    text === "" && !isWhole ? [] : full.encode(text, { add_special_tokens: isWhole }).ids;
  return {
    tokenizer,
    tokens,
    limit: Math.min(sensible(config.model_max_length), sensible(file.truncation?.max_length)),
    chat,
    encodeMarked,
    encodeWhole: (text) => {
      const [before, after] = around();
      if (before !== null) return [...before, ...tokenizer.encode(text), ...after];
      return firstWith(
        marksIn(encodeMarked("a", true)),
        [text, broken(text, marks), stripped(text)].map((each) => () => encodeMarked(each, true)),
      );
    },
    chatIds: (messages) => {
      if (chat === null) return tokenizer.encode(plainOf(messages));
      const rendered = (change: (text: string) => string) => (): TokenId[] =>
        encodeMarked(chat.render(messages.map((each) => ({ ...each, content: change(each.content) }))), false);
      const asTyped = rendered((text) => text);
      // The template writes every mark itself, and a typed one stays text.
      const pieces = chat.pieces(messages);
      if (pieces === null) {
        const own = marksIn(rendered(() => "a")());
        return firstWith(own, [asTyped, rendered((text) => broken(text, marks)), rendered(stripped)]);
      }
      const own = pieces.flatMap(({ text, isTyped }) => (isTyped ? [] : marksIn(encodeMarked(text, false))));
      return firstWith(own, [asTyped, () => encodePieces(pieces, marks, tokenizer)]);
    },
    plainIds: (text) => {
      const start = encodeMarked("", true).slice(0, 1);
      const ids = [...start, ...tokenizer.encode(text)];
      return ids.length > 0 ? ids : [bosId];
    },
  };

  function marksIn(ids: readonly TokenId[]): TokenId[] {
    return ids.filter((token) => markIds.has(token));
  }

  /** The first reading that has these marks and no others; the last one where none has. */
  function firstWith(wanted: readonly TokenId[], readings: readonly (() => TokenId[])[]): TokenId[] {
    let ids: TokenId[] = [];
    for (const reading of readings) {
      ids = reading();
      const found = marksIn(ids);
      if (found.length === wanted.length && found.every((token, i) => token === wanted[i])) break;
    }
    return ids;
  }

  /** The marks that the tokenizer puts before and after every text; null where they do not stand beside it. */
  function around(): [TokenId[], TokenId[]] | [null, null] {
    const [inside, whole] = [tokenizer.encode("a"), encodeMarked("a", true)];
    const start = whole.findIndex((_, at) => inside.every((token, i) => whole[at + i] === token));
    if (inside.length === 0 || start < 0) return [null, null];
    return [whole.slice(0, start), whole.slice(start + inside.length)];
  }
}

/** Files write an absurd number (1e30) where there is no bound. */
function sensible(length: number | null | undefined): number {
  return typeof length === "number" && length >= 2 && length < 1e9 ? Math.floor(length) : Infinity;
}

function tokensOf({ model, added_tokens: added }: v.InferOutput<typeof TokenizerFile>): (string | undefined)[] {
  const tokens: (string | undefined)[] = [];
  if (Array.isArray(model.vocab)) model.vocab.forEach(([token], id) => (tokens[id] = token));
  else for (const [token, id] of Object.entries(model.vocab)) tokens[id] = token;
  for (const { id, content } of added) tokens[id] = content;
  return tokens;
}

function open(id: string, file: object, config: object): HubTokenizer {
  try {
    return new HubTokenizer(file, config);
  } catch (error) {
    throw corrupt(id, String(error));
  }
}

function marksOf(config: TokenizerConfig): Record<string, string> {
  const names = ["bos_token", "eos_token", "pad_token", "unk_token"] as const;
  return Object.fromEntries(
    names.map((name) => {
      const mark = config[name];
      return [name, typeof mark === "string" ? mark : (mark?.content ?? "")];
    }),
  );
}

function plainOf(messages: readonly ChatMessage[]): string {
  return messages.map(({ content }) => content).join("\n\n");
}

/** Pieces of SentencePiece mark spaces with a low bar; WordPiece marks what goes on a word. */
function spellPieces(token: string): string {
  return showControls(token.replaceAll("\u2581", " "));
}

/** Every step shows its candidates, and they are the same few hundred again and again. */
function remember(show: (token: TokenId) => string): (token: TokenId) => string {
  const shown = new Map<TokenId, string>();
  return (token) => {
    const known = shown.get(token) ?? show(token);
    shown.set(token, known);
    return known;
  };
}

function corrupt(id: string, reason: string): RunError {
  const message = `The tokenizer of ${id} cannot be read (${reason}). Choose another repository of the model.`;
  return new RunError("model-corrupt", message, { id, reason });
}
