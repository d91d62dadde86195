import { describe, expect, it } from "vitest";
import { choiceNoise, gumbelBound, gumbelNoise, gumbelOf, hash32 } from "../../src/core/noise.ts";

/** pcg4d again, in exact big integers modulo 2^32: the definition that a WGSL kernel follows with u32. */
function pcg4d(...counters: readonly [number, number, number, number]): number {
  const mod = (x: bigint) => BigInt.asUintN(32, x);
  let [x, y, z, w] = counters.map((c) => mod(BigInt(c) * 1664525n + 1013904223n)) as [bigint, bigint, bigint, bigint];
  const mix = () => {
    x = mod(x + y * w);
    y = mod(y + z * x);
    z = mod(z + x * y);
    w = mod(w + y * z);
  };
  mix();
  [x, y, z, w] = [x ^ (x >> 16n), y ^ (y >> 16n), z ^ (z >> 16n), w ^ (w >> 16n)];
  mix();
  return Number(w);
}

/** Pearson's statistic of counts against equal expectations. */
function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

/** Statistic of `cells` cells beyond which a fair source is seen once in 10 000 times (normal approximation). */
function chiSquareLimit(cells: number): number {
  return cells - 1 + 3.72 * Math.sqrt(2 * (cells - 1));
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

const COUNTERS = ["seed", "sample", "position", "token"] as const;

/** Hashes along one counter while the others stay at small numbers, as a run counts. */
function along(counter: number, start: number, length: number): number[] {
  return Array.from({ length }, (_, i) => {
    const at: [number, number, number, number] = [3, 1, 5, 2];
    at[counter] = start + i;
    return hash32(...at);
  });
}

describe("the hash", () => {
  it("is pcg4d, bit for bit", () => {
    const cases: [number, number, number, number][] = [
      [0, 0, 0, 0],
      [1, 2, 3, 4],
      [20261, 7, 119, 4095],
      [0xffffffff, 63, 0xffffffff, 0],
    ];
    for (const counters of cases) {
      expect(hash32(...counters)).toBe(pcg4d(...counters));
    }
  });

  it.each(COUNTERS.map((name, i) => [name, i] as const))(
    "is uniform along the %s, in its high and low bits",
    (_, i) => {
      for (const start of [0, 100_000]) {
        const high = zeros(256);
        const low = zeros(256);
        for (const bits of along(i, start, 65_536)) {
          high[bits >>> 24]!++;
          low[bits & 255]!++;
        }
        expect(chiSquare(high)).toBeLessThan(chiSquareLimit(256));
        expect(chiSquare(low)).toBeLessThan(chiSquareLimit(256));
      }
    },
  );

  it.each(COUNTERS.map((name, i) => [name, i] as const))("is independent of itself one and two %ss on", (_, i) => {
    const bits = along(i, 0, 65_538);
    for (const lag of [1, 2]) {
      const cells = zeros(256);
      for (let j = 0; j + lag < bits.length; j++) cells[(bits[j]! >>> 28) * 16 + (bits[j + lag]! >>> 28)]!++;
      expect(chiSquare(cells)).toBeLessThan(chiSquareLimit(256));
    }
  });

  it("is independent between whole rows of tokens: no row is another one shifted", () => {
    const rows = Array.from({ length: 24 }, (_, r) =>
      Array.from({ length: 4096 }, (_, token) => hash32(7, r % 4, Math.floor(r / 4), token) / 2 ** 32 - 0.5),
    );
    const sigma = 1 / (12 * Math.sqrt(4096)); // of the mean of a product of two uniforms
    for (let a = 0; a < rows.length; a++) {
      for (let b = 0; b < a; b++) {
        const mean = rows[a]!.reduce((sum, x, v) => sum + x * rows[b]![v]!, 0) / 4096;
        expect(Math.abs(mean)).toBeLessThan(5 * sigma);
      }
    }
  });
});

describe("Gumbel noise", () => {
  it("has the mean 0.5772 and the variance pi^2 / 6", () => {
    const draws = Array.from({ length: 100_000 }, (_, token) => gumbelNoise(11, 0, 3, token));
    const mean = draws.reduce((sum, g) => sum + g, 0) / draws.length;
    const variance = draws.reduce((sum, g) => sum + (g - mean) ** 2, 0) / draws.length;
    expect(Math.abs(mean - 0.57722)).toBeLessThan(4 * Math.sqrt(Math.PI ** 2 / 6 / 100_000));
    expect(Math.abs(variance - Math.PI ** 2 / 6)).toBeLessThan(0.03);
  });

  it("is finite at both ends and never above its bound", () => {
    const ends = [0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
    for (const bits of [...ends, ...along(3, 0, 20_000)]) {
      const g = gumbelOf(bits);
      expect(Number.isFinite(g)).toBe(true);
      expect(g).toBeLessThanOrEqual(gumbelBound(bits));
    }
  });

  it("gives the choice among samples noise of its own", () => {
    const choices = [0, 1, 2, 3].map((sample) => choiceNoise(5, sample));
    const tokens = [0, 1, 2, 3].flatMap((sample) => [0, 1, 2].map((position) => gumbelNoise(5, sample, position, 0)));
    expect(new Set([...choices, ...tokens]).size).toBe(16);
  });
});
