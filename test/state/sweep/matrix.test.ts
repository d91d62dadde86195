/** Lanes repeated over prompts and seeds, their win matrix against a recount by hand, and the files it is taken home in. */
import { describe, expect, test } from "vitest";
import { jobsOf, sizeOf, type JobOutcome, type SweepPlan } from "../../../src/core/sweep.ts";
import { sweep } from "../../../src/engine/decode/sweep.ts";
import { defaultForm, furtherSettings, planOf } from "../../../src/state/sweep/form.ts";
import { repeatForm } from "../../../src/state/sweep/lanes-plan.ts";
import {
  contestantsOf,
  firstShown,
  MAX_CONTESTANTS,
  pairsOf,
  verdictOf,
  winMatrix,
  winnersLonger,
} from "../../../src/state/sweep/matrix.ts";
import { isOwnJudge, measuresOf, scoreOf, spreadOf, type Measure } from "../../../src/state/sweep/measures.ts";
import { readingOf } from "../../../src/state/sweep/next-plan.ts";
import { PLAIN_RULE, tokenPoints, type SweepPoint } from "../../../src/state/sweep/points.ts";
import { adoptPoint } from "../../../src/state/sweep/to-playground.ts";
import { defaultSettings, newLane, noWeights, type SettingsData } from "../../../src/state/settings/settings-data.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { matrixCsv, matrixMarkdown, runsCsv, runsJsonl } from "../../../src/ui/sweep/matrix-files.ts";
import { contestantNames } from "../../../src/ui/words/sweep-matrix.ts";
import { fakeControl } from "../../fakes.ts";
import { modelsWithJudge } from "./table-api.ts";

const rail: SettingsData = {
  ...defaultSettings(),
  weights: { ...noWeights(), joy: 1 },
  sources: [{ id: "s1", name: "Short", type: "rule", rule: { type: "length", words: 5 } }],
  n: 4,
  lanes: [
    newLane("a", "base"),
    newLane("b", "genarm"),
    { ...newLane("c", "bon"), weights: { ...noWeights(), joy: 1, s1: 0.5 } },
    { ...newLane("d", "genarm"), strength: 3 },
    { ...newLane("e", "genarm"), opening: { tokens: [1, 2], text: "It" } },
  ],
};
const form = { ...defaultForm(), ...repeatForm({ data: rail, writing: "story" }), maxTokens: 10, seeds: 2 };

function planNow(): SweepPlan {
  const reading = planOf(form, rail, "story");
  if (reading.type !== "plan") throw new Error(reading.why.code);
  return reading.plan;
}

async function run(plan: SweepPlan): Promise<Map<number, JobOutcome>> {
  const outcomes = new Map<number, JobOutcome>();
  const requests = jobsOf(plan).map((job) => job.request);
  for await (const event of sweep("s", requests, modelsWithJudge(3), fakeControl())) {
    if (event.type === "ran") outcomes.set(event.job, event.outcome);
  }
  return outcomes;
}

const plan = planNow();
const outcomes = await run(plan);
const points = tokenPoints(plan, jobsOf(plan), outcomes);
const contestants = contestantsOf(points);
const models = [{ id: "policy", sha256: "0123456789abcdef" }];
const TRUTH: Measure = { by: "truth", of: "joy" };

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

describe("the measures of a sweep", () => {
  test("are those that a text has, and the wish only where the lanes share one", () => {
    expect(measuresOf(plan, points).map(({ by, of }) => `${by} ${of}`)).toEqual([
      // The table models have a truth of joy alone.
      "truth joy",
      ...["joy", "adventure", "dialogue", "detail"].map((of) => `judge ${of}`),
      "source s1",
    ]);
    const alike = { ...plan, waves: [plan.waves[0]!.filter((_, i) => i !== 2)] };
    expect(measuresOf(alike, points)[0]).toEqual({ by: "truth", of: "wish" });
  });

  test("say where a score judges its own lanes", () => {
    expect(isOwnJudge(plan, { by: "judge", of: "joy" })).toBe(true);
    expect(isOwnJudge(plan, { by: "source", of: "s1" })).toBe(true);
    expect(isOwnJudge(plan, { by: "judge", of: "detail" })).toBe(false);
    expect(isOwnJudge(plan, TRUTH)).toBe(false);
    const oracle = { strategy: "oracle-bon", weights: { joy: 1 }, beta: 0, n: 4 } as const;
    expect(isOwnJudge({ ...plan, waves: [[oracle]] }, TRUTH)).toBe(true);
  });
});

