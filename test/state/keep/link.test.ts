import { deflateSync, strFromU8, strToU8 } from "fflate";
import { fc } from "../../properties.ts";
import { describe, expect, test } from "vitest";
import { WAYS } from "../../../src/core/combine/way.ts";
import { readLink, writeLink, type LinkState } from "../../../src/state/keep/link.ts";
import { modelsMark } from "../../../src/state/keep/models-mark.ts";
import { QUANTITIES, TEXT_VIEWS } from "../../../src/state/settings/prefs.svelte.ts";
import { WORLDS } from "../../../src/state/settings/worlds.ts";
import { defaultSettings, LIMITS, newLane, STRATEGY_IDS } from "../../../src/state/settings/settings-data.ts";

const STATE: LinkState = {
  world: "laboratory",
  settings: defaultSettings(),
  view: { quantity: "push", textView: "text" },
  models: "0123abcd",
};

function pack(value: unknown): string {
  const text = btoa(strFromU8(deflateSync(strToU8(JSON.stringify(value))), true));
  return `#1.${text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

const states: fc.Arbitrary<LinkState> = fc
  .record({
    prompt: fc.string({ unit: "grapheme", maxLength: 400 }),
    seed: fc.integer({ min: 0, max: LIMITS.seed.max }),
    joy: fc.integer({ min: -20, max: 20 }).map((tenths) => tenths / 10),
    strategies: fc.array(fc.constantFrom(...STRATEGY_IDS), { minLength: 1, maxLength: 6 }),
    quantity: fc.constantFrom(...QUANTITIES),
    textView: fc.constantFrom(...TEXT_VIEWS),
    world: fc.constantFrom(...WORLDS),
    way: fc.constantFrom(...WAYS),
  })
  .map(({ way, prompt, seed, joy, strategies, quantity, textView, world }) => {
    const own = defaultSettings();
    const lanes = strategies.map((strategy, i) => newLane("abcdef"[i] ?? "a", strategy));
    const weights = { ...own.weights, joy };
    const combine = { ...own.combine, way, targets: { joy: joy / 2 }, order: [...own.combine.order, "s2" as const] };
    const ways =
      way === "sum" ? {} : { combine, lanes: lanes.map((lane, i) => (i === 1 ? { ...lane, combine: way } : lane)) };
    const settings = { ...own, prompts: { ...own.prompts, story: prompt }, seed, weights, lanes, ...ways };
    return { world, settings, view: { quantity, textView }, models: null };
  });

describe("a link", () => {
  test("brings back exactly what it was made from, whatever the prompt holds", () => {
    fc.assert(
      fc.property(states, (state) => {
        const hash = writeLink(state);
        expect(hash).toMatch(/^#2\.[A-Za-z0-9_-]{9}\.[A-Za-z0-9_-]+$/);
        expect(readLink(hash ?? "")).toEqual({ type: "link", state });
      }),
      { numRuns: 200 },
    );
  });

  test("of the default settings is short enough to send", () => {
    expect((writeLink(STATE) ?? "").length).toBeLessThan(100);
  });

  test("is not made from a prompt that no address could hold", () => {
    const noise = Array.from({ length: 40_000 }, (_, i) => String.fromCharCode(0x4e00 + ((i * 7919) % 20_000))).join(
      "",
    );
    const { settings } = STATE;
    expect(
      writeLink({ ...STATE, settings: { ...settings, prompts: { ...settings.prompts, story: noise } } }),
    ).toBeNull();
  });
});

describe("what is no link of ours", () => {
  test.each(["", "#", "#lanes", "#1", "#Prompt"])("%j is left alone", (hash) => {
    expect(readLink(hash)).toEqual({ type: "none" });
  });

  test("a newer version says so", () => {
    expect(readLink("#3.abc")).toMatchObject({ type: "broken", why: expect.stringContaining("newer version") });
  });

  test("any characters are refused without an exception", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expect(readLink(`#1.${text}`).type).toBe("broken");
      }),
      { numRuns: 500 },
    );
  });

  test("any JSON is refused or read whole, never half", () => {
    fc.assert(
      fc.property(fc.json(), (json) => {
        expect(readLink(pack(JSON.parse(json))).type).toBe("broken");
      }),
    );
  });

  test.each([
    ["an unknown key", { ...STATE, version: 1, script: "alert(1)" }],
    ["another version", { ...STATE, version: 2 }],
    ["a weight out of bounds", { ...STATE, version: 1, settings: { ...STATE.settings, strength: 1e9 } }],
    ["an unknown view", { ...STATE, version: 1, view: { quantity: "joy", textView: "text" } }],
    ["no lanes", { ...STATE, version: 1, settings: { ...STATE.settings, lanes: [] } }],
    ["markup for a mark", { ...STATE, version: 1, models: "<script>" }],
  ])("%s is refused", (_, value) => {
    expect(readLink(pack(value)).type).toBe("broken");
  });

  test("a small link cannot unpack to a large one", () => {
    const bomb = pack({ ...STATE, version: 1, settings: { prompts: { story: "a".repeat(3_000_000) } } });
    expect(bomb.length).toBeLessThan(16_000);
    expect(readLink(bomb).type).toBe("broken");
    expect(readLink(`#1.${"A".repeat(20_000)}`)).toMatchObject({
      type: "broken",
      why: expect.stringContaining("20003"),
    });
  });
});

test("the mark of models changes with any hash and is null without models", () => {
  const models = [
    { id: "policy", sha256: "ab" },
    { id: "value", sha256: "cd" },
  ];
  expect(modelsMark(models)).toMatch(/^[0-9a-f]{8}$/);
  expect(modelsMark(models)).not.toBe(modelsMark([{ id: "policy", sha256: "ac" }, models[1]!]));
  expect(modelsMark([])).toBeNull();
});
