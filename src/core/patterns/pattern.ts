/**
 * Regular expressions that take linear time, whatever the pattern: a rule may come in a link, and the language's own engine
 * can be kept busy for years by twenty characters.
 *
 * The program is Thompson's ("Regular expression search algorithm", CACM 1968): all ways through the pattern advance
 * together, one character at a time, so the cost is characters times instructions. Known: letters, `.`, `[...]`, `\d \w \s`
 * and their capitals, `\b \B ^ $`, groups, `|`, `* + ? {m,n}`, a leading `(?i)`. Not known, because they need going back:
 * look-around and back-references.
 */
import { PatternParser, type Node } from "./pattern-parser.ts";

type Instruction =
  | { readonly type: "take"; readonly has: (character: string) => boolean }
  | { readonly type: "at"; readonly holds: (before: string, after: string) => boolean }
  /** Goes on at each of these. */
  | { readonly type: "fork"; readonly to: number[] }
  | { readonly type: "found" };

const MAX_INSTRUCTIONS = 5000;

export type Compiled =
  | { readonly type: "pattern"; readonly isFound: (text: string) => boolean }
  | { readonly type: "broken"; readonly why: string };

export function compilePattern(pattern: string): Compiled {
  try {
    const ignoresCase = pattern.startsWith("(?i)");
    const parser = new PatternParser(ignoresCase ? pattern.slice(4) : pattern, ignoresCase);
    const program: Instruction[] = [];
    emit(parser.parse(), program);
    program.push({ type: "found" });
    return { type: "pattern", isFound: (text) => run(program, text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { type: "broken", why: error.message };
    throw error;
  }
}

/** For `ruleScore`; a pattern that does not compile is found nowhere. */
export function findPattern(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.type === "pattern" && compiled.isFound(text);
}

function emit(node: Node, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS)
    throw new SyntaxError(`it needs more than ${MAX_INSTRUCTIONS} steps; use smaller numbers in braces`);
  switch (node.type) {
    case "take":
    case "at":
      program.push(node);
      return;
    case "sequence":
      for (const part of node.parts) emit(part, program);
      return;
    case "choice": {
      const to: number[] = [];
      const ends: number[][] = [];
      program.push({ type: "fork", to });
      for (const part of node.parts) {
        to.push(program.length);
        emit(part, program);
        const end: number[] = [];
        ends.push(end);
        program.push({ type: "fork", to: end });
      }
      for (const end of ends) end.push(program.length);
      return;
    }
    case "repeat":
      emitRepeat(node, program);
      return;
    default:
      throw new Error(`unknown node ${JSON.stringify(node satisfies never)}`);
  }
}

function emitRepeat({ part, min, max }: Node & { type: "repeat" }, program: Instruction[]): void {
  for (let i = 0; i < min; i++) emit(part, program);
  if (max === Infinity) {
    const start = program.length;
    const to = [start + 1];
    program.push({ type: "fork", to });
    emit(part, program);
    program.push({ type: "fork", to: [start] });
    to.push(program.length);
    return;
  }
  const outs: number[][] = [];
  for (let i = min; i < max; i++) {
    const to = [program.length + 1];
    outs.push(to);
    program.push({ type: "fork", to });
    emit(part, program);
  }
  for (const to of outs) to.push(program.length);
}

function run(program: readonly Instruction[], text: string): boolean {
  const characters = Array.from(text);
  let live: number[] = [];
  for (let i = 0; i <= characters.length; i++) {
    const before = characters[i - 1] ?? "";
    const after = characters[i] ?? "";
    const next: number[] = [];
    // A match may begin at every character.
    const open = [...live, 0];
    const seen = new Set<number>();
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(at)) continue;
      seen.add(at);
      const step = program[at];
      if (step === undefined) continue;
      if (step.type === "found") return true;
      if (step.type === "fork") open.push(...step.to);
      else if (step.type === "at" && step.holds(before, after)) open.push(at + 1);
      else if (step.type === "take" && after !== "" && step.has(after)) next.push(at + 1);
    }
    live = next;
  }
  return false;
}
