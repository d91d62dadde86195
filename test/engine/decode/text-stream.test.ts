import { describe, expect, it } from "vitest";
import type { Tokenizer } from "../../../src/engine/interfaces.ts";
import { TextStream } from "../../../src/engine/decode/text-stream.ts";

/** Every id is one byte; like some decoders, it drops a space at the very start of what it is given. */
const BYTES: Tokenizer = {
  vocabSize: 256,
  bosId: 0,
  endIds: [1],
  encode: (text) => [...new TextEncoder().encode(text)],
  decode: (ids) => new TextDecoder().decode(Uint8Array.from(ids)).replace(/^ /, ""),
  show: (id) => `<0x${id.toString(16)}>`,
};

function spell(text: string, context = ""): string[] {
  const stream = new TextStream(BYTES, BYTES.encode(context).slice(-1));
  return [...BYTES.encode(text).map((id) => stream.push(id)), stream.flush()];
}

describe("a text stream", () => {
  it("gives every character when its last byte comes", () => {
    expect(spell("a€b")).toEqual(["a", "", "", "€", "b", ""]);
    expect(spell("🦊!")).toEqual(["", "", "", "🦊", "!", ""]);
  });

  it("keeps the space of the first token where a text goes before it", () => {
    expect(spell(" fox", "The").join("")).toBe(" fox");
    expect(spell(" fox jumps", "The").join("")).toBe(" fox jumps");
  });

  it("peeks without taking", () => {
    const stream = new TextStream(BYTES, []);
    stream.push(97);
    expect(stream.peek(98)).toBe("b");
    expect(stream.peek(0xe2)).toBe("");
    expect(stream.push(99)).toBe("c");
    expect(stream.text).toBe("ac");
  });

  it("does not wait for ever behind broken bytes, and never shows half a character", () => {
    const stream = new TextStream(BYTES, []);
    const spelt = [0x80, 0x80, 0x80, 0x80, 0x80, 120].map((id) => stream.push(id));
    expect(spelt.join("")).toBe("x");
    stream.push(0xe2);
    expect(stream.flush()).toBe("");
    expect(stream.push(97)).toBe("a");
    expect(stream.text).toBe("xa");
    expect(stream.flush()).toBe("");
  });
});
