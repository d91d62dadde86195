/** A lesson on the page: the draft survives a reload, progress and time left, cancel, a result with a slider, going on. */
import { describe, expect, it } from "vitest";
import { writeHead } from "../../../src/core/heads/head-file.ts";
import type { HeadTrial, LessonResult } from "../../../src/core/heads/lesson.ts";
import { draftProblem, EMPTY_DRAFT, lessonOf, readDraft } from "../../../src/state/heads/lesson-draft.ts";
import { teachingOf } from "../../../src/state/heads/open.ts";
import { doneOf } from "../../../src/state/heads/teaching.svelte.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { deferred } from "../../../src/state/worker/deferred.ts";
import { FakeApi, fakeLink, FAKE_REPORT } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

const POLICY = { fingerprint: "ab".repeat(32), hidden: 2, vocabulary: 8 };
const metric = { value: 0.2, n: 5, ci95: null };
const TRIAL: HeadTrial = {
  strength: 1,
  unit: "nats",
  pairs: [{ prompt: "Why?", plain: "Because.", steered: "Arr, because." }],
  gain: metric,
  klSteer: metric,
  perplexity: { plain: 3, steered: 4 },
  end: { weight: 2, isBroken: true },
};
const RESULT: LessonResult = {
  trial: TRIAL,
  value: null,
  file: writeHead(
    {
      card: {
        id: "pirate",
        name: "Pirate",
        policy: POLICY,
        teacher: { kind: "contrast", model: "m", better: "Be a pirate.", worse: "Be plain." },
        sliderEnd: 2,
        explained: 0.4,
        training: { samples: 120, prompts: 60, seed: 1, command: "test" },
        metrics: {},
      },
      head: { kind: "direction", hidden: 2, c: Float32Array.of(1, -1), unit: 1 },
    },
    "float16",
  ),
};

function classroom() {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  api.report = { ...FAKE_REPORT, heads: POLICY };
  const around = fakeSurroundings({ spawn: () => fakeLink(api) });
  const playground = new Playground(around);
  const teaching = teachingOf(playground);
  teaching.write({ name: "Pirate", better: "Be a pirate.", worse: "Be plain.", size: "quick" });
  return { api, around, playground, teaching };
}

