/** Every sign that the page's words use is explained in the help. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { help } from "../../src/ui/words/help.ts";

const WORDS = "src/ui/words";
const COMPONENTS = "src/ui";
/** The help itself, the other language, and signs that only keep formulas out of tables. */
const NOT_SHOWN = ["help.ts", "de/", "csv.ts"];
/** Letters of any alphabet but Greek, figures, and what every text has. */
const USUAL = /[\p{Script=Latin}\p{Nd}\p{ASCII}“”‘’—…„‚«»]/u;

/** Without comments, whose signs nobody sees. */
function code(path: string): string {
  return readFileSync(path, "utf8")
    .replaceAll(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<=^|\s)\/\/.*$/gm, "")
    .replaceAll(/\\u([0-9a-fA-F]{4})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
}

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(ending) && !NOT_SHOWN.some((part) => file.includes(part)))
    .map((file) => `${folder}/${file}`);
}

test("the help explains every sign that stands on the page", () => {
  const explained = help.signs.map(([sign]) => sign).join(" ");
  const unexplained = new Map<string, string>();
  for (const file of [...filesOf(WORDS, ".ts"), ...filesOf(COMPONENTS, ".svelte")])
    for (const sign of code(file))
      if (!USUAL.test(sign) && !/\s|\p{Cf}|\p{Co}|\uFFFC/u.test(sign) && !explained.includes(sign))
        unexplained.set(sign, file);
  expect([...unexplained]).toEqual([]);
  // The test sees signs at all.
  expect(explained).toContain("β");
});
