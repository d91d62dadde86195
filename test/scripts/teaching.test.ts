/** What `npm run teach` reads and keeps beside the models. */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { idOf, parseContrasts, readContrasts } from "../../scripts/heads/contrast-list.ts";
import { keptIn } from "../../scripts/heads/kept.ts";

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
});
