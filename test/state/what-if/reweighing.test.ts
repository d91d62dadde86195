/** Sliders that move after a run: the playground with the worker's own API behind it, on table models. */
import { describe, expect, test } from "vitest";
import { writeTrace } from "../../../src/state/keep/trace-file.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { findingOf } from "../../../src/state/what-if/reweighed-view.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { strategyOf } from "../../../src/state/settings/to-request.ts";
import { reweighTargets } from "../../../src/state/what-if/reweigh-targets.ts";
import { stepsOf } from "../../../src/state/stage/selection.svelte.ts";
import { shownSample } from "../../../src/state/run/view.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { createApi } from "../../../workers/api.ts";
import type { TillerApi } from "../../../workers/protocol.ts";
import { fakeModels } from "../../fakes.ts";
import { tableReward } from "../../table-models.ts";
import { judgeSoFarOf } from "../../../src/state/stage/open.ts";
import { fakeLink } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

function realApi(models: Models): TillerApi {
  const summaries = models.refs.map((ref) => ({
    ...ref,
    kind: ref.id === "judge" ? ("reward" as const) : ("arm" as const),
    objectives: [],
    params: 1,
    bytes: 1,
  }));
  const report = { device: models.device, models: summaries, objectives: [], context: 256 };
  const memory = () => ({ heapBytes: null, tensors: 0, gpuBytes: null });
  const engine = { models, report, memory, dispose: () => Promise.resolve() };
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 2)));
  return createApi({ open: async () => engine, decode, sweep, now: () => performance.now(), sleep });
}

/** A finished run of the four default lanes, 16 tokens long. */
async function ran({ models } = fakeModels()): Promise<Playground> {
  let runs = 0;
  const playground = new Playground(
    fakeSurroundings({ spawn: () => fakeLink(realApi(models)), newId: () => `run-${++runs}`, savesData: true }),
  );
  playground.settings.update({ maxTokens: 16, n: 3, prompts: { story: "a fox", advice: "why" } });
  await playground.start();
  expect(playground.run.view.phase).toBe("finished");
  return playground;
}

const textOf = (playground: Playground, lane: number): string =>
  stepsOf(playground.lanes[lane]!)
    .map((step) => step.text)
    .join("");

const answered = async (playground: Playground, lanes: readonly number[]): Promise<void> => {
  await expect.poll(() => lanes.every((lane) => playground.reweighing.found.lanes.has(lane))).toBe(true);
};

