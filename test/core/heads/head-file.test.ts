import { describe, expect, it } from "vitest";
import { float16Bits, float16Value, toFloat16 } from "../../../src/core/heads/float16.ts";
import { checkPolicy, type HeadCard } from "../../../src/core/heads/head-card.ts";
import { readHead, writeHead } from "../../../src/core/heads/head-file.ts";
import type { Head } from "../../../src/core/heads/head.ts";
import { pack, unpack } from "../../../src/core/heads/packed.ts";
import { fc } from "../../properties.ts";
import { numbers } from "./small-policy.ts";

const HIDDEN = 5;
const single = (size: number, seed: number): Float32Array => Float32Array.from(numbers(size, seed), toFloat16);
const reader = {
  hidden: HIDDEN,
  features: ["last", "layer-21-mean"] as const,
  mean: single(10, 1),
  scale: single(10, 2).map((x) => toFloat16(1 + Math.abs(x))),
};
const HEADS: readonly Head[] = [
  { kind: "direction", hidden: HIDDEN, c: single(HIDDEN, 3), unit: 0.75 },
  { kind: "low-rank", ...reader, rank: 3, a: single(30, 4), b: single(15, 5), c: single(HIDDEN, 6), unit: 1.25 },
  { kind: "value", ...reader, weights: single(10, 7), intercept: toFloat16(0.3) },
];
const card: HeadCard = {
  id: "formal",
  name: "Formal",
  policy: { fingerprint: "ab".repeat(32), hidden: HIDDEN, vocabulary: 49152 },
  teacher: { kind: "contrast", model: "policy", better: "Be formal.", worse: "Be casual." },
  sliderEnd: 3,
  explained: 0.58,
  training: { samples: 600, prompts: 300, seed: 1, command: "npm run teach" },
  metrics: { explained: { value: 0.58, n: 40, ci95: [0.55, 0.61] }, ["__proto__"]: { value: 1, n: 2, ci95: null } },
};

/** What a file holds: through JSON, as it is read back. */
function asFile(head: Head, type: "float16" | "int8" = "float16"): Record<string, unknown> {
  return JSON.parse(JSON.stringify(writeHead({ card, head }, type))) as Record<string, unknown>;
}

describe("half precision", () => {
  it.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [-Infinity, 0xfc00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1.5 * 2 ** -24, 0x0002],
    [1 / 3, 0x3555],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [NaN, 0x7e00],
  ])("of %d has the bits of IEEE 754", (value, bits) => {
    expect(float16Bits(value)).toBe(bits);
  });

  it("keeps every half, and takes the nearest one of any number", () => {
    for (let bits = 0; bits < 0x7c00; bits++) expect(float16Bits(float16Value(bits))).toBe(bits);
    fc.assert(
      fc.property(fc.double({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const bits = float16Bits(value);
        const error = Math.abs(float16Value(bits) - value);
        const beside = [bits - 1, bits + 1].filter((each) => (each & 0x7fff) < 0x7c00 && each >= 0);
        for (const other of beside) expect(error).toBeLessThanOrEqual(Math.abs(float16Value(other) - value));
      }),
    );
  });
});

describe("packed arrays", () => {
  it("come back within half a step of their row's scale as int8", () => {
    const values = Float32Array.from([...numbers(8, 1, 100), ...numbers(8, 2, 0.01), ...new Float32Array(8)]);
    const back = unpack(JSON.parse(JSON.stringify(pack("a", values, [3, 8], "int8"))), "a", [3, 8]);
    for (const row of [0, 1, 2]) {
      const own = values.subarray(8 * row, 8 * row + 8);
      const step = Math.max(...Array.from(own, Math.abs)) / 127;
      for (const [i, value] of own.entries())
        expect(Math.abs(back[8 * row + i]! - value)).toBeLessThanOrEqual(0.51 * step);
    }
  });

  it("keep the sign of rows so small that a half holds their scale roughly", () => {
    const values = Float32Array.from([1e-5, -1e-5, 5e-6, 0]);
    const back = unpack(pack("a", values, [1, 4], "int8"), "a", [1, 4]);
    for (const [i, value] of values.entries()) expect(Math.abs(back[i]! - value)).toBeLessThan(1e-7);
  });

  it("refuse what a half cannot hold", () => {
    expect(() => pack("c", [1, 7e4], [2], "float16")).toThrow("c[1] is 70000");
    expect(() => pack("c", [1, NaN], [2], "int8")).toThrow("c[1] is NaN");
  });
});

