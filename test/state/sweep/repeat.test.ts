/** Lanes of the playground that are repeated: the form that one press fills, the plan, its runs, and the way back. */
import { describe, expect, test } from "vitest";
import { jobsOf, sizeOf } from "../../../src/core/sweep.ts";
import { furtherSettings, planOf } from "../../../src/state/sweep/form.ts";
import { repeatForm } from "../../../src/state/sweep/lanes-plan.ts";
import { readingOf } from "../../../src/state/sweep/next-plan.ts";
import { adoptPoint } from "../../../src/state/sweep/to-playground.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { form, outcomes, plan, points, rail } from "./repeated-lanes.ts";

describe("lanes that are repeated", () => {
  test("fill the form with ten prompts, five seeds and the length of the playground", () => {
    const asked = repeatForm({ data: rail, writing: "story" });
    expect(asked).toMatchObject({ axis: "lanes", seeds: 5, maxTokens: rail.maxTokens });
    expect(plan.prompts).toHaveLength(10);
    expect(plan.prompts).toContain(rail.prompts.story);
    expect(new Set(plan.prompts).size).toBe(10);
    for (const writing of ["advice", "chat", "base"] as const) {
      const reading = planOf({ ...form, ...repeatForm({ data: rail, writing }) }, rail, writing);
      expect(reading.type === "plan" && reading.plan.prompts.length).toBe(10);
    }
  });

  test("run as they are set, together, and a branch is left out", () => {
    expect(sizeOf(plan)).toEqual({ runs: 80, read: 0, samples: 0 });
    const jobs = jobsOf(plan);
    expect(jobs).toHaveLength(20);
    for (const { request } of jobs) {
      expect(request.lanes.map(({ strategy }) => strategy.id)).toEqual(["base", "genarm", "bon", "genarm"]);
      expect(request.sources).toEqual(rail.sources);
    }
  });

  test("show what best-of-N chose, and every lane has the scores of the source that one of them weighs", () => {
    expect(points).toHaveLength(80);
    for (const point of points) {
      expect(typeof point.sources.s1).toBe("number");
      const { samples, lanes } = outcomes.get(point.prompt + 10 * point.seed)!;
      const own = samples.filter(({ lane }) => lane === point.setting);
      expect(own).toHaveLength(point.setting === 2 ? 4 : 1);
      const { chosen } = lanes[point.setting]!;
      expect(point.text).toBe(own.find(({ sample }) => sample === chosen)!.text.trim());
    }
    const chosen = [...outcomes.values()].map(({ lanes }) => lanes[2]!.chosen);
    expect(new Set(chosen).size).toBeGreaterThan(1);
  });

  test("keep no weights from the pad", () => {
    expect(furtherSettings(plan, { joy: 2 })).toEqual([]);
  });

  test("open in the playground as the lane that wrote the text", () => {
    const settings = new Settings(null, () => 5);
    const point = points.find(({ setting }) => setting === 3)!;
    adoptPoint(settings, plan, [], point);
    expect(settings.data.lanes.map(({ strategy }) => strategy)).toEqual(["base", "genarm"]);
    expect(settings.request.lanes[1]).toMatchObject({ strategy: { id: "genarm", beta: 1 / 3, weights: { joy: 1 } } });
    expect(settings.request.prompt).toBe(plan.prompts[point.prompt]);
  });

  test("need a lane that is no branch, and in the chat world its model", () => {
    const [, , , , branch] = rail.lanes;
    const none = planOf(form, { ...rail, lanes: [branch!] }, "story");
    expect(none).toEqual({ type: "incomplete", why: { code: "only-branches" } });
    const chat = { data: rail, world: "chat", writing: "chat" } as const;
    expect(readingOf(form, chat, null)).toEqual({ type: "incomplete", why: { code: "chat-absent" } });
    const lineup = { vocabSize: 40, models: [], pairs: [] };
    expect(readingOf(form, chat, { lineup }).type).toBe("plan");
    expect(readingOf({ ...form, axis: "n" }, chat, { lineup })).toEqual({
      type: "incomplete",
      why: { code: "hub-models" },
    });
  });
});
