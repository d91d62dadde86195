/** Whole lessons on a small random model: what comes of them, what is remembered, and how they end early. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wasmRuntime } from "../../../scripts/node/runtimes.ts";
import { readHead } from "../../../src/core/heads/head-file.ts";
import {
  checkLesson,
  headIdOf,
  LESSON_PROMPTS,
  type Lesson,
  type LessonProgress,
} from "../../../src/core/heads/lesson.ts";
import type { Models } from "../../../src/engine/interfaces.ts";
import type { Runtime } from "../../../src/engine/onnx/runtime.ts";
import type { LessonShelf } from "../../../src/engine/teach/lesson-shelf.ts";
import { LessonMemory } from "../../../src/engine/teach/lesson-memory.ts";
import PROMPTS from "../../../src/engine/teach/prompts.json" with { type: "json" };
import { restingPolicy } from "../../../src/engine/teach/resting-policy.ts";
import type { LessonControl } from "../../../src/engine/teach/lesson-parts.ts";
import { runLesson } from "../../../src/engine/teach/run-lesson.ts";
import { TRIAL_PROMPTS } from "../../../src/engine/teach/try-head.ts";
import { tinyModels } from "../gguf/tiny-models.ts";

const CONTRAST = { kind: "contrast", better: "Be brief and kind to the reader.", worse: "Go on and on!" } as const;
const LESSON: Lesson = {
  name: "Kind and brief",
  teacher: CONTRAST,
  ownPrompts: ["Why is it so?"],
  perPrompt: 1,
  rounds: 1,
  seed: 1,
};

/** Small enough for a test: what is written and tried, and the head. */
const SIZE = { learnedTokens: 8, triedTokens: 12, triedPrompts: 2, rank: 8 };

let runtime: Runtime;
let models: Models;
beforeAll(async () => {
  runtime = await wasmRuntime(1);
  models = await tinyModels(runtime);
});
afterAll(() => runtime.dispose());

function watched(more: Partial<LessonControl> = {}) {
  const told: LessonProgress[] = [];
  const control: LessonControl = {
    signal: new AbortController().signal,
    now: () => 0,
    rest: async () => undefined,
    onProgress: (progress) => void told.push(progress),
    memory: new LessonMemory(),
    ...more,
  };
  return { told, control, phases: () => [...new Set(told.map(({ phase }) => phase))] };
}

/** As the worker keeps parts, in memory: copies, as storage gives them. */
function memoryShelf(): LessonShelf & { readonly parts: Map<string, unknown[]> } {
  const parts = new Map<string, unknown[]>();
  return {
    parts,
    read: (key) => Promise.resolve(structuredClone(parts.get(key) ?? [])),
    add: async (key, part) => void parts.set(key, [...(parts.get(key) ?? []), structuredClone(part)]),
    keepOnly: async (keys) => {
      for (const key of parts.keys()) if (!keys.includes(key)) parts.delete(key);
    },
  };
}

