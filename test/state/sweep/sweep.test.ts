/** The sweep as the page holds it, over real decoding of table models: stop, pause, reload, and what can go wrong. */
import { describe, expect, test } from "vitest";
import type { SweepEvent } from "../../../src/core/sweep.ts";
import { PageModels } from "../../../src/state/worker/models.svelte.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { Supervisor } from "../../../src/state/worker/supervisor.ts";
import { axesOf } from "../../../src/state/sweep/form.ts";
import { promptsOf } from "../../../src/state/settings/worlds.ts";
import type { SweepHost } from "../../../src/state/sweep/host.ts";
import { repeatInSweep, sweepOf } from "../../../src/state/sweep/open.ts";
import { Sweep } from "../../../src/state/sweep/sweep.svelte.ts";
import type { TillerApi } from "../../../workers/protocol.ts";
import { fakeLink } from "../fake-api.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";
import { packSweep } from "../../../scripts/examples/sweeps.ts";
import { MemoryStore } from "./memory-store.ts";
import { modelsWithJudge, tableApi, watched } from "./table-api.ts";
import { turns } from "../../turns.ts";

const FORM = {
  presets: ["A young fox named Ember was afraid of the dark."],
  typed: "A goose\n\nA cat ",
  seeds: 2,
  maxTokens: 12,
  n: 4,
  axis: "strength",
  values: { weights: "0, 1", strength: "0.5, 2", n: "1, 2, 4" },
} as const;

/** Files of the examples folder. */
const recordings = new Map<string, unknown>();

interface Page {
  readonly sweep: Sweep;
  readonly store: MemoryStore;
  readonly supervisor: Supervisor;
  readonly models: PageModels;
  readonly host: SweepHost;
}

/** A freshly loaded page; `store` is what an earlier one left. */
async function page(
  onEvent: (event: SweepEvent, sweep: Sweep) => void | Promise<void> = () => undefined,
  store = new MemoryStore(),
  api: TillerApi = tableApi(modelsWithJudge(5)),
): Promise<Page> {
  let runs = 0;
  const supervisor: Supervisor = new Supervisor(
    () => fakeLink(watched(api, (event) => onEvent(event, sweep))),
    () => models.forget(),
  );
  const models = new PageModels(
    supervisor,
    "models/",
    "wasm",
    () => 0,
    () => "judge",
  );
  const host = {
    supervisor,
    models,
    settings: new Settings(null, () => 5),
    storage: new MemoryStorage(),
    clock: {
      now: () => performance.now(),
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      onFrame: (draw: () => void) => draw(),
    },
    newId: () => `sweep-${runs++}`,
    saveFile: () => undefined,
    readExample: async (file: string) => recordings.get(file) ?? null,
    stopRun: () => Promise.resolve(),
    prepare: () => Promise.resolve(),
  };
  const sweep: Sweep = new Sweep(host, store);
  sweep.update({ ...FORM, presets: [...FORM.presets] });
  await sweep.open();
  return { sweep, store, supervisor, models, host };
}

const results = ({ outcomes, points }: Sweep): unknown => [
  [...outcomes].toSorted(([a], [b]) => a - b).map(([job, { samples }]) => [job, samples]),
  points,
];

async function uninterrupted(): Promise<Page> {
  const whole = await page();
  await whole.sweep.start();
  return whole;
}

test("a sweep runs to its end and every run has its truth, judge, KL, forwards and text", async () => {
  const { sweep } = await uninterrupted();
  expect(sweep.phase).toBe("done");
  // Plain once, GenARM and VAS at two strengths, best-of-N once; three prompts, two seeds.
  expect(sweep.size).toEqual({ runs: 36, read: 6, samples: 24 });
  expect(sweep.done).toBe(36);
  expect(sweep.points).toHaveLength(36);
  for (const point of sweep.points) {
    expect(point.text.length).toBeGreaterThan(0);
    expect(point.reward).toHaveProperty("adventure");
    expect(point.truth).toHaveProperty("joy");
    expect(point.forwards).toBeGreaterThan(0);
    expect(point.kl.type).toBe(point.strategy === "bon" ? "best-of-n" : "exact");
    expect(point.proxy).not.toBeNull();
  }
});