describe("a head's file", () => {
  it.each(HEADS.map((head) => [head.kind, head] as const))("brings a %s back whole", (_, head) => {
    const back = readHead(asFile(head));
    expect(back.head).toEqual(head);
    expect(back.card).toEqual(card);
    expect(JSON.stringify(writeHead(back, "float16"))).toBe(JSON.stringify(writeHead({ card, head }, "float16")));
  });

  it("stores matrices as int8 in half the room, close to what they were", () => {
    const [, head] = HEADS;
    const back = readHead(asFile(head!, "int8")).head;
    if (back.kind !== "low-rank" || head?.kind !== "low-rank") throw new Error("another kind came back");
    for (const [i, entry] of back.a.entries()) expect(entry).toBeCloseTo(head.a[i]!, 1.9);
    expect(back.c).toEqual(head.c);
  });

  it.each<[string, (file: Record<string, unknown>) => unknown, RegExp]>([
    ["another version", (file) => ({ ...file, version: 2 }), /head\.version must be 1, got 2/],
    ["an unknown key", (file) => ({ ...file, colour: "red" }), /has no setting "colour"/],
    ["a key that is not there", (file) => ({ ...file, teacher: undefined }), /head\.teacher must be an object/],
    [
      "an unknown weight",
      (file) => ({ ...file, weights: { ...(file["weights"] as object), d: 1 } }),
      /weights has no setting "d"/,
    ],
    ["another kind", (file) => ({ ...file, kind: "deep" }), /head\.kind must be one of direction, low-rank, value/],
    [
      "a rank that is not its matrices'",
      (file) => ({ ...file, rank: 4 }),
      /weights\.a\.shape must be \[4, 10\], got "\[3, 10\]"/,
    ],
    ["an unknown feature", (file) => ({ ...file, features: ["last", "first"] }), /features\[1\] must be last, layer-N/],
    ["a feature twice", (file) => ({ ...file, features: ["last", "last"] }), /a list of different features/],
    ["a unit of 0", (file) => ({ ...file, unit: 0 }), /head\.unit must be a number above 0/],
    [
      "more than all explained",
      (file) => ({ ...file, explained: 1.2 }),
      /head\.explained must be a number .* at most 1/,
    ],
    [
      "a fingerprint that is none",
      (file) => ({ ...file, policy: { ...card.policy, fingerprint: "x" } }),
      /a SHA-256 in hex/,
    ],
    [
      "a teacher's unknown key",
      (file) => ({ ...file, teacher: { ...card.teacher, mood: 1 } }),
      /teacher has no setting "mood"/,
    ],
    [
      "a metric without its interval",
      (file) => ({ ...file, metrics: { gain: { value: 1, n: 2, ci95: [1] } } }),
      /metrics\.gain\.ci95/,
    ],
    ["no object", () => [1], /head must be an object, got a list of 1/],
  ])("is refused for %s", (_, change, message) => {
    expect(() => readHead(change(asFile(HEADS[1]!)))).toThrow(message);
  });

  it.each<[string, (packed: Record<string, unknown>) => object, RegExp]>([
    ["broken base64", (c) => ({ ...c, data: "a?==" }), /weights\.c\.data must be base64/],
    ["base64 of another length", (c) => ({ ...c, data: "AAAA" }), /weights\.c\.data must be 10 bytes, got 3/],
    [
      "a NaN",
      (c) => ({ ...c, data: `AH4A${"A".repeat(8)}AA==`.slice(0, 16) }),
      /weights\.c\[0\] must be a finite number, got NaN/,
    ],
    ["a type that is none", (c) => ({ ...c, type: "float32" }), /weights\.c\.type must be one of float16, int8/],
    ["scales beside halves", (c) => ({ ...c, scales: "AAA=" }), /weights\.c has no setting "scales"/],
    ["int8 without scales", (c) => ({ ...c, type: "int8" }), /weights\.c\.data must be 5 bytes/],
  ])("is refused for %s in its numbers", (_, change, message) => {
    const file = asFile(HEADS[0]!);
    const { c } = file["weights"] as { readonly c: Record<string, unknown> };
    expect(() => readHead({ ...file, weights: { c: change(c) } })).toThrow(message);
  });

  it("keeps every kind of teacher", () => {
    const teachers: readonly HeadCard["teacher"][] = [
      { kind: "ratio", strong: "a/b", weak: "policy" },
      { kind: "arm", model: "arm-joy", objective: "joy", b: 0.01 },
      { kind: "scorer", scorer: { type: "formula", formula: "flesch - words / 10" }, mean: 3, sd: 2 },
      { kind: "clicks", clicks: 50 },
    ];
    for (const teacher of teachers) {
      const file = JSON.parse(
        JSON.stringify(writeHead({ card: { ...card, teacher }, head: HEADS[0]! }, "int8")),
      ) as unknown;
      expect(readHead(file).card.teacher).toEqual(teacher);
    }
  });

  it("is refused by another policy, with both named", () => {
    expect(() => checkPolicy(card, card.policy)).not.toThrow();
    expect(() => checkPolicy(card, { ...card.policy, hidden: 960 })).toThrow(
      /“Formal” was learned on a policy with 49152 tokens \(fingerprint abababababab…\) and states of 5 numbers.*loaded one has 49152 tokens \(fingerprint abababababab…\) and states of 960/,
    );
    const other = { ...card.policy, fingerprint: "cd".repeat(32) };
    expect(() => checkPolicy(card, other)).toThrow(/fingerprint cdcdcdcdcdcd…/);
    expect(() => checkPolicy(card, other)).toThrow(expect.objectContaining({ code: "vocab-mismatch" }));
  });
});
