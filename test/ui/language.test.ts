import { describe, expect, test } from "vitest";
import { languageOf } from "../../src/ui/words/locale.ts";

const nothing = { query: "", kept: null, browser: [] };

describe("the language of the page", () => {
  test("is English where nobody asks for another one that it has", () => {
    expect(languageOf(nothing)).toBe("en");
    expect(languageOf({ query: "?lang=", kept: "fr", browser: ["ja-JP", "x"] })).toBe("en");
  });

  test("is that of the address, then the chosen one, then the browser's first that it has", () => {
    expect(languageOf({ query: "?lang=de", kept: "en", browser: ["en-US"] })).toBe("de");
    expect(languageOf({ query: "", kept: "en", browser: ["de"] })).toBe("en");
    expect(languageOf({ query: "?lang=xx", kept: null, browser: ["fr", "de-CH", "en"] })).toBe("de");
    expect(languageOf({ query: "?embed&lang=DE_at", kept: null, browser: [] })).toBe("de");
  });
});
