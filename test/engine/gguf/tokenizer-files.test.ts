import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { RunError } from "../../../src/core/errors.ts";
import { tokenizerFiles } from "../../../src/engine/gguf/tokenizer-files.ts";
import { fixtureJson, metadataOf } from "./fixtures.ts";

interface Vocabulary {
  readonly model: string;
  readonly pre: string;
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  readonly merges?: readonly string[];
  readonly scores?: readonly number[];
  /** Only where they are others than those of all. */
  readonly lines?: readonly string[];
  readonly ids: readonly (readonly number[])[];
}

const { lines, vocabularies } = fixtureJson("vocabularies.json.gz") as {
  readonly lines: readonly string[];
  readonly vocabularies: readonly Vocabulary[];
};

const fieldsOf = ({ model, pre, tokens, kinds, merges, scores }: Vocabulary) => ({
  "tokenizer.ggml.model": model,
  "tokenizer.ggml.pre": pre,
  "tokenizer.ggml.tokens": tokens,
  "tokenizer.ggml.token_type": kinds,
  "tokenizer.ggml.bos_token_id": 1,
  "tokenizer.ggml.eos_token_id": 2,
  "tokenizer.ggml.unknown_token_id": 0,
  ...(merges && { "tokenizer.ggml.merges": merges }),
  ...(scores && { "tokenizer.ggml.scores": scores }),
});

function only(model: string): Vocabulary {
  const found = vocabularies.find((vocabulary) => vocabulary.pre === model || vocabulary.model === model);
  if (found === undefined) throw new Error(`no vocabulary ${model}`);
  return found;
}

function open(fields: Parameters<typeof metadataOf>[0]): Tokenizer {
  const { tokenizer, config } = tokenizerFiles(metadataOf(fields));
  return new Tokenizer(tokenizer, config);
}

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof RunError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a tokenizer from the fields of a GGUF file", () => {
  it.each(vocabularies.map((each) => [each.pre, each] as const))("cuts text as the reference does: %s", (_, own) => {
    const tokenizer = open(fieldsOf(own));
    const texts = own.lines ?? lines;
    const wrong = texts.flatMap((line, i) => {
      const { ids } = tokenizer.encode(line, { add_special_tokens: false });
      return ids.join() === own.ids[i]?.join() ? [] : [{ line, ids, expected: own.ids[i] }];
    });
    expect(texts.length).toBeGreaterThan(350);
    expect(wrong).toEqual([]);
  });

  it("keeps words that are names of an object's own properties", () => {
    const own = only("gpt-2");
    const tokens = [...own.tokens, "__proto__", "constructor"];
    const { tokenizer } = tokenizerFiles(metadataOf({ ...fieldsOf(own), "tokenizer.ggml.tokens": tokens }));
    const { vocab } = (tokenizer as { readonly model: { readonly vocab: object } }).model;
    expect(Object.entries(vocab).slice(-2)).toEqual([
      ["__proto__", tokens.length - 2],
      ["constructor", tokens.length - 1],
    ]);
  });

  it("begins texts with the start token where the file says so, or its kind does", () => {
    const first = (fields: Parameters<typeof metadataOf>[0]): number | undefined => open(fields).encode("boat").ids[0];
    const smollm = fieldsOf(only("smollm"));
    expect(first(smollm)).not.toBe(1);
    expect(first({ ...smollm, "tokenizer.ggml.add_bos_token": true })).toBe(1);
    const llama3 = fieldsOf(only("llama-bpe"));
    expect(first(llama3)).toBe(1);
    expect(first({ ...llama3, "tokenizer.ggml.add_bos_token": false })).not.toBe(1);
    expect(first(fieldsOf(only("llama")))).toBe(1);
  });

  it("puts no space before a text where the file forbids it", () => {
    const own = only("llama");
    const bare = open({ ...fieldsOf(own), "tokenizer.ggml.add_space_prefix": false });
    const usual = open(fieldsOf(own));
    const options = { add_special_tokens: false };
    expect(bare.encode(" the", options).ids).toEqual(usual.encode("the", options).ids);
    expect(bare.decode(bare.encode(" the boat", options).ids, {})).toBe(" the boat");
    expect(usual.decode(usual.encode("the boat", options).ids, {})).toBe("the boat");
  });

  it("ends answers at the named token and at the usual marks of a chat", () => {
    const own = only("smollm");
    const { endIds, config } = tokenizerFiles(metadataOf({ ...fieldsOf(own), "tokenizer.chat_template": "{{ x }}" }));
    expect(endIds.map((id) => own.tokens[id])).toEqual(["<|im_end|>", "<|endoftext|>"]);
    expect(config).toMatchObject({ bos_token: "<|im_start|>", eos_token: "<|im_end|>", chat_template: "{{ x }}" });
  });

  it("refuses kinds that it does not know by their names", () => {
    const fields = fieldsOf(only("gpt-2"));
    const refusal = (changes: object): string => messageOf(() => tokenizerFiles(metadataOf({ ...fields, ...changes })));
    expect(refusal({ "tokenizer.ggml.model": "bert" })).toContain('its tokenizer is of the kind "bert"');
    expect(refusal({ "tokenizer.ggml.pre": "tekken" })).toContain('cuts text as "tekken" (known are gpt-2');
    expect(refusal({ "tokenizer.ggml.tokens": [] })).toContain("it holds no tokens");
    expect(refusal({ "tokenizer.ggml.merges": ["nothing"] })).toContain(
      'its merge "nothing" joins no two of its tokens',
    );
    expect(refusal({ "tokenizer.ggml.tokens": [1, 2] })).toContain('"tokenizer.ggml.tokens" is not a list of texts');
  });
});
