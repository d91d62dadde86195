import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { LessonDesk } from "../../../src/state/lessons/desk.svelte.ts";
import { restoreBefore } from "../../../src/state/lessons/before.ts";
import { judged, outcome } from "../../../src/state/lessons/figures.ts";
import { keptProgress } from "../../../src/state/lessons/progress.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { keptSettings, keptWorld } from "../../../src/state/settings/kept.ts";
import { lessonHost } from "../../../src/ui/lessons/lesson-host.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { MemoryStorage } from "../settings/memory-storage.ts";

const readExample = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(`public/examples/${file}`, "utf8"));

const named = (id: string) => {
  const lesson = SHIPPED_LESSONS.find((each) => each.id === id);
  if (lesson === undefined) throw new Error(`no lesson ${id}`);
  return lesson;
};

function open(storage = new MemoryStorage()) {
  const root = { dataset: {} } as HTMLElement;
  const playground = new Playground(fakeSurroundings({ readExample, storage, root }));
  const desk = new LessonDesk(lessonHost(playground));
  return { playground, root, desk, storage };
}

describe.each(SHIPPED_LESSONS.map((lesson) => [lesson.id, lesson] as const))("lesson %s", (_, lesson) => {
  test("goes from its first step to its last, and every answer has the recording's figure", async () => {
    const { desk, playground } = open();
    await desk.open(lesson);
    for (const [i, step] of lesson.steps.entries()) {
      expect(desk.progress.step).toBe(i);
      if (step.type === "predict") desk.predict({ type: "scale", value: 1 });
      if (step.type === "answer") {
        expect(desk.recorded(step.of)).not.toBeNull();
        expect(playground.run.source).toBe("recorded");
      }
      if (step.type === "ask") desk.write("because");
      await desk.next();
    }
    expect(desk.progress.isDone).toBe(true);
    const asked = lesson.steps.flatMap((step) => (step.type === "predict" ? [step.id] : []));
    expect(Object.keys(desk.progress.predictions)).toEqual(asked);
    expect(Object.values(desk.progress.answers)).toEqual(["because"]);
  });

  test("is recorded from its own settings", async () => {
    const { desk, playground } = open();
    await desk.open(lesson);
    for (const step of lesson.steps) {
      if (step.type === "run") {
        await desk.playRecording(true);
        expect(playground.run.view.request).toEqual(playground.settings.request);
        expect(playground.isStale).toBe(false);
      }
      await desk.next();
    }
  });
});

describe("figures of the recordings", () => {
  const asked = async (id: string, of: string) => {
    const { desk } = open();
    const lesson = named(id);
    await desk.open(lesson);
    while (desk.step?.type !== "answer" || desk.step.of !== of) await desk.next();
    const found = desk.recorded(of);
    const step = desk.predictionStep(of);
    if (found === null || step === null) throw new Error("no figure");
    return { found, question: step.question };
  };

  test("a word: the first token that differs", async () => {
    const { found, question } = await asked("one-token", "first");
    expect(found).toEqual({ type: "word", position: 7, before: "in", after: "inside" });
    expect(judged(question, { type: "word", position: 7 }, found)).toBe("right");
    expect(judged(question, { type: "word", position: 9 }, found)).toBe("close");
    expect(judged(question, { type: "word", position: 10 }, found)).toBe("other");
  });

  test("a number on a scale", async () => {
    const { found, question } = await asked("strength", "double");
    if (found.type !== "scale") throw new Error(found.type);
    expect(judged(question, { type: "scale", value: Math.round(2 * found.value) / 2 }, found)).toBe("right");
    expect(judged(question, { type: "scale", value: found.value + 0.9 }, found)).toBe("close");
    expect(judged(question, { type: "scale", value: found.value + 1.1 }, found)).toBe("other");
  });

  test("more or less, with a margin that is about the same", async () => {
    const { found, question } = await asked("not-the-truth", "truth");
    expect(found).toMatchObject({ type: "compare", way: "same" });
    expect(judged(question, { type: "compare", way: "same" }, found)).toBe("right");
    expect(judged(question, { type: "compare", way: "more" }, found)).toBe("other");
  });

  test("the lane with the most, and lanes that share it", async () => {
    const { found, question } = await asked("value-or-reward", "dearer");
    if (found.type !== "lane") throw new Error(found.type);
    expect(found.lanes).toEqual([2]);
    expect(found.values.map((value) => Math.round(value ?? 0))).toEqual([1, 2, 21]);
    expect(judged(question, { type: "lane", lane: 2 }, found)).toBe("right");
    expect(judged(question, { type: "lane", lane: 1 }, found)).toBe("other");
  });

  test("nothing is said of a run that is not over", async () => {
    const { playground } = open();
    const question = named("strength").steps.find((step) => step.type === "predict")!.question;
    expect(outcome(question, { ...playground.run.view, phase: "running" })).toBeNull();
  });
});

