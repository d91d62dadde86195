import { describe, expect, it } from "vitest";
import { pastedGroup, runGroups, shownText, sweepGroups } from "../../../src/state/lens/groups.ts";
import { groupsWritten, SAMPLES, sampleRequests } from "../../../src/state/lens/write-samples.ts";
import { IDLE_VIEW, type RunView } from "../../../src/state/run/view.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { parseRequest } from "../../../src/core/request.ts";
import { jobsOf, type JobOutcome, type SweepPlan } from "../../../src/core/sweep.ts";
import type { SampleResult } from "../../../src/core/types.ts";
import { BASE, bestOf, collect, fakeModels, GENARM, PLAIN_SAMPLING, request, VAS } from "../../fakes.ts";

async function finishedRun(): Promise<RunView> {
  const events = await collect(fakeModels(), request([BASE, GENARM, bestOf(4), VAS]));
  return events.reduce(reduce, IDLE_VIEW);
}

describe("the groups of a run", () => {
  it("are the plain samples, those of best-of-N among them, and each steered lane", async () => {
    const view = await finishedRun();
    const groups = runGroups(view);
    expect(groups.map(({ label }) => (label.type === "lane" ? label.name : label.type))).toEqual([
      "plain",
      "genarm",
      "vas",
    ]);
    const [plain, genarm] = groups;
    // Sample 0 of best-of-N is the plain lane's text, and it counts once.
    const texts = new Set(view.lanes[2]!.samples.map(({ result }) => result!.tokens.join(" ")));
    expect(plain!.samples).toHaveLength(texts.size);
    expect(genarm!.samples[0]!.text.answer).toEqual(view.lanes[1]!.samples[0]!.result!.tokens);
    expect(shownText(view, 1)).toEqual(genarm!.samples[0]);
    expect(shownText(view, 9)).toBeNull();
  });

  it("are texts in place of tokens where other models are to read them", async () => {
    const view = await finishedRun();
    const [plain] = runGroups(view, true);
    const own = runGroups(view)[0]!;
    expect(plain!.samples.map(({ text }) => text.answer)).toEqual([...new Set(own.samples.map(({ said }) => said))]);
    expect(shownText(view, 1, true)!.text.answer).toBe(view.lanes[1]!.samples[0]!.result!.text.trim());
  });

  it("are none before a run", () => {
    expect(runGroups(IDLE_VIEW)).toEqual([]);
  });
});

describe("pasted texts", () => {
  it("are parted by a line of three dashes, and each counts once", () => {
    const { samples } = pastedGroup({
      kind: "story",
      prompt: "p",
      pasted: "One - two.\n---\n\n Three.\n ----- \nThree.\n---\n",
    });
    expect(samples.map(({ text }) => text.answer)).toEqual(["One - two.", "Three."]);
    expect(pastedGroup({ kind: "story", prompt: "p", pasted: " \n" }).samples).toEqual([]);
  });
});

describe("samples that are written for the lens", () => {
  const base = request([GENARM, bestOf(4), { ...BASE, opening: [3] }], { seed: 2 ** 32 - 1 });

  it("are one pool of plain ones, and a seed for each text of the steered lanes", () => {
    const [pool, ...seeded] = sampleRequests(base, 99, true);
    expect(pool!.lanes).toHaveLength(1);
    expect(pool!.lanes[0]!.strategy).toMatchObject({ id: "bon", n: SAMPLES });
    expect(pool!.sources).toHaveLength(1);
    expect(pool).toMatchObject({ seed: base.seed, maxTokens: 99, prompt: base.prompt });
    expect(seeded).toHaveLength(SAMPLES);
    expect(seeded.map(({ seed }) => seed)).toEqual([2 ** 32 - 1, ...Array.from({ length: SAMPLES - 1 }, (_, i) => i)]);
    expect(seeded.every(({ lanes }) => lanes.length === 1 && lanes[0]!.strategy.id === "genarm")).toBe(true);
    expect(sampleRequests(base, 99, false)).toHaveLength(1);
    expect(sampleRequests(request([BASE]), 9, true)).toHaveLength(1);
  });

  it("need no judge", async () => {
    const [pool] = sampleRequests(request([GENARM, BASE], { maxTokens: 4 }), 4, false);
    const { models } = fakeModels();
    const events = await collect({ models: { ...models, judge: null }, usage: new Map() }, parseRequest(pool));
    expect(events.at(-1)?.type).toBe("finished");
  });

  it("become the groups of a run", async () => {
    const requests = sampleRequests(request([GENARM, BASE]), 6, true).slice(0, 3);
    const outcomes = new Map<number, JobOutcome>();
    for (const [job, wanted] of requests.entries()) outcomes.set(job, outcome(await samplesOf(wanted)));
    const groups = groupsWritten(requests[0]!, requests, outcomes);
    expect(groups.map(({ id, samples }) => [id, samples.length])).toEqual([
      ["plain", new Set(outcomes.get(0)!.samples.map(({ tokens }) => tokens.join(" "))).size],
      ["lane genarm", 2],
    ]);
  });
});

describe("the groups of a sweep", () => {
  it("are plain samples of all prompts, pools among them, and one a steered setting", async () => {
    const genarm = (beta: number) => ({ strategy: "genarm", weights: { joy: 1 }, beta, n: 0 }) as const;
    const plan: SweepPlan = {
      version: 1,
      kind: "story",
      prompts: ["a fox", "a hen"],
      seeds: [1],
      maxTokens: 6,
      sampling: PLAIN_SAMPLING,
      k: 4,
      waves: [
        [
          { strategy: "base", weights: {}, beta: 0, n: 0 },
          genarm(1),
          genarm(0.2),
          { strategy: "bon", weights: { joy: 1 }, beta: 1, n: 4 },
        ],
      ],
    };
    const outcomes = new Map<number, JobOutcome>();
    for (const [job, { request: wanted }] of jobsOf(plan).entries())
      outcomes.set(job, outcome(await samplesOf(wanted)));
    const groups = sweepGroups(plan, outcomes);
    expect(groups.map(({ id }) => id)).toEqual(["plain", "setting 1", "setting 2"]);
    expect(new Set(groups[0]!.samples.map(({ text }) => text.prompt))).toEqual(new Set(["a fox", "a hen"]));
    expect(groups[1]!.samples).toHaveLength(2);
  });
});

const samplesOf = async (wanted: Parameters<typeof collect>[1]): Promise<SampleResult[]> =>
  (await collect(fakeModels(), wanted)).flatMap((event) => (event.type === "sample" ? [event.result] : []));
const outcome = (samples: readonly SampleResult[]): JobOutcome => ({ models: [], backend: "cpu", lanes: [], samples });
