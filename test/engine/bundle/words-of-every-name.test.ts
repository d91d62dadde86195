/** Vocabularies have words that every JavaScript object has as a key. None of them may be lost. */
import { describe, expect, test } from "vitest";
import { openTokenizer } from "../../../src/engine/bundle/tokenizer.ts";
import { openModelText } from "../../../src/engine/hub/model-text.ts";
import type { Tokenizer } from "../../../src/engine/interfaces.ts";

const WORDS = ["prototype", "constructor", "__proto__", "toString", "valueOf", "hasOwnProperty", "length"];
const MARKS = ["<s>", "</s>"];

/** The letters that a byte-level vocabulary writes for ASCII: themselves, and "Ġ" for a space. */
const letters = [...Array.from({ length: 94 }, (_, i) => String.fromCodePoint(33 + i)), "Ġ"];

/** As text, because only a parsed file has an own key "__proto__". */
function tokenizerFile(): unknown {
  const tokens = [...letters, ...WORDS, ...WORDS.map((word) => `Ġ${word}`)];
  const vocab = tokens.map((token, id) => `${JSON.stringify(token)}: ${id}`).join(", ");
  const added = MARKS.map((content, i) => ({ id: tokens.length + i, content, special: true }));
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return JSON.parse(`{
    "model": { "type": "BPE", "vocab": { ${vocab} }, "merges": [], "ignore_merges": true },
    "added_tokens": ${JSON.stringify(added)},
    "normalizer": null, "post_processor": null,
    "pre_tokenizer": ${JSON.stringify(byteLevel)}, "decoder": ${JSON.stringify(byteLevel)}
  }`);
}

const CONFIG = { bos_token: "<s>", eos_token: "</s>" };

const tokenizers: readonly [string, () => { tokenizer: Tokenizer; tokens: readonly (string | undefined)[] }][] = [
  [
    "of the Hub",
    () => openModelText("test/words", { tokenizer: tokenizerFile(), config: CONFIG, template: null, endIds: [] }),
  ],
  [
    "that is bundled",
    () => {
      const { tokenizer, vocabularyLines } = openTokenizer(tokenizerFile(), CONFIG);
      const tokens = vocabularyLines.trimEnd().split("\n");
      return { tokenizer, tokens: tokens.map((line) => JSON.parse(line.split("\t")[1]!) as string) };
    },
  ],
];

describe.each(tokenizers)("a vocabulary %s", (_, open) => {
  const { tokenizer, tokens } = open();

  test.each(WORDS)("reads and writes the word %s", (word) => {
    const text = `The (${word}) works, and so does ${word}.`;
    const ids = tokenizer.encode(text);
    expect(tokenizer.decode(ids)).toBe(text);
    // The usual way to cut a text into words takes the bars apart from the letters.
    if (word === "__proto__") return;
    expect(ids.map((id) => tokenizer.show(id))).toContain(word);
    expect(ids.map((id) => tokenizer.show(id))).toContain(` ${word}`);
  });

  test("has no hole, so its fingerprint is that of all tokens", () => {
    expect(tokens).toEqual([...letters, ...WORDS, ...WORDS.map((word) => `Ġ${word}`), ...MARKS]);
  });
});

/** A vocabulary of another kind, with the words in it; as text for the sake of "__proto__". */
function fileOfKind(model: object, others: object, added: readonly string[] = []): unknown {
  const tokens = [
    ...MARKS,
    "[UNK]",
    "\u2581",
    ...letters.slice(0, -1),
    ...WORDS,
    ...WORDS.map((word) => `\u2581${word}`),
  ];
  const isList = "unk_id" in model;
  const pairs = tokens.map((token, id) =>
    isList ? JSON.stringify([token, token.length > 2 ? -1 : -9]) : `${JSON.stringify(token)}: ${id}`,
  );
  const vocab = isList ? `[${pairs.join(",")}]` : `{${pairs.join(",")}}`;
  const rest = JSON.stringify(model).slice(1, -1);
  const extra = added.map((content, i) => ({ id: tokens.length + i, content, special: false }));
  const marks = MARKS.map((content, id) => ({ id, content, special: true }));
  const outer = JSON.stringify({ normalizer: null, post_processor: null, ...others }).slice(1, -1);
  return JSON.parse(
    `{"model": {${rest}, "vocab": ${vocab}}, "added_tokens": ${JSON.stringify([...marks, ...extra])}, ${outer}}`,
  );
}

const METASPACE = { type: "Metaspace", replacement: "\u2581", prepend_scheme: "always", split: true };

describe.each<[string, unknown]>([
  ["Unigram", fileOfKind({ type: "Unigram", unk_id: 2 }, { pre_tokenizer: METASPACE, decoder: METASPACE })],
  [
    "WordPiece",
    fileOfKind(
      { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100 },
      { pre_tokenizer: { type: "WhitespaceSplit" }, decoder: { type: "WordPiece", prefix: "##", cleanup: false } },
    ),
  ],
])("a vocabulary of the kind %s", (_, file) => {
  const { tokenizer, tokens } = openModelText("test/words", {
    tokenizer: file,
    config: CONFIG,
    template: null,
    endIds: [],
  });

  test.each(WORDS)("reads and writes the word %s", (word) => {
    const ids = tokenizer.encode(`a ${word} b`);
    expect(ids.map((id) => tokens[id]!.replace("\u2581", ""))).toContain(word);
    expect(tokenizer.decode(ids)).toContain(word);
  });
});

test.each(WORDS)("an added token called %s is a token like any other", (word) => {
  const file = fileOfKind({ type: "Unigram", unk_id: 2 }, { pre_tokenizer: METASPACE, decoder: METASPACE }, [
    `${word}!`,
  ]);
  const { tokenizer, tokens } = openModelText("test/words", {
    tokenizer: file,
    config: CONFIG,
    template: null,
    endIds: [],
  });
  const ids = tokenizer.encode(`a ${word}! b`);
  expect(ids.map((id) => tokens[id])).toContain(`${word}!`);
  expect(tokenizer.decode(ids)).toContain(`${word}!`);
});