describe("a lesson borrows the page", () => {
  test("the visitor's own settings and world come back", async () => {
    const { desk, playground, root } = open();
    playground.settings.setPrompt("A goose");
    await desk.open(named("one-token"));
    expect(playground.settings.world).toBe("chat");
    playground.settings.update({ strength: 2 });
    expect(root.dataset["hide"]).toContain("world");
    await desk.leave();
    expect(playground.settings.world).toBe("laboratory");
    expect(playground.settings.data.prompts.story).toBe("A goose");
    expect(root.dataset).toMatchObject({ hide: "", lit: "" });
    expect(playground.run.source).toBe("none");
  });

  test("also after its tab was closed in the middle", async () => {
    const { desk, playground, storage } = open();
    playground.settings.setPrompt("A goose");
    await desk.open(named("one-token"));
    playground.settings.update({ strength: 2 });
    restoreBefore(storage);
    expect(keptWorld(storage)).toBe("laboratory");
    const kept = keptSettings(storage, "laboratory");
    expect(typeof kept === "string" ? kept : kept.prompts.story).toBe("A goose");
    restoreBefore(storage);
    expect(keptSettings(storage, "laboratory")).toEqual(kept);
  });

  test("a visitor who had set nothing is one who has set nothing", async () => {
    const { desk, playground, storage } = open();
    await desk.open(named("strength"));
    playground.settings.update({ strength: 2 });
    expect(keptSettings(storage, "laboratory")).not.toBe("none");
    restoreBefore(storage);
    expect(keptSettings(storage, "laboratory")).toBe("none");
  });

  test("and is resumed where it was left, with its predictions", async () => {
    const { desk, storage } = open();
    await desk.open(named("strength"));
    while (desk.step?.type !== "predict") await desk.next();
    desk.predict({ type: "scale", value: 3 });
    await desk.next();
    const { step } = desk.progress;
    const later = open(storage);
    await later.desk.open(named("strength"));
    expect(later.desk.progress.step).toBe(step);
    expect(later.desk.progress.predictions["double"]).toMatchObject({ prediction: { type: "scale", value: 3 } });
    // The run before this step stands on the stage again.
    expect(later.playground.run.view.lanes).toHaveLength(2);
  });
});

test("the learner's own run is kept beside the prediction", async () => {
  const { desk, playground } = open();
  await desk.open(named("strength"));
  const type = (): string | undefined => desk.step?.type;
  while (type() !== "predict") await desk.next();
  desk.predict({ type: "scale", value: 3 });
  while (type() !== "run") await desk.next();
  await playground.start();
  expect(playground.run.source).toBe("live");
  await desk.next();
  expect(type()).toBe("answer");
  // The models of this test write one text in every lane, so their KL is what they say.
  if (desk.own === null) throw new Error("no own figure");
  desk.noteOwn();
  expect(desk.progress.predictions["double"]?.own).toEqual(desk.own);
  expect(desk.progress.predictions["double"]?.ownSeed).toBe(playground.run.view.request?.seed);
});

test.each([
  "",
  "{",
  "[]",
  '{"strength":{"step":-1}}',
  '{"strength":{"step":1,"predictions":{},"answers":{},"isDone":1}}',
])("progress that cannot be read is none: %s", (kept) => {
  const storage = new MemoryStorage();
  storage.setItem("tiller.lessons", kept);
  expect(keptProgress(storage)).toEqual({});
});