describe("a sweep that was stopped, and a page loaded anew", () => {
  test("brings back what was done and ends with the results of an uninterrupted one", async () => {
    const whole = await uninterrupted();
    let stopping: Promise<void> | undefined;
    const cut = await page((event, sweep) => {
      if (event.type === "step" && event.job === 3 && event.step === 4) stopping ??= sweep.stop();
    });
    await cut.sweep.start();
    await stopping;
    expect(cut.sweep.phase).toBe("stopped");
    expect(cut.sweep.outcomes.size).toBe(3);

    const decodedAgain: number[] = [];
    const again = await page((event) => void (event.type === "ran" && decodedAgain.push(event.job)), cut.store);
    expect(again.sweep.phase).toBe("stopped");
    expect(again.sweep.points).toEqual(cut.sweep.points);
    await again.sweep.resume();
    expect(again.sweep.phase).toBe("done");
    expect(decodedAgain).toHaveLength(whole.sweep.outcomes.size - 3);
    expect(results(again.sweep)).toEqual(results(whole.sweep));
  });

  test("of other models is not joined with the old results", async () => {
    const cut = await page((event, sweep) => void (event.type === "ran" && event.job === 1 && void sweep.stop()));
    await cut.sweep.start();
    const other = await page(undefined, cut.store, tableApi(modelsWithJudge(5, "1")));
    await other.sweep.resume();
    expect(other.sweep.trouble).toEqual({ type: "other-models" });
    expect(other.sweep.outcomes.size).toBe(cut.sweep.outcomes.size);
  });
});

test("pause holds within a step, and going on changes nothing", async () => {
  const whole = await uninterrupted();
  let steps = 0;
  const { sweep } = await page((event, own) => {
    if (event.type === "step" && ++steps === 7) own.pause();
  });
  const running = sweep.start();
  await expect.poll(() => sweep.phase).toBe("paused");
  const held = steps;
  await turns(20);
  expect(steps).toBe(held);
  sweep.goOn();
  await running;
  expect(results(sweep)).toEqual(results(whole.sweep));
});

test("a paused sweep can be stopped", async () => {
  const { sweep } = await page((event, own) => {
    if (event.type === "step" && event.job === 1) own.pause();
  });
  const running = sweep.start();
  await expect.poll(() => sweep.phase).toBe("paused");
  await sweep.stop();
  await running;
  expect(sweep.phase).toBe("stopped");
  expect(sweep.outcomes.size).toBe(1);
});

test("a full disk is told, the sweep goes on, and what was not saved is decoded again after a reload", async () => {
  const full = Object.assign(new Error("quota"), { name: "QuotaExceededError" });
  const own: Page = await page((event) => {
    if (event.type === "ran" && event.job === 2) own.store.failure = full;
  });
  await own.sweep.start();
  expect(own.sweep.phase).toBe("done");
  const unsaved = own.sweep.outcomes.size - 2;
  expect(own.sweep.trouble).toEqual({ type: "storage-full", unsaved, detail: "quota" });
  own.store.failure = null;
  const again = await page(undefined, own.store);
  expect(again.sweep.outcomes.size).toBe(2);
  await again.sweep.resume();
  expect(results(again.sweep)).toEqual(results(own.sweep));
});

test("weights picked later join the sweep with every strategy, prompt and seed, and the rest stays", async () => {
  const { sweep, store } = await page();
  sweep.update({ axis: "weights", a: "adventure", b: "joy" });
  await sweep.start();
  const before = sweep.points.filter((point) => point.setting < sweep.plan!.waves[0]!.length);
  await sweep.extend({ adventure: 1.5, joy: 0.3 });
  expect(sweep.phase).toBe("done");
  const added = sweep.points.filter((point) => point.setting >= sweep.plan!.waves[0]!.length);
  expect(added).toHaveLength(3 * 3 * 2);
  expect(sweep.points.slice(0, before.length)).toEqual(before);
  const { plan } = sweep;
  await sweep.extend({ adventure: 1.5, joy: 0.3 });
  expect(sweep.plan).toBe(plan);
  const again = await page(undefined, store);
  expect(again.sweep.phase).toBe("done");
  expect(again.sweep.points).toEqual(sweep.points);
});

test("a refused prompt is passed over with its reason, and tried again when the sweep goes on", async () => {
  const { sweep } = await page();
  sweep.update({ typed: "long ".repeat(120) });
  await sweep.start();
  expect(sweep.phase).toBe("stopped");
  expect(sweep.outcomes.size).toBeGreaterThan(0);
  expect([...sweep.refused.values()].every((error) => error.code === "context-overflow")).toBe(true);
  expect(sweep.refused.size).toBeGreaterThan(0);
});