describe("after a run", () => {
  test("nothing is re-weighted until a slider moves", async () => {
    const playground = await ran();
    expect(playground.reweighing.isActive).toBe(false);
    expect(playground.reweighing.view).toBe(playground.run.view);
  });

  test("a moved slider weighs the steered lanes anew, text unchanged, without another run", async () => {
    const playground = await ran();
    const before = [1, 2].map((lane) => textOf(playground, lane));
    const { runId } = playground.run.view;
    playground.settings.update({ strength: 0.3 });
    expect(playground.reweighing.targets.map(({ lane }) => lane)).toEqual([1, 2, 3]);
    await answered(playground, [1, 2, 3]);
    expect([1, 2].map((lane) => textOf(playground, lane))).toEqual(before);
    expect(playground.run.view.runId).toBe(runId);
    for (const lane of [1, 2]) {
      const [old, now] = [playground.run.view, playground.reweighing.view].map((view) => view.lanes[lane]!);
      const klOf = (view: typeof old): number => shownSample(view!).steps.reduce((sum, step) => sum + step.kl, 0);
      expect(klOf(now)).toBeLessThan(klOf(old));
      expect(now!.result?.kl).toEqual({ type: "exact", sum: expect.closeTo(klOf(now), 9) });
      expect(now!.request.strategy).toMatchObject({ beta: 1 / 0.3 });
    }
    expect(playground.reweighing.view.lanes[0]).toBe(playground.run.view.lanes[0]);
  });

  test("the step in view comes with its candidates, and follows the selection", async () => {
    const playground = await ran();
    playground.selection.select("b", 2);
    playground.settings.update({ strength: 0.3 });
    await answered(playground, [1]);
    await expect.poll(() => playground.selection.current?.step.top?.ids.length).toBeGreaterThan(0);
    expect(playground.reweighing.found.inView?.step.position).toBe(2);
    playground.selection.select("b", 5);
    await expect.poll(() => playground.reweighing.found.inView?.step.position).toBe(5);
    expect(playground.selection.current?.step.top?.ids.length).toBeGreaterThan(0);
  });

  test("moving back, by hand or by the button, shows what ran", async () => {
    const playground = await ran();
    const before = playground.settings.data;
    playground.settings.update({ strength: 0.3 });
    playground.settings.setWeight("joy", 1.5);
    await answered(playground, [1, 2, 3]);
    playground.branching.returnToRun();
    expect(playground.settings.data).toEqual(before);
    expect(playground.reweighing.isActive).toBe(false);
    expect(playground.reweighing.view).toBe(playground.run.view);
    expect(playground.isStale).toBe(false);
  });

  test("going on decodes what a run under the new weights says, beside what ran", async () => {
    const playground = await ran();
    const before = textOf(playground, 1);
    playground.settings.update({ strength: 5 });
    await answered(playground, [1, 2, 3]);
    const finding = findingOf(playground.run.view, 1, playground.reweighing.targets, playground.reweighing.found);
    expect(finding.type).toBe("parts");
    await playground.branching.continueFrom(1);
    expect(playground.run.view.phase).toBe("finished");
    expect(playground.lanes.map((lane) => lane.key)).toEqual(["a", "b", "e", "c", "d"]);
    expect(textOf(playground, 1)).toBe(before);
    expect(playground.settings.data.lanes[1]).toMatchObject({ strength: defaultSettings().strength, weights: null });
    expect(playground.settings.data.lanes[2]).toMatchObject({ strength: null });
    const branch = textOf(playground, 2);
    expect(branch).not.toBe(before);

    const fresh = await ran();
    fresh.settings.update({ strength: 5 });
    await fresh.start();
    expect(textOf(fresh, 1)).toBe(branch);
    expect(playground.reweighing.isActive).toBe(false);
  });

  test("a lane that chose while it wrote says that other weights need a new run", async () => {
    const playground = await ran();
    const { view } = playground.run;
    const { data } = playground.settings;
    const finding = (strategy: "blockwise" | "args") => {
      const lane = view.lanes[1]!;
      const request = { ...lane.request, strategy: strategyOf(data, { ...data.lanes[1]!, strategy }) };
      return findingOf(
        { ...view, lanes: view.lanes.with(1, { ...lane, request }) },
        1,
        playground.reweighing.targets,
        playground.reweighing.found,
      );
    };
    expect(finding("blockwise")).toEqual({ type: "needs-run" });
    expect(finding("args")).toEqual({ type: "needs-run" });
  });

  test("another prompt, kind or strategy is no re-weighting", async () => {
    const playground = await ran();
    const targets = (): number[] => playground.reweighing.targets.map(({ lane }) => lane);
    playground.settings.update({ strength: 1 });
    expect(targets()).toEqual([1, 2, 3]);
    playground.settings.updateLane("b", { strategy: "vas" });
    expect(targets()).toEqual([2, 3]);
    playground.settings.setPrompt("a goose");
    expect(targets()).toEqual([]);
  });

  test("more samples than were drawn cannot be ranked", async () => {
    const playground = await ran();
    playground.settings.update({ n: 8 });
    expect(playground.reweighing.targets).toEqual([]);
  });
});

