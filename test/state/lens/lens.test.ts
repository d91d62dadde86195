/** The lens as the page holds it, over a fake worker: what it asks for, what it keeps, and how it gives way. */
import { describe, expect, test } from "vitest";
import { lensOf } from "../../../src/state/lens/open.ts";
import { railPush, rewardChoices } from "../../../src/state/lens/rewards.ts";
import { SAMPLES } from "../../../src/state/lens/write-samples.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { defaultsOf } from "../../../src/state/settings/worlds.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { FakeApi, fakeLink } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";

async function visitor() {
  const api = new FakeApi({ stepMs: 0, loadMs: 0 });
  const playground = new Playground(fakeSurroundings({ spawn: () => fakeLink(api) }));
  await playground.start();
  const lens = lensOf(playground);
  return { api, playground, lens };
}

describe("a reading", () => {
  test("is of the text in view, token by token, and then of every text that is not read yet", async () => {
    const { api, lens } = await visitor();
    expect(lens.text).not.toBeNull();
    await lens.read();
    const [detail, scores] = api.readings;
    expect(detail!.detail).toEqual({ after: 4 });
    expect(detail!.texts).toEqual([lens.text!.text]);
    expect(scores!.detail).toBeNull();
    expect(scores!.texts).toHaveLength(lens.groups.flatMap(({ samples }) => samples).length);
    expect(lens.state.status).toBe("idle");
    expect(lens.detail?.detail?.type).toBe("push");
    // What is read is kept.
    await lens.read();
    expect(api.readings).toHaveLength(2);
  });

  test("follows another choice by itself once something was read", async () => {
    const { api, lens } = await visitor();
    lens.setReward("judge joy");
    expect(api.readings).toHaveLength(0);
    await lens.read();
    lens.setReward("scorer flesch");
    await expect.poll(() => api.readings.at(-1)?.reward).toMatchObject({ type: "source", source: { type: "scorer" } });
    await expect.poll(() => lens.isBusy).toBe(false);
  });

  test("of a judge brings the truth along", async () => {
    const { api, lens } = await visitor();
    lens.setReward("judge joy");
    await lens.read();
    expect(api.readings.map(({ reward }) => reward.type)).toEqual(["judge", "judge", "truth"]);
    const [sample] = lens.groups[0]!.samples;
    expect(lens.truthOf(sample!)).toBe(lens.readingOf(sample!)?.score);
  });

  test("ends when it is stopped, and keeps what it has", async () => {
    const { api, lens } = await visitor();
    await lens.read();
    lens.setReward("scorer brevity");
    await expect.poll(() => lens.isBusy).toBe(false);
    let texts = 0;
    api.readTurn = () => (++texts > 2 ? new Promise(() => undefined) : Promise.resolve());
    lens.setReward("scorer flesch");
    await expect.poll(() => texts).toBe(3);
    await lens.stop();
    expect(lens.state.status).toBe("idle");
    expect(lens.detail).not.toBeNull();
    const read = lens.groups.flatMap(({ samples }) => samples).filter((sample) => lens.readingOf(sample) !== null);
    expect(read).toHaveLength(1);
  });

  test("gives way to a run, and waits while one is going on", async () => {
    const { api, playground, lens } = await visitor();
    api.readTurn = () => new Promise(() => undefined);
    const reading = lens.read();
    await expect.poll(() => api.readings.length).toBe(1);
    const run = playground.start(true);
    await reading;
    await expect.poll(() => lens.obstacle).toBe("running");
    await lens.read();
    expect(api.readings).toHaveLength(1);
    await playground.stop();
    await run;
    expect(lens.obstacle).toBeNull();
  });

  test("tells what the worker refuses", async () => {
    const { api, lens } = await visitor();
    const error = { code: "model-missing", message: "No judge is loaded.", details: {} } as const;
    api.readTexts = () => Promise.resolve({ ok: false, error });
    await lens.read();
    expect(lens.state).toEqual({ status: "failed", error });
  });
});

describe("texts", () => {
  test("of a lane come into view from its menu", async () => {
    const { playground, lens } = await visitor();
    lens.texts.openLane(0);
    const said = playground.run.view.lanes[0]!.samples[0]!.result!.text.trim();
    expect(lens.text?.said).toBe(said);
  });

  test("that are pasted are kept for the tab, read under the prompt in view or their own", async () => {
    const { api, lens } = await visitor();
    lens.texts.paste("A goose sang.\n---\nIt rained.");
    expect(lens.text?.said).toBe("A goose sang.");
    expect(lens.groups.at(-1)).toMatchObject({ id: "pasted", samples: [{}, {}] });
    lens.texts.paste("A goose sang.");
    lens.texts.setPrompt("Why?");
    await lens.read();
    expect(api.readings[0]!.texts).toEqual([{ kind: "story", prompt: "Why?", answer: "A goose sang." }]);
    expect(api.readings[0]!.detail).not.toBeNull();
  });

  test("can be written: the run's own plain texts give way to longer ones", async () => {
    const { api, lens } = await visitor();
    await lens.write(20, true);
    const plain = lens.groups.find(({ id }) => id === "plain")!;
    expect(plain.samples.length).toBeGreaterThan(4);
    expect(plain.samples.length).toBeLessThanOrEqual(SAMPLES);
    expect(lens.groups.filter(({ id }) => id.startsWith("lane "))).not.toEqual([]);
    expect(api.readings.at(-1)!.detail).toBeNull();
    expect(lens.state.status).toBe("idle");
  });
});

describe("the rewards to choose from", () => {
  test("are the objectives' in the laboratory, by the judge that is chosen", () => {
    const settings = { ...defaultSettings(), judge: "fallible" } as const;
    const ids = rewardChoices({ settings, kind: "story", hasObjectives: true }).map(({ id }) => id);
    expect(ids).toContain("arm joy");
    expect(ids).toContain("value dialogue");
    expect(ids).toContain("truth detail");
    expect(ids.filter((id) => id.startsWith("judge"))).toEqual(["judge adventure"]);
    expect(ids).toContain("scorer formality");
    expect(ids.filter((id) => id.startsWith("contrast"))).toEqual([]);
  });

  test("are heads, contrasts and scorers for a chat model", () => {
    const choices = rewardChoices({ settings: defaultsOf("chat"), kind: "advice", hasObjectives: false });
    const heads = choices.filter(({ reward }) => reward.type === "source" && reward.source.type === "head");
    expect(heads.map(({ way }) => way)).toEqual(["push", "push", "push", "push"]);
    expect(choices.map(({ id }) => id)).toContain("contrast Pirate");
    // A head of the same name takes the contrast's place.
    expect(choices.map(({ id }) => id)).not.toContain("contrast Simple");
    expect(choices.every(({ reward }) => reward.type === "source")).toBe(true);
  });

  test("are shown as hard as the rail weighs them, and at weight 1 where it does not", () => {
    const settings = { ...defaultSettings(), strength: 2, weights: { ...defaultSettings().weights, joy: 1.5 } };
    const choices = rewardChoices({ settings, kind: "story", hasObjectives: true });
    const push = (id: string): number =>
      railPush(
        choices.find((choice) => choice.id === id)!,
        settings,
      );
    expect([push("arm joy"), push("arm dialogue"), push("scorer flesch")]).toEqual([3, 2, 2]);
  });
});
