/** Which judge scores and ranks: chosen, fetched, cancelled, refused, kept, sent in a link and found in a recording. */
import { describe, expect, test } from "vitest";
import type { ErrorData } from "../../../src/core/errors.ts";
import type { RankingRule } from "../../../src/core/selection.ts";
import type { ModelRef } from "../../../src/core/types.ts";
import { laneFacts } from "../../../src/state/stage/facts.ts";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { liveChanges } from "../../../src/state/run/live-changes.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { defaultSettings, newLane, noWeights, parseSettings } from "../../../src/state/settings/settings-data.ts";
import type { Surroundings } from "../../../src/state/surroundings-type.ts";
import { defaultForm, planOf } from "../../../src/state/sweep/form.ts";
import { PLAIN_RULE, ruleName } from "../../../src/state/sweep/points.ts";
import { rulesUnder } from "../../../src/state/sweep/rules.ts";
import { rankingTrouble } from "../../../src/state/sweep/trouble.ts";
import { writeTrace } from "../../../src/state/keep/trace-file.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { unrankedInLanes } from "../../../src/state/settings/unranked.ts";
import { IDLE_VIEW } from "../../../src/state/run/view.ts";
import type { LoadOptions, TillerApi } from "../../../workers/protocol.ts";
import { FakeApi, fakeLink, fakeTrace } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const ABORTED: ErrorData = { code: "aborted", message: "Loading was cancelled.", details: {} };
const OFFLINE: ErrorData = { code: "network", message: "No connection.", details: {} };
const WITH_FIVE: readonly ModelRef[] = [
  { id: "policy", sha256: "0a".repeat(32) },
  { id: "fallible", sha256: "0b".repeat(32) },
];

/** Answers at once, but with `fault` for the five judges; "hang" waits for a cancel. */
class JudgeApi extends FakeApi {
  readonly asked: LoadOptions[] = [];
  fault: ErrorData | "hang" | null = null;
  /** Whether a cancel would be heard now. */
  isHeld = false;
  #cancel: () => void = () => undefined;

  constructor() {
    super({ stepMs: 0, loadMs: 0 });
  }

