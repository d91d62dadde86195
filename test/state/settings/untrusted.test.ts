/** Links and traces from an enemy: refused in words or read whole, never thrown, never half, and nothing is lost. */
import { deflateSync, strFromU8, strToU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { Playground } from "../../../src/state/playground.svelte.ts";
import { reduce } from "../../../src/state/run/reduce.ts";
import { defaultSettings, noWeights, type SettingsData } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { MAX_TRACE_BYTES, readTrace, writeTrace } from "../../../src/state/keep/trace-file.ts";
import { readJson } from "../../../src/state/settings/untrusted.ts";
import { IDLE_VIEW } from "../../../src/state/run/view.ts";
import { fc } from "../../properties.ts";
import { fakeTrace } from "../fake-api.ts";
import { fakeSurroundings } from "../fake-surroundings.ts";
import { at, hostile, isUnpolluted, nested, places, replaced, SCRIPTS, type Path } from "../keep/hostile.ts";
import { MemoryStorage } from "./memory-storage.ts";

/** With sources of several shapes, so that their places are attacked too. */
const settings: SettingsData = {
  ...defaultSettings(),
  sources: [
    { id: "s1", name: "Cheer", type: "contrastive", model: "policy", better: "laugh", worse: "cry" },
    { id: "s2", name: "Keys", type: "rule", rule: { type: "keywords", wanted: ["fox"], unwanted: [] } },
    { id: "s3", name: "Follow", type: "follow-up", model: "policy", positive: ["thanks"], negative: ["no"] },
  ],
  weights: { ...noWeights(), adventure: 2, s1: 1, s2: -0.5 },
};
const trace = await fakeTrace(toRequest({ ...settings, maxTokens: 8, n: 3 }));
const traceJson = writeTrace(trace);
const traceValue: unknown = JSON.parse(traceJson);
const tracePlaces = [...places(traceValue)];
const textPlaces = tracePlaces.filter((path) => ["text", "texts", "plainText"].includes(String(path.at(-1))));

const linkValue = {
  version: 1,
  settings,
  view: { quantity: "push", textView: "text" },
  models: "0123abcd",
};
const linkPlaces = [...places(linkValue)];

function packText(json: string): string {
  const text = btoa(strFromU8(deflateSync(strToU8(json)), true));
  return `#1.${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Read, or refused with a reason; what was read must say the same when it is written and read again. */
function expectWholeTrace(json: string): void {
  const reading = readTrace(json);
  expect(isUnpolluted()).toBe(true);
  if (reading.type === "broken") expect(reading.why).not.toBe("");
  else {
    expect(readTrace(writeTrace(reading.trace))).toEqual(reading);
    expect(reading.trace.events.reduce(reduce, IDLE_VIEW).lanes).toHaveLength(reading.trace.request.lanes.length);
  }
}

function expectWholeLink(hash: string): void {
  const reading = readLink(hash);
  expect(isUnpolluted()).toBe(true);
  if (reading.type === "broken") expect(reading.why).not.toBe("");
  if (reading.type === "link") expect(readLink(writeLink(reading.state) ?? "")).toEqual(reading);
}

describe("a trace", () => {
  test("with any one place replaced by anything is refused in words or read whole", () => {
    fc.assert(
      fc.property(fc.constantFrom(...tracePlaces), hostile, (path, value) => {
        expectWholeTrace(JSON.stringify(replaced(traceValue, path, value)));
      }),
      { numRuns: 400 },
    );
  });

  test("with a key that is not ours, anywhere, is refused", () => {
    const objects = tracePlaces.filter((path) => {
      const own = at(traceValue, path);
      // The forwards of a lane are counted by model id, so any name is one.
      return typeof own === "object" && own !== null && !Array.isArray(own) && path.at(-1) !== "forwards";
    });
    const keys = fc.constantFrom("script", "__proto__", "constructor", "toString", "id2");
    fc.assert(
      fc.property(fc.constantFrom(...objects), keys, (path, key) => {
        const reading = readTrace(JSON.stringify(replaced(traceValue, [...path, key], { polluted: true })));
        expect(reading).toMatchObject({ type: "broken", why: expect.stringContaining(key) });
      }),
      { numRuns: 200 },
    );
  });

  test("of any other version is refused by that word", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double(), fc.string()), (version) => {
        if (version === 1) return;
        const reading = readTrace(JSON.stringify(replaced(traceValue, ["version"], version)));
        expect(reading).toMatchObject({ type: "broken", why: expect.stringContaining("version") });
      }),
    );
  });

  test("cut off anywhere is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: traceJson.length - 1 }), (length) => {
        expect(readTrace(traceJson.slice(0, length)).type).toBe("broken");
      }),
    );
  });

  test("with script in any text keeps it as text", () => {
    fc.assert(
      fc.property(fc.constantFrom(...textPlaces), fc.constantFrom(...SCRIPTS), (path, script) => {
        const isList = path.at(-1) === "texts";
        const own = at(traceValue, path);
        const value = isList && Array.isArray(own) ? own.map(() => script) : script;
        const reading = readTrace(JSON.stringify(replaced(traceValue, path, value)));
        expect(at(reading.type === "trace" ? reading.trace : null, path)).toEqual(value);
      }),
    );
  });

  test("that is huge is refused by its bound", () => {
    const events = at(traceValue, ["events"]) as unknown[];
    const many = replaced(traceValue, ["events"], Array<unknown>(20_001).fill(events[1]));
    expect(readTrace(JSON.stringify(many))).toMatchObject({ type: "broken", why: expect.stringContaining("events") });
    const long = replaced(traceValue, ["events", 1, "rows", 0, "text"], "x".repeat(100_001));
    expect(readTrace(JSON.stringify(long))).toMatchObject({
      type: "broken",
      why: expect.stringContaining("rows.0.text"),
    });
  });
});

describe("a link", () => {
  test("with any one place replaced by anything is refused in words or read whole", () => {
    fc.assert(
      fc.property(fc.constantFrom(...linkPlaces), hostile, (path, value) => {
        expectWholeLink(packText(JSON.stringify(replaced(linkValue, path, value))));
      }),
      { numRuns: 600 },
    );
  });

  test("with a number too large for one is refused", () => {
    const numbers = linkPlaces.filter((path) => typeof at(linkValue, path) === "number");
    fc.assert(
      fc.property(fc.constantFrom(...numbers), fc.constantFrom("1e999", "-1e999"), (path, number) => {
        const json = JSON.stringify(replaced(linkValue, path, "HERE")).replace('"HERE"', number);
        expect(readLink(packText(json)).type).toBe("broken");
      }),
    );
  });

  test("cut off anywhere is refused", () => {
    const hash = packText(JSON.stringify(linkValue));
    fc.assert(
      fc.property(fc.integer({ min: 3, max: hash.length - 1 }), (length) => {
        expect(readLink(hash.slice(0, length)).type).toBe("broken");
      }),
    );
  });
});

describe("depth and inherited keys", () => {
  const deep = "[".repeat(40_000) + "]".repeat(40_000);

  test("ten thousand levels are refused and exhaust no stack", () => {
    const link = packText(JSON.stringify({ ...linkValue, settings: "HERE" }).replace('"HERE"', deep));
    expect(readLink(link)).toMatchObject({ type: "broken", why: expect.stringContaining("32 levels") });
    for (const json of [deep, `{"version":1,"request":${deep}}`, '{"a":'.repeat(1e5) + "1" + "}".repeat(1e5)]) {
      expect(readTrace(json)).toMatchObject({ type: "broken", why: expect.stringContaining("32 levels") });
    }
  });

  test("32 levels are read and 33 are not", () => {
    expect(readJson(JSON.stringify(nested(32)))).toEqual({ type: "json", value: nested(32) });
    expect(readJson(JSON.stringify(nested(33))).type).toBe("broken");
  });

  test.each(Object.getOwnPropertyNames(Object.prototype))("the key %s is refused by name", (key) => {
    expect(readJson(`{"a":[{"${key}":1}]}`)).toMatchObject({ type: "broken", why: expect.stringContaining(key) });
  });

  test("any other JSON is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        const reading = readJson(json);
        if (reading.type === "json") expect(reading.value).toEqual(JSON.parse(json));
        else expect(reading.why).toMatch(/key "/);
      }),
    );
  });
});

describe("nothing is lost", () => {
  const broken: fc.Arbitrary<string> = fc.oneof(
    fc.json(),
    fc.string({ unit: "binary" }),
    fc
      .tuple(fc.constantFrom<Path>(["version"], ["request"], ["events"], ["models"], ["device", "threads"]), hostile)
      .map(([path, value]) => JSON.stringify(replaced(traceValue, path, value)))
      .filter((json) => readTrace(json).type === "broken"),
  );

  test("by a file that is refused: the run, the settings, the lanes and what is stored stay", async () => {
    const storage = new MemoryStorage();
    const playground = new Playground(fakeSurroundings({ storage }));
    await playground.start();
    playground.settings.setWeight("joy", 1.1);
    const before = {
      view: playground.run.view,
      settings: playground.settings.data,
      stored: storage.getItem("tiller.settings"),
    };
    await fc.assert(
      fc.asyncProperty(broken, async (text) => {
        playground.share.notice = null;
        await playground.opened.openFile(new File([text], "run.json"));
        expect(playground.share.notice).toMatchObject({ type: "file-broken" });
        expect(playground.run.view).toBe(before.view);
        expect(playground.settings.data).toBe(before.settings);
        expect(storage.getItem("tiller.settings")).toBe(before.stored);
      }),
      { numRuns: 60 },
    );
  });

  test("by a link that is refused", async () => {
    let hash = "";
    const address = { hash: () => hash, clearHash: () => undefined, withHash: (part: string) => part };
    const storage = new MemoryStorage();
    const playground = new Playground(fakeSurroundings({ storage, address }));
    playground.settings.setWeight("joy", 1.1);
    const before = { settings: playground.settings.data, prefs: playground.prefs.data };
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string({ unit: "binary" })), async (text) => {
        hash = packText(text);
        expect(await playground.openLink()).toBe(false);
        expect(playground.share.notice).toMatchObject({ type: "link-broken" });
        expect(playground.settings.data).toBe(before.settings);
        expect(playground.prefs.data).toBe(before.prefs);
        expect(playground.share.own).toBeNull();
      }),
    );
  });

  test("by a file larger than any run, which is not even read", async () => {
    const playground = new Playground(fakeSurroundings());
    const file = new File(["{}"], "huge.json");
    Object.defineProperty(file, "size", { value: MAX_TRACE_BYTES + 1 });
    Object.defineProperty(file, "text", { value: () => Promise.reject(new Error("was read")) });
    await playground.opened.openFile(file);
    expect(playground.share.notice).toMatchObject({
      type: "file-broken",
      detail: expect.stringContaining("100000001"),
    });
  });
});