test("a press beside a run asks for its lanes over ten prompts, in the sweep that the playground keeps", async () => {
  const { host } = await page();
  let kept: Sweep | null = null;
  const sweep = { make: (build: (own: typeof host) => Sweep): Sweep => (kept ??= build(host)) };
  repeatInSweep({ sweep });
  const made = sweepOf({ sweep });
  expect(made).toBe(kept);
  expect(made.form).toMatchObject({ axis: "lanes", seeds: 5, maxTokens: host.settings.data.maxTokens });
  expect(made.next).toMatchObject({ type: "plan", plan: { kind: "story" } });
  expect(made.next.type === "plan" && made.next.plan.prompts).toHaveLength(10);
});

test("the chat world has a form of its own: its lanes and prompts, and nothing of the laboratory", async () => {
  const { sweep, host, models } = await page();
  const { form } = sweep;
  host.settings.enter("chat");
  await models.load();
  const { state } = models;
  if (state.status !== "ready") throw new Error("the models are not ready");
  models.state = { ...state, report: { ...state.report, lineup: { vocabSize: 40, models: [], pairs: [] } } };
  expect(axesOf(host.settings.writing)).toEqual([sweep.form.axis]);
  if (sweep.next.type !== "plan") throw new Error("the first form of the chat world is no plan");
  expect(sweep.next.plan.prompts).toEqual(promptsOf("chat").slice(0, 2));
  expect(sweep.next.plan.sources?.map(({ name }) => name)).toContain("Simple");
  expect(sweep.next.plan.waves[0]).toHaveLength(host.settings.data.lanes.length);
  sweep.update({ seeds: 1 });
  host.settings.enter("laboratory");
  expect(sweep.form).toEqual(form);
  host.settings.enter("chat");
  expect(new Sweep(host, new MemoryStore()).form).toMatchObject({ seeds: 1, axis: "lanes" });
});

test("models of the Hub know no objective to sweep, which is said instead of a plan", async () => {
  const { sweep, models } = await page();
  await models.load();
  expect(sweep.next.type).toBe("plan");
  const { state } = models;
  if (state.status !== "ready") throw new Error("the models are not ready");
  models.state = { ...state, report: { ...state.report, lineup: { vocabSize: 40, models: [], pairs: [] } } };
  expect(sweep.next).toEqual({ type: "incomplete", why: { code: "hub-models" } });
  await sweep.start();
  expect(sweep.phase).toBe("none");
});

test("models that cannot be loaded are told, and the sweep waits", async () => {
  const error = { code: "network", message: "no connection", details: {} } as const;
  const api = tableApi(modelsWithJudge(1));
  api.load = () => Promise.resolve({ ok: false, error });
  const { sweep } = await page(undefined, new MemoryStore(), api);
  await sweep.start();
  expect(sweep.phase).toBe("stopped");
  expect(sweep.trouble).toEqual({ type: "failed", error });
});

test("a worker that dies is told, and a fresh one ends the sweep with the same results", async () => {
  const whole = await uninterrupted();
  const own: Page = await page((event) => {
    if (event.type === "step" && event.job === 2 && event.step === 2) {
      own.supervisor.kill({ code: "worker-crashed", message: "gone", details: {} });
    }
  });
  await own.sweep.start();
  expect(own.sweep.phase).toBe("stopped");
  expect(own.sweep.trouble).toMatchObject({ type: "failed", error: { code: "worker-crashed" } });
  const again = await page(undefined, own.store);
  await again.sweep.resume();
  expect(results(again.sweep)).toEqual(results(whole.sweep));
});

test("a recorded sweep stands in until the visitor's own begins, and nothing is saved of it", async () => {
  const whole = await uninterrupted();
  recordings.set(
    "sweep-laboratory.json",
    JSON.parse(JSON.stringify(packSweep(whole.sweep.plan!, whole.sweep.outcomes))),
  );
  const { sweep, store } = await page();
  expect(sweep.isOpened).toBe(true);
  await sweep.recorded.look("laboratory");
  expect(sweep.recorded.shown!.points.map(({ text }) => text)).toEqual(whole.sweep.points.map(({ text }) => text));
  expect([sweep.plan, sweep.phase, await store.load()]).toEqual([null, "none", null]);
  await sweep.start();
  expect(sweep.plan).not.toBeNull();
  expect(sweep.phase).toBe("done");
  recordings.clear();
});
