import { beforeAll, describe, expect, test } from "vitest";
import { board } from "../../../src/state/stage/board.ts";
import { laneFacts, measuredObjectives, winners } from "../../../src/state/stage/facts.ts";
import { factsOf } from "../../../src/state/stage/inspect.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { sampleBoard } from "../../../src/state/stage/sample-board.ts";
import { sampleScores } from "../../../src/state/stage/samples.ts";
import { defaultSettings, noWeights } from "../../../src/state/settings/settings-data.ts";
import { partings, stageLanes } from "../../../src/state/stage/stage.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { IDLE_VIEW, shownSample, type RunView } from "../../../src/state/run/view.ts";
import type { RowStep, RunRequest } from "../../../src/core/types.ts";
import { fakeTrace } from "../fake-api.ts";

const settings = { ...defaultSettings(), maxTokens: 10, n: 4, weights: { ...noWeights(), joy: 2, detail: -1 } };
const viewOf = async (request: RunRequest): Promise<RunView> =>
  (await fakeTrace(request)).events.reduce(reduce, IDLE_VIEW);
let view: RunView;

beforeAll(async () => {
  view = await viewOf(toRequest(settings));
});

describe("facts under a lane", () => {
  test("the winner has the highest truth, and the lowest where less was asked for", () => {
    const truths = (id: "joy" | "detail"): number[] =>
      view.lanes.map((lane) => Number(shownSample(lane).result?.truth[id]));
    const best = winners(view);
    expect(best.get("joy")).toEqual([truths("joy").indexOf(Math.max(...truths("joy")))]);
    expect(best.get("detail")).toEqual([truths("detail").indexOf(Math.min(...truths("detail")))]);
  });

  test("an objective that is not defined is null, never 0, and has no winner", async () => {
    const advice = await viewOf(toRequest({ ...settings, kind: "advice" }));
    expect(laneFacts(advice, 0)?.objectives.find((fact) => fact.id === "cautious")?.truth).toBeNull();
    expect(winners(advice).has("cautious")).toBe(false);
  });

  test("nothing is won before every lane has its truth", async () => {
    const { events } = await fakeTrace(toRequest(settings));
    const running = events.filter((event) => event.type !== "finished" && event.type !== "sample");
    const early = running.reduce(reduce, IDLE_VIEW);
    expect(winners(early).size).toBe(0);
    expect(laneFacts(early, 1)?.objectives[0]?.truth).toBeUndefined();
  });

  test("best-of-N shows a bound and its estimator, token strategies an exact sum", () => {
    expect(laneFacts(view, 3)?.kl).toEqual({ nats: 1.2, to: "plain", toBase: null, type: "bound", estimator: 0.9 });
    expect(laneFacts(view, 1)?.kl).toEqual({ nats: 4.1, to: "plain", toBase: null, type: "exact", estimator: null });
  });

  test("forwards per token count every model, over the tokens that are read", () => {
    expect(laneFacts(view, 0)?.forwardsPerToken).toBe(1);
    expect(laneFacts(view, 1)?.forwardsPerToken).toBe(2);
    expect(laneFacts(view, 3)?.forwardsPerToken).toBe(4);
  });

  test("a run whose models measure no objective shows none, and its sources alone stand on the board", async () => {
    const spec = { id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 4 } } as const;
    const weights = { ...noWeights(), s1: 1 };
    const lanes = settings.lanes.filter(({ strategy }) => strategy === "base" || strategy === "bon");
    const own = { ...settings, weights, lanes, sources: [spec] };
    const { events } = await fakeTrace(toRequest(own));
    const unmeasured = events.map((event) =>
      event.type === "sample"
        ? { ...event, result: { ...event.result, truth: {}, reward: {}, sources: { s1: -0.5 } } }
        : event,
    );
    for (const until of [events.findIndex(({ type }) => type === "sample"), events.length]) {
      const shown = unmeasured.slice(0, until).reduce(reduce, IDLE_VIEW);
      expect(measuredObjectives(shown)).toEqual([]);
      expect(laneFacts(shown, 1)?.objectives).toEqual([]);
      const columns = board(
        stageLanes(
          own,
          shown,
          own.lanes.map(({ id }) => id),
          "live",
        ),
        shown,
      );
      expect(columns.map(({ id }) => id)).toEqual(["s1", "kl"]);
    }
    const whole = unmeasured.reduce(reduce, IDLE_VIEW);
    expect(sampleBoard(whole.lanes[1]!, own.kind)?.objectives).toEqual([]);
    // The bundled models measure all of them, whether asked or not.
    expect(measuredObjectives(events.reduce(reduce, IDLE_VIEW))).toHaveLength(4);
  });

  test("the weighted sum is weights times truths", () => {
    const { truth } = shownSample(view.lanes[2]!).result!;
    expect(laneFacts(view, 2)?.wished).toBeCloseTo(2 * Number(truth.joy) - Number(truth.detail), 12);
  });
});

