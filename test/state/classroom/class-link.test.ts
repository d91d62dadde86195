/** Class links: what was ticked is read, and whatever else stands in an address is refused in words or left alone. */
import { describe, expect, test } from "vitest";
import {
  CLASS_LANGUAGES,
  HIDEABLE,
  readClassLink,
  withoutClassLink,
  writeClassLink,
  type ClassLink,
} from "../../../src/state/classroom/class-link.ts";
import { readLink, writeLink } from "../../../src/state/keep/link.ts";
import { KEPT_PARTS } from "../../../src/state/lessons/parts.ts";
import { defaultSettings } from "../../../src/state/settings/settings-data.ts";
import { classroom as words } from "../../../src/ui/words/classroom.ts";
import { fc } from "../../properties.ts";

const STATE = writeLink({
  world: "laboratory",
  settings: defaultSettings(),
  view: { quantity: "push", textView: "text" },
  models: null,
});
if (STATE === null) throw new Error("the defaults make a link");
const PLACES = ["", "#lesson-one-token", "#lesson-best-of-n", "#lessons", STATE];
const FULL: ClassLink = {
  hide: ["sampling", "seed", "lane-menus"],
  seed: 94,
  lang: "de",
  look: "projector",
  model: "smollm2-135m-instruct",
  load: "now",
};
const NONE: ClassLink = { hide: null, seed: null, lang: null, look: null, model: null, load: null };

const links: fc.Arbitrary<ClassLink> = fc.record({
  hide: fc.option(fc.subarray([...HIDEABLE])),
  seed: fc.option(fc.nat(0xffffffff)),
  lang: fc.option(fc.constantFrom(...CLASS_LANGUAGES)),
  look: fc.option(fc.constant("projector" as const)),
  model: fc.option(fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,30}$/)),
  load: fc.option(fc.constantFrom("now" as const, "click" as const)),
});

/** A refusal has words for people, and shows no more than a little of what came in. */
function saidOf(reading: ReturnType<typeof readClassLink>): string {
  if (reading.type !== "broken") throw new Error(`read as ${reading.type}`);
  return words.refused(reading.trouble);
}

