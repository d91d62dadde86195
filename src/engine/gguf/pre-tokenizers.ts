/** How a byte-level vocabulary cuts text before it joins bytes, by the name that GGUF files have for it. */

/** What `tokenizer.json` says of one way of cutting. */
export interface PreTokenizer {
  readonly normalizer: object | null;
  readonly preTokenizer: object;
  /** A word that is a token stays one, whatever the merges say. */
  readonly ignoresMerges: boolean;
  /** Whether texts begin with the start token where the file does not tell. */
  readonly startsWithMark: boolean;
}

/** Spells bytes as letters. Its own pattern stays unused: in JavaScript it counts a byte order mark as a space. */
const BYTES = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };

const split = (pattern: string): object => ({
  type: "Split",
  pattern: { Regex: pattern },
  behavior: "Isolated",
  invert: false,
});
const cut = (...patterns: readonly string[]): object => ({
  type: "Sequence",
  pretokenizers: [...patterns.map(split), BYTES],
});

const GPT2_WORDS = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`;
const words = (digits: string): string =>
  String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|${digits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`;

const PLAIN = { normalizer: null, ignoresMerges: false, startsWithMark: false };
const GPT2: PreTokenizer = { ...PLAIN, preTokenizer: cut(GPT2_WORDS) };
/** One pattern for every digit of Unicode: the type "Digits" of the JavaScript library knows 0 to 9 alone. */
const SMOLLM: PreTokenizer = { ...PLAIN, preTokenizer: cut(String.raw`\p{N}`, GPT2_WORDS) };
const LLAMA3: PreTokenizer = {
  normalizer: null,
  preTokenizer: cut(words(String.raw`\p{N}{1,3}`)),
  ignoresMerges: true,
  startsWithMark: true,
};
const QWEN2: PreTokenizer = {
  ...PLAIN,
  normalizer: { type: "NFC" },
  preTokenizer: cut(words(String.raw`\p{N}`)),
};

/** Names as `llama-vocab.cpp` has them. */
export const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map([
  ["gpt-2", GPT2],
  ["phi-2", GPT2],
  ["smollm", SMOLLM],
  ["starcoder", SMOLLM],
  ["refact", SMOLLM],
  ["llama-bpe", LLAMA3],
  ["llama3", LLAMA3],
  ["llama-v3", LLAMA3],
  ["qwen2", QWEN2],
  ["deepseek-r1-qwen", QWEN2],
]);
