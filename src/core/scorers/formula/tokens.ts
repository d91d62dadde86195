/** A formula's text cut into numbers, names, quoted words and operators. */
import { RunError } from "../../errors.ts";

export interface Token {
  readonly type: "number" | "name" | "text" | "operator" | "end";
  /** As it stands in the formula; without the quotes of words. */
  readonly text: string;
  /** Index of its first character. */
  readonly at: number;
}

const PATTERNS = [
  ["number", /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["name", /[A-Za-z_][A-Za-z_0-9]*/y],
  ["operator", /<=|>=|==|!=|[-+*/(),<>]/y],
] as const;

/** The last token is of type "end". @throws RunError "invalid-request" */
export function tokensOf(formula: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at += /^\s*/.exec(formula.slice(at))?.[0].length ?? 0;
    if (at >= formula.length) return [...tokens, { type: "end", text: "", at: formula.length }];
    const token = quoted(formula, at) ?? match(formula, at);
    tokens.push(token);
    at += token.text.length + (token.type === "text" ? 2 : 0);
  }
}

/** Words in straight or typographic double quotes. */
function quoted(formula: string, at: number): Token | null {
  const found = /^["“”]([^"“”]*)(["“”]?)/u.exec(formula.slice(at));
  if (found === null) return null;
  const text = found[1] ?? "";
  if (found[2] === "") throw failure({ type: "text", text: `"${text}`, at }, "a closing quote");
  return { type: "text", text, at };
}

function match(formula: string, at: number): Token {
  for (const [type, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const text = pattern.exec(formula)?.[0];
    if (text !== undefined) return { type, text, at };
  }
  const text = String.fromCodePoint(formula.codePointAt(at) ?? 0);
  throw failure({ type: "operator", text, at }, "a number, a name, an operator or a parenthesis");
}

/** Positions count from 1, as people count. */
export function failure({ type, text, at }: Token, expected: string): RunError {
  const found = type === "end" ? "its end" : `“${text.slice(0, 20)}”`;
  const message = `The formula has ${found} at character ${at + 1}, where it needs ${expected}.`;
  return new RunError("invalid-request", message, { position: at + 1, found, expected });
}
