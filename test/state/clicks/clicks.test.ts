/** My taste on the page: answers come while one clicks, and clicks survive a reload. */
import { describe, expect, it } from "vitest";
import { deferred } from "../../../src/state/worker/deferred.ts";
import { FAKE_REPORT } from "../fake-api.ts";
import { MemoryClickStore } from "./memory-click-store.ts";
import { POLICY, visitor } from "./visitor.ts";

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}

describe("answers to choose between", () => {
  it("load the model first, and can be clicked while the rest is written", async () => {
    const { api, clicks, playground } = visitor();
    const gates = [deferred<void>(), deferred<void>()];
    let turn = 0;
    api.answersTurn = () => gates[turn++]?.promise ?? new Promise(() => undefined);
    clicks.setPrompts("Mine?\n\n Mine? \n");
    const writing = clicks.write();
    gates[0]!.resolve();
    await until(() => clicks.pair !== null);
    expect(playground.models.report).not.toBeNull();
    expect(api.asks).toMatchObject([{ ownPrompts: ["Mine?"], listed: 20, from: 0, heads: [] }]);
    const shown = clicks.pair;
    expect(clicks.session.answers[shown!.left]!.prompt).toBe("Mine?");
    clicks.choose("left");
    const next = clicks.pair;
    gates[1]!.resolve();
    await until(() => clicks.session.answers.length > 8);
    expect(clicks.pair).toEqual(next);
    expect(clicks.state).toMatchObject({ status: "writing", done: 2 / 21 });
    await clicks.cancel();
    await writing;
    expect(clicks.state).toEqual({ status: "idle" });
    // What was written stays, and the next press goes on behind it.
    expect(clicks.session).toMatchObject({ listed: 1, clicks: [{ choice: "left" }] });
    api.answersTurn = () => Promise.resolve();
    await clicks.write();
    expect(api.asks.at(-1)).toMatchObject({ ownPrompts: [], listed: 20, from: 1 });
  });

  it("are of one model: another one is refused until one starts over", async () => {
    const { api, clicks, playground } = visitor();
    await clicks.write();
    api.report = { ...FAKE_REPORT, heads: { ...POLICY, fingerprint: "cd".repeat(32) } };
    playground.models.forget();
    await clicks.write();
    expect(clicks.state).toEqual({ status: "other-model", policy: "policy" });
    expect(api.asks).toHaveLength(1);
    await clicks.startOver();
    await clicks.write();
    expect(api.asks).toHaveLength(2);
    expect(clicks.state).toEqual({ status: "idle" });
  });

  it("that fail say why, and keep what came", async () => {
    const { api, clicks } = visitor();
    api.answersError = { code: "context-overflow", message: "The prompt is too long.", details: {} };
    await clicks.write();
    expect(clicks.state).toMatchObject({ status: "failed", error: { message: "The prompt is too long." } });
    expect(clicks.session.answers.length).toBe(160);
  });
});

