import { describe, expect, it } from "vitest";
import { formatPrompt } from "../../src/objectives/template.ts";

const QUESTION = "How do I clean muddy boots?";

describe("formatPrompt", () => {
  it("puts a question between Q: and A:", () => {
    expect(formatPrompt("advice", QUESTION)).toBe(`Q: ${QUESTION}\nA:`);
  });

  it.each([`Q: ${QUESTION}`, `q:${QUESTION}\nA:`, `  Q:  ${QUESTION} a: `, `${QUESTION}\nA:`])(
    "does not add the marks twice to %j",
    (prompt) => {
      expect(formatPrompt("advice", prompt)).toBe(`Q: ${QUESTION}\nA:`);
    },
  );

  it("leaves the end of a word alone", () => {
    expect(formatPrompt("advice", "How do I play a sonata:")).toBe("Q: How do I play a sonata:\nA:");
  });

  it("keeps a story's opening but for its outer space", () => {
    expect(formatPrompt("story", "  Q: is a letter. \n")).toBe("Q: is a letter.");
  });
});
