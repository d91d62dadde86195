/** A tokenizer from a GGUF file's own fields, in the form of a repository's `tokenizer.json` and `tokenizer_config.json`. */
import type { TokenId } from "../../core/types.ts";
import type { Metadata } from "./metadata.ts";
import { PRE_TOKENIZERS } from "./pre-tokenizers.ts";
import { damaged, unsupported } from "./refuse.ts";
import { mergesOf, sentencePieceRules } from "./sentence-pieces.ts";

export interface TokenizerFiles {
  /** In place of `tokenizer.json`. */
  readonly tokenizer: object;
  /** In place of `tokenizer_config.json`, chat template included. */
  readonly config: object;
  readonly endIds: readonly TokenId[];
}

/** Kinds of tokens as `tokenizer.ggml.token_type` numbers them. */
const CONTROL = 3;
const USER_DEFINED = 4;

/** Marks that end an answer in models which name only one of them. */
const ENDS = new Set(["<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>", "</s>"]);

const FIELD = "tokenizer.ggml.";
const OTHER_FILE = "Choose another file of the model";

interface Mark {
  readonly id: TokenId;
  readonly text: string;
}

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  /** The token of a field with an id, or null. */
  readonly mark: (field: string) => Mark | null;
}

/** @throws RunError "model-corrupt", "model-unsupported" */
export function tokenizerFiles(metadata: Metadata): TokenizerFiles {
  const { id } = metadata;
  const kind = metadata.text(`${FIELD}model`);
  if (kind !== "gpt2" && kind !== "llama") {
    const what = kind === null ? "it holds no tokenizer" : `its tokenizer is of the kind "${kind}"`;
    throw unsupported(id, what, 'Choose a model with a tokenizer of the kinds "gpt2" or "llama"');
  }
  const vocabulary = readVocabulary(metadata);
  const parts = kind === "gpt2" ? byteParts(metadata, vocabulary) : pieceParts(metadata, vocabulary);
  const bos = vocabulary.mark("bos_token_id");
  const hasStart = metadata.flag(`${FIELD}add_bos_token`) ?? parts.startsWithMark;
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: addedTokens(vocabulary),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: hasStart && bos !== null ? startingWith(bos) : null,
    decoder: parts.decoder,
    model: { type: "BPE", ...NO_OPTIONS, ...parts.model, vocab: tableOf(vocabulary.tokens) },
  };
  return { tokenizer, config: configOf(metadata, vocabulary), endIds: endIdsOf(vocabulary) };
}

const NO_OPTIONS = { dropout: null, continuing_subword_prefix: null, end_of_word_suffix: null };

function readVocabulary(metadata: Metadata): Vocabulary {
  const { id } = metadata;
  const tokens = metadata.texts(`${FIELD}tokens`);
  if (tokens === null || tokens.length === 0) throw damaged(id, "it holds no tokens", OTHER_FILE);
  const kinds = metadata.numbers(`${FIELD}token_type`) ?? [];
  const mark: Vocabulary["mark"] = (field) => {
    const token = metadata.number(FIELD + field);
    const text = token === null ? undefined : tokens[token];
    return token === null || text === undefined ? null : { id: token, text };
  };
  return { tokens, kinds, mark };
}

interface Parts {
  readonly model: object;
  readonly normalizer: object | null;
  readonly preTokenizer: object | null;
  readonly decoder: object;
  readonly startsWithMark: boolean;
}

