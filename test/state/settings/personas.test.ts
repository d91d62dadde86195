import { describe, expect, test } from "vitest";
import { pushIds } from "../../../src/core/push-ids.ts";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { gateBars, labelledPrompts } from "../../../src/state/settings/gate.ts";
import { defaultGate, PERSONA_LIMITS } from "../../../src/state/settings/persona-data.ts";
import { isInUse, keptPersonas, personasOf, usePersona } from "../../../src/state/settings/personas.ts";
import { Settings } from "../../../src/state/settings/settings.svelte.ts";
import { checkSettings, LIMITS, type SettingsData } from "../../../src/state/settings/settings-data.ts";
import { toRequest } from "../../../src/state/settings/to-request.ts";
import { defaultsOf, WORLDS } from "../../../src/state/settings/worlds.ts";

const used = (data: SettingsData, name: string, world: "chat" | "laboratory"): SettingsData => {
  const persona = personasOf(world, data).find((each) => each.name === name)!;
  return { ...data, ...usePersona(persona, data) };
};
const spreads = (data: SettingsData): Record<string, number> =>
  Object.fromEntries(
    pushIds(data.weights)
      .filter((id) => data.weights[id] !== 0)
      .map((id) => [data.sources.find((spec) => spec.id === id)?.name ?? id, data.weights[id]!]),
  );

describe.each(WORLDS)("the personas of the %s", (world) => {
  const data = defaultsOf(world);

  test("set every weight, are in use then, and differ from each other", () => {
    const all = personasOf(world, data);
    expect(all.map(({ name }) => name)).toEqual(expect.arrayContaining(["Grandmother", "Lawyer"]));
    const seen = new Set<string>();
    for (const { name } of all) {
      const now = used(data, name, world);
      expect(
        personasOf(world, now)
          .filter((each) => isInUse(each, now))
          .map((each) => each.name),
      ).toEqual([name]);
      expect(checkSettings(JSON.parse(JSON.stringify(now)))).toEqual(now);
      for (const id of pushIds(now.weights)) expect(Math.abs(now.weights[id]!)).toBeLessThanOrEqual(LIMITS.weight.max);
      seen.add(JSON.stringify(spreads(now)));
    }
    expect(seen.size).toBe(all.length);
  });
});

describe("a persona of the chat world", () => {
  const data = defaultsOf("chat");

  test("counts spreads, so that half the strength takes twice the weight", () => {
    const at = (strength: number) => spreads(used({ ...data, strength }, "Bard", "chat"))["Storyteller"]!;
    expect(at(0.5)).toBeCloseTo(2 * at(1), 9);
    expect(at(0)).toBe(at(1));
  });

  test("brings the heads that were removed, with their sliders’ ends, and weighs a contrast in a head’s place", () => {
    const bare = { ...data, sources: [], weights: defaultsOf("laboratory").weights, ends: {} };
    const now = used(bare, "Lawyer", "chat");
    expect(now.sources.map(({ type, name }) => [type, name])).toEqual([
      ["head", "Formal"],
      ["head", "Simple"],
    ]);
    expect(Object.keys(now.ends)).toEqual(["s1", "s2"]);
    const settings = new Settings(null, () => 0, "chat");
    const formal = settings.data.sources.find(({ name }) => name === "Formal")!;
    settings.replaceHead(formal, { name: "Formal", better: "a", worse: "b", weight: 2 });
    const stands = used(settings.data, "Lawyer", "chat");
    expect(stands.sources).toHaveLength(4);
    // 2 is the contrast's own weight where a head begins at 0.6.
    expect(spreads(stands)["Formal"]).toBeCloseTo((2 * spreads(now)["Formal"]!) / 0.6, 2);
  });

  test("is refused where there is no room for its rewards", () => {
    const rules = Array.from({ length: 8 }, (_, i) => {
      const id = `s${i + 1}` as const;
      return { id, name: id, type: "rule", rule: { type: "length", words: i + 5 } } as const;
    });
    const full = { ...data, sources: rules, weights: defaultsOf("laboratory").weights, ends: {} };
    const lawyer = personasOf("chat", full).find(({ name }) => name === "Lawyer")!;
    expect(usePersona(lawyer, full)).toBeNull();
    expect(isInUse(lawyer, full)).toBe(false);
  });
});

