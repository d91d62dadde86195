import { describe, expect, it } from "vitest";
import { ascending, CUT_SIZE, holdsDrawable, isCut, logZWithout, type CutLogits } from "../../src/core/cut-logits.ts";
import { logSumExp } from "../../src/core/logprobs.ts";
import { cutOf } from "../cut-of.ts";

/** Logits that fall by `by` from token to token, from the last id down. */
function falling(by: number, size = 200): Float32Array {
  return Float32Array.from({ length: size }, (_, v) => -by * (size - 1 - v));
}

const NONE: ReadonlySet<number> = new Set();

describe("A cut", () => {
  const steep = cutOf(falling(0.1));

  it("is no row of logits", () => {
    expect(isCut(steep)).toBe(true);
    expect(isCut(falling(1))).toBe(false);
    expect([...ascending(steep)]).toEqual(Array.from({ length: CUT_SIZE }, (_, i) => 200 - CUT_SIZE + i));
  });

  it("is enough where its last token is not plausible, and never where every token can be drawn", () => {
    // The last of 64 lies 6.3 nats below the first.
    expect(holdsDrawable(steep, Math.exp(-6.2), NONE)).toBe(true);
    expect(holdsDrawable(steep, Math.exp(-6.3), NONE)).toBe(false);
    expect(holdsDrawable(steep, 0, NONE)).toBe(false);
  });

  it("measures plausibility from the likeliest token that is not banned, and takes banned ones out of log Z", () => {
    const banned = new Set([199, 198]);
    expect(holdsDrawable(cutOf(falling(0.2)), Math.exp(-6.1), banned)).toBe(true);
    expect(holdsDrawable(steep, Math.exp(-6.2), banned)).toBe(false);
    const others = falling(0.1).map((x, v) => (banned.has(v) ? -Infinity : x));
    expect(logZWithout(steep, banned)).toBeCloseTo(logSumExp(others), 6);
    expect(logZWithout(steep, NONE)).toBe(steep.logZ);
  });

  it("is not enough where banned tokens have most of the mass, or an unknown part of it", () => {
    expect(holdsDrawable(cutOf(falling(2)), 0.5, new Set([199]))).toBe(false);
    // Token 0 may have as much as the last of the cut.
    expect(holdsDrawable(steep, 0.5, new Set([0]))).toBe(false);
    expect(holdsDrawable(cutOf(falling(0.3)), 0.5, new Set([0]))).toBe(true);
    const all: CutLogits = cutOf(falling(1, CUT_SIZE));
    expect(holdsDrawable(all, 0.5, new Set(all.ids))).toBe(false);
  });
});
