/** What mail programs, chats and people do to an address: the very same settings open, or words say what is wrong. */
import { describe, expect, test } from "vitest";
import { readLink, writeLink, type LinkState } from "../../../src/state/keep/link.ts";
import { readLinkText, writeLinkText } from "../../../src/state/keep/link-text.ts";
import { defaultSettings, newLane } from "../../../src/state/settings/settings-data.ts";
import { fc } from "../../properties.ts";

const own = defaultSettings();
const STATE: LinkState = {
  world: "laboratory",
  settings: {
    ...own,
    prompts: { ...own.prompts, story: "José met Zoë — “at last”, said the lighthouse keeper." },
    weights: { ...own.weights, joy: 1.3 },
    temperature: 0.7,
    lanes: [newLane("a", "base"), { ...newLane("b", "vas"), k: 12, strength: 0.5 }],
  },
  view: { quantity: "kl", textView: "numbers" },
  models: "0123abcd",
};
const LINK = writeLink(STATE) ?? "";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.#%&?=+/ ~\u200b\u2026\n";
/** Written by the page before links had a check. */
const FIRST_VERSION =
  "#1.xZNBj9MwEIX_ijXnqGq7i0RzQeIEAgkOiAviMI2nibf2ODh2u9Wq_53nZAUCqdfdU97YkzefZ-wnOkmaXFRqNw1NkrPTfqL23_WjU0stTTmmCzU0phjGPGctSy19UTGJnV5MiEnhYdhMgb03g9hehtgb5SDWvE8c9l7MIRa1SDrKxUBJgvbChxX82Z5cJ3D9EM_GRvPReNcPGRkdh_HgkryjK2hjSZ0A48fPhs5SU2amhwii9WwjmkuC02a1a8g69rEvCLFpJbPzsxzEj4cCvV3dNdRxyS4WOK1rjZxE-zzUzTcNZQmjJH42RZyKdox89Ik0qoA-x_ETtfcwhvoKm9UOfwans15XzY_f4lEUNbY1Dz-_RZMRIZhE0Ovd_aI-x-5YYxSShjzrfN4ncnUejGq1q5BQQOUsfZ3GnqdK8hdei_f_0S9LKL0IVF_En0YuISilDgyuQVjh6jFAy_Px4yh11kvutXnG2t_C6kU5hdcD626BnXh6PSp7c4q4VS9Ohaf0UPBikbp88QhOTs71Yf0qrNnlyjaWaah3XR7z93l3ljU5RCselWm92d7xvrN0_Q0";

const withCut = (index: number, count: number, insert: string): string =>
  LINK.slice(0, index) + insert + LINK.slice(index + count);

/** Every place but the `#`: without it the browser looks for another page. */
function expectSameOrRefused(damaged: (index: number, letter: string) => string, letters: Iterable<string>): void {
  const others: string[] = [];
  for (const letter of letters) {
    for (let index = 1; index <= LINK.length; index++) {
      const link = damaged(index, letter);
      const reading = readLink(link);
      const isSame = reading.type === "link" && JSON.stringify(reading.state) === JSON.stringify(STATE);
      if (!isSame && reading.type !== "broken") others.push(link);
    }
  }
  expect(others).toEqual([]);
}

describe("a link with one character damaged opens the very same settings or is refused in words", () => {
  test("whatever character takes the place of whichever", () => {
    expectSameOrRefused((index, letter) => withCut(index, 1, letter), LETTERS);
  });

  test("whatever character is put in wherever", () => {
    expectSameOrRefused((index, letter) => withCut(index, 0, letter), LETTERS);
  });

  test("whichever character is lost, or stands there twice", () => {
    expectSameOrRefused((index) => withCut(index, 1, ""), [""]);
    expectSameOrRefused((index) => withCut(index, 0, LINK[index] ?? ""), [""]);
  });

  test("whichever two neighbours change places", () => {
    expectSameOrRefused(
      (index) =>
        withCut(
          index,
          2,
          LINK.slice(index, index + 2)
            .split("")
            .toReversed()
            .join(""),
        ),
      [""],
    );
  });
});

