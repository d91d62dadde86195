/** A newer version waits: it is announced, and takes over on a press and never in the middle of a run. */
import { beforeEach, describe, expect, test } from "vitest";
import { Updates, type TakeOver } from "../../../src/state/update/updates.svelte.ts";
import { updateLine as words } from "../../../src/ui/words/update.ts";

let isBusy: boolean;
let asked: number;
let answer: TakeOver;
let publish: () => void;
let updates: Updates;

beforeEach(() => {
  isBusy = false;
  asked = 0;
  answer = "taken";
  const versions = {
    onWaiting: (heard: () => void) => (publish = heard),
    takeOver: () => (asked++, Promise.resolve(answer)),
  };
  updates = new Updates(versions, () => isBusy);
});

test("nothing is announced and nothing can be pressed before a version waits", async () => {
  expect([updates.state, updates.canUse]).toEqual(["none", false]);
  await updates.use();
  expect(asked).toBe(0);
});

describe("a version waits", () => {
  beforeEach(() => publish());

  test("and takes over on a press, once", async () => {
    expect([updates.state, updates.canUse]).toEqual(["ready", true]);
    await Promise.all([updates.use(), updates.use()]);
    expect([updates.state, updates.canUse, asked]).toEqual(["switching", false, 1]);
  });

  test("but not in the middle of a run, and after it again", async () => {
    isBusy = true;
    expect([updates.canUse, updates.isBusy]).toEqual([false, true]);
    await updates.use();
    expect(asked).toBe(0);
    isBusy = false;
    await updates.use();
    expect(asked).toBe(1);
  });

  test.each(["others", "gone"] as const)("and says so where it cannot take over: %s", async (why) => {
    answer = why;
    await updates.use();
    expect([updates.state, updates.canUse]).toEqual([why, true]);
    expect(words.hint(updates.state)).toMatch(/tab/);
    // A later version, or the other tab closed.
    answer = "taken";
    publish();
    await updates.use();
    expect([updates.state, asked]).toEqual(["switching", 2]);
  });
});