/** Bytes joined by a list of merges. */
function byteParts(metadata: Metadata, { tokens }: Vocabulary): Parts {
  const { id } = metadata;
  const name = metadata.text(`${FIELD}pre`);
  const rules = name === null ? undefined : PRE_TOKENIZERS.get(name);
  if (rules === undefined) {
    const what = name === null ? "it does not say how its tokenizer cuts text" : `its tokenizer cuts text as "${name}"`;
    const known = [...PRE_TOKENIZERS.keys()].join(", ");
    throw unsupported(id, `${what} (known are ${known})`, "Choose a newer file, or another model");
  }
  const merges = metadata.texts(`${FIELD}merges`);
  if (merges === null) throw damaged(id, "its tokenizer has no merges", OTHER_FILE);
  const known = new Set(tokens);
  return {
    normalizer: rules.normalizer,
    preTokenizer: rules.preTokenizer,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    startsWithMark: rules.startsWithMark,
    model: {
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: rules.ignoresMerges,
      merges: merges.map((merge) => pairOf(id, merge, known)),
    },
  };
}

/** Two pieces of the vocabulary with a space between them. */
function pairOf(id: string, merge: string, known: ReadonlySet<string>): [string, string] {
  const at = merge.indexOf(" ", 1);
  const pair: [string, string] = [merge.slice(0, at), merge.slice(at + 1)];
  if (at < 1 || !pair.every((piece) => known.has(piece))) {
    throw damaged(id, `its merge "${merge}" joins no two of its tokens`, OTHER_FILE);
  }
  return pair;
}

/** Pieces of SentencePiece, joined by their scores. */
function pieceParts(metadata: Metadata, { tokens, mark }: Vocabulary): Parts {
  const scores = metadata.numbers(`${FIELD}scores`);
  if (scores === null) throw damaged(metadata.id, "its tokens have no scores", OTHER_FILE);
  const { normalizer, decoder } = sentencePieceRules(metadata.flag(`${FIELD}add_space_prefix`) ?? true);
  return {
    normalizer,
    preTokenizer: null,
    decoder,
    startsWithMark: true,
    model: {
      unk_token: mark("unknown_token_id")?.text ?? null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
      merges: mergesOf(tokens, scores),
    },
  };
}

/** A table without a prototype: "constructor" and "__proto__" are words as well. */
function tableOf(tokens: readonly string[]): Record<string, number> {
  const table = Object.create(null) as Record<string, number>;
  tokens.forEach((token, id) => (table[token] = id));
  return table;
}

function addedTokens({ tokens, kinds }: Vocabulary): object[] {
  return kinds.flatMap((kind, id) => {
    const content = tokens[id];
    if (content === undefined || (kind !== CONTROL && kind !== USER_DEFINED)) return [];
    const matching = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    return [{ id, content, ...matching, special: kind === CONTROL }];
  });
}

function startingWith({ id, text }: Mark): object {
  const start = { SpecialToken: { id: text, type_id: 0 } };
  const sequence = (name: string, type: number): object => ({ Sequence: { id: name, type_id: type } });
  return {
    type: "TemplateProcessing",
    single: [start, sequence("A", 0)],
    pair: [start, sequence("A", 0), sequence("B", 1)],
    special_tokens: { [text]: { id: text, ids: [id], tokens: [text] } },
  };
}

const MARK_FIELDS = {
  bos_token: "bos_token_id",
  eos_token: "eos_token_id",
  pad_token: "padding_token_id",
  unk_token: "unknown_token_id",
} as const;

function configOf(metadata: Metadata, { mark }: Vocabulary): object {
  const marks = Object.entries(MARK_FIELDS).flatMap(([name, field]) => {
    const found = mark(field);
    return found === null ? [] : [[name, found.text] as const];
  });
  const template = metadata.text("tokenizer.chat_template");
  return {
    ...Object.fromEntries(marks),
    clean_up_tokenization_spaces: false,
    ...(template !== null && { chat_template: template }),
  };
}

function endIdsOf({ tokens, kinds, mark }: Vocabulary): TokenId[] {
  const named = [mark("eos_token_id"), mark("eot_token_id")].flatMap((found) => (found === null ? [] : [found.id]));
  const known = tokens.flatMap((token, id) => (kinds[id] === CONTROL && ENDS.has(token) ? [id] : []));
  return [...new Set([...named, ...known])];
}