describe("the win matrix", () => {
  const rule = { measure: TRUTH, slight: 0.5, longerBy: 8 };
  const matrix = winMatrix(contestants, points, rule);

  test("counts what a recount of the texts counts", () => {
    const margin = 0.5 * spreadOf(points, TRUTH);
    expect(matrix.margin).toBe(margin);
    const at = (setting: number, prompt: number, seed: number): SweepPoint =>
      points.find((own) => own.setting === setting && own.prompt === prompt && own.seed === seed)!;
    let ties = 0;
    for (const i of [0, 1, 2, 3])
      for (const j of [0, 1, 2, 3]) {
        const cell = matrix.rows[i]!.cells[j]!;
        if (i === j) {
          expect(cell).toBeNull();
          continue;
        }
        const counts = { wins: 0, ties: 0, losses: 0 };
        for (let prompt = 0; prompt < 10; prompt++)
          for (let seed = 0; seed < 2; seed++) {
            const [a, b] = [at(i, prompt, seed), at(j, prompt, seed)];
            const [x, y] = [a.truth.joy ?? null, b.truth.joy ?? null];
            if (x === null || y === null) continue;
            const longer = x > y ? a.text.length - b.text.length : b.text.length - a.text.length;
            if (x === y || (Math.abs(x - y) < margin && longer > 8)) counts.ties++;
            else if (x > y) counts.wins++;
            else counts.losses++;
          }
        expect(cell).toMatchObject(counts);
        expect(cell.rate).toBeCloseTo((counts.wins + counts.ties / 2) / 20, 12);
        expect(cell.rate + matrix.rows[j]!.cells[i]!.rate).toBeCloseTo(1, 12);
        ties += counts.ties;
      }
    expect(ties).toBeGreaterThan(0);
    expect(matrix.undefinedTexts).toBe(points.filter(({ truth }) => truth.joy === null).length);
  });

  test("of a pair leads to its texts, and says how much longer the winners are", () => {
    const [plain, , best] = contestants;
    const pairs = pairsOf(best!, plain!, rule, matrix.margin);
    expect(pairs).toHaveLength(20);
    for (const { first, second, difference } of pairs) {
      expect([first.prompt, first.seed]).toEqual([second.prompt, second.seed]);
      expect(difference).toBe(scoreOf(first, TRUTH)! - scoreOf(second, TRUTH)!);
    }
    const decided = pairs.filter(({ outcome }) => outcome !== 0.5);
    const extra = decided.map(({ first, second, outcome }) =>
      outcome === 1 ? first.text.length - second.text.length : second.text.length - first.text.length,
    );
    expect(winnersLonger(pairs)).toBeCloseTo(extra.reduce((sum, own) => sum + own, 0) / extra.length, 12);
    expect(winnersLonger([])).toBeNull();
  });

  test("calls better or worse what lies on one side of a half with its whole interval", () => {
    const cell = { wins: 1, ties: 0, losses: 0, rate: 0.7, groups: 4 };
    expect(verdictOf({ ...cell, ci95: [0.51, 0.9] })).toBe("better");
    expect(verdictOf({ ...cell, ci95: [0.5, 0.9] })).toBe("open");
    expect(verdictOf({ ...cell, ci95: [0.1, 0.49] })).toBe("worse");
  });

  test("shows the last setting of each strategy where there are too many", () => {
    const settings = Array.from({ length: 8 }, (_, i) => [
      { strategy: "genarm", weights: { joy: i }, beta: 1, n: 0 } as const,
      { strategy: "bon", weights: { joy: i }, beta: 0, n: 4 } as const,
    ]).flat();
    const rules = [PLAIN_RULE, { ensemble: "wco", lambda: 0 } as const];
    const many = settings.flatMap(({ strategy }, setting) =>
      (strategy === "bon" ? rules : [null]).map((own) => ({ ...points[0]!, setting, strategy, rule: own })),
    );
    const all = contestantsOf(many);
    expect(all.length).toBeGreaterThan(MAX_CONTESTANTS);
    expect(firstShown({ ...plan, waves: [settings] }, all)).toEqual(["14/", "15/mean"]);
    expect(firstShown(plan, contestants)).toHaveLength(4);
  });
});

