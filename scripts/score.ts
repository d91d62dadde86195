/**
 * The true objectives of texts: `npm run -s score -- F.jsonl` reads `{kind, prompt, response}` a line and prints one
 * line of `{objective: number|null}` each. Values are standardised with `public/models/objectives.json`; before that
 * file exists they are in their own units. Exit status 2 and one line for bad input.
 */
import { existsSync, readFileSync } from "node:fs";
import { checkFields, checkOneOf, checkString } from "../src/core/bounds.ts";
import { RunError } from "../src/core/errors.ts";
import { parseObjectives } from "../src/engine/bundle/card.ts";
import { BadInput } from "./node/bad-input.ts";
import { linesOf, readTextFile } from "./node/text-file.ts";
import { raw, truth, type Standard, type Values } from "../src/objectives/truth.ts";

const CONSTANTS = new URL("../public/models/objectives.json", import.meta.url);
const KEYS = ["kind", "prompt", "response"] as const;

function readStandards(): readonly Standard[] | null {
  if (!existsSync(CONSTANTS)) return null;
  return parseObjectives(JSON.parse(readFileSync(CONSTANTS, "utf8")));
}

function scoreLine(line: string, standards: readonly Standard[] | null): Values {
  const fields = checkFields(JSON.parse(line), "the line", KEYS);
  const kind = checkOneOf(fields.kind, "kind", ["story", "advice"]);
  const prompt = checkString(fields.prompt, "prompt", Infinity);
  const response = checkString(fields.response, "response", Infinity);
  return standards === null ? raw(kind, prompt, response) : truth(kind, prompt, response, standards);
}

/** The message of an error that bad input explains; anything else is a fault of the program and thrown on. */
function reasonOf(error: unknown): string {
  if (error instanceof RunError || error instanceof SyntaxError) return error.message;
  throw error;
}

function scoreFile(file: string): void {
  const lines = linesOf(readTextFile(file));
  let standards: readonly Standard[] | null;
  try {
    standards = readStandards();
  } catch (error) {
    throw new BadInput(`public/models/objectives.json: ${reasonOf(error)}`);
  }
  for (const [i, line] of lines.entries()) {
    if (line.trim() === "") continue;
    try {
      console.log(JSON.stringify(scoreLine(line, standards)));
    } catch (error) {
      throw new BadInput(`${file}, line ${i + 1}: ${reasonOf(error)}`);
    }
  }
}

function main(files: readonly string[]): number {
  const [file] = files;
  if (file === undefined || files.length > 1) {
    console.error("score: name one file of {kind, prompt, response} lines");
    return 2;
  }
  try {
    scoreFile(file);
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    console.error(`score: ${error.message}`);
    return 2;
  }
  return 0;
}

process.exitCode = main(process.argv.slice(2));
