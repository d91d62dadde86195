/** Numbers become text in the words of the page alone, and probabilities come from the core. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const FORMATS =
  /\.(?:toFixed|toPrecision|toExponential|toLocale\w*String)\(|Intl\.(?:Number|DateTime|RelativeTime|List)Format/;
const COMPUTES = /Math\.(?:exp|expm1|log|log1p|log2|log10)\(/;

function found(folder: string, what: RegExp, except: (file: string) => boolean = () => false): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(?:ts|svelte)$/.test(file) && !except(file))
    .flatMap((file) => {
      const lines = readFileSync(join(folder, file), "utf8").split("\n");
      return lines.flatMap((line, i) => (what.test(line) ? [`${folder}/${file}:${i + 1} ${line.trim()}`] : []));
    });
}

test("the state formats no number", () => {
  expect(found("src/state", FORMATS)).toEqual([]);
});

test("components format no number by themselves", () => {
  expect(found("src/ui", FORMATS, (file) => file.startsWith("words"))).toEqual([]);
});

test("neither state nor components compute a probability", () => {
  expect([...found("src/state", COMPUTES), ...found("src/ui", COMPUTES)]).toEqual([]);
});

test("the search finds what it looks for", () => {
  expect(found("src/ui/words", FORMATS).length).toBeGreaterThan(0);
  expect(found("src/core", COMPUTES).length).toBeGreaterThan(0);
});
