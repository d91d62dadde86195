/** Letters that the bundled models never saw are read as plain ones, and what cannot be read is refused in words. */
import { expect, test } from "vitest";
import { bundledPrompts } from "../../../src/engine/bundle/prompts.ts";
import { fakeTokenizer } from "../../fakes.ts";

const read: string[] = [];
const tokenizer = {
  ...fakeTokenizer(),
  encode: (text: string) => {
    read.push(text);
    return [2];
  },
};
const promptIds = bundledPrompts(tokenizer);
const ask = (prompt: string): string => {
  promptIds("policy", { kind: "story", prompt, instruction: null, system: "", turns: [] });
  return read.at(-1)!;
};

test("typographic marks and accents are read as plain ones, in prompts and in instructions", () => {
  expect(ask("It was Ella’s first day, and José smiled…")).toBe("It was Ella's first day, and Jose smiled...");
  promptIds("policy", { kind: "advice", prompt: "Why?", instruction: "Don’t shout", system: "", turns: [] });
  expect(read.at(-1)).toBe("Don't shout\nQ: Why?\nA:");
});

test.each(["Привет, лиса.", "小さな狐", "🦊", " \u200b "])(
  "a prompt without a readable letter is refused: %j",
  (prompt) => {
    expect(() => ask(prompt)).toThrow(expect.objectContaining({ code: "invalid-request" }));
    expect(() => ask(prompt)).toThrow("Write the prompt in English, or load another model");
  },
);

test("a prompt of marks alone, or with some readable letters, is taken", () => {
  expect(ask("...")).toBe("...");
  expect(ask("Привет, said the fox")).toBe(", said the fox");
});

test.each([
  [{ system: "Be kind.", turns: [] }, "system"],
  [{ system: "", turns: [{ prompt: "Hi", answer: "Hello." }] }, "turns"],
])("a conversation is refused in words: %j", (chat, path) => {
  const asked = (): unknown => promptIds("policy", { kind: "advice", prompt: "Why?", instruction: null, ...chat });
  expect(asked).toThrow(expect.objectContaining({ code: "invalid-request", details: { path } }));
  expect(asked).toThrow("load a chat model");
});
