import { expect, test } from "vitest";
import { actionOf, type Pressed } from "../../../src/state/stage/keys.ts";

const press = (key: string, more: Partial<Pressed> = {}) =>
  actionOf({ key, hasModifier: false, isTyping: false, isOnControl: false, isOnToken: false, ...more });

test("the keys of the page do what the help says", () => {
  expect(press(" ")).toEqual({ type: "toggle" });
  expect(press("Escape")).toEqual({ type: "stop" });
  expect(press(".")).toEqual({ type: "step" });
  expect(press("?")).toEqual({ type: "help" });
  expect(press("ArrowRight")).toEqual({ type: "move", direction: "right" });
});

test("typing keeps every key", () => {
  for (const key of [" ", "Escape", "?", ".", "ArrowLeft"]) expect(press(key, { isTyping: true })).toBeNull();
});

test("the browser's own shortcuts stay the browser's", () => {
  expect(press("ArrowLeft", { hasModifier: true })).toBeNull();
});

test("a focused control keeps space and arrows, a focused token gives them to the page", () => {
  expect(press(" ", { isOnControl: true })).toBeNull();
  expect(press("ArrowRight", { isOnControl: true })).toBeNull();
  expect(press(" ", { isOnControl: true, isOnToken: true })).toEqual({ type: "toggle" });
  expect(press("ArrowDown", { isOnControl: true, isOnToken: true })).toEqual({ type: "move", direction: "down" });
});

test("up and down scroll the page unless a token is in focus", () => {
  expect(press("ArrowDown")).toBeNull();
});