/** Waits for what a lesson does in its own time. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("a draft", () => {
  it("survives a reload", () => {
    const { around } = classroom();
    expect(teachingOf(new Playground(around)).draft.better).toBe("Be a pirate.");
    expect(readDraft('{"better":3}')).toEqual(EMPTY_DRAFT);
  });

  it("says what it lacks", () => {
    const draft = { ...EMPTY_DRAFT, better: "Be kind.", worse: " Be kind. " };
    expect(draftProblem(EMPTY_DRAFT)).toBe("better");
    expect(draftProblem({ ...draft, worse: " " })).toBe("worse");
    expect(draftProblem(draft)).toBe("same");
    expect(draftProblem({ ...draft, worse: "Be rude." })).toBeNull();
  });

  it("without a name is called by its first words", () => {
    const draft = { ...EMPTY_DRAFT, better: "You answer like a pirate.", worse: "You do not." };
    const lesson = lessonOf({ ...draft, prompts: " One?\n\nTwo? \n" });
    expect(lesson).toMatchObject({ name: "You answer like a", ownPrompts: ["One?", "Two?"], rounds: 1 });
    const scored = lessonOf({ ...EMPTY_DRAFT, kind: "scorer", size: "quick" });
    expect(scored).toMatchObject({ name: "sentiment", teacher: { scorer: { type: "sentiment" } }, perPrompt: 4 });
  });
});

describe("a lesson", () => {
  it("loads the model, tells how far it is, and ends with a slider and a head that is kept", async () => {
    const { api, playground, teaching } = classroom();
    const end = deferred<void>();
    api.lessonEnd = end.promise;
    api.lesson = { ok: true, value: RESULT };
    const going = teaching.start();
    await until(() => teaching.state.status === "teaching" && teaching.state.progress !== null);
    expect(teaching.state).toMatchObject({ status: "teaching", done: 0.145 });
    expect(playground.models.report).not.toBeNull();
    end.resolve();
    await going;
    expect(api.lessons).toEqual([
      {
        name: "Pirate",
        teacher: { kind: "contrast", better: "Be a pirate.", worse: "Be plain." },
        ownPrompts: [],
        perPrompt: 1,
        rounds: 1,
        seed: 1,
      },
    ]);
    expect(teaching.state).toMatchObject({ status: "taught", trial: TRIAL });
    expect(playground.heads.own.map(({ card }) => card.name)).toEqual(["Pirate"]);
    expect(playground.settings.data.sources.filter(({ type }) => type === "head")).toHaveLength(1);
    // Going on asks for one round more, and the same slider stays.
    const [kept] = playground.heads.own;
    if (kept !== undefined) await teaching.goOn(kept);
    expect(api.lessons.at(-1)?.rounds).toBe(2);
    expect(playground.heads.own).toHaveLength(1);
    expect(playground.settings.data.sources.filter(({ type }) => type === "head")).toHaveLength(1);
  });

  it("goes back to the form when it is cancelled", async () => {
    const { api, teaching } = classroom();
    api.lessonEnd = new Promise(() => undefined);
    const going = teaching.start();
    await until(() => teaching.state.status === "teaching");
    await teaching.cancel();
    await going;
    expect(teaching.state).toEqual({ status: "idle" });
    expect(teaching.draft.name).toBe("Pirate");
  });

  it("that its tab was closed in goes on in the next one, and is forgotten once it is over", async () => {
    const { api, around, teaching } = classroom();
    api.lessonEnd = new Promise(() => undefined);
    void teaching.start();
    await until(() => teaching.state.status === "teaching");
    const next = teachingOf(new Playground(around));
    expect(next.cutOff?.lesson).toMatchObject({ name: "Pirate", perPrompt: 1 });
    api.lessonEnd = Promise.resolve();
    api.lesson = { ok: true, value: RESULT };
    await next.goOnCutOff();
    expect(next.state).toMatchObject({ status: "taught" });
    expect(api.lessons.at(-1)).toEqual(api.lessons[0]);
    expect([next.cutOff, teachingOf(new Playground(around)).cutOff]).toEqual([null, null]);
  });

  it("that was cut off can be forgotten, and one that cannot be read is none", () => {
    const { around } = classroom();
    const lesson = lessonOf({ ...EMPTY_DRAFT, better: "Be kind.", worse: "Be rude." });
    around.sharedStorage?.setItem("tiller.lesson.open", JSON.stringify({ lesson, old: null }));
    const teaching = teachingOf(new Playground(around));
    expect(teaching.cutOff?.lesson).toEqual(lesson);
    teaching.forgetCutOff();
    expect(teachingOf(new Playground(around)).cutOff).toBeNull();
    around.sharedStorage?.setItem("tiller.lesson.open", '{"lesson":{"name":3},"old":null}');
    expect(teachingOf(new Playground(around)).cutOff).toBeNull();
  });

  it("that fails says why", async () => {
    const { teaching } = classroom();
    await teaching.start();
    expect(teaching.state).toMatchObject({ status: "failed", error: { message: /make no difference/ } });
    teaching.again();
    expect(teaching.state.status).toBe("idle");
  });
});

describe("how far a lesson is", () => {
  it.each(["contrast", "scorer"] as const)("only grows, from 0 to 1: %s", (kind) => {
    const phases = ["sample", "read", "fit", "try"] as const;
    const told = phases.flatMap((phase) => [0, 1, 2].map((done) => doneOf({ phase, done, total: 2 }, kind)));
    expect(told[0]).toBe(0);
    expect(told.at(-1)).toBeCloseTo(1, 12);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
  });
});
