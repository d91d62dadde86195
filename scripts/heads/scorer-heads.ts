/** Heads that learn from a scorer of texts, and where their files go: OUT.json steers, OUT-value.json judges. */
import { readFile, writeFile } from "node:fs/promises";
import { RunError } from "../../src/core/errors.ts";
import type { HeadCard } from "../../src/core/heads/head-card.ts";
import { writeHead, type NamedHead } from "../../src/core/heads/head-file.ts";
import { parseScorer, SCORER_TYPES, type ScorerSpec } from "../../src/core/scorers/spec.ts";
import type { Models } from "../../src/engine/interfaces.ts";
import type { LessonControl } from "../../src/engine/teach/lesson-parts.ts";
import { LessonMemory } from "../../src/engine/teach/lesson-memory.ts";
import { makeFromScorer } from "../../src/engine/teach/lesson-scorer.ts";
import type { Answer } from "../../src/engine/teach/sample-answers.ts";
import type { Lesson } from "../../src/engine/teach/teach-contrast.ts";
import { BadInput } from "../node/bad-input.ts";
import { idOf } from "./contrast-list.ts";

/**
 * @param text a name such as `simple-words`, or a scorer with its settings as JSON or in a file
 * @throws BadInput
 */
export async function readScorer(text: string): Promise<ScorerSpec> {
  const known: readonly string[] = SCORER_TYPES;
  const json = known.includes(text) || text.startsWith("{") ? text : await readFile(text, "utf8").catch(() => text);
  try {
    return parseScorer(json.trimStart().startsWith("{") ? JSON.parse(json) : { type: json }, "--scorer");
  } catch (error) {
    if (error instanceof RunError || error instanceof SyntaxError) throw new BadInput(`--scorer: ${error.message}`);
    throw error;
  }
}

export function valueFileOf(file: string): string {
  return file.replace(/(\.json)?$/, "-value.json");
}

/**
 * Fits both heads and writes their files.
 * @returns lines to print
 */
export async function teachFromScorer(
  models: Models,
  { scorer, name, out, command }: { scorer: ScorerSpec; name: string; out: string; command: string },
  { lesson, answers }: { readonly lesson: Lesson; readonly answers: readonly Answer[] },
  control: Pick<LessonControl, "signal" | "onProgress" | "rest">,
): Promise<readonly string[]> {
  const card: Pick<HeadCard, "id" | "name" | "policy" | "training"> = {
    id: idOf(name),
    name,
    policy: await models.teaching!.identity(),
    training: { samples: answers.length, prompts: lesson.prompts.length, seed: lesson.seed, command },
  };
  const { head, value } = await makeFromScorer(
    models,
    { kind: "scorer", scorer },
    {
      rounds: [{ lesson, key: "", answers }],
      card,
      rank: 0,
      control: { ...control, now: () => performance.now(), memory: new LessonMemory() },
    },
  );
  return [await write(head, out), ...(value === null ? [] : [await write(value, valueFileOf(out))])];
}

async function write(named: NamedHead, file: string): Promise<string> {
  const text = `${JSON.stringify(writeHead(named, "int8"))}\n`;
  await writeFile(file, text);
  const { card, head } = named;
  const measures = Object.entries(card.metrics).map(([key, { value, n, ci95 }]) => {
    const interval = ci95 === null ? "" : ` (95 %: ${ci95.map((end) => end.toFixed(2)).join(" to ")})`;
    return `${key} ${value.toFixed(2)}${interval}, n ${n}`;
  });
  return [`${card.name}: ${head.kind}`, ...measures, `${(text.length / 1000).toFixed(0)} kB in ${file}`].join("; ");
}
