/** What a teacher ticks becomes a link that says it, or words that say what to shorten. */
import { describe, expect, test } from "vitest";
import { readClassLink } from "../../../src/state/classroom/class-link.ts";
import {
  classAddress,
  classLinkOf,
  freshDraft,
  missedParts,
  partsOf,
  seedOf,
  type ClassSubject,
} from "../../../src/state/classroom/draft.ts";
import { readLink } from "../../../src/state/keep/link.ts";
import { SHIPPED_LESSONS } from "../../../src/state/lessons/shipped.ts";
import { defaultsOf, type World } from "../../../src/state/settings/worlds.ts";
import { classDialog as words } from "../../../src/ui/words/class-dialog.ts";

const PAGE = "https://example.org/tiller/";
const view = { quantity: "push", textView: "text" } as const;
const stateOf = (world: World, patch: object = {}): ClassSubject["state"] => ({
  world,
  settings: { ...defaultsOf(world), ...patch },
  view,
  models: null,
});
const subjectOf = (world: World, patch: object = {}): ClassSubject => ({
  lesson: null,
  state: stateOf(world, patch),
  model: null,
});
const lessonSubject = (id: string): ClassSubject => ({
  lesson: SHIPPED_LESSONS.find((each) => each.id === id) ?? null,
  state: stateOf("laboratory"),
  model: "smollm2-135m-instruct",
});

test("the page as it is shows everything at first, and its link opens the same settings", () => {
  const subject = subjectOf("laboratory", { seed: 12, temperature: 0.4 });
  const draft = freshDraft(subject);
  const { address, isTooLong } = classAddress(PAGE, subject, draft);
  const { search, hash } = new URL(address ?? "");
  expect(isTooLong).toBe(false);
  expect(readClassLink(search, hash)).toMatchObject({ type: "class", link: { hide: null, seed: 12, load: null } });
  expect(readLink(hash)).toMatchObject({ type: "link", state: subject.state });
});

test("what is not ticked is left out, and only what the world has can be ticked", () => {
  const subject = subjectOf("chat");
  expect(partsOf("chat")).not.toContain("objectives");
  expect(partsOf("laboratory")).not.toContain("system");
  const draft = { ...freshDraft(subject), shown: partsOf("chat").slice(2), isSeedHeld: false, isProjector: true };
  expect(classLinkOf(subject, draft)).toEqual({
    hide: partsOf("chat").slice(0, 2),
    seed: null,
    lang: null,
    look: "projector",
    model: null,
    load: null,
  });
});

describe.each(SHIPPED_LESSONS.map(({ id }) => id))("lesson %s", (id) => {
  test("keeps its own list until another one is ticked, and its link is short", () => {
    const subject = lessonSubject(id);
    const draft = freshDraft(subject);
    expect(classLinkOf(subject, draft)).toMatchObject({ hide: null, seed: 94 });
    expect(missedParts(subject, draft)).toEqual([]);
    const changed = { ...draft, shown: draft.shown.filter((part) => part !== draft.shown[0]) };
    expect(classLinkOf(subject, changed).hide).toContain(draft.shown[0]);
    const { address, length } = classAddress(PAGE, subject, changed);
    expect(length).toBeLessThan(400);
    expect(new URL(address ?? "").hash).toBe(`#lesson-${id}`);
    expect(seedOf(subject)).toBe(94);
  });
});

test("a part that a step points at is missed in words", () => {
  const subject = lessonSubject("one-token");
  const missed = missedParts(subject, { ...freshDraft(subject), shown: [] });
  expect(missed).toEqual(["prompt", "rewards", "inspector"]);
  expect(words.missed(missed)).toBe(
    "A step of the lesson points at Prompt, Rewards and Inspector, which this link leaves out.",
  );
});

test("the model is named where the server carries it and the class works in the chat world", () => {
  const draft = { ...freshDraft(lessonSubject("one-token")), load: "now" as const };
  expect(classLinkOf(lessonSubject("one-token"), draft)).toMatchObject({ model: "smollm2-135m-instruct", load: "now" });
  expect(classLinkOf(lessonSubject("strength"), draft).model).toBeNull();
});

describe("a link that is too long", () => {
  /** Hardly anything of this deflates. */
  const noise = (length: number): string =>
    Array.from({ length }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 9973))).join("");

  test("says its length and what to shorten, the longest first", () => {
    const turns = [{ prompt: "Why is that?", answer: noise(300) }];
    const subject = subjectOf("chat", { prompts: { story: "A", advice: noise(700) }, turns });
    const made = classAddress(PAGE, subject, freshDraft(subject));
    expect(made.isTooLong).toBe(true);
    expect(made.length).toBeGreaterThan(2000);
    expect(made.savings.map(({ what }) => what).slice(0, 3)).toEqual(["prompt", "turns", "sources"]);
    expect(words.tooLong(made.length)).toMatch(/^This link would have [\d,]+ characters\. More than 2,000 do not/);
    expect(words.shorten(made.savings)).toMatch(
      /^What to shorten: the prompt \(701 characters\), the earlier turns \(312 characters\)/,
    );
  });

  test("also where no link of any length holds the settings", () => {
    const subject = subjectOf("chat", { prompts: { story: "A", advice: noise(9000) } });
    const made = classAddress(PAGE, subject, freshDraft(subject));
    expect(made).toMatchObject({ address: null, isTooLong: true });
    expect(made.savings[0]).toEqual({ what: "prompt", characters: 9001 });
  });
});