describe("a class link that the page wrote", () => {
  test("is read as it was written, wherever it leads", () => {
    fc.assert(
      fc.property(links, fc.constantFrom(...PLACES), (link, hash) => {
        const query = writeClassLink(link, hash);
        expect(readClassLink(query, hash)).toEqual({ type: "class", link });
        expect(query).toMatch(/^\?class=1-[\w=&,.-]+$/);
      }),
    );
  });

  test.each(["&fbclid=Iw-x_y", "&utm_source=mail&utm_medium=x", "&backend=wasm"])(
    "beside words of others: %s",
    (tail) => {
      expect(readClassLink(writeClassLink(FULL, STATE) + tail, STATE)).toEqual({ type: "class", link: FULL });
    },
  );

  test("after a mail program wrote &amp; for &, or %2C for a comma", () => {
    const query = writeClassLink(FULL, "#lesson-strength");
    for (const changed of [query.replaceAll("&", "&amp;"), query.replaceAll(",", "%2C")]) {
      expect(readClassLink(changed, "#lesson-strength.")).toEqual({ type: "class", link: FULL });
    }
  });

  test("is refused with another lesson, another state, or none", () => {
    for (const hash of PLACES) {
      for (const other of PLACES.filter((each) => each !== hash)) {
        expect(saidOf(readClassLink(writeClassLink(FULL, hash), other))).toMatch(/cut off or was changed/);
      }
    }
  });

  test("is refused with one character damaged, or read as it was", () => {
    const query = writeClassLink(FULL, "#lesson-strength");
    const wrong: string[] = [];
    for (const letter of "aZ09-_.,=&%+ ;#<\u200b") {
      for (let i = 1; i < query.length; i++) {
        for (const end of [i, i + 1]) {
          const damaged = query.slice(0, i) + letter + query.slice(end);
          const reading = readClassLink(damaged, "#lesson-strength");
          const isSame = reading.type === "class" && JSON.stringify(reading.link) === JSON.stringify(FULL);
          // Where the word "class" itself is hit, the rest stands there as if typed by hand, and says the same.
          if (!isSame && reading.type !== "broken") wrong.push(damaged);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  test("is refused when cut off anywhere behind its check", () => {
    const query = writeClassLink(FULL, "#lesson-strength");
    for (let length = "?class=1-".length; length < query.length; length++) {
      expect(readClassLink(query.slice(0, length), "").type).toBe("broken");
    }
  });
});

describe("a query typed by hand", () => {
  test.each<[string, Partial<ClassLink>]>([
    ["?hide=sampling,seed", { hide: ["sampling", "seed"] }],
    ["?hide=", { hide: [] }],
    ["?hide=seed,seed", { hide: ["seed"] }],
    ["?seed=0", { seed: 0 }],
    ["?seed=4294967295", { seed: 0xffffffff }],
    ["?lang=de", { lang: "de" }],
    ["?lang=DE-ch", { lang: "de" }],
    ["?look=projector&backend=wasm", { look: "projector" }],
    ["?load=click&model=a.b-c", { load: "click", model: "a.b-c" }],
  ])("%s", (search, link) => {
    expect(readClassLink(search, "")).toEqual({ type: "class", link: { ...NONE, ...link } });
  });

  test.each<[string, RegExp]>([
    ["?hide=promt", /“hide” cannot be “promt”. The parts that can be hidden are world, views/],
    ["?hide=seed,lanes", /“lanes”. The lanes and run are always there/],
    ["?hide=error", /“error”/],
    ["?hide=constructor", /“constructor”/],
    ["?seed=-1", /“-1”. A seed is a whole number/],
    ["?seed=4294967296", /4294967296/],
    ["?seed=1e3", /1e3/],
    ["?lang=tlh", /The languages are en and de/],
    ["?look=dark", /The only look is projector/],
    ["?load=later", /“now”/],
    ["?model=../etc", /The name of a model/],
    ["?hide=seed&hide=prompt", /“hide” stands in it twice/],
    ["?class=2-00000000&hide=seed", /another version of Tiller \(2\)/],
    ["?class=&hide=seed", /cut off or was changed/],
    [`?hide=${"seed,".repeat(200)}`, /has 1,000 characters, but may have 400/],
    ["?look=<img src=x onerror=alert(1)>", /“<img src=x onerror=alert\(1\)>”/],
  ])("%s is refused in words", (search, said) => {
    expect(saidOf(readClassLink(search, ""))).toMatch(said);
  });

  test.each(["", "?", "?backend=wasm", "?fbclid=hide", "?__proto__=1&constructor=2", "?hidden=1"])(
    "%s is none",
    (search) => {
      expect(readClassLink(search, STATE)).toEqual({ type: "none" });
    },
  );
});

test("the way out leaves the words of others where they are", () => {
  expect(withoutClassLink(`${writeClassLink(FULL, "")}&backend=wasm&amp;hide=seed`)).toBe("?backend=wasm");
  expect(withoutClassLink(writeClassLink(FULL, ""))).toBe("");
});

test("what is always there cannot be hidden", () => {
  for (const part of KEPT_PARTS) expect(HIDEABLE).not.toContain(part);
  for (const never of ["errors", "notices", "models", "licences", "help", "lessons"]) {
    expect(readClassLink(`?hide=${never}`, "").type).toBe("broken");
  }
});

describe("10,000 addresses", () => {
  const pieces = fc.oneof(
    fc.constantFrom(
      "class",
      "hide",
      "seed",
      "lang",
      "look",
      "model",
      "load",
      "=",
      "&",
      ",",
      "?",
      "#",
      "%",
      "1-",
      "amp;",
    ),
    fc.constantFrom(...HIDEABLE, ...KEPT_PARTS, "projector", "now", "de", "94", "<script>", "javascript:", "\0", "%00"),
    fc.string({ maxLength: 12, unit: "binary" }),
  );
  const noise = fc.array(pieces, { maxLength: 30 }).map((all) => `?${all.join("")}`);
  const damaged = fc
    .tuple(links, fc.constantFrom(...PLACES), fc.nat(120), fc.nat(8), fc.string({ maxLength: 6, unit: "binary" }))
    .map(([link, hash, at, cut, put]) => {
      const query = writeClassLink(link, hash);
      const start = 1 + (at % query.length);
      return { link, hash, query: query.slice(0, start) + put + query.slice(start + cut) };
    });

  /** Throws with the smallest address for which `holds` answers false. */
  const forAll =
    <T>(addresses: fc.Arbitrary<T>, numRuns: number, holds: (address: T) => boolean) =>
    () =>
      fc.assert(fc.property(addresses, holds), { numRuns });
  const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

  test("of noise: read by the schema, refused in words of usual length, or none of ours", () => {
    const all = forAll(fc.tuple(noise, fc.constantFrom(...PLACES)), 5000, ([search, hash]) => {
      const reading = readClassLink(search, hash);
      if (reading.type === "broken") return words.refused(reading.trouble).length < 500;
      return reading.type === "none" || same(readClassLink(writeClassLink(reading.link, hash), hash), reading);
    });
    expect(all).not.toThrow();
  });

  test("of damaged class links: the link that was written, or a refusal, where its check is left", () => {
    const all = forAll(damaged, 3000, ({ link, hash, query }) => {
      const reading = readClassLink(query, hash);
      if (!query.startsWith("?class=")) return true;
      return reading.type === "broken" || (reading.type === "class" && same(reading.link, link));
    });
    expect(all).not.toThrow();
  });

  test("with a damaged state behind them: the state is the one that was sent, or refused", () => {
    const sent = readLink(STATE);
    const cuts = fc.tuple(fc.nat(STATE.length - 2), fc.nat(40), fc.string({ maxLength: 10, unit: "binary" }));
    const all = forAll(fc.tuple(links, cuts), 2000, ([link, [at, cut, put]]) => {
      const hash = STATE.slice(0, at + 1) + put + STATE.slice(at + 1 + cut);
      const state = readLink(hash);
      const reading = readClassLink(writeClassLink(link, STATE), hash);
      if (state.type === "link" && !same(state, sent)) return false;
      return reading.type === "broken" || (reading.type === "class" && same([reading.link, state], [link, sent]));
    });
    expect(all).not.toThrow();
  });
});
