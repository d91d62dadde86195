/** Pairs from a file: a line of JSON each, with prompt, chosen and rejected, as a sweep of the page saves them. */
import { BadInput } from "../node/bad-input.ts";
import { isObject } from "../vectors/json.ts";
import { GENERAL_RUBRIC, type ProbePair } from "../../src/core/probe/pairs.ts";
import { OBJECTIVE_IDS } from "../../src/core/types.ts";

/** Lines without a pair are left out. @throws BadInput naming the line */
export function readPairs(text: string, file: string): ProbePair[] {
  const pairs = text.split("\n").flatMap((line, i): ProbePair[] => {
    if (line.trim() === "") return [];
    const place = `${file}, line ${i + 1}`;
    const value = parsed(line, place);
    if (!isObject(value)) throw new BadInput(`${place} must be an object`);
    const { prompt, chosen, rejected, kind, category, measure, rubric, origin, wordings } = value;
    const objective = OBJECTIVE_IDS.find((id) => firstText(category, measure) === `truth ${id}`);
    if (chosen === null && rejected === null) return [];
    if (typeof prompt !== "string" || typeof chosen !== "string" || typeof rejected !== "string")
      throw new BadInput(`${place} must have the texts prompt, chosen and rejected`);
    return [
      {
        category: firstText(category, measure) ?? "given",
        kind: kind === "story" ? "story" : "advice",
        prompt,
        chosen,
        rejected,
        rubric: firstText(rubric) ?? GENERAL_RUBRIC,
        ...(objective !== undefined && { objective }),
        ...(typeof origin === "string" && { origin }),
        ...(wordings !== undefined && { wordings: textsOf(wordings, `${place}: wordings`) }),
      },
    ];
  });
  if (pairs.length === 0) throw new BadInput(`${file} has no pair`);
  return pairs;
}

function textsOf(value: unknown, place: string): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw new BadInput(`${place} must be a list of texts`);
}

function parsed(line: string, place: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new BadInput(`${place} is not JSON`);
  }
}

function firstText(...values: readonly unknown[]): string | undefined {
  return values.find((value) => typeof value === "string");
}
