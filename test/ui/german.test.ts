/** English and German side by side: every word is there in both, and the German is no English. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { german } from "../../src/ui/words/de/index.ts";

const FOLDER = "src/ui/words";
type Module = Readonly<Record<string, unknown>>;
const files = Object.keys(german) as (keyof typeof german)[];

/** Stands for whatever a sentence asks of a value: a number, a word, or a record of them. */
const SAMPLES: readonly unknown[] = [2, "joy", true, null, [1, 2, 3], anything()];

function anything(): unknown {
  const values: Readonly<Record<PropertyKey, unknown>> = { [Symbol.toPrimitive]: () => 3, length: 2, type: "won" };
  return new Proxy(() => undefined, {
    get: (_, key) => (key in values ? values[key] : key === Symbol.iterator ? undefined : anything()),
    apply: () => anything(),
    getOwnPropertyDescriptor: () => undefined,
  });
}

/** What a function says of the samples that it can take, one a line. */
function sayings(say: (...given: readonly unknown[]) => unknown): string {
  const all = SAMPLES.map((sample) => {
    try {
      const said = say(...Array.from({ length: Math.max(1, say.length) }, () => sample));
      return typeof said === "string" ? said : "";
    } catch {
      return "";
    }
  });
  return all.filter((said) => said !== "").join("\n");
}

/** Every text in it, by its place, functions by what they say of samples. */
function texts(words: unknown, place: string): [place: string, text: string][] {
  if (typeof words === "string") return [[place, words]];
  if (typeof words === "function") return [[`${place}()`, sayings(words as (...given: readonly unknown[]) => unknown)]];
  if (typeof words !== "object" || words === null) return [];
  return Object.entries(words).flatMap(([key, value]) => texts(value, `${place}.${key}`));
}

/** Names, symbols and technical words that are the same in both languages. */
const SAME =
  /^(?:[^\p{L}]*|Prompts?:?|System:|Tokens?|Seeds?|Block|Name|Text|KL|KL ≤|AUROC|GenARM|VAS|ARGS|WebGPU|WASM|CPU|SHA-256|Personas?|Policy|Value|Download|Label|Copeland|N|[Tt]op-[kp]|[Mm]in-p|H|p|k|η|1\/β|t|ller|i|distinct|other|N|— ?log Z′|− log Z′|Tokens\/s|https:\/\/…|log Z′|Veto|Esc|Link|Distinct 1 und 2|You .*\.|mean|cut|padded|repeated|shuffled|one against several|in other words|mean over wordings|sentiment, truth|first or second|other prompt|tokens)$/u;
/** Formulas, the signs that the help explains, and languages, which are named in themselves. */
const FORMULA = /\.formula$|^help\.signs\.\d+\.0$|^classDialog\.languages\./;
/** Words of English that German does not have. */
const ENGLISH = /\b(?:the|of|is|are|to|with|this|that|not|from|its?|than|by|only|which)\b/;
/** Examples of what a model is told, which is English, and what only English says. */
const QUOTED = /You [^.]*\.|Distinct|Best-of(?:-[NK])?|sentiment, truth|first or second/g;

describe.each(files)("%s", (file) => {
  test("has each word in both languages", async () => {
    const english = await vi.importActual<Module>(`../../${FOLDER}/${file}.ts`);
    const own = german[file] as Module;
    expect(Object.keys(own).filter((name) => !(name in english))).toEqual([]);
    for (const name of Object.keys(own)) {
      const [en, de] = [new Map(texts(english[name], name)), new Map(texts(own[name], name))];
      expect([...de.keys()].toSorted(), name).toEqual([...en.keys()].toSorted());
      const silent = [...de].filter(([place, text]) => text === "" && en.get(place) !== "");
      expect(silent, "nothing said in German").toEqual([]);
      const same = [...de].filter(
        ([place, text]) =>
          !FORMULA.test(place) &&
          (ENGLISH.test(text.replaceAll(QUOTED, "")) ||
            (text === en.get(place) && text !== "" && !place.endsWith("()") && !SAME.test(text))),
      );
      expect(same, "German that is still English").toEqual([]);
    }
  });
});

test("every file that holds words for people is translated", () => {
  const withWords = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts") && readFileSync(join(FOLDER, name), "utf8").includes("localized("))
    .map((name) => name.slice(0, -".ts".length))
    .filter((name) => name !== "language");
  expect(files.toSorted()).toEqual(withWords.toSorted());
});

test("no exported words bypass the language", () => {
  // Tables that programs read, numbers, and functions that only pick words are the same in every language.
  const neutral = /^(csv|format|tables|equation-text|locale|language|probe-table)$/;
  const plain = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts") && !neutral.test(name.slice(0, -3)))
    .flatMap((name) =>
      [...readFileSync(join(FOLDER, name), "utf8").matchAll(/^export const (\w+)[^=]*= *(?!\s*localized\()/gm)].map(
        ([, word]) => `${name}: ${word}`,
      ),
    );
  expect(plain).toEqual(["errors.ts: WAYS_OUT", "probe.ts: PROBE_CSV_HEAD"]);
});

test("every sentence of a lesson has its German", () => {
  for (const name of readdirSync("src/lessons").filter((each) => each.endsWith(".json"))) {
    const missing: string[] = [];
    const look = (part: unknown): void => {
      if (typeof part !== "object" || part === null) return;
      if ("en" in part && (!("de" in part) || part.de === "" || part.de === part.en)) missing.push(String(part.en));
      Object.values(part).forEach(look);
    };
    look(JSON.parse(readFileSync(join("src/lessons", name), "utf8")));
    expect(missing, name).toEqual([]);
  }
});