describe("more damage than one character", () => {
  test("never opens other settings", () => {
    const cuts = fc.tuple(
      fc.nat(LINK.length - 1),
      fc.nat(20),
      fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 20 }),
    );
    fc.assert(
      fc.property(cuts, ([index, count, insert]) => {
        const reading = readLink(withCut(index + 1, count, insert));
        if (reading.type === "link") expect(reading.state).toEqual(STATE);
        else expect(reading.type).toBe("broken");
      }),
      { numRuns: 2000 },
    );
  });

  test("is told for what it is: cut short, other capitals, a lost beginning", () => {
    const body = LINK.length - 13;
    expect(readLink(LINK.slice(0, -40))).toMatchObject({
      type: "broken",
      why: expect.stringContaining(`${body - 40} of its ${body} characters`),
    });
    for (const shouted of [LINK.toLowerCase(), LINK.toUpperCase()]) {
      expect(readLink(shouted)).toMatchObject({ type: "broken", why: expect.stringContaining("apital") });
    }
    expect(readLink(`#${LINK.slice(13)}`)).toMatchObject({
      type: "broken",
      why: expect.stringContaining("beginning"),
    });
  });
});

const TAILS = [
  ".", ")", "),", "]", ">", '"', "”", "…", "...", "!", "?", "'", "*", "_", "-", "\\", "\n", "\r\n", " ", "\u200b", "\ufeff",
  "%20", "%0A", "%E2%80%8B", "%E2%80%A6", "%22", "%3E", "%", "%2",
  "?fbclid=IwAR0_x-y", "&utm_source=chat&utm_medium=mail", "&fbclid=abc", "%3Ffbclid%3Dabc", "#:~:text=words", ".html",
  " and the next words of a mail", "</a>",
]; // prettier-ignore

describe("what follows a link is no part of it", () => {
  test.each(TAILS)("%j", (tail) => {
    expect(readLink(LINK + tail)).toEqual({ type: "link", state: STATE });
  });

  test("nor is the same address pasted a second time", () => {
    expect(readLink(`${LINK}https://example.org/tiller/${LINK}`)).toEqual({ type: "link", state: STATE });
  });

  test.each([".", ")", "?fbclid=x", "&utm_source=x", "%20", ">", "…", "\n", "\u200b"])(
    "in links without a check neither: %j",
    (tail) => {
      expect(readLink(FIRST_VERSION)).toMatchObject({ type: "link" });
      expect(readLink(FIRST_VERSION + tail)).toEqual(readLink(FIRST_VERSION));
    },
  );
});

describe("what is put into a link on its way is taken out again", () => {
  const every = (size: number, insert: string): string =>
    (LINK.match(new RegExp(`.{1,${size}}`, "g")) ?? []).join(insert);

  test.each(["\n", "\r\n", "\r\n  ", "=\r\n", "%0D%0A", "%20", "\n> ", "\u00ad", "\u200b", "%E2%80%8B"])(
    "line breaks of mail programs: %j",
    (insert) => {
      expect(readLink(every(20, insert))).toEqual({ type: "link", state: STATE });
    },
  );

  test("characters that were percent-encoded, once or twice", () => {
    const encoded = (text: string): string =>
      Array.from(text, (letter) => `%${(letter.codePointAt(0) ?? 0).toString(16)}`).join("");
    expect(readLink(`#${encoded(LINK.slice(1))}`)).toEqual({ type: "link", state: STATE });
    expect(readLink(LINK.replaceAll(/[-_.]/g, (letter) => encoded(encoded(letter))))).toEqual({
      type: "link",
      state: STATE,
    });
  });

  test("dashes made out of hyphens", () => {
    const bytes = new Uint8Array([0xfb, 0xef, 0xbe, 1, 2]);
    const link = writeLinkText(bytes);
    expect(link).toContain("--");
    expect(readLinkText(link.replaceAll("--", "\u2014"), 100)).toEqual({ type: "payload", version: 2, bytes });
  });
});

test("a link of today opens in every later page", () => {
  const link = "#2.AAjCyklgr.Gy1aRouW0aJltGihQdFiYGhknJiUnKJUCwA";
  expect(readLink(link)).toMatchObject({
    type: "link",
    state: { settings: { kind: "story", seed: 94, strength: 2.5, maxTokens: 240 }, models: "0123abcd" },
  });
});