describe("a whole lesson", () => {
  it("ends with a head's file and a trial, and remembers what it wrote and read", async () => {
    const memory = new LessonMemory();
    const first = watched({ memory });
    const { file, trial } = await runLesson(models, LESSON, first.control, SIZE);
    const { card, head } = readHead(JSON.parse(JSON.stringify(file)));
    expect(card).toMatchObject({
      id: "kind-and-brief",
      policy: await models.teaching?.identity(),
      teacher: CONTRAST,
      training: { samples: LESSON_PROMPTS + 1, prompts: LESSON_PROMPTS + 1, seed: 1 },
    });
    expect(Object.keys(card.metrics).toSorted()).toEqual([
      "explained",
      "gain",
      "klSteer",
      "perplexityRatio",
      "startStrength",
    ]);
    expect(head.kind).toBe("low-rank");
    expect(trial.pairs).toHaveLength(2);
    expect(trial.klSteer.value).toBeGreaterThan(0);
    expect(first.phases()).toEqual(["sample", "read", "fit", "try"]);
    expect(first.told.filter(({ phase }) => phase === "sample").at(-1)).toMatchObject({ done: 61, total: 61 });

    // Another reward that shares an instruction: nothing is written, and one side is read.
    const second = watched({ memory });
    await runLesson(
      models,
      { ...LESSON, teacher: { ...CONTRAST, worse: "Be rude to everybody!" } },
      second.control,
      SIZE,
    );
    expect(second.phases()).toEqual(["read", "fit", "try"]);
    expect(second.told.filter(({ phase }) => phase === "read")).toHaveLength(61);

    // Going on writes and reads one round more, and learns from both.
    const third = watched({ memory });
    const more = await runLesson(models, { ...LESSON, rounds: 2 }, third.control, SIZE);
    expect(readHead(more.file).card.training.samples).toBe(122);
    expect(third.told.filter(({ phase }) => phase === "sample").map(({ done }) => done)[0]).toBeGreaterThan(61);
    expect(third.told.filter(({ phase }) => phase === "read")).toHaveLength(122);
  }, 240_000);

  it("of a scorer ends with a direction that steers and a value head that judges", async () => {
    const { control, phases } = watched();
    const scorer = { type: "formula", formula: "digits" } as const;
    const lesson = { ...LESSON, name: "Digits", teacher: { kind: "scorer", scorer } as const, perPrompt: 24 };
    const { file, value, trial } = await runLesson(models, lesson, control, { ...SIZE, learnedTokens: 14 });
    const [push, judge] = [readHead(file), readHead(value)];
    expect(push.head.kind).toBe("direction");
    expect(push.card).toMatchObject({ id: "digits", explained: null, teacher: { kind: "scorer", scorer } });
    expect(push.card.metrics.pairAccuracy?.value).toBeGreaterThan(0);
    expect(judge.head.kind).toBe("value");
    expect(judge.card).toMatchObject({ id: "digits-value", name: "Digits, value" });
    expect(judge.card.explained).toBeGreaterThan(0);
    expect(trial).toMatchObject({ unit: "sd", strength: 0.4 });
    expect(phases()).toEqual(["sample", "read", "fit", "try"]);
  }, 240_000);

  it.each(["sample", "read", "fit", "try"] as const)(
    "ends as aborted when it is cancelled while it is at: %s",
    async (at) => {
      const stop = new AbortController();
      const { control } = watched({
        signal: stop.signal,
        onProgress: ({ phase }) => {
          if (phase === at) stop.abort();
        },
      });
      await expect(runLesson(models, LESSON, control, SIZE)).rejects.toMatchObject({ code: "aborted" });
    },
    240_000,
  );

  it("goes on from what was kept where it was cut off, and ends with the very same head", async () => {
    const shelf = memoryShelf();
    const cutAt = async (phase: LessonProgress["phase"], from: number) => {
      const stop = new AbortController();
      const told: LessonProgress[] = [];
      const onProgress = (progress: LessonProgress): void => {
        told.push(progress);
        if (progress.phase === phase && progress.done >= from) stop.abort();
      };
      const { control } = watched({ signal: stop.signal, onProgress, shelf });
      await expect(runLesson(models, LESSON, control, SIZE)).rejects.toMatchObject({ code: "aborted" });
      return told;
    };
    await cutAt("sample", 32);
    expect([...shelf.parts.values()].map((parts) => parts.length)).toEqual([2]);
    const second = await cutAt("read", 70);
    expect(second[0]).toEqual({ phase: "sample", done: 48, total: 61 });
    const last = watched({ shelf });
    const { file } = await runLesson(models, LESSON, last.control, SIZE);
    expect(last.told[0]).toMatchObject({ phase: "read", total: 122 });
    expect(last.told[0]!.done).toBeGreaterThan(61);
    // A lesson that is over needs nothing more.
    expect(shelf.parts.size).toBe(0);
    expect(file).toEqual((await runLesson(models, LESSON, watched().control, SIZE)).file);
  }, 240_000);

  it("lets go of what an earlier lesson kept for other prompts", async () => {
    const shelf = memoryShelf();
    await shelf.add("of another lesson", [1]);
    const stop = new AbortController();
    const onProgress = (): void => stop.abort();
    const { control } = watched({ signal: stop.signal, onProgress, shelf });
    await expect(runLesson(models, LESSON, control, SIZE)).rejects.toMatchObject({ code: "aborted" });
    expect([...shelf.parts.keys()].some((key) => key === "of another lesson")).toBe(false);
  }, 240_000);

  it("is refused by a policy that gives no states", async () => {
    const { teaching: _, ...without } = models;
    await expect(runLesson(without, LESSON, watched().control)).rejects.toMatchObject({ code: "model-unsupported" });
  });
});

