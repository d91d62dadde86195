/** Re-weighting from kept candidates against the distribution over the whole vocabulary, which lies within the bound. */
import type { Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { armCentre, armContribution } from "../../src/core/contributions.ts";
import { genarmDistribution } from "../../src/core/genarm.ts";
import { reweighCandidates } from "../../src/core/kept-candidates.ts";
import { plausibleOnly } from "../../src/core/plausible.ts";
import { topIndices } from "../../src/core/top.ts";
import type { ObjectiveId, TopCandidates } from "../../src/core/types.ts";
import { vasCandidates, vasDistribution, vasShift } from "../../src/core/vas.ts";
import { fc } from "../properties.ts";
import { alpha, distribution } from "./arbitraries.ts";

const IDS = ["joy", "adventure"] as const satisfies readonly ObjectiveId[];
const SIZE = 16;
const RUNS = { numRuns: 80 };

interface Step {
  readonly top: TopCandidates;
  readonly logZ: number;
  /** The guided distribution of other ratios, over the whole vocabulary. */
  readonly truth: (ratios: readonly number[]) => Float64Array;
}

const massOutside = (distribution: Float64Array, ids: readonly number[]): number =>
  Math.max(
    0,
    ids.reduce((mass, id) => mass - Math.exp(distribution[id]!), 1),
  );

/** A step as the engine records it, `kept` candidates long. */
function record(
  base: Float64Array,
  guided: Float64Array,
  kept: number,
  pushes: readonly ((id: number) => number)[],
  sources: readonly ((id: number) => number)[],
): TopCandidates {
  const ids = topIndices(guided, kept);
  const table = (lists: readonly ((id: number) => number)[]) =>
    Object.fromEntries(lists.map((read, i) => [IDS[i]!, ids.map(read)]));
  return {
    ids,
    base: ids.map((id) => base[id]!),
    guided: ids.map((id) => guided[id]!),
    contributions: table(pushes),
    sources: table(sources),
    tail: { base: massOutside(base, ids), guided: massOutside(guided, ids) },
  };
}

function armStep(
  base: Float64Array,
  arms: readonly Float64Array[],
  alphas: readonly number[],
  kept: number,
  plausible = 0,
): Step {
  const reference = plausibleOnly(base, plausible, new Float64Array(SIZE));
  const centres = arms.map((arm) => armCentre(base, arm));
  const distributionOf = (ratios: readonly number[]) => {
    const guided = new Float64Array(SIZE);
    const terms = arms.map((logprobs, i) => ({ alpha: alphas[i]! * ratios[i]!, logprobs }));
    const logZ =
      genarmDistribution(reference, terms, guided) - centres.reduce((sum, c, i) => sum + terms[i]!.alpha * c, 0);
    return { guided, logZ };
  };
  const ran = distributionOf(arms.map(() => 1));
  const pushes = arms.map((arm, i) => (id: number) => armContribution(alphas[i]!, arm[id]!, centres[i]!));
  const sources = arms.map((arm) => (id: number) => arm[id]!);
  const top = record(base, ran.guided, kept, pushes, sources);
  const isKept = (id: number): boolean => top.ids.includes(id);
  const left = reference.reduce((mass, logp, id) => mass + (isKept(id) ? 0 : Math.exp(logp)), 0);
  return {
    top: plausible === 0 ? top : { ...top, tail: { ...top.tail, plausible: left } },
    logZ: ran.logZ,
    truth: (ratios) => distributionOf(ratios).guided,
  };
}

function vasStep(base: Float64Array, values: readonly number[], strength: number, k: number, kept: number): Step {
  const candidates = vasCandidates(base, k);
  const shift = vasShift(
    strength,
    candidates.map((id) => values[id]!),
  );
  const distributionOf = (ratio: number) => {
    const guided = new Float64Array(SIZE);
    const logZ = vasDistribution(base, candidates, [shift.map((nats) => nats * ratio)], guided);
    return { guided, logZ };
  };
  const ran = distributionOf(1);
  const push = (id: number): number => shift[candidates.indexOf(id)] ?? 0;
  const source = (id: number): number => (candidates.includes(id) ? values[id]! : NaN);
  return {
    top: record(base, ran.guided, kept, [push], [source]),
    logZ: ran.logZ,
    truth: ([ratio]) => distributionOf(ratio!).guided,
  };
}

const ratio = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: -1, max: 3, noNaN: true }));
const armCase: Arbitrary<{ step: Step; ratios: readonly number[] }> = fc
  .record({
    base: distribution(SIZE),
    arms: fc.array(distribution(SIZE), { minLength: 1, maxLength: 2 }),
    alphas: fc.tuple(alpha, alpha),
    kept: fc.integer({ min: 2, max: SIZE }),
    ratios: fc.tuple(ratio, ratio),
  })
  .filter(({ alphas }) => alphas.every((each) => Math.abs(each) > 0.01))
  .map(({ base, arms, alphas, kept, ratios }) => ({ step: armStep(base, arms, alphas, kept), ratios }));

const named = (ratios: readonly number[]) => Object.fromEntries(IDS.map((id, i) => [id, ratios[i] ?? 0]));