test("own weights are kept under a name, come along in a link, and bring their sources back", () => {
  const base = defaultsOf("chat");
  const mine = { ...base, weights: { ...base.weights, s2: 0.7, s3: -0.4, s1: 0 } };
  const personas = keptPersonas("  Butler ", mine)!;
  expect(personas).toMatchObject([{ name: "Butler", weights: { s2: 0.7, s3: -0.4 } }]);
  const data = { ...mine, personas: [...personas] };
  const hash = writeLink({
    world: "chat",
    settings: data,
    view: { quantity: "push", textView: "text" },
    models: null,
  })!;
  const read = readLink(hash);
  if (read.type !== "link") throw new Error(read.type);
  expect(read.state.settings).toEqual(data);
  const bare = { ...read.state.settings, sources: [], weights: defaultsOf("laboratory").weights, ends: {} };
  const now = used(bare, "Butler", "chat");
  expect(spreads(now)).toEqual({ Formal: 0.7, Storyteller: -0.4 });
  expect(keptPersonas(" ", mine)).toBeNull();
  const many = Array.from({ length: PERSONA_LIMITS.own }, (_, i) => ({ name: `p${i}`, weights: {}, sources: [] }));
  expect(keptPersonas("one more", { ...mine, personas: many })).toBeNull();
  expect(keptPersonas("p3", { ...mine, personas: many })).toHaveLength(PERSONA_LIMITS.own);
  // An own one of a given name stands in its place.
  const names = personasOf("chat", { ...mine, personas: [...keptPersonas("Bard", mine)!] }).map(({ name }) => name);
  expect(names.filter((name) => name === "Bard")).toHaveLength(1);
  const broken = { ...data, personas: [{ name: "x", weights: { s9: 1 }, sources: [] }] };
  expect(checkSettings(JSON.parse(JSON.stringify(broken)))).toBeNull();
});

describe("weights that the prompt chooses", () => {
  const settings = (world: "chat" | "laboratory"): Settings => {
    const made = new Settings(null, () => 0, world);
    made.update({ gate: { ...defaultGate(), isOn: true } });
    return made;
  };

  test.each(WORLDS)("in the %s a labelled prompt has its own persona first, and shares sum to one", (world) => {
    for (const kind of ["story", "advice"] as const) {
      const data = { ...defaultsOf(world), kind };
      for (const { prompt, persona } of labelledPrompts(world, data)) {
        const bars = gateBars(world, { ...data, prompts: { story: prompt, advice: prompt } }, new Map());
        expect(bars.by).toBe("letters");
        expect(bars.personas.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
        expect(bars.personas.toSorted((a, b) => b.share - a.share)[0]!.name).toBe(persona);
        expect(bars.prompts.toSorted((a, b) => b.share - a.share)[0]!.prompt).toBe(prompt);
      }
    }
  });

  test("move with the prompt, and the request has them", () => {
    const own = settings("laboratory");
    own.setPrompt("The captain wanted to sail around the island alone.");
    const first = own.data.weights;
    expect(first.adventure).toBeGreaterThan(1);
    own.setPrompt("One sunny morning a small hedgehog baked a cake for her friends.");
    expect(own.data.weights.joy).toBeGreaterThan(first.joy);
    expect(own.data.weights.adventure).toBeLessThan(first.adventure);
    const guided = toRequest(own.data).lanes.find(({ strategy }) => strategy.id === "genarm")!.strategy;
    expect(guided).toMatchObject({ weights: { joy: own.data.weights.joy } });
  });

  test("leave alone what is set by hand, until it is given back", () => {
    const own = settings("chat");
    own.setWeight("s3", 0.11);
    own.setPrompt("Tell me a story about a lost cat.");
    expect(own.data.gate.byHand).toEqual(["s3"]);
    expect(own.data.weights["s3"]).toBe(0.11);
    own.update({ gate: { ...own.data.gate, byHand: [] } });
    expect(own.data.weights["s3"]).toBeGreaterThan(0.5);
  });

  test("end where a persona is clicked or a source is removed", () => {
    const own = settings("chat");
    own.update(usePersona(personasOf("chat", own.data)[0]!, own.data)!);
    expect(own.data.gate.isOn).toBe(false);
    const other = settings("chat");
    other.removeSource("s1");
    expect(other.data.gate.isOn).toBe(false);
    expect(other.data.sources.map(({ id }) => id)).not.toContain("s1");
  });

  test("go by the policy’s states where all prompts were read, and by letters where one is missing", () => {
    const data = { ...defaultsOf("chat"), gate: { ...defaultGate(), isOn: true } };
    const labelled = labelledPrompts("chat", data);
    const own = { ...data, prompts: { ...data.prompts, advice: "Anything" } };
    const states = new Map(labelled.map(({ prompt }, i) => [prompt, [i === 2 ? 1 : 0, i % 2, 1]] as const));
    expect(gateBars("chat", own, states).by).toBe("letters");
    states.set("Anything", [1, 0, 1]);
    const bars = gateBars("chat", own, states);
    expect(bars.by).toBe("states");
    expect(bars.prompts.toSorted((a, b) => b.share - a.share)[0]!.prompt).toBe(labelled[2]!.prompt);
  });
});
