import * as fc from "fast-check";
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

  it("gives the text of the whole, however broken its bytes are", () => {
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0x61, 0xc3, 0xa9, 0xf0, 0x9f, 0xa6, 0x8a));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (ids) => {
        const stream = new TextStream(BYTES, BYTES.encode("x"));
        const pushed = ids.map((id) => stream.push(id)).join("") + stream.flush();
        expect(pushed).toBe(stream.text);
        expect(stream.text).toBe(
          BYTES.decode([0x78, ...ids])
            .slice(1)
            .replaceAll("\uFFFD", ""),
        );
        expect(stream.text).not.toContain("\uFFFD");
      }),
      { numRuns: 300 },
    );
  });

  it("finds a character behind many broken bytes", () => {
    const stream = new TextStream(BYTES, []);
    const ids = [0xf0, 0xf0, 0xf0, 0xf0, 0xf0, 0x9f, 0xa6, 0x8a];
    expect(ids.map((id) => stream.push(id)).join("")).toBe("🦊");
  });
});
