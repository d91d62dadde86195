/** What stands beside a control is what a screen reader calls it. Buttons are held to it by axe, in the browser tests. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { GLOSSARY } from "../../src/ui/words/glossary.ts";
import { sampling } from "../../src/ui/words/rail.ts";

const FILES = readdirSync("src/ui", { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".svelte"))
  .map((path) => readFileSync(join("src/ui", path), "utf8"));

test("a word with an explanation before a field is the field's name", () => {
  const beside = /<Term\s[^>]*label=\{([^}]+)\}[^>]*\/>\s*<(?:select|input|textarea)\b([^>]*(?:=>[^>]*)*)>/g;
  const pairs = FILES.flatMap((source) => [...source.matchAll(beside)]).map(([, label, attributes = ""]) => [
    label,
    /aria-label=\{([^}]+)\}/.exec(attributes)?.[1],
  ]);
  expect(pairs).toContainEqual(["sampling.truncation", "sampling.truncation"]);
  // Others are inside a label, whose text is their name.
  for (const [label, name] of pairs) if (name !== undefined) expect(name).toBe(label);
});

test("the choice of truncation has the name that its explanation has", () => {
  expect(sampling.truncation).toBe(GLOSSARY.truncation.title);
});
