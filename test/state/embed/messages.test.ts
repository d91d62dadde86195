/** Messages from pages around the frame: read as they were meant, or refused in few and harmless words. */
import { describe, expect, test } from "vitest";
import {
  MESSAGE_LIMITS,
  readMessage,
  type EmbedMessage,
  type MessageReading,
} from "../../../src/state/embed/messages.ts";
import { fc } from "../../properties.ts";
import { hostile, isUnpolluted, places, replaced, SCRIPTS, type Path } from "../keep/hostile.ts";

const RIGHT: readonly EmbedMessage[] = [
  { tiller: 1, type: "load", id: "a", recording: "chat-story" },
  { tiller: 1, type: "load", link: "#2.AAA" },
  { tiller: 1, type: "load", id: "", trace: "{}" },
  { tiller: 1, type: "run", id: "b", how: "live" },
  { tiller: 1, type: "run", how: "recorded" },
  { tiller: 1, type: "state", id: "c" },
];

/** Why a message was refused, which no page can be harmed by. */
function saidOf(reading: MessageReading): string {
  if (reading.type !== "refused") throw new Error(`read as ${reading.type}`);
  expect(reading.why.length).toBeLessThan(250);
  expect(reading.why).not.toMatch(/[<>]|javascript:/);
  return reading.why;
}

test.each(RIGHT)("%j is read as it is", (message) => {
  expect(readMessage(message)).toEqual({ type: "message", message });
});

test("a run is live unless it says otherwise", () => {
  expect(readMessage({ tiller: 1, type: "run" })).toEqual({
    type: "message",
    message: { tiller: 1, type: "run", how: "live" },
  });
});

test.each([null, 3, "load", [], [1], {}, { type: "load" }, new Map([["tiller", 1]]), { type: "webpackOk" }])(
  "what is not for Tiller gets no answer: %j",
  (data) => expect(readMessage(data)).toEqual({ type: "foreign" }),
);

test("a refusal is never answered, or two frames would refuse each other for ever", () => {
  expect(readMessage({ tiller: 1, type: "refused", id: null, why: "no" })).toEqual({ type: "foreign" });
});

test.each<[unknown, RegExp]>([
  [{ tiller: 2, type: "load" }, /^the message has version 2, and this Tiller reads version 1; load a newer Tiller$/],
  [{ tiller: "1", type: "load" }, /must be the number 1/],
  [{ tiller: Infinity, type: "load" }, /must be the number 1/],
  [{ tiller: 1 }, /"type" must be "load", "run" or "state"/],
  [{ tiller: 1, type: "stop" }, /"type" must be "load", "run" or "state"/],
  [{ tiller: 1, type: "load" }, /names exactly one of "recording", "link" and "trace"/],
  [{ tiller: 1, type: "load", recording: "a", link: "#2." }, /names exactly one/],
  [{ tiller: 1, type: "load", recording: "../models/policy/card" }, /"recording" may hold a to z/],
  [{ tiller: 1, type: "load", recording: "x".repeat(65) }, /"recording" is longer than 64 characters/],
  [{ tiller: 1, type: "load", link: 5 }, /"link" must be a text/],
  [{ tiller: 1, type: "run", how: "fast" }, /"how" must be "live" or "recorded"/],
  [{ tiller: 1, type: "state", prompt: "x" }, /"prompt" is no field of this message/],
  [{ tiller: 1, type: "state", [SCRIPTS[1]]: 1 }, /is no field of this message/],
  [{ tiller: 1, type: "state", ["y".repeat(1e6)]: 1 }, /"y{40}…" is no field/],
  [Object.fromEntries([["tiller", 1], ...Array.from({ length: 1e5 }, (_, i) => [`f${i}`, i])]), /has 100001 fields/],
  [{ tiller: 1, type: "load", trace: "x".repeat(MESSAGE_LIMITS.trace + 1) }, /"trace" is longer than 20000000/],
])("refused in words: %#", (data, why) => expect(saidOf(readMessage(data))).toMatch(why));

test("an answer names the id of its question, also of one that is refused, and no id that is too long", () => {
  expect(readMessage({ tiller: 9, id: "q" })).toMatchObject({ id: "q" });
  expect(readMessage({ tiller: 1, type: "state", id: "q".repeat(101) })).toMatchObject({ type: "refused", id: null });
});

describe("10,000 messages", () => {
  const anyText = fc.oneof(fc.string(), fc.constantFrom(...SCRIPTS), fc.constant("x".repeat(30_000)));
  const close = fc.record(
    {
      tiller: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, hostile, fc.integer()),
      type: fc.oneof({ weight: 4, arbitrary: fc.constantFrom("load", "run", "state") }, anyText),
      id: anyText,
      recording: fc.oneof(fc.stringMatching(/^[a-z0-9-]{0,70}$/), anyText),
      link: anyText,
      trace: anyText,
      how: fc.constantFrom("live", "recorded", "x"),
    },
    { requiredKeys: ["tiller"] },
  );
  const damaged = fc.tuple(fc.constantFrom(...RIGHT), fc.nat(), hostile).map(([message, place, by]) => {
    const all: readonly Path[] = [...places(message), ["more"]];
    return replaced(message, all[place % all.length] ?? [], by);
  });

  test("broken, huge, hostile or of other versions: refused in words, or read right", () => {
    const counts = { foreign: 0, refused: 0, message: 0 };
    fc.assert(
      fc.property(fc.oneof(close, damaged, hostile, fc.constantFrom(...RIGHT)), (sent) => {
        const data: unknown = structuredClone(sent);
        const reading = readMessage(data);
        counts[reading.type]++;
        if (reading.type === "refused") saidOf(reading);
        if (reading.type !== "message") return;
        const { message } = reading;
        // Read right: nothing is lost, added or changed.
        expect(message).toEqual(message.type === "run" ? { how: "live", ...(sent as object) } : sent);
      }),
      { numRuns: 10_000 },
    );
    expect(isUnpolluted()).toBe(true);
    expect(Object.values(counts).every((count) => count > 500)).toBe(true);
  });
});
