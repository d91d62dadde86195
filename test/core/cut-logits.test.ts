import { describe, expect, it } from "vitest";
import { ascending, byToken, CUT_SIZE, holdsDrawable, isCut } from "../../src/core/cut-logits.ts";
import { logSumExp } from "../../src/core/logprobs.ts";
import { cutOf } from "../cut-of.ts";

/** Logits that fall by `by` from token to token, from the last id down. */
function falling(by: number, size = 200): Float32Array {
  return Float32Array.from({ length: size }, (_, v) => -by * (size - 1 - v));
}

describe("A cut", () => {
  const steep = cutOf(falling(0.1));

  it("is no row of logits", () => {
    expect(isCut(steep)).toBe(true);
    expect(isCut(falling(1))).toBe(false);
    expect([...ascending(steep)]).toEqual(Array.from({ length: CUT_SIZE }, (_, i) => 200 - CUT_SIZE + i));
  });

  it("is enough where its last token is not plausible, and never where every token can be drawn", () => {
    // The last of 64 lies 6.3 nats below the first.
    expect(holdsDrawable(steep, Math.exp(-6.2))).toBe(true);
    expect(holdsDrawable(steep, Math.exp(-6.3))).toBe(false);
    expect(holdsDrawable(steep, 0)).toBe(false);
  });

  it("has no banned token, and no mass of one", () => {
    const banned = new Set([199, 198]);
    const cut = cutOf(falling(0.1), banned);
    expect([...cut.ids].some((id) => banned.has(id))).toBe(false);
    const others = falling(0.1).map((x, v) => (banned.has(v) ? -Infinity : x));
    expect(cut.logZ).toBeCloseTo(logSumExp(others), 6);
  });

  it("gives logits by token", () => {
    const logits = byToken(steep);
    expect(logits[199]).toBeCloseTo(0, 6);
    expect(logits[198]).toBeCloseTo(-0.1, 6);
    expect(logits[0]).toBeUndefined();
  });
});