  override async load(...[options, onProgress]: Parameters<TillerApi["load"]>): ReturnType<FakeApi["load"]> {
    this.asked.push(options);
    const loaded = await super.load(options, onProgress);
    if (options.judge !== "fallible" || this.fault === null) return loaded;
    if (this.fault === "hang") {
      await new Promise<void>((resolve) => {
        this.#cancel = resolve;
        this.isHeld = true;
      });
    }
    // The interface answers failures too; the fake that this one extends never fails.
    return { ok: false, error: this.fault === "hang" ? ABORTED : this.fault } as never;
  }
  override cancelLoad = (): Promise<void> => Promise.resolve(this.#cancel());

  get judges(): unknown[] {
    return this.asked.map(({ judge }) => judge);
  }
}

function page(more: Partial<Surroundings> = {}): { playground: Playground; api: JudgeApi } {
  const api = new JudgeApi();
  const around = { readExample: () => Promise.resolve(null), spawn: () => fakeLink(api), ...more };
  return { playground: new Playground(fakeSurroundings(around)), api };
}

describe("the choice of the judge", () => {
  test("is fetched when it is made and not before, and once", async () => {
    const { playground, api } = page();
    await playground.models.load();
    await playground.chooseJudge("fallible");
    expect(playground.models.state.status).toBe("ready");
    await playground.start();
    expect(api.judges).toEqual(["judge", "fallible"]);
    await playground.chooseJudge("judge");
    expect(api.judges).toEqual(["judge", "fallible", "judge"]);
  });

  test("made before any model is here loads all of them; the way back then loads none", async () => {
    const { playground, api } = page();
    playground.settings.update({ judge: "fallible" });
    await playground.chooseJudge("judge");
    expect(api.judges).toEqual([]);
    await playground.chooseJudge("fallible");
    expect(api.judges).toEqual(["fallible"]);
  });

  test("made while the models come holds for the first run", async () => {
    const { playground, api } = page();
    const loading = playground.models.load();
    await playground.chooseJudge("fallible");
    expect(await loading).toBe(true);
    expect(api.judges).toEqual(["judge", "fallible"]);
  });

  test("that is cancelled leaves the judge that was here", async () => {
    const { playground, api } = page();
    await playground.models.load();
    api.fault = "hang";
    const choosing = playground.chooseJudge("fallible");
    await expect.poll(() => api.judges.length).toBe(2);
    await expect.poll(() => playground.models.state).toMatchObject({ status: "loading", progress: { phase: "fetch" } });
    await expect.poll(() => api.isHeld).toBe(true);
    await playground.cancelLoad();
    await choosing;
    expect(playground.settings.data.judge).toBe("judge");
    expect(playground.models.state.status).toBe("ready");
  });

  test("that cannot be fetched is told with its reason, and the careful judge is one press away", async () => {
    const { playground, api } = page();
    await playground.models.load();
    api.fault = OFFLINE;
    await playground.chooseJudge("fallible");
    expect(playground.models.state).toEqual({ status: "failed", error: OFFLINE });
    await playground.chooseJudge("judge");
    expect(playground.models.state.status).toBe("ready");
    await playground.start();
    expect(playground.run.view.phase).toBe("finished");
  });

  test("survives a reload", async () => {
    const storage = new MemoryStorage();
    await page({ storage }).playground.chooseJudge("fallible");
    const { playground, api } = page({ storage });
    await playground.models.load();
    expect(api.judges).toEqual(["fallible"]);
  });

  test("is not asked for with models of the Hub", async () => {
    const { playground, api } = page();
    playground.settings.update({ judge: "fallible" });
    const address = { kind: "hub", id: "test/small", mirror: null } as const;
    await playground.models.loadLineup([{ address, dtype: null }]);
    expect(api.judges).toEqual([undefined]);
    await playground.models.loadLineup(null);
    expect(api.judges).toEqual([undefined, "fallible"]);
  });

  test("of settings saved before is the careful judge; another name is refused", () => {
    const { judge: _, ...before } = defaultSettings();
    expect(parseSettings(JSON.stringify(before))?.judge).toBe("judge");
    expect(parseSettings(JSON.stringify({ ...before, judge: "policy" }))).toBeNull();
  });
});

describe("what was judged by the other judge", () => {
  test("a link brings its judge, which is loaded for its run", async () => {
    const settings = { ...defaultSettings(), judge: "fallible" as const };
    const hash =
      writeLink({ world: "laboratory", settings, view: { quantity: "push", textView: "text" }, models: null }) ?? "";
    expect(readLink(hash)).toMatchObject({ type: "link", state: { settings: { judge: "fallible" } } });
    const address = { hash: () => hash, clearHash: () => undefined, withHash: (own: string) => own };
    const { playground, api } = page({ address });
    await playground.models.load();
    await playground.arrive();
    await expect.poll(() => playground.run.view.phase, { timeout: 10_000 }).toBe("finished");
    expect(api.judges).toEqual(["judge", "fallible"]);
    playground.share.returnToOwn();
    expect(playground.settings.data.judge).toBe("judge");
  });

  test("a recording brings its judge with its settings, and only with them", async () => {
    const trace = { ...(await fakeTrace()), models: WITH_FIVE };
    const [started, ...rest] = trace.events;
    if (started?.type !== "started") throw new Error("a recording starts");
    const file = new File([writeTrace({ ...trace, events: [{ ...started, models: WITH_FIVE }, ...rest] })], "run.json");
    const { playground } = page();
    await playground.opened.openFile(file);
    expect(playground.settings.data.judge).toBe("judge");
    playground.adoptRecorded();
    expect(playground.settings.data.judge).toBe("fallible");
  });
});

describe("objectives that the judge does not score", () => {
  const weights = { ...noWeights(), adventure: 1, dialogue: 0.5 };
  const lanes = [newLane("a", "genarm"), newLane("b", "bon"), newLane("c", "oracle-bon")];
  const settings = { ...defaultSettings(), weights, lanes };

  test("are told before the run where best-of-N would rank by them, and not where others use them", () => {
    expect(unrankedInLanes(settings)).toEqual([]);
    expect(unrankedInLanes({ ...settings, judge: "fallible" })).toEqual(["dialogue"]);
    const others = {
      ...settings,
      judge: "fallible" as const,
      lanes: lanes.filter(({ strategy }) => strategy !== "bon"),
    };
    expect(unrankedInLanes(others)).toEqual([]);
  });

  test("keep a sweep from ranking by nothing", () => {
    const form = { ...defaultForm(), axis: "n" as const };
    expect(planOf(form, settings).type).toBe("plan");
    expect(planOf(form, { ...settings, judge: "fallible" })).toEqual({
      type: "incomplete",
      why: { code: "unranked", objectives: ["dialogue"] },
    });
    const steered = { ...form, axis: "strength" as const, strategies: ["genarm" as const] };
    expect(planOf(steered, { ...settings, judge: "fallible" }).type).toBe("plan");
  });

  test("are refused where the pad asks a sweep for them", () => {
    const asked = [{ strategy: "bon", weights: { adventure: 1, dialogue: 1 }, beta: 0, n: 4 }] as const;
    expect(rankingTrouble(asked, "judge")).toBeNull();
    expect(rankingTrouble(asked, "fallible")).toEqual({ type: "unranked", objectives: ["dialogue"] });
    expect(rankingTrouble([{ ...asked[0], strategy: "genarm", beta: 1, n: 0 }], "fallible")).toBeNull();
  });

  test("moved in mid-run reach the lanes that can use them, and leave best-of-N as it is", async () => {
    const { events } = await fakeTrace(toRequest({ ...settings, weights: { ...weights, dialogue: 0 } }));
    const run = { ...events.reduce(reduce, IDLE_VIEW), models: WITH_FIVE };
    const ids = ["a", "b", "c"];
    expect(liveChanges(settings, run, ids).map(({ index }) => index)).toEqual([0, 2]);
    expect(liveChanges(settings, { ...run, models: [{ id: "judge", sha256: "" }] }, ids)).toHaveLength(3);
    const other = settings.kind === "story" ? ("advice" as const) : ("story" as const);
    expect(liveChanges({ ...settings, kind: other }, run, ids)).toEqual([]);
  });

  test("have no reward in the figures, which is not 0 and not still to come", async () => {
    const { events } = await fakeTrace();
    const known = events.map((event) =>
      event.type === "sample" ? { ...event, result: { ...event.result, reward: { adventure: 0.5 } } } : event,
    );
    const facts = laneFacts(known.reduce(reduce, IDLE_VIEW), 0);
    expect(facts?.objectives.map(({ id, reward }) => [id, reward])).toEqual([
      ["joy", null],
      ["adventure", 0.5],
      ["dialogue", null],
      ["detail", null],
    ]);
  });
});

test("a sweep under several judges shows every rule, until the visitor has chosen some", () => {
  const named = (rules: readonly RankingRule[]): string[] => rules.map(ruleName);
  expect(named(rulesUnder("judge", [PLAIN_RULE]))).toEqual(["mean"]);
  expect(named(rulesUnder("fallible", [PLAIN_RULE]))).toEqual(["mean", "single", "wco", "uwo"]);
  const chosen: readonly RankingRule[] = [PLAIN_RULE, { ensemble: "wco", lambda: 0 }];
  expect(rulesUnder("fallible", chosen)).toBe(chosen);
});
