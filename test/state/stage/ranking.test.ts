/** Best-of-N by a rule that no text meets, or that all meet alike: nobody wins, and words say so. */
import { expect, test } from "vitest";
import type { SourceSpec } from "../../../src/core/sources/spec.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { IDLE_VIEW } from "../../../src/state/run/view.ts";
import { defaultSettings, newLane, noWeights } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { board } from "../../../src/state/stage/board.ts";
import { rankingOf } from "../../../src/state/stage/ranking.ts";
import { sampleBoard } from "../../../src/state/stage/sample-board.ts";
import { stageLanes } from "../../../src/state/stage/stage.ts";
import { decode } from "../../../src/engine/decode/loop.ts";
import { tieText } from "../../../src/ui/words/samples.ts";
import type { RunEvent } from "../../../src/core/types.ts";
import { fakeControl, fakeModels } from "../../fakes.ts";

const rule = (own: (SourceSpec & { type: "rule" })["rule"]): SourceSpec => ({
  id: "s1",
  name: "Rule",
  type: "rule",
  rule: own,
});
const JSON_OBJECT = rule({ type: "json", shape: "object" });

/** A whole run of a plain lane and a best-of-4 lane by the source, on the engine. */
async function ran(source: SourceSpec, weight = 1, strategy: "bon" | "soft-bon" = "bon") {
  const lanes = [newLane("a", "base"), newLane("b", strategy)];
  const weights = { ...noWeights(), s1: weight };
  const data = { ...defaultSettings(), maxTokens: 8, n: 4, sources: [source], weights, lanes };
  const { models } = fakeModels();
  const events: RunEvent[] = [];
  for await (const event of decode("r", toRequest(data), { ...models, judge: null }, fakeControl())) events.push(event);
  const view = events.reduce(reduce, IDLE_VIEW);
  const [plain, best] = view.lanes;
  const onStage = stageLanes(data, view, ["a", "b"], "live");
  const column = board(onStage, view).find(({ id }) => id === "s1")!;
  return { plain: plain!, best: best!, column, ranking: rankingOf(best!, [source]), view };
}

test("no sample met the rule: no winner, and the first is shown for want of one", async () => {
  const { plain, best, column, ranking } = await ran(JSON_OBJECT);
  expect(best.result!.scores).toEqual([0, 0, 0, 0]);
  expect(ranking).toBe("unmet");
  expect(tieText(ranking, false)).toBe("No sample met the rule, so the first one is shown.");
  expect(sampleBoard(best, "story")!.winners.map(({ sample, score }) => [sample, score])).toEqual(
    sampleBoard(best, "story")!.winners.map(({ rule: by }) => [null, by === "soft" ? 0.25 : 0]),
  );
  // Neither lane wins the rule on the scoreboard.
  expect(column.best).toEqual([]);
  expect(column.isUnmet).toBe(true);
  expect(rankingOf(plain, [JSON_OBJECT])).toBeNull();
});

test("a rule that all samples meet, or that is weighed against, is a tie and not unmet", async () => {
  const anything = rule({ type: "pattern", pattern: "." });
  const met = await ran(anything);
  expect(met.best.result!.scores).toEqual([1, 1, 1, 1]);
  expect([met.ranking, met.column.isUnmet]).toEqual(["tie", false]);
  expect(tieText(met.ranking, true)).toBe("All samples score the same, so one of them was drawn by chance.");
  const against = await ran(JSON_OBJECT, -1);
  expect([against.ranking, against.column.isUnmet]).toEqual(["tie", false]);
});

test("keywords are unmet where none of the wanted stands there and none is unwanted", async () => {
  expect((await ran(rule({ type: "keywords", wanted: ["zebra"], unwanted: [] }))).ranking).toBe("unmet");
  expect((await ran(rule({ type: "keywords", wanted: ["zebra"], unwanted: ["emu"] }))).ranking).toBe("tie");
  expect((await ran(JSON_OBJECT, 1, "soft-bon")).ranking).toBe("unmet");
});

test("where scores differ, somebody wins", async () => {
  const { best, ranking, column } = await ran(rule({ type: "length", words: 3 }));
  expect(new Set(best.result!.scores).size).toBeGreaterThan(1);
  expect(ranking).toBe("won");
  expect(tieText(ranking, false)).toBeNull();
  expect(column.isUnmet).toBe(false);
});
