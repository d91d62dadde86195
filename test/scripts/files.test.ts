/** Files from other systems, and places for results that are not there yet. */
import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readPrompts } from "../../scripts/eval/input.ts";
import { isFailed, runAll } from "../../scripts/eval/runs.ts";
import { BadInput } from "../../scripts/node/bad-input.ts";
import { OutFile } from "../../scripts/node/out-file.ts";
import { readTextFile } from "../../scripts/node/text-file.ts";
import { collect, fakeModels, lane } from "../fakes.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "tiller-files-"));

function file(bytes: Uint8Array | string): string {
  const path = join(folder(), "input");
  writeFileSync(path, bytes);
  return path;
}

function messageOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
  throw new Error("nothing was thrown");
}

const utf16 = (text: string, isBig: boolean, hasMark: boolean): Buffer => {
  const bytes = Buffer.from(hasMark ? `\uFEFF${text}` : text, "utf16le");
  return isBig ? bytes.swap16() : bytes;
};

const TEXT = '{"id":"a","kind":"story","prompt":"José met a fox — slowly."}\r\n\r\nHow do I sew?\r\n';

describe("a text file", () => {
  test.each<[string, Uint8Array | string]>([
    ["UTF-8", TEXT],
    ["UTF-8 with a byte order mark", `\uFEFF${TEXT}`],
    ["UTF-16, little end first", utf16(TEXT, false, true)],
    ["UTF-16, big end first", utf16(TEXT, true, true)],
    ["UTF-16 without a mark, little end first", utf16(TEXT, false, false)],
    ["UTF-16 without a mark, big end first", utf16(TEXT, true, false)],
  ])("is read as %s", (_, bytes) => {
    expect(readTextFile(file(bytes))).toBe(TEXT);
    expect(readPrompts(file(bytes))).toEqual([
      { id: "a", kind: "story", prompt: "José met a fox — slowly." },
      { id: "3", kind: "advice", prompt: "How do I sew?" },
    ]);
  });

  test.each(["\r\n", "\r", "\n"])("may end its lines with %j", (end) => {
    expect(readPrompts(file(["One day", "", "Why?"].join(end))).map(({ prompt }) => prompt)).toEqual([
      "One day",
      "Why?",
    ]);
  });

  test("of 32 bits a letter, or of a program, is refused", () => {
    const letters = Array.from("\uFEFFOne day", (letter) => letter.codePointAt(0)!);
    expect(() => readTextFile(file(new Uint8Array(Uint32Array.from(letters).buffer)))).toThrow(/save it as UTF-8/);
    expect(() => readTextFile(file(Uint8Array.of(80, 75, 3, 4, 0, 0, 65, 66)))).toThrow(/save it as UTF-8/);
  });

  test("in another encoding is refused with the way out, and so is one that is not there", () => {
    const latin = file(Buffer.from("José met a fox.", "latin1"));
    expect(() => readTextFile(latin)).toThrow(BadInput);
    expect(() => readTextFile(latin)).toThrow(/save it as UTF-8/);
    expect(() => readTextFile(join(folder(), "none"))).toThrow(/cannot be read/);
  });
});

describe("a file of results", () => {
  test("may lie in folders that do not exist, and is never seen half written", () => {
    const path = join(folder(), "a", "b", "out.json");
    const out = new OutFile(path);
    out.write({ runs: 1 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ runs: 1 });
    out.write({ runs: 2 });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ runs: 2 });
    expect(readdirSync(join(path, ".."))).toEqual(["out.json"]);
  });

  test("that cannot be written is refused before any work", () => {
    const place = folder();
    expect(() => new OutFile(place)).toThrow(/is a folder; name a file in it/);
    writeFileSync(join(place, "taken"), "");
    expect(() => new OutFile(join(place, "taken", "out.json"))).toThrow(/choose another place with --out/);
    expect(existsSync(join(place, "out.json"))).toBe(false);
  });

  test("leaves no draft behind where nothing came of the work", () => {
    const place = folder();
    new OutFile(join(place, "out.json")).close();
    expect(readdirSync(place)).toEqual([]);
    expect(() => new OutFile(`${join(place, "later")}/`)).toThrow(/is a folder; name a file in it/);
  });

  test("may be a link or a device, which stay what they are", () => {
    const place = folder();
    const [target, link] = [join(place, "target.json"), join(place, "link.json")];
    writeFileSync(target, "old");
    symlinkSync(target, link);
    new OutFile(link).write({ runs: 1 });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(JSON.parse(readFileSync(target, "utf8"))).toEqual({ runs: 1 });
    const nowhere = new OutFile("/dev/null");
    expect(nowhere.tryWrite({ runs: 1 })).toBe(true);
    nowhere.write({ runs: 1 });
    expect(lstatSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test("that can no longer be written goes elsewhere, and the place is told", () => {
    const place = join(folder(), "a");
    const path = join(place, "out.json");
    const out = new OutFile(path);
    out.write({ runs: 1 });
    rmSync(place, { recursive: true });
    expect(out.tryWrite({ runs: 2 })).toBe(false);
    const copy = /the results are in (.*out\.json)/.exec(messageOf(() => out.write({ runs: 2 })))?.[1];
    expect(JSON.parse(readFileSync(copy!, "utf8"))).toEqual({ runs: 2 });
  });

  test("keeps the error of a prompt in its place, and the answers of the others", async () => {
    const fakes = fakeModels();
    const models = {
      ...fakes.models,
      promptIds: (...asked: Parameters<typeof fakes.models.promptIds>) => {
        if (asked[1].prompt === "bad") throw new Error("no such prompt");
        return fakes.models.promptIds(...asked);
      },
    };
    const prompts = ["good", "bad", "better"].map((prompt) => ({ id: prompt, kind: "story" as const, prompt }));
    const lanes = [
      { ...lane({ id: "base" }), name: "one" },
      { ...lane({ id: "base" }), name: "two" },
    ];
    const told: number[] = [];
    const request = { raw: {}, sources: [], heads: [], system: "", maxTokens: 4, seeds: [1], lanes };
    const runs = await runAll(
      prompts,
      request,
      (own) => collect({ ...fakes, models }, own),
      () => undefined,
      (some) => told.push(some.length),
    );
    expect(runs.map((run) => `${run.promptId} ${run.lane} ${isFailed(run) ? run.error.message : "answered"}`)).toEqual([
      "good one answered",
      "good two answered",
      "bad one no such prompt",
      "bad two no such prompt",
      "better one answered",
      "better two answered",
    ]);
    expect(told).toEqual([2, 4, 6]);
    const many = await runAll(
      prompts.slice(0, 2),
      { ...request, seeds: [1, 2] },
      (own) => collect({ ...fakes, models }, own),
      () => undefined,
      (some) => told.push(some.length),
    );
    // Told as runs end, not prompt by prompt; in their order all the same.
    expect(told).toEqual([2, 4, 6, 2, 4, 6, 8]);
    expect(many.map((run) => `${run.promptId} ${run.lane} ${run.seed}`)).toEqual(
      ["good", "bad"].flatMap((id) => ["one 1", "one 2", "two 1", "two 2"].map((rest) => `${id} ${rest}`)),
    );
  });
});
