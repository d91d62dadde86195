/** The interval is checked by drawing many experiments whose true share is known. */
import { describe, expect, test } from "vitest";
import { groupedInterval, wilson, type GroupedValue } from "../../../src/core/compare/interval.ts";
import { STREAMS, uniform } from "../../../src/core/heads/seeded.ts";

/** Prompts differ: each draws its own share from two values whose mean is `share`. */
function experiment(seed: number, prompts: number, seeds: number, shares: readonly [number, number]): GroupedValue[] {
  return Array.from({ length: prompts * seeds }, (_, i) => {
    const group = Math.floor(i / seeds);
    const share = shares[uniform(seed, STREAMS.split, group) < 0.5 ? 0 : 1];
    return { group, value: uniform(seed, STREAMS.order, i) < share ? 1 : 0 };
  });
}

function coverage(interval: (values: readonly GroupedValue[], seed: number) => readonly [number, number]) {
  return (prompts: number, seeds: number, shares: readonly [number, number]): number => {
    const truth = (shares[0] + shares[1]) / 2;
    const runs = 800;
    let hits = 0;
    for (let seed = 0; seed < runs; seed++) {
      const [low, high] = interval(experiment(seed, prompts, seeds, shares), seed);
      if (low <= truth && truth <= high) hits++;
    }
    return hits / runs;
  };
}

/** What a study would do otherwise: draw prompts with repetition and take the middle 95 %. */
function bootstrap(values: readonly GroupedValue[], seed: number): readonly [number, number] {
  const groups = [...new Set(values.map(({ group }) => group))];
  const means = groups.map((group) => {
    const own = values.filter((each) => each.group === group);
    return own.reduce((sum, { value }) => sum + value, 0) / own.length;
  });
  const draws = Array.from({ length: 200 }, (_, draw) => {
    const drawn = means.map((_own, i) => means[Math.floor(uniform(seed, STREAMS.bootstrap, draw, i) * means.length)]!);
    return drawn.reduce((sum, mean) => sum + mean, 0) / means.length;
  }).sort((a, b) => a - b);
  return [draws[5]!, draws[194]!];
}

describe("Wilson's interval", () => {
  test("is the one of the textbook for 8 of 10", () => {
    // Agresti and Coull, 1998: (x + z²/2)/(n + z²) is the centre.
    const [low, high] = wilson(0.8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
  });

  test("solves (p - s)² = z² s (1 - s) / n at both ends", () => {
    for (const [share, count] of [
      [0.2, 12],
      [0.5, 7.5],
      [0.97, 40],
    ] as const)
      for (const end of wilson(share, count))
        expect((share - end) ** 2).toBeCloseTo((1.959964 ** 2 * end * (1 - end)) / count, 9);
  });

  test("leaves room where all or none were won", () => {
    expect(wilson(1, 10)[0]).toBeLessThan(0.75);
    expect(wilson(1, 10)[1]).toBeCloseTo(1, 12);
    expect(wilson(0, 10)[0]).toBeCloseTo(0, 12);
  });
});

describe("an interval over prompts", () => {
  const ours = coverage((values) => groupedInterval(values).ci95);

  test.each([
    [5, 5, [0.5, 0.5]],
    [10, 5, [0.2, 0.8]],
    [10, 5, [0, 1]],
    [5, 5, [0.1, 0.9]],
    [3, 5, [0.3, 0.7]],
    [10, 1, [0.8, 0.8]],
  ] as const)(
    "covers the truth at least 92 times in 100: %i prompts, %i seeds, shares %j",
    (prompts, seeds, shares) => {
      expect(ours(prompts, seeds, shares)).toBeGreaterThan(0.92);
    },
  );

  test("where counting all comparisons alike, or a bootstrap over prompts, covers less", () => {
    const alike = coverage((values) => groupedInterval(values.map(({ value }, group) => ({ value, group }))).ci95);
    expect(alike(10, 5, [0, 1])).toBeLessThan(0.7);
    expect(coverage(bootstrap)(5, 5, [0.1, 0.9])).toBeLessThan(0.9);
  });

  test("counts prompts where every prompt speaks with one voice, and comparisons where prompts do not differ", () => {
    const voices = [1, 1, 1, 0, 1, 0].flatMap((value, group) => [0, 1, 2].map(() => ({ value, group })));
    expect(groupedInterval(voices).ci95).toEqual(wilson(4 / 6, 6));
    const alike = [0, 1, 2, 3].flatMap((group) => [1, 0, 1, 0].map((value) => ({ value, group })));
    expect(groupedInterval(alike)).toEqual({ ci95: wilson(0.5, 4), groups: 4 });
    const one = [1, 1, 0, 1].map((value) => ({ value, group: 7 }));
    expect(groupedInterval(one)).toEqual({ ci95: wilson(0.75, 4), groups: 1 });
  });
});