describe("the files of a sweep", () => {
  const origin = { plan, points, models };
  const rule = { measure: TRUTH, slight: 0.5, longerBy: Infinity };
  const matrix = winMatrix(contestants, points, rule);
  const names = contestantNames(contestants, plan);

  test("name two lanes of one name apart", () => {
    expect(names).toEqual(["Plain", "GenARM", "Best of 4", "GenARM (2)"]);
  });

  test("have the matrix as Markdown and one row a pair as CSV", () => {
    const lines = matrixMarkdown(matrix, names, { ...origin, measure: TRUTH, longerBy: null }).split("\n");
    expect(lines[0]).toBe(
      "| wins of | against Plain | against GenARM | against Best of 4 | against GenARM (2) | mean | characters |",
    );
    expect(lines[2]).toMatch(/^\| Plain \| – \| \d+ % \(\d+ to \d+\) \|/);
    expect(lines.at(-1)).toContain("Joy, truth");
    const csv = matrixCsv(matrix, names, { ...origin, measure: TRUTH, longerBy: 100 })
      .trim()
      .split("\r\n");
    expect(csv).toHaveLength(1 + 12);
    expect(csv[0]).toContain("prompts,seeds");
  });

  test("have one row a text with its prompt and seed", () => {
    const [head, ...rows] = runsCsv(origin).trim().split("\r\n");
    expect(head).toContain("Short (source)");
    expect(head).toContain("prompts,seeds");
    expect(rows).toHaveLength(80);
    expect(rows.some((row) => row.includes(plan.prompts[3]!) && row.includes(`,${plan.seeds[1]},`))).toBe(true);
  });

  test("have a line of JSON for each prompt and seed, whose pair is the best and the worst", () => {
    const lines = runsJsonl(origin, TRUTH)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Line);
    expect(lines).toHaveLength(20);
    for (const { chosen, rejected, margin, texts, prompt } of lines) {
      expect(texts).toHaveLength(4);
      expect(plan.prompts).toContain(prompt);
      const scores = texts.map(({ truth }) => truth.joy!);
      expect(margin ?? 0).toBeCloseTo(Math.max(...scores) - Math.min(...scores), 12);
      if (chosen === null) continue;
      expect(chosen).not.toBe(rejected);
      expect(scores[texts.findIndex(({ text }) => text === chosen)]).toBe(Math.max(...scores));
    }
  });

  test("have no pair where all texts are equal or score alike", () => {
    const alike = points.map((point) => ({ ...point, text: "same", truth: { joy: point.setting } }));
    const even = points.map((point) => ({ ...point, truth: { joy: 1 } }));
    const unknown = points.map((point) => ({ ...point, truth: { joy: null } }));
    for (const own of [alike, even, unknown])
      for (const line of runsJsonl({ ...origin, points: own }, TRUTH)
        .trim()
        .split("\n"))
        expect(JSON.parse(line)).toMatchObject({ chosen: null, rejected: null, margin: null });
  });
});

interface Line {
  readonly prompt: string;
  readonly chosen: string | null;
  readonly rejected: string | null;
  readonly margin: number | null;
  readonly texts: readonly { readonly text: string; readonly truth: { readonly joy: number | null } }[];
}