describe("clicks", () => {
  it("survive a reload, with the answers, the pair and the taste", async () => {
    const { clicks, around } = visitor();
    await clicks.write();
    for (const choice of ["left", "right", "same", "left"] as const) clicks.choose(choice);
    await until(() => (around.clickStore as MemoryClickStore).kept !== undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { clicks: later } = visitor({ clickStore: around.clickStore, random32: () => 9 });
    expect(later.pair).toBeNull();
    await later.look();
    expect(later.session).toEqual(clicks.session);
    expect(later.pair).toEqual(clicks.pair);
    expect([...later.taste.mean]).toEqual([...clicks.taste.mean]);
  });

  it("are taken back one by one, and the same pair is shown again, on the same sides", async () => {
    const { clicks } = visitor();
    await clicks.write();
    const before = { pair: clicks.pair, mean: [...clicks.taste.mean] };
    clicks.choose("right");
    expect(clicks.pair).not.toEqual(before.pair);
    expect([...clicks.taste.mean]).not.toEqual(before.mean);
    clicks.undo();
    expect(clicks.pair).toEqual(before.pair);
    expect([...clicks.taste.mean]).toEqual(before.mean);
    clicks.undo();
    expect(clicks.session.clicks).toEqual([]);
  });

  it("leave as preference pairs, without those that said “same”", async () => {
    const saved: { name: string; content: string | Blob }[] = [];
    const { clicks } = visitor({ saveFile: (name, content) => void saved.push({ name, content }) });
    await clicks.write();
    const { left, right } = clicks.pair!;
    const { answers } = clicks.session;
    clicks.choose("right");
    clicks.choose("same");
    clicks.export();
    expect(saved[0]!.name).toBe("preference-pairs.jsonl");
    const lines = (await new Blob([saved[0]!.content]).text()).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { prompt: answers[left]!.prompt, chosen: answers[right]!.text, rejected: answers[left]!.text },
    ]);
  });

  it("stay for this visit where the storage is full, and the page says so until there is room", async () => {
    const clickStore = new MemoryClickStore();
    clickStore.isFull = true;
    const { clicks } = visitor({ clickStore });
    await clicks.write();
    clicks.choose("left");
    await until(() => clicks.trouble !== null);
    expect(clicks.trouble?.message).toMatch(/quota/);
    expect(clicks.session.clicks).toHaveLength(1);
    clickStore.isFull = false;
    clicks.choose("left");
    await until(() => clicks.trouble === null);
    expect(clickStore.kept).toMatchObject({ clicks: [{}, {}] });
  });

  it.each([
    ["of another version", { version: 2 }],
    ["about answers that are not there", { clicks: [{ left: 0, right: 400, isRandom: false, choice: "left" }] }],
    ["about answers with too few measures", { measures: [] }],
  ])("that are damaged are not shown: %s", async (_, damage) => {
    const clickStore = new MemoryClickStore();
    const { clicks } = visitor({ clickStore });
    await clicks.write();
    clickStore.kept = { ...clicks.session, ...damage };
    const { clicks: later } = visitor({ clickStore });
    await later.look();
    expect(later.session.answers).toEqual([]);
    expect(later.pair).toBeNull();
  });

  it("are forgotten by starting over, on the device too", async () => {
    const clickStore = new MemoryClickStore();
    const { clicks } = visitor({ clickStore });
    await clicks.write();
    clicks.choose("left");
    await clicks.startOver();
    expect(clicks.session).toMatchObject({ answers: [], clicks: [], policy: null });
    expect(clicks.pair).toBeNull();
    expect(clickStore.kept).toBeUndefined();
  });
});

describe("the pairs that are shown", () => {
  it("are of one prompt, never twice the same, and let no answer stand there again and again", async () => {
    const { clicks } = visitor();
    await clicks.write();
    const seen = new Set<string>();
    const times = clicks.session.answers.map(() => 0);
    let isLeftFirst = 0;
    for (let n = 0; n < 100; n++) {
      const { left, right } = clicks.pair!;
      const { answers } = clicks.session;
      expect(answers[left]!.prompt).toBe(answers[right]!.prompt);
      seen.add([left, right].toSorted((a, b) => a - b).join(" "));
      times[left]!++;
      times[right]!++;
      isLeftFirst += Number(left < right);
      clicks.choose("same");
    }
    expect(seen.size).toBe(100);
    expect(Math.max(...times)).toBe(2);
    // Sides are drawn: about half of the pairs stand in the order in which they were written.
    expect(isLeftFirst).toBeGreaterThan(30);
    expect(isLeftFirst).toBeLessThan(70);
  });

  it("end when all were shown", async () => {
    const { api, clicks } = visitor();
    const { answered } = api;
    api.answered = (ask) =>
      answered(ask)
        .slice(0, 1)
        .map((answers) => answers.slice(0, 3));
    await clicks.write();
    expect(clicks.freshPairs).toBe(3);
    for (let n = 0; n < 3; n++) clicks.choose("left");
    expect(clicks.pair).toBeNull();
    clicks.choose("left");
    expect(clicks.session.clicks).toHaveLength(3);
    clicks.undo();
    expect(clicks.pair).not.toBeNull();
  });
});
