import { describe, expect, it } from "vitest";
import { RunError } from "../../../src/core/errors.ts";
import { bytesSource } from "../../../src/engine/gguf/byte-source.ts";
import { dequantise } from "../../../src/engine/gguf/dequantise.ts";
import { readFacts } from "../../../src/engine/gguf/model-facts.ts";
import { readGguf, readTensorBytes, type Gguf } from "../../../src/engine/gguf/read-gguf.ts";
import type { FieldValue } from "./write-gguf.ts";
import { fixtureBytes, fixtureJson } from "./fixtures.ts";
import { tinyGguf } from "./tiny-gguf.ts";

const open = (bytes: Uint8Array): Promise<Gguf> => readGguf("test.gguf", bytesSource(bytes));

async function refusalOf(work: () => Promise<unknown>): Promise<RunError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof RunError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a GGUF file that the package gguf wrote", () => {
  it("gives every kind of field", async () => {
    const { metadata } = await open(fixtureBytes("types.gguf"));
    const found = ["u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f64", "bool", "text"].map((kind) =>
      metadata.get(`one.${kind}`),
    );
    const whole = [200, -100, 60_000, -30_000, 4_000_000_000, -2_000_000_000, 2 ** 53 - 1, -(2 ** 53) + 1];
    expect(found).toEqual([...whole, 0.1, true, "naïve 日本 😀"]);
    expect(metadata.get("one.f32")).toBe(Math.fround(0.1));
    expect(metadata.texts("list.text")).toEqual(["a", "", "ü"]);
    expect(metadata.numbers("list.i32")).toEqual([1, -2, 3]);
    expect(metadata.numbers("list.f32")).toEqual([0.5, -1.25]);
    expect(metadata.get("list.bool")).toEqual([true, false]);
  });

  it.each(["F32", "F16", "Q8_0", "Q4_0", "Q4_1", "Q6_K"])(
    "unpacks %s to the same bits as the package",
    async (name) => {
      const expected = fixtureJson("types.json.gz") as Record<string, number[]>;
      const gguf = await open(fixtureBytes("types.gguf"));
      const info = gguf.tensors.get(name);
      if (info === undefined) throw new Error(`no tensor ${name}`);
      const values = dequantise(info.type, await readTensorBytes(gguf, info));
      expect(values.length).toBe(512);
      expect([...new Uint32Array(values.buffer)]).toEqual(expected[name]);
    },
  );
});

describe("a file that cannot be read", () => {
  const whole = fixtureBytes("types.gguf");
  const text = (value: string): Uint8Array => new TextEncoder().encode(value);
  const withByte = (at: number, value: number): Uint8Array => whole.with(at, value);

  it.each([
    ["nothing", new Uint8Array(0), "it is empty"],
    ["a pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:1"), "a pointer of Git LFS"],
    ["a page", text("<!doctype html><html>"), "it is a web page"],
    ["another format", text("ggml and so on"), "it is no GGUF file"],
    ["another version", withByte(4, 9), "it is GGUF version 9"],
    ["other byte order", withByte(4, 0).with(7, 3), "it is a big-endian GGUF file"],
    ["half a header", whole.subarray(0, 300), "it was cut short"],
    ["half its weights", whole.subarray(0, whole.length - 100), "it was cut short"],
  ])("is told by its name and what it is: %s", async (_, bytes, words) => {
    const { message } = await refusalOf(() => open(bytes));
    expect(message).toContain("test.gguf cannot be");
    expect(message).toContain(words);
  });

  it("is told where any part of it is missing, and never hangs", async () => {
    for (let length = 0; length < whole.length; length += 97) {
      const { code } = await refusalOf(() => open(whole.subarray(0, length)));
      expect(code).toBe("model-corrupt");
    }
  });
});

describe("a model that Tiller does not compute", () => {
  const factsWith = async (fields: Record<string, FieldValue>): Promise<unknown> =>
    readFacts(await open(tinyGguf({ architecture: "llama", table: "Q8_0", isTied: true, fields })));

  it.each([
    [{ "general.architecture": "gemma3" }, 'its architecture is "gemma3"'],
    [{ "llama.expert_count": 8 }, "a mixture of 8 experts"],
    [{ "llama.rope.dimension_count": 32 }, "it turns 32 of the 64 numbers"],
    [{ "llama.attention.value_length": 32 }, "its keys have 64 numbers and its values 32"],
    [{ "llama.rope.scaling.type": "yarn" }, 'its positions are scaled by "yarn"'],
    [{ "llama.attention.head_count_kv": 3 }, "4 heads, 3 of keys, do not divide"],
    [{ "llama.block_count": 0 }, 'its field "llama.block_count" is 0'],
  ])("is refused in words: %j", async (fields, words) => {
    expect((await refusalOf(() => factsWith(fields))).message).toContain(words);
  });
});
