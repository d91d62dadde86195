/** The bench on the page: which texts it takes, what it asks the worker, and that a cancel keeps what is done. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { ProbeNews } from "../../../src/core/probe/ask.ts";
import { ProbeBench, type BenchHost } from "../../../src/state/probe/bench.svelte.ts";
import { textsOfSweep } from "../../../src/state/probe/texts.ts";
import { IDLE_VIEW, type RunView } from "../../../src/state/run/view.ts";
import { promptsOf } from "../../../src/state/settings/worlds.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import repeats from "../../../src/state/sweep/repeat-prompts.json" with { type: "json" };
import wordings from "../../../src/state/probe/wordings.json" with { type: "json" };
import { FakeApi, fakeLink } from "../fake-api.ts";
import { fakeSample } from "../fake-run.ts";
import { plan, points } from "../sweep/repeated-lanes.ts";

function made(change: Partial<BenchHost> = {}, view: RunView = IDLE_VIEW) {
  const api = new FakeApi({ loadMs: 0, stepMs: 0 });
  const supervisor = new Supervisor(
    () => fakeLink(api),
    () => undefined,
  );
  const host: BenchHost = {
    supervisor,
    settings: new Settings(null, () => 5, "laboratory"),
    run: { view } as BenchHost["run"],
    clock: { now: () => performance.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    sweep: () => null,
    readExample: async (file) => JSON.parse(readFileSync(`public/examples/${file}`, "utf8")) as unknown,
    saveFile: () => undefined,
    heads: { ready: async () => undefined },
    prepare: async () => true,
    ...change,
  };
  return { bench: new ProbeBench(host), api, host };
}

test("without a run it takes the plain texts of the recorded sweep, with the prompts in other words", async () => {
  const { bench, api } = made();
  expect(bench.sources).toEqual(["recorded"]);
  bench.most = 7;
  await bench.start();
  const [ask] = api.rewardProbes;
  expect(ask).toMatchObject({ most: 7, asks: false, sources: [] });
  expect(ask!.texts).toHaveLength(18);
  expect(ask!.texts.every(({ wordings: own, truth }) => own?.length === 2 && typeof truth.adventure === "number")).toBe(
    true,
  );
  expect(bench.probed).toEqual({ source: "recorded", texts: 18, isWhole: true });
  expect(bench.state).toEqual({ status: "idle" });
  expect(bench.accuracies.map(({ rater, accuracy, pairs }) => [rater, accuracy, pairs])).toEqual([
    ["brevity", 0, 18],
    ["judge of joy", 1, 18],
  ]);
});

test("texts of a run and of a sweep are taken where they are asked for, none twice", async () => {
  const request = { version: 1, kind: "story", prompt: "A fox", seed: 3, maxTokens: 4, lanes: [] } as const;
  const sample = (text: string) => ({ steps: [], result: { ...fakeSample(request, 0, 0, []), text } });
  const lane = {
    request: { name: "a", strategy: { id: "base" }, sampling: plan.sampling },
    marks: [],
    moves: [],
    blocks: [],
    result: null,
  } as const;
  const view: RunView = {
    ...IDLE_VIEW,
    phase: "finished",
    request,
    lanes: [{ ...lane, samples: [sample(" a tale "), sample("a tale"), sample(" "), { steps: [], result: null }] }],
  };
  const sweep = () => ({ plan, points }) as unknown as ReturnType<BenchHost["sweep"]>;
  const { bench, api } = made({ sweep }, view);
  expect(bench.sources).toEqual(["recorded", "run", "sweep"]);
  bench.source = "run";
  await bench.start();
  expect(api.rewardProbes[0]!.texts).toMatchObject([{ kind: "story", prompt: "A fox", seed: 3, text: "a tale" }]);
  expect(api.rewardProbes[0]!.others).toHaveLength(18);
  bench.source = "sweep";
  await bench.start();
  const all = textsOfSweep(plan, points, false);
  expect(api.rewardProbes[1]!.texts).toEqual(all);
  expect(new Set(all.map(({ prompt, text }) => `${prompt} ${text}`)).size).toBe(all.length);
  expect(textsOfSweep(plan, points, true).length).toBeLessThan(all.length);
});

test("a cancel keeps what is done and says that it is not all; a failure is told", async () => {
  const { bench, api } = made();
  const whole = api.probeRewards;
  api.probeRewards = (ask, emit) =>
    whole(ask, async (news: ProbeNews) => {
      await emit(news);
      if (news.type === "verdicts" && news.done === 5) await bench.cancel();
    });
  await bench.start();
  expect(bench.state).toEqual({ status: "idle" });
  expect(bench.verdicts).toHaveLength(5);
  expect(bench.probed).toMatchObject({ isWhole: false });
  const error = { code: "invalid-request", message: "too many; ask for fewer", details: {} } as const;
  api.probeRewards = () => Promise.resolve({ ok: false, error });
  await bench.start();
  expect(bench.state).toEqual({ status: "failed", error });
  expect(bench.verdicts).toEqual([]);
});

test("a model that does not come, and a page without recordings, end it quietly", async () => {
  for (const change of [{ prepare: async () => false }, { readExample: async () => null }]) {
    const { bench, api } = made(change);
    await bench.start();
    expect([bench.state.status, api.rewardProbes.length]).toEqual(["idle", 0]);
  }
});

test("every prompt of the page has two other wordings", () => {
  for (const kind of ["story", "advice", "chat"] as const)
    for (const prompt of [...promptsOf(kind), ...repeats[kind]]) {
      const own = (wordings as Readonly<Record<string, readonly string[]>>)[prompt];
      expect([prompt, own?.length, new Set([prompt, ...(own ?? [])]).size]).toEqual([prompt, 2, 3]);
    }
});
