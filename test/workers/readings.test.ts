/** Readings of finished texts in the worker: they are checked, they give way to a run, and they end when they are told to. */
import { expect, test } from "vitest";
import type { LensAsk, LensNews } from "../../src/core/lens/reading.ts";
import { Probes } from "../../workers/probes.ts";
import { fakeModels, isTidy } from "../fakes.ts";

const ASK: LensAsk = {
  reward: { type: "arm", objective: "joy" },
  system: "",
  turns: [],
  texts: [[3, 4, 5], [6, 7], [8]].map((answer) => ({ kind: "story", prompt: "a fox", answer })),
  plausible: 0,
  detail: { after: 4 },
};

function place(onRest: () => void = () => undefined) {
  const fakes = fakeModels();
  const probes = new Probes({ now: () => 0, rest: async () => onRest() }, () => fakes.models);
  const news: LensNews[] = [];
  const read = (ask: unknown) => probes.read(ask as LensAsk, (each) => void news.push(each));
  return { fakes, probes, news, read };
}

test("readings come text by text, with the forwards of each", async () => {
  const { fakes, news, read } = place();
  expect(await read(ASK)).toBeNull();
  const readings = news.flatMap((each) => (each.type === "read" ? [each.reading] : []));
  expect(readings.map(({ tokens, isCut }) => [tokens, isCut])).toEqual([
    [3, true],
    [2, true],
    [1, true],
  ]);
  const progress = news.flatMap((each) => (each.type === "progress" ? [`${each.done}/${each.total}`] : []));
  expect(progress).toEqual(["1/2", "2/2", "1/2", "2/2", "1/2", "2/2"]);
  expect(isTidy(fakes)).toBe(true);
});

test("a reading gives way within a forward; what was sent stays", async () => {
  let rests = 0;
  const { probes, news, read } = place(() => {
    if (++rests === 3) void probes.giveWay();
  });
  await expect(read(ASK)).rejects.toMatchObject({ code: "aborted" });
  expect(news.filter(({ type }) => type === "read")).toHaveLength(1);
});

test.each([
  ["a reward that nobody knows", { ...ASK, reward: { type: "luck" } }, "ask.reward.type must be one of"],
  ["a source that is not finished", { ...ASK, reward: { type: "source", source: {} } }, "ask.reward.source"],
  ["no texts", { ...ASK, texts: [] }, "ask.texts must be a list of 1 to 512"],
  ["an empty text", { ...ASK, texts: [{ kind: "story", prompt: "", answer: " " }] }, "write or paste one"],
  [
    "a token that is no number",
    { ...ASK, texts: [{ kind: "story", prompt: "", answer: ["x"] }] },
    "ask.texts[0].answer[0]",
  ],
  ["a step that is too long", { ...ASK, detail: { after: 100 } }, "ask.detail.after must be a whole number"],
  ["a key that nobody knows", { ...ASK, more: 1 }, 'ask has no setting "more"'],
])("%s is refused, and no model is asked", async (_, ask, message) => {
  const { fakes, read } = place();
  await expect(read(ask)).rejects.toThrow(message);
  expect([...fakes.usage.values()].flatMap(({ forwards }) => forwards)).toEqual([]);
});
