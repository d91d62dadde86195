/** What `npm run teach` reads and keeps beside the models. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { idOf, parseContrasts, readContrasts } from "../../scripts/heads/contrast-list.ts";
import { readFeatures, readGuides } from "../../scripts/heads/guides.ts";
import { keptIn } from "../../scripts/heads/kept.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import { withFeatures } from "../../src/engine/teach/answer-states.ts";

describe("a list of contrasts", () => {
  it("is read with its names, whose ids are fit for files", () => {
    const list = [{ name: "Short & sweet", better: "Be brief.", worse: "Go on." }];
    expect(parseContrasts(JSON.stringify(list), "here")).toEqual(list);
    expect(idOf("Short & sweet")).toBe("short-sweet");
  });

  it.each([
    ["no", "here: this is not JSON"],
    ["[]", 'here: give a list of {"name": …, "better": …, "worse": …}'],
    ["[3]", "here: entry 1: this is no object"],
    ['[{"name":"A","better":"b"}]', "here: entry 1: worse must be a text, got nothing"],
    ['[{"name":"A","better":"b","worse":" "}]', 'here: entry 1: worse must be a text, got " "'],
    ['[{"name":"A","beter":"b","worse":"c"}]', "here: entry 1: it has beter, and may have name, better, worse alone"],
    [
      '[{"name":"A","better":"b","worse":"c"},{"name":"a","better":"b","worse":"c"}]',
      "here: two contrasts have the name a; rename one",
    ],
  ])("refuses %s", (text, message) => {
    expect(() => parseContrasts(text, "here")).toThrow(message);
  });

  it("names a file that is not there", async () => {
    await expect(readContrasts("/nowhere/list.json")).rejects.toThrow("/nowhere/list.json: there is no such file");
  });

  it("comes along for the heads that ship, with instructions that a card can hold", async () => {
    const list = await readContrasts("scripts/heads/contrasts.json");
    expect(list.length).toBeGreaterThan(5);
    for (const { better, worse } of list) expect(Math.max(better.length, worse.length)).toBeLessThan(200);
  });
});

describe("what a lesson keeps", () => {
  const folders: string[] = [];
  afterEach(async () => {
    await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
  });

  it("is made once for a key, whole, and again for another key", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kept-"));
    folders.push(folder);
    let made = 0;
    const make = async () => [{ numbers: Float32Array.of(1, 2.5, (made += 1)) }];
    const first = await keptIn(folder).of(["a", 1], make);
    expect(await keptIn(folder).of(["a", 1], make)).toEqual(first);
    expect(made).toBe(1);
    await keptIn(folder).of(["a", 2], make);
    expect(made).toBe(2);
    expect((await readdir(folder)).every((name) => name.endsWith(".kept"))).toBe(true);
  });

  it("is nothing without a folder", async () => {
    let made = 0;
    const make = async () => (made += 1);
    await keptIn(null).of(["a"], make);
    expect(await keptIn(null).of(["a"], make)).toBe(2);
  });

  it("goes on with a list where it was cut off", async () => {
    const folder = await mkdtemp(join(tmpdir(), "kept-"));
    folders.push(folder);
    const first = await keptIn(folder).list<Float32Array>(["answers"]);
    expect(first.known).toEqual([]);
    await first.add([Float32Array.of(1, 2)]);
    await first.add([Float32Array.of(3), Float32Array.of(4)]);
    const again = await keptIn(folder).list<Float32Array>(["answers"]);
    expect(again.known).toEqual([Float32Array.of(1, 2), Float32Array.of(3), Float32Array.of(4)]);
    await again.add([Float32Array.of(5)]);
    expect((await keptIn(folder).list(["answers"])).known).toHaveLength(4);
    expect((await keptIn(folder).list(["others"])).known).toEqual([]);
    expect((await keptIn(null).list(["answers"])).known).toEqual([]);
  });
});

describe("the states of a lesson", () => {
  const state = {
    features: Float32Array.of(1, 2, 3, 4),
    candidates: Int32Array.of(7),
    logits: Float32Array.of(0),
    logZ: 0,
  };

  it("are chosen by their names after they were kept", () => {
    const kept = withFeatures(state, ["last", "last-mean"], ["last-mean"]);
    expect(kept).toEqual({ ...state, features: Float32Array.of(3, 4) });
    expect([...withFeatures(state, ["last", "last-mean"], ["last-mean", "last"]).features]).toEqual([3, 4, 1, 2]);
    expect(() => withFeatures(state, ["last", "last-mean"], ["layer-2"])).toThrow("last, last-mean, not layer-2");
  });

  it("have names that the command line checks", () => {
    expect(readFeatures()).toEqual(["last"]);
    expect(readFeatures("last,layer-21-mean")).toEqual(["last", "layer-21-mean"]);
    expect(() => readFeatures("last,first")).toThrow("--features last,first: give names such as last");
  });
});

describe("heads that lead a lesson's answers", () => {
  it("are named with their strengths", async () => {
    const models = {} as Models;
    expect(await readGuides(undefined, models)).toEqual({ guides: [], names: [] });
    await expect(readGuides("a.json", models)).rejects.toThrow("--guided a.json: give a head's file and its strength");
    await expect(readGuides("a.json:0", models)).rejects.toThrow("--guided a.json:0");
    await expect(readGuides("/nowhere/a.json:1", models)).rejects.toThrow("/nowhere/a.json");
  });
});
