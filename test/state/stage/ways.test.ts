import { expect, test } from "vitest";
import { judgedScores } from "../../../src/core/combine/rank.ts";
import { movedWeights } from "../../../src/core/combine/moving.ts";
import type { RunEvent } from "../../../src/core/types.ts";
import { readTrace, writeTrace } from "../../../src/state/keep/trace-file.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { IDLE_VIEW, strategyNow, type LaneView } from "../../../src/state/run/view.ts";
import { defaultCombine } from "../../../src/state/settings/combine-data.ts";
import { settingsFrom } from "../../../src/state/settings/from-request.ts";
import {
  checkSettings,
  defaultSettings,
  newLane,
  noWeights,
  type SettingsData,
} from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { sampleTournament } from "../../../src/state/stage/tournament.ts";
import { isMovedOn, movingWishes, wayWinners } from "../../../src/state/stage/ways.ts";
import { stageLanes } from "../../../src/state/stage/stage.ts";
import { reweighTargets } from "../../../src/state/what-if/reweigh-targets.ts";
import { fakeTrace } from "../fake-api.ts";

const weights = { ...noWeights(), joy: 1, adventure: 1, dialogue: -0.5 };
const lanes = [newLane("a", "base"), newLane("b", "bon"), { ...newLane("c", "genarm"), combine: "goals" as const }];
const settings: SettingsData = {
  ...defaultSettings(),
  maxTokens: 12,
  n: 6,
  weights,
  lanes,
  combine: { ...defaultCombine(), way: "veto", floors: { joy: -0.5 }, targets: { joy: 1 } },
};
const request = toRequest(settings);
const trace = await fakeTrace(request);
const view = trace.events.reduce(reduce, IDLE_VIEW);
const [plain, best, steered] = view.lanes as [LaneView, LaneView, LaneView];

test("the page asks each lane for its way, and for the sum where its strategy has no other", () => {
  expect(request.lanes[1]!.strategy).toMatchObject({
    combine: { type: "veto", floors: { joy: -0.5, adventure: 0, dialogue: 0 } },
  });
  expect(request.lanes[2]!.strategy).toMatchObject({
    combine: { type: "goals", targets: { joy: 1, adventure: 0.5, dialogue: 0.5 }, eta: 1 },
  });
  const both = toRequest({ ...settings, lanes: [newLane("a", "genarm"), newLane("b", "soft-bon")] });
  expect(both.lanes[0]!.strategy).not.toHaveProperty("combine");
  expect(both.lanes[1]!.strategy).toMatchObject({ combine: { type: "veto" } });
});

test("settings that come back from a request ask for the same, and those of an older page for the sum", () => {
  const back = settingsFrom(request, defaultSettings());
  expect(toRequest(back).lanes.map(({ strategy }) => strategy)).toEqual(request.lanes.map(({ strategy }) => strategy));
  const { combine: _, ...older } = settings;
  const old = { ...older, lanes: lanes.map(({ combine: __, ...lane }) => lane) };
  const read = checkSettings(JSON.parse(JSON.stringify(old)))!;
  expect(read.combine).toEqual(defaultCombine());
  expect(read.lanes.every(({ combine }) => combine === null)).toBe(true);
  expect(checkSettings({ ...settings, combine: { ...settings.combine, floors: { wit: 0 } } })).toBeNull();
  expect(checkSettings({ ...settings, combine: { ...settings.combine, eta: 0 } })).toBeNull();
});

test("the board says who would win under each way, by the lane’s own weights", () => {
  const winners = wayWinners(best, settings)!;
  const results = best.samples.map(({ result }) => result!);
  // One judge: the ways over its members say nothing of their own.
  expect(winners.map(({ way }) => way)).toEqual(["sum", "worst", "harmonic", "goals", "priority", "veto", "majority"]);
  const strategy = request.lanes[1]!.strategy;
  if (strategy.id !== "bon" || strategy.combine === undefined) throw new Error("no way");
  const scores = judgedScores({ ...strategy, combine: { type: "worst", eta: 1 } }, results);
  const worst = winners.find(({ way }) => way === "worst")!;
  expect(worst.score).toBe(Math.max(...scores.map((score) => score ?? -Infinity)));
  expect(worst.text).toBe(results[worst.sample!]!.text.trim());
  expect(winners.filter(({ isUsed }) => isUsed).map(({ way }) => way)).toEqual(["veto"]);
  expect(wayWinners(plain, settings)).toBeNull();
  expect(wayWinners(steered, settings)).toBeNull();
});

