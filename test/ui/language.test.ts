import { describe, expect, test } from "vitest";
import { languageOf } from "../../src/ui/words/locale.ts";

const nothing = { query: "", here: null, kept: null, browser: [] };

describe("the language of the page", () => {
  test("is English where nobody asks for another one that it has", () => {
    expect(languageOf(nothing)).toBe("en");
    expect(languageOf({ ...nothing, query: "?lang=", kept: "fr", browser: ["ja-JP", "x"] })).toBe("en");
  });

  test("is the one chosen at this address, then the address's, an earlier choice, the browser's", () => {
    expect(languageOf({ query: "?lang=de", here: "en", kept: "de", browser: [] })).toBe("en");
    expect(languageOf({ ...nothing, query: "?lang=de", kept: "en", browser: ["en-US"] })).toBe("de");
    expect(languageOf({ ...nothing, kept: "en", browser: ["de"] })).toBe("en");
    expect(languageOf({ ...nothing, query: "?lang=xx", browser: ["fr", "de-CH", "en"] })).toBe("de");
    expect(languageOf({ ...nothing, query: "?embed&lang=DE_at" })).toBe("de");
  });
});