describe("while a run is paused", () => {
  test("sliders re-weight what is there, and act from the next token on once it goes on", async () => {
    const playground = await ran();
    const started = playground.start(true);
    await expect.poll(() => playground.run.view.steps).toBe(1);
    await expect.poll(() => playground.run.isPaused).toBe(true);
    playground.settings.update({ strength: 0.5 });
    await answered(playground, [1, 2]);
    expect(playground.run.view.lanes[1]!.marks).toEqual([]);
    const { targets, found } = playground.reweighing;
    expect(findingOf(playground.run.view, 3, targets, found)).toEqual({ type: "not-judged" });
    expect(findingOf(playground.run.view, 0, targets, found)).toEqual({ type: "nothing-steers" });
    await playground.step();
    await expect.poll(() => playground.run.view.steps).toBe(2);
    expect(playground.run.view.lanes[1]!.marks).toMatchObject([{ token: 1, moved: { beta: 2 } }]);
    expect(playground.reweighing.isActive).toBe(false);
    await playground.stop();
    await started;
  });
});

test("best-of-N weighed by what its judge does not score says so, and shows what ran", async () => {
  const fakes = fakeModels();
  const judge = tableReward("judge", { objectives: ["adventure"], members: 1, context: 256 }, (sequence) => [
    Float64Array.of(sequence.length),
  ]);
  const playground = await ran({ ...fakes, models: { ...fakes.models, judge } });
  playground.settings.setWeight("joy", 1);
  await answered(playground, [3]);
  const { targets, found, view } = playground.reweighing;
  expect(findingOf(playground.run.view, 3, targets, found)).toEqual({ type: "unranked" });
  expect(view.lanes[3]).toBe(playground.run.view.lanes[3]);
});

describe("a recording", () => {
  test("is told to a worker that did not decode it, and weighed from its candidates", async () => {
    const first = await ran();
    const trace = JSON.parse(writeTrace(first.run.trace()!)) as unknown;
    const playground = new Playground(
      fakeSurroundings({
        spawn: () => fakeLink(realApi(fakeModels().models)),
        savesData: true,
        readExample: (file) => Promise.resolve(file === "index.json" ? [{ file: "a.json", title: "A" }] : trace),
      }),
    );
    await playground.arrive();
    expect(playground.isStale).toBe(false);
    playground.settings.update({ strength: 1 });
    await answered(playground, [1, 2, 3]);
    const answer = playground.reweighing.found.lanes.get(1)?.answer;
    expect(answer).toMatchObject({ type: "steps", exactness: { type: "bounded", absent: [] } });
  });
});

describe("the judge so far", () => {
  test("reads every sample up to the token in view, once", async () => {
    const playground = await ran();
    judgeSoFarOf(playground);
    playground.selection.select("d", 3);
    const soFar = () => judgeSoFarOf(playground).of(playground.selection.current);
    await expect.poll(() => soFar().length).toBe(3);
    expect(judgeSoFarOf(playground).obstacle(playground.selection.current)).toBeNull();
    expect(soFar().filter((each) => each.isShown)).toHaveLength(1);
    const first = soFar();
    playground.selection.select("d", 15);
    await expect.poll(() => soFar().length).toBe(3);
    // At the end of every text it is the reward that the lane ranked by.
    const scores = playground.run.view.lanes[3]!.result!.scores;
    for (const [i, each] of soFar().entries()) if (!each.isOver) expect(each.score).toBeCloseTo(scores[i]!, 9);
    playground.selection.select("d", 3);
    await expect.poll(() => soFar().length).toBe(3);
    expect(soFar()).toEqual(first);
  });

  test("says why it cannot be asked", async () => {
    const playground = await ran();
    playground.selection.select("b", 3);
    expect(judgeSoFarOf(playground).obstacle(playground.selection.current)).toBeNull();
    expect(judgeSoFarOf(playground).of(playground.selection.current)).toEqual([]);
    playground.models.forget();
    playground.selection.select("d", 3);
    expect(judgeSoFarOf(playground).obstacle(playground.selection.current)).toBe("no-models");
  });
});

test("a run's own settings are no target, whatever rounding 1/beta went through", async () => {
  const playground = await ran();
  for (const strength of [0, 0.1, 0.3, 0.7, 2.9, 6]) {
    playground.settings.update({ strength });
    await playground.start();
    const { view, laneIds } = playground.run;
    expect(reweighTargets(playground.settings.data, view, laneIds, false)).toEqual([]);
  }
});