test("every sample of best-of-N has its score, and one is chosen", () => {
  const samples = sampleScores(view.lanes[3]!);
  expect(samples).toHaveLength(4);
  expect(samples.filter((sample) => sample.isChosen).map((sample) => sample.sample)).toEqual([2]);
  for (const [i, { truth }] of samples.entries()) {
    const own = view.lanes[3]!.samples[i]!.result!.truth;
    expect(truth).toBeCloseTo(2 * own.joy! - own.detail!, 12);
  }
});

test("the scoreboard has a column per objective, the wish and the price, with one entry per lane", () => {
  const lanes = stageLanes(settings, view, ["a", "b", "c", "d"], "live");
  const columns = board(lanes, view);
  expect(columns.map((column) => column.id)).toEqual(["joy", "adventure", "dialogue", "detail", "wished", "kl"]);
  expect(columns.every((column) => column.entries.length === 4)).toBe(true);
  expect(columns.at(-1)?.entries.map((entry) => entry.isBound)).toEqual([false, false, false, true]);
});

test("a lane added after the run stands empty beside the others", () => {
  const lanes = stageLanes(settings, view, ["a", "b", "c"], "live");
  expect(lanes.map((lane) => lane.index)).toEqual([0, 1, 2, null]);
  expect(lanes[3]?.view).toBeNull();
});

test("the sum of a step is base plus pushes less log Z", () => {
  const step = shownSample(view.lanes[1]!).steps[3]!;
  const facts = factsOf(step);
  const pushes = facts.pushes.reduce((sum, each) => sum + each.nats, 0);
  expect(Math.log(facts.guided)).toBeCloseTo(step.baseLogprob + pushes - step.logZ, 12);
  expect(facts.candidates.filter((candidate) => candidate.isChosen)).toHaveLength(1);
});

/** A step of a value-guided lane: three candidates, of which guidance lifts the second above the first. */
const VALUED: RowStep = {
  lane: 0,
  sample: 0,
  position: 0,
  token: 8,
  text: " sun",
  logprob: -0.5,
  baseLogprob: -1.4,
  kl: 0.2,
  klSteer: 0.2,
  entropy: 1,
  logZ: 0.1,
  contributions: { joy: 1 },
  plainToken: 7,
  plainText: " rain",
  top: {
    ids: [8, 7, 9],
    texts: [" sun", " rain", " fog"],
    base: [-1.4, -0.5, -2.2],
    guided: [-0.5, -1.6, -2.3],
    contributions: { joy: [1, -1, 0] },
    sources: { joy: [0.9, -0.3, NaN] },
    tail: { base: 0.04, guided: 0.1 },
  },
};

test("every candidate's line adds up, and the leader that guidance changed is marked", () => {
  const { candidates, isLeaderChanged, plainText } = factsOf(VALUED, true);
  for (const { baseLogprob, pushes, guidedLogprob } of candidates) {
    const sum = pushes.reduce((total, each) => total + each.nats, baseLogprob) - VALUED.logZ;
    expect(guidedLogprob).toBeCloseTo(sum, 12);
  }
  expect(isLeaderChanged).toBe(true);
  expect(candidates.map((each) => [each.text, each.leads])).toEqual([
    [" sun", "guided"],
    [" rain", "base"],
    [" fog", null],
  ]);
  expect(plainText).toBe(" rain");
});

test("values are shown for a value model's candidates alone, with the base mass that they cover", () => {
  const facts = factsOf(VALUED, true);
  expect(facts.candidates.map((each) => each.values?.[0]?.nats ?? null)).toEqual([0.9, -0.3, null]);
  expect(facts.valuedMass).toBeCloseTo(Math.exp(-1.4) + Math.exp(-0.5), 12);
  expect(factsOf(VALUED).valuedMass).toBeNull();
});

test("lanes part where their token first differs from the first lane's, also where one text is longer", async () => {
  const view = await viewOf(toRequest(settings));
  const lanes = stageLanes(settings, view, ["a", "b", "c", "d"], "live");
  const tokens = lanes.map((lane) => shownSample(lane.view!).steps.map((step) => step.token));
  for (const [i, lane] of lanes.entries()) {
    const expected = tokens[i]!.findIndex((token, at) => token !== tokens[0]![at]);
    expect(partings(lanes).get(lane.key) ?? -1).toBe(expected);
  }
  expect(partings(lanes).has("a")).toBe(false);
});

test("a lane shows what steering cost first, and the KL to the base model beside it where that is another number", () => {
  const { result } = view.lanes[1]!;
  const withKl = (klSteer: number | null) => {
    const own = { ...result!, klSteer: klSteer === null ? null : { type: "exact" as const, sum: klSteer } };
    const lanes = view.lanes.map((lane, index) => (index === 1 ? { ...lane, result: own } : lane));
    return laneFacts({ ...view, lanes }, 1)?.kl;
  };
  expect(withKl(1.5)).toEqual({ nats: 1.5, to: "plain", toBase: 4.1, type: "exact", estimator: null });
  expect(withKl(null)).toEqual({ nats: 4.1, to: "base", toBase: null, type: "exact", estimator: null });
});