test("the tournament counts every meeting twice, and names its circles by samples", () => {
  const { players, circles, cyclic, wishes } = sampleTournament(best)!;
  expect(wishes).toBe(3);
  expect(players).toHaveLength(6);
  expect(players.reduce((sum, { wins, losses }) => sum + wins - losses, 0)).toBe(0);
  for (const { wins, copeland } of players) expect(copeland).toBe(2 * wins - 5);
  expect(players.filter(({ isWinner }) => isWinner).map(({ sample }) => sample)).toEqual([players[0]!.sample]);
  expect(cyclic).toBe(circles.length / 20);
  for (const circle of circles) {
    for (const [i, sample] of circle.entries()) {
      const { against } = players.find((player) => player.sample === sample)!;
      expect(against.get(circle[(i + 1) % 3]!)).toBe(1);
    }
  }
  expect(sampleTournament(steered)).toBeNull();
});

const strategy = strategyNow(steered);
if (strategy.id !== "genarm" || strategy.combine?.type !== "goals") throw new Error("no goals");
const rewards = { joy: 0.2, adventure: 2, dialogue: null };
const move = {
  token: 8,
  lane: 2,
  weights: movedWeights(strategy.combine, strategy.weights, strategy.weights, rewards),
  rewards,
};
const moved: RunEvent = { type: "moved", runId: view.runId, move };
const events = trace.events.flatMap((event) => (event.type === "step" && event.step === 8 ? [moved, event] : [event]));

test("a weight that moved by itself is shown, and the sliders’ own weights stay", () => {
  const after = events.reduce(reduce, IDLE_VIEW);
  expect(strategyNow(after.lanes[2]!)).toEqual(strategy);
  const [joy, adventure, dialogue] = movingWishes(after.lanes[2]!);
  expect(joy).toMatchObject({ id: "joy", weight: 1.8, start: 1, reward: 0.2, target: 1 });
  expect(adventure).toMatchObject({ weight: 0, target: 0.5 });
  expect(dialogue).toMatchObject({ weight: -0.5, start: -0.5, reward: null });
  expect(movingWishes(best)).toEqual([]);
});

test("a trace keeps the moves, and one that names what the request lacks is refused", () => {
  const reading = readTrace(writeTrace({ ...trace, events }));
  expect(reading).toEqual({ type: "trace", trace: { ...trace, events } });
  const stray = { ...moved, move: { ...move, weights: { s9: 1 } } };
  const broken = readTrace(writeTrace({ ...trace, events: [...events.slice(0, 2), stray, ...events.slice(2)] }));
  expect(broken).toMatchObject({ type: "broken" });
  expect(
    readTrace(writeTrace({ ...trace, events: [trace.events[0]!, { ...moved, move: { ...move, lane: 9 } }] })),
  ).toMatchObject({ type: "broken" });
});

test("moved sliders rank best-of-N anew under any way, and say that they cannot re-weigh moving weights", () => {
  const after = events.reduce(reduce, IDLE_VIEW);
  const ids = ["a", "b", "c"];
  const next: SettingsData = {
    ...settings,
    combine: { ...settings.combine, way: "majority" },
    weights: { ...weights, joy: 1.5 },
  };
  const targets = reweighTargets(next, after, ids, false);
  expect(targets.map(({ lane }) => lane)).toEqual([1]);
  expect(targets[0]!.strategy).toMatchObject({ combine: { type: "majority" } });
  const at = (data: SettingsData) => stageLanes(data, after, ids, "live")[2]!;
  expect(isMovedOn(at(settings), settings)).toBe(false);
  expect(isMovedOn(at(next), next)).toBe(true);
});
