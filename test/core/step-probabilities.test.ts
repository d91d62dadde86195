import { expect, test } from "vitest";
import { baseMass, candidateProbabilities, chosenProbabilities } from "../../src/core/step-probabilities.ts";
import type { RowStep } from "../../src/core/types.ts";

const log = Math.log;
/** Base 0.5, 0.25, 0.25; a push of log 2 on the first and of -log 2 on the third: 1, 0.25, 0.125 over 1.375. */
const STEP: RowStep = {
  lane: 0,
  sample: 0,
  position: 0,
  token: 4,
  text: " sun",
  logprob: log(0.9),
  baseLogprob: log(0.5),
  kl: 0,
  klSteer: 0,
  entropy: 0,
  logZ: log(1.375),
  contributions: { joy: log(4), s1: -log(2) },
  plainToken: 4,
  plainText: " sun",
  top: {
    ids: [4, 5, 6],
    base: [log(0.5), log(0.25), log(0.25)],
    guided: [log(1 / 1.375), log(0.25 / 1.375), log(0.125 / 1.375)],
    contributions: { joy: [log(4), 0, 0], s1: [-log(2), 0, -log(2)] },
    sources: {},
    tail: { base: 0, guided: 0 },
  },
};

test("the guided probability is the base's times what pushed, over Z", () => {
  const { base, guided, sampled } = chosenProbabilities(STEP);
  expect(base).toBeCloseTo(0.5, 12);
  expect(guided).toBeCloseTo(1 / 1.375, 12);
  expect(sampled).toBeCloseTo(0.9, 12);
});

test("the candidates of a whole vocabulary have mass 1 under both distributions", () => {
  const candidates = candidateProbabilities(STEP.top!);
  expect(candidates.map(({ base }) => base)).toEqual([0.5, 0.25, 0.25].map((p) => expect.closeTo(p, 12)));
  expect(candidates.reduce((sum, { guided }) => sum + guided, 0)).toBeCloseTo(1, 12);
  expect(baseMass(candidates)).toBeCloseTo(1, 12);
  expect(baseMass(candidates.slice(1))).toBeCloseTo(0.5, 12);
  expect(baseMass([])).toBeNull();
});

test("a candidate without a number has probability 0", () => {
  const [only] = candidateProbabilities({ ...STEP.top!, ids: [4], base: [], guided: [-Infinity] });
  expect(only).toEqual({ baseLogprob: -Infinity, guidedLogprob: -Infinity, base: 0, guided: 0 });
});

test("rounded numbers of a recording give no probability above 1", () => {
  const rounded = { ...STEP, baseLogprob: -1.158, contributions: { s1: 1.6 }, logZ: 0.441 };
  expect(chosenProbabilities(rounded).guided).toBe(1);
});