function expectWithin({ top, logZ, truth }: Step, ratios: readonly number[], values: number | null): number {
  const { guided, slack, logTail } = reweighCandidates(top, logZ, named(ratios), values);
  const whole = truth(ratios);
  if (slack === Infinity) return slack;
  // Where the tail is next to nothing it is known to about 1e-16 only.
  const drawable = top.ids.flatMap((id, i) => (whole[id]! > -Infinity ? [[id, i] as const] : []));
  expect(top.ids.filter((id, i) => whole[id] === -Infinity && guided[i] !== -Infinity)).toEqual([]);
  const above = drawable.map(([id, i]) => whole[id]! - guided[i]!);
  expect(Math.min(...above)).toBeGreaterThanOrEqual(-1e-6);
  expect(Math.max(...above)).toBeLessThanOrEqual(slack + 1e-6);
  expect(massOutside(whole, top.ids)).toBeLessThanOrEqual(Math.exp(logTail) + 1e-6);
  return slack;
}

describe("the distribution over the whole vocabulary lies within the bound", () => {
  it("of ARMs, whatever the weights and however little was kept", () => {
    let bounded = 0;
    let loose = 0;
    fc.assert(
      fc.property(armCase, ({ step, ratios }) => {
        const slack = expectWithin(step, ratios, null);
        if (slack < Infinity) bounded++;
        if (slack > 1e-3 && slack < Infinity) loose++;
      }),
      RUNS,
    );
    // The property says something: many cases have a bound, and many of these are no mere points.
    expect(bounded).toBeGreaterThan(20);
    expect(loose).toBeGreaterThan(5);
  });

  it("of a strength between none and the one that ran, also without the ARMs' own numbers", () => {
    fc.assert(
      fc.property(armCase, fc.double({ min: 0, max: 1, noNaN: true }), ({ step }, s) => {
        const bare = { ...step, top: { ...step.top, sources: {} } };
        expect(expectWithin(bare, [s, s], null)).toBeLessThan(Infinity);
      }),
      RUNS,
    );
  });

  it("of ARMs with implausible tokens taken away, and is exact where every plausible one was kept", () => {
    let whole = 0;
    const plausibleCase = fc.tuple(
      distribution(SIZE),
      distribution(SIZE),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
      fc.integer({ min: 2, max: SIZE }),
      fc.constantFrom(0.02, 0.1, 0.5),
      ratio,
    );
    fc.assert(
      fc.property(plausibleCase, ([base, arm, alpha, kept, plausible, r]) => {
        const step = armStep(base, [arm], [alpha], kept, plausible);
        const slack = expectWithin(step, [r], null);
        if (step.top.tail.plausible! > 1e-12) return;
        whole++;
        expect(slack).toBe(0);
        // Also of a log-ratio, which nothing else bounds.
        const ratios = named([r]);
        expect(reweighCandidates(step.top, step.logZ, ratios, null, () => false).slack).toBe(0);
      }),
      RUNS,
    );
    expect(whole).toBeGreaterThan(20);
  });

  it("of VAS, and is exact where every candidate was kept", () => {
    let whole = 0;
    fc.assert(
      fc.property(
        distribution(SIZE),
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: SIZE, maxLength: SIZE }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 2, max: SIZE }),
        ratio,
        (base, values, strength, k, kept, r) => {
          const step = vasStep(base, values, strength, k, kept);
          const slack = expectWithin(step, [r], k);
          const isWhole = vasCandidates(base, k).every((id) => step.top.ids.includes(id));
          if (!isWhole) return;
          whole++;
          expect(slack).toBeLessThan(1e-6);
        },
      ),
      RUNS,
    );
    expect(whole).toBeGreaterThan(20);
  });
});

describe("for what ran, and for no guidance at all", () => {
  it("nothing is lost", () => {
    fc.assert(
      fc.property(armCase, ({ step }) => {
        const again = reweighCandidates(step.top, step.logZ, named([1, 1]), null);
        const none = reweighCandidates(step.top, step.logZ, named([0, 0]), null);
        expect(again.slack).toBeLessThan(1e-9);
        expect(none.slack).toBeLessThan(1e-9);
        expect(farthest(again.guided, step.top.guided)).toBeLessThan(1e-6);
        expect(farthest(none.guided, step.top.base)).toBeLessThan(1e-6);
        expect(again.logZ).toBeCloseTo(step.logZ, 6);
      }),
      RUNS,
    );
  });

  it("a weight that only the trace's numbers could bound is said to have no bound", () => {
    const base = Float64Array.from([0.5, 0.3, 0.1, 0.1], Math.log);
    const arm = Float64Array.from([0.1, 0.2, 0.3, 0.4], Math.log);
    const { top, logZ } = armStep16(base, arm);
    expect(reweighCandidates({ ...top, sources: {} }, logZ, { joy: 2 }, null).slack).toBe(Infinity);
    expect(reweighCandidates(top, logZ, { joy: 2 }, null).slack).toBeLessThan(Infinity);
    // Against an ARM, a token that it all but forbids may gain without end.
    expect(reweighCandidates(top, logZ, { joy: -1 }, null).slack).toBe(Infinity);
  });
});

function farthest(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
}

function armStep16(base: Float64Array, arm: Float64Array): Step {
  const pad = (distribution: Float64Array): Float64Array =>
    Float64Array.from({ length: SIZE }, (_, v) => distribution[v] ?? -Infinity);
  return armStep(pad(base), [pad(arm)], [0.5], 2);
}
