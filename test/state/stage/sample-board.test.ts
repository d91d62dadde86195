import { expect, test } from "vitest";
import { reduce } from "../../../src/state/run/reduce.ts";
import { rankedPair, sampleBoard } from "../../../src/state/stage/sample-board.ts";
import { defaultSettings, newLane, noWeights } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { IDLE_VIEW, type LaneView } from "../../../src/state/run/view.ts";
import { collect, fakeModels, lane, request as toRun } from "../../fakes.ts";
import { fakeTrace } from "../fake-api.ts";

const weights = { ...noWeights(), joy: 1, detail: -0.5 };
const lanes = [newLane("a", "base"), newLane("b", "bon")];
const request = toRequest({ ...defaultSettings(), maxTokens: 6, n: 5, weights, lanes });
const view = (await fakeTrace(request)).events.reduce(reduce, IDLE_VIEW);
const [plain, best] = view.lanes as [LaneView, LaneView];
const board = sampleBoard(best, "story")!;

test("a board holds every sample with the numbers that were reported, best score first", () => {
  expect(board.samples.map((each) => each.sample).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  const scores = board.samples.map((each) => each.score!);
  expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  for (const each of board.samples) {
    expect(each.reward).toEqual(best.samples[each.sample]!.result!.reward);
    expect(each.truth).toEqual(best.samples[each.sample]!.result!.truth);
  }
  expect(board.samples.filter((each) => each.isChosen).map((each) => each.sample)).toEqual([best.result!.chosen]);
  expect(board.objectives.slice(0, 2)).toEqual(board.wished);
});

test("the front is what no sample beats in every wish, and less is better where less was asked", () => {
  const beaten = (a: number): boolean => {
    const value = (sample: number) => best.samples[sample]!.result!.reward;
    return [0, 1, 2, 3, 4].some((b) => {
      const joy = value(b).joy! - value(a).joy!;
      const detail = value(a).detail! - value(b).detail!;
      return joy >= 0 && detail >= 0 && joy + detail > 0;
    });
  };
  for (const each of board.samples) expect(each.isParetoOptimal).toBe(!beaten(each.sample));
});

test("the pair is the best and the worst, and there is none where nothing was ranked", () => {
  const pair = JSON.parse(rankedPair("Once", board) ?? "null") as Record<string, unknown>;
  expect(pair).toEqual({
    prompt: "Once",
    chosen: board.samples[0]!.text,
    rejected: board.samples.at(-1)!.text,
    chosenScore: board.samples[0]!.score,
    rejectedScore: board.samples.at(-1)!.score,
  });
  expect(rankedPair("Once", { ...board, samples: board.samples.slice(0, 1) })).toBeNull();
  expect(sampleBoard(plain, "story")).toBeNull();
});

test("winners by every rule, the bins and the price are those of a direct count", () => {
  const results = best.samples.map((sample) => sample.result!);
  const score = (sample: number): number =>
    results[sample]!.rewardMembers.joy![0]! - 0.5 * results[sample]!.rewardMembers.detail![0]!;
  const order = [0, 1, 2, 3, 4].toSorted((a, b) => score(b) - score(a));
  const winner = new Map(board.winners.map((each) => [each.rule, each]));
  // One member: all ensembles are that member.
  for (const rule of ["single", "mean", "wco", "uwo"] as const) {
    expect(winner.get(rule)!.sample).toBe(order[0]);
    expect(winner.get(rule)!.score).toBeCloseTo(score(order[0]!), 12);
  }
  const shown = best.result!.scores.indexOf(Math.max(...best.result!.scores.map((each) => each ?? -Infinity)));
  expect(winner.get("argmax")!.sample).toBe(shown);
  expect(board.members).toBe(1);
  const [judged, truths] = [0, 1].map((set) => board.bins.map((bin) => bin.counts[set]!));
  for (const counts of [judged!, truths!]) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(5);
  for (const [i, bin] of board.bins.entries()) {
    const isLast = i === board.bins.length - 1;
    const inside = [0, 1, 2, 3, 4].filter(
      (sample) => score(sample) >= bin.from && (isLast ? score(sample) <= bin.to + 1e-12 : score(sample) < bin.to),
    );
    expect(bin.counts[0]).toBe(inside.length);
  }
  expect(board.forwards).toEqual(best.result!.forwards);
  expect(board.kl).toEqual(best.result!.kl);
});

test("members that disagree give different winners", () => {
  const members = [[3, -1, 1], [1, 1.2, 0.9], [2.9, 0.1, 0.2]]; // prettier-ignore
  const samples = members.map((joy, sample) => {
    const own = best.samples[sample]!;
    const detail = [0, 0, 0];
    return { ...own, result: { ...own.result!, rewardMembers: { joy, detail } } };
  });
  const { winners } = sampleBoard({ ...best, samples }, "story")!;
  const by = (rule: string): number | null => winners.find((each) => each.rule === rule)!.sample;
  expect([by("single"), by("mean"), by("wco"), by("uwo")]).toEqual([0, 2, 1, 1]);
});

test("a lane that drops texts early says what that saved and lost, and no rule chooses what was dropped", async () => {
  const rejecting = (isStudy: boolean) => {
    const reject = { share: 0.5, isStudy };
    const own = lane({ id: "bon", n: 6, beta: 1, weights: { joy: 1 }, ensemble: "mean", lambda: 0, reject });
    return own;
  };
  for (const isStudy of [false, true]) {
    const events = await collect(fakeModels(), toRun([rejecting(isStudy)], { suppressEnd: true, maxTokens: 12 }));
    const own = sampleBoard(events.reduce(reduce, IDLE_VIEW).lanes[0]!, "story")!;
    expect(own.rejection).toMatchObject({
      at: 6,
      dropped: 3,
      kept: 3,
      savedTokens: 18,
      isStudy,
      texts: isStudy ? 6 : 3,
    });
    expect(own.rejection!.lost === null).toBe(!isStudy);
    const dropped = own.samples.filter(({ isDropped }) => isDropped).map(({ sample }) => sample);
    expect(dropped).toHaveLength(3);
    for (const { sample } of own.winners) expect(dropped).not.toContain(sample);
    expect(own.samples.every(({ half }) => half !== null)).toBe(true);
    if (!isStudy) continue;
    const { end } = events.flatMap((event) => (event.type === "finished" ? event.lanes : []))[0]!.rejection!;
    const best = Math.max(...end.map((score) => score!));
    const kept = Math.max(...end.filter((_, sample) => !dropped.includes(sample)).map((score) => score!));
    expect(own.rejection!.lost).toBeCloseTo(best - kept, 12);
  }
});