describe("a resting policy", () => {
  it("gives what the policy gives, and rests after every forward", async () => {
    let rests = 0;
    const patient = restingPolicy(models.policy, async () => void rests++);
    const text = [1, 70, 88, 41];
    expect(await patient.read(text, 2)).toEqual(await models.policy.read(text, 2));
    expect(await patient.readStates?.(text, 1)).toEqual(await models.policy.readStates?.(text, 1));
    expect(patient.readEndings === undefined).toBe(models.policy.readEndings === undefined);
    const rows = await patient.open([text, [1, 3]], { states: "all" });
    const own = await models.policy.open([text, [1, 3]], { states: "all" });
    await rows.step([5, 6]);
    await own.step([5, 6]);
    expect(rows.size).toBe(2);
    expect([...rows.logits(1)]).toEqual([...own.logits(1)]);
    expect([...(rows.state?.(0).hidden ?? [])]).toEqual([...(own.state?.(0).hidden ?? [1])]);
    expect(rests).toBe(3);
    rows.dispose();
    own.dispose();
  });
});

describe("what a lesson says", () => {
  it("has as many prompts as the page says, and tries others", () => {
    expect(PROMPTS).toHaveLength(LESSON_PROMPTS);
    expect(new Set(PROMPTS).size).toBe(LESSON_PROMPTS);
    expect(TRIAL_PROMPTS.filter((prompt) => PROMPTS.includes(prompt))).toEqual([]);
  });

  it.each([
    [{ ...LESSON, name: " " }, /lesson.name must be a name/],
    [{ ...LESSON, teacher: { ...CONTRAST, better: "" } }, /lesson.teacher.better must be an instruction/],
    [{ ...LESSON, teacher: { ...CONTRAST, worse: ` ${CONTRAST.better} ` } }, /another instruction than the first/],
    [{ ...LESSON, perPrompt: 41 }, /lesson.perPrompt must be a whole number at least 1 and at most 40, got 41/],
    [{ ...LESSON, rounds: 0 }, /lesson.rounds/],
    [{ ...LESSON, seed: -1 }, /lesson.seed/],
    [{ ...LESSON, better: 1 }, /has no setting "better"/],
    [{ ...LESSON, teacher: { ...CONTRAST, scorer: { type: "brevity" } } }, /lesson.teacher has no setting "scorer"/],
    [{ ...LESSON, teacher: { kind: "scorer", scorer: { type: "formula", formula: "words +" } } }, /formula/i],
    [{ ...LESSON, ownPrompts: [3] }, /lesson.ownPrompts\[0\] must be a text/],
  ])("is refused where it is no lesson: %#", (lesson, words) => {
    expect(() => checkLesson(lesson)).toThrow(words);
  });

  it("gives heads ids of letters and digits", () => {
    expect(headIdOf("Über höflich & knapp!")).toBe("uber-hoflich-knapp");
    expect(headIdOf("海盗")).toBe("reward");
  });
});
